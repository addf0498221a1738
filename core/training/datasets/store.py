"""Decoded clips at one rate in one file, so that training reads samples and not audio files."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.foundation.errors import DataError
from core.foundation.files import replace_file
from core.foundation.hashing import sha256_value
from core.foundation.progress import SILENT, Progress, steps
from core.training.datasets.intact import altered, is_altered
from core.training.datasets.manifest import Clip
from core.training.prepare import load

_FULL = 32000
"""Peak of a stored clip: every clip uses all of 16 bits, its level is set anew in each crop anyway."""


class WaveStore:
    """Waveforms of clips by number, from a memory map of 16-bit samples."""

    def __init__(
        self,
        samples: NDArray[np.int16],
        starts: NDArray[np.int64],
        stops: NDArray[np.int64],
        rate_hz: int,
        faults: Mapping[int, DataError] | None = None,
    ):
        self._samples, self._starts, self._stops = samples, starts, stops
        self.rate_hz = rate_hz
        self.faults = faults or {}
        """Why clips cannot be used, by number; they have no frames."""

    def __len__(self) -> int:
        return len(self._starts)

    def part(self, indices: Sequence[int]) -> WaveStore:
        """The store of some of the clips, numbered anew."""
        return WaveStore(self._samples, self._starts[indices], self._stops[indices], self.rate_hz)

    def frames(self, index: int) -> int:
        """Length of a clip in frames."""
        return int(self._stops[index] - self._starts[index])

    def read(self, index: int, start_frame: int = 0, frames: int | None = None) -> NDArray[np.float32]:
        """Samples float32 (frames,), peak of the whole clip just under ±1."""
        first = int(self._starts[index]) + start_frame
        end = int(self._stops[index])
        stop = end if frames is None else min(first + frames, end)
        return self._samples[first:stop].astype(np.float32) / np.float32(32768)


def open_store(clips: Sequence[Clip], rate_hz: int, folder: Path, progress: Progress = SILENT) -> WaveStore:
    """The store of these clips, made in `folder` if it is not there yet, or is older than one of the clips.

    Each file is compared with the manifest's SHA-256 when it is decoded; clips that cannot be read are in `faults`.

    Raises:
        IntegrityError: a clip is not the file that the manifest lists (DA-014).
        OSError: the folder cannot be written.
    """
    name = sha256_value([rate_hz, [[clip.path.as_posix(), clip.sha256] for clip in clips]])[:16]
    data, index = folder / f"{name}.i16", folder / f"{name}.npy"
    bounds = np.load(index) if _is_fresh(index, clips) else None
    faults = {} if bounds is None else _still_faulty(clips, bounds, rate_hz)
    if bounds is None or len(faults) < (np.diff(bounds) == 0).sum():
        folder.mkdir(parents=True, exist_ok=True)
        faults = _write(clips, rate_hz, data, index, progress)
        bounds = np.load(index)
    samples = np.memmap(data, np.int16, "r") if bounds[-1] else np.zeros(0, np.int16)
    return WaveStore(samples, bounds[:-1], bounds[1:], rate_hz, faults)


def _write(clips: Sequence[Clip], rate_hz: int, data: Path, index: Path, progress: Progress) -> dict[int, DataError]:
    """Write the file of samples and where each clip starts; why clips are not in it."""
    starts, partial, bounds, faults = [0], data.with_suffix(".part"), io.BytesIO(), dict[int, DataError]()
    try:
        with partial.open("wb") as file:
            for number, clip in enumerate(steps(clips, progress, "decoding")):
                found = _decoded(clip, rate_hz)
                waveform = np.zeros(0, np.int16) if isinstance(found, DataError) else found
                if isinstance(found, DataError):
                    faults[number] = found
                file.write(waveform.tobytes())
                starts.append(starts[-1] + len(waveform))
        partial.replace(data)  # another run may still read the older one
    finally:
        partial.unlink(missing_ok=True)
    np.save(bounds, np.array(starts, np.int64))
    replace_file(index, bounds.getvalue())
    return faults


def _decoded(clip: Clip, rate_hz: int) -> NDArray[np.int16] | DataError:
    if clip.path.is_file() and is_altered(clip):
        raise altered(clip.path)
    try:
        waveform = load(clip.path, rate_hz)
    except DataError as error:
        return error
    peak = max(float(np.abs(waveform).max(initial=0.0)), 1e-9)
    return np.round(waveform * (_FULL / peak)).astype(np.int16)


def _still_faulty(clips: Sequence[Clip], bounds: NDArray[np.int64], rate_hz: int) -> dict[int, DataError]:
    """Why clips without samples cannot be used; those that now can are not among them."""
    empty = np.flatnonzero(np.diff(bounds) == 0).tolist()
    found = {number: _decoded(clips[number], rate_hz) for number in empty}
    return {number: error for number, error in found.items() if isinstance(error, DataError)}


def _is_fresh(index: Path, clips: Sequence[Clip]) -> bool:
    if not index.exists():
        return False
    made = index.stat().st_mtime_ns
    return all(clip.path.stat().st_mtime_ns <= made for clip in clips if clip.path.exists())
