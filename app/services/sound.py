"""Sound on its way to the loudspeaker: blocks read ahead by a thread, handed out without waiting."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from core.audio.recording import Recording

BLOCK_S = 0.5
_BLOCKS_AHEAD = 4
_MARGIN_S = 0.1
"""Read before and after a block that is resampled, so that its edges carry no trace of the cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How samples are handed out, interleaved."""

    sample_rate: int
    channels: int
    kind: Literal["float32", "int16"] = "float32"

    @property
    def bytes_per_frame(self) -> int:
        """Size of one sample of every channel."""
        return self.channels * (4 if self.kind == "float32" else 2)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stretch:
    """What is to be heard."""

    recording: Recording
    start_s: float
    stop_s: float
    loop: bool = False

    @property
    def length_s(self) -> float:
        """Seconds from start to stop."""
        return self.stop_s - self.start_s


class Feeder:
    """Reads a stretch block by block on a thread of its own; `take` never waits for the disk."""

    def __init__(self, stretch: Stretch, format_: Format):
        self._stretch, self._format = stretch, format_
        self._blocks: queue.Queue[bytes] = queue.Queue(_BLOCKS_AHEAD)
        self._rest = b""
        self._stop, self._all_read = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._read, name="playback", daemon=True)
        self.error: Exception | None = None
        """Why reading ended early."""
        self.filled_bytes = 0
        """Silence handed out because the disk was too slow."""

    @property
    def is_finished(self) -> bool:
        """Whether everything was handed out."""
        return self._all_read.is_set() and self._blocks.empty() and not self._rest

    def start(self) -> None:
        """Begin to read ahead."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(2.0)

    def take(self, count: int) -> bytes:
        """The next bytes: as many as asked for, fewer only at the end; silence where reading lags behind."""
        count -= count % self._format.bytes_per_frame
        out = bytearray()
        while len(out) < count:
            if not self._rest and not self._next():
                break
            piece = self._rest[: count - len(out)]
            self._rest = self._rest[len(piece) :]
            out += piece
        if len(out) < count and not self._all_read.is_set():
            self.filled_bytes += count - len(out)
            out += bytes(count - len(out))
        return bytes(out)

    def _next(self) -> bool:
        try:
            self._rest = self._blocks.get_nowait()
        except queue.Empty:
            return False
        return True

    def _read(self) -> None:
        try:
            while not self._stop.is_set():
                self._read_once()
                if not self._stretch.loop:
                    break
        except Exception as error:  # noqa: BLE001 - carried to the screen's thread, which presents it
            self.error = error
        self._all_read.set()

    def _read_once(self) -> None:
        at, step = self._stretch.start_s, BLOCK_S
        while at < self._stretch.stop_s and not self._stop.is_set():
            until = min(at + step, self._stretch.stop_s)
            self._put(encode(block(self._stretch.recording, at, until, self._format), self._format))
            at = until

    def _put(self, data: bytes) -> None:
        while data and not self._stop.is_set():
            try:
                self._blocks.put(data, timeout=0.1)
            except queue.Full:
                continue
            return


def block(recording: Recording, start_s: float, stop_s: float, format_: Format) -> NDArray[np.float32]:
    """Samples float32 (channels, frames) of a stretch at the format's rate and number of channels."""
    from core.audio import resample

    rate, out_rate = recording.sample_rate, format_.sample_rate
    if rate == out_rate:
        return _channels(recording.read(round(start_s * rate), round(stop_s * rate)), format_.channels)
    first = max(round((start_s - _MARGIN_S) * rate), 0)
    samples = _channels(recording.read(first, round((stop_s + _MARGIN_S) * rate)), format_.channels)
    converted = resample(samples, rate, out_rate)
    skip = round(start_s * out_rate) - round(first / rate * out_rate)
    return converted[:, skip : skip + round(stop_s * out_rate) - round(start_s * out_rate)]


def encode(samples: NDArray[np.float32], format_: Format) -> bytes:
    """Interleaved bytes of samples (channels, frames), clipped to full scale."""
    clipped = np.clip(np.nan_to_num(samples), -1.0, 1.0).T
    if format_.kind == "float32":
        return np.ascontiguousarray(clipped, np.float32).tobytes()
    return np.ascontiguousarray(np.round(clipped * 32767), np.int16).tobytes()


def _channels(samples: NDArray[np.float32], wanted: int) -> NDArray[np.float32]:
    """The same number of channels, or their mean in each of those wanted."""
    if samples.shape[0] == wanted:
        return samples
    return np.repeat(samples.mean(axis=0, keepdims=True), wanted, axis=0)
