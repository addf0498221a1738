"""Long-term average spectrum of the whole, the speech, the pauses and a selection, in one streamed pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from core.audio.channels import pick
from core.audio.recording import Recording, Segment
from core.audio.spectrum import Bandwidth, SpectrumMeter
from core.features.params import Params, param, too_short
from core.foundation.progress import SILENT, Progress
from core.measure.drop import Drop, drop_facts, lasting_drop
from core.measure.result import Column, Measurement, Origin, Quantity, Table

Part = Literal["whole", "speech", "pauses", "selection"]
PERCENTILES = (10.0, 50.0, 90.0)
_FLOOR_DB, _TOP_DB, _STEP_DB = -200.0, 20.0, 0.25
_BINS = round((_TOP_DB - _FLOOR_DB) / _STEP_DB)
_BLOCK_WINDOWS = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class LtasParams(Params):
    """How a long-term spectrum is made."""

    window_s: float = param(0.085, "Length of the Hann window.", unit="s", low=0.005, high=2.0)
    overlap: float = param(0.5, "Share of a window that the next one covers again.", low=0.0, high=0.9)
    inside: float = param(0.9, "A window is speech (a pause) where this share of it is (is not).", low=0.5, high=1.0)
    channel: str = param("mix", "Channel: mix, or its number from 0.")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LtasCurve:
    """Levels of one part of the recording, dB relative to full scale squared per hertz."""

    part: Part
    windows: int
    mean_db: NDArray[np.float32]
    """(bins,), of the mean power."""
    percentiles_db: NDArray[np.float32]
    """(3, bins): level that 10, 50 and 90 % of the windows do not exceed; steps of 0.25 dB."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ltas(Measurement):
    """Mean and spread of the power density over time. A full-scale sine has a mean square of 1/2."""

    title: ClassVar[str] = "Long-term average spectrum"
    params: LtasParams
    frequency_hz: NDArray[np.float64]
    curves: tuple[LtasCurve, ...]
    """Whole, speech, pauses, selection: those that have a window."""
    bandwidth: Bandwidth
    """How far the sound reaches, and where it ends as if cut off."""
    missing: tuple[str, ...] = ()
    """Why a part is not there."""

    def curve(self, part: Part) -> LtasCurve | None:
        """The curve of a part; None where it has no window."""
        return next((curve for curve in self.curves if curve.part == part), None)

    @property
    def drop(self) -> Drop | None:
        """Where the level of the whole falls by much for good, sharply or not."""
        whole = self.curve("whole")
        return None if whole is None else lasting_drop(self.frequency_hz, whole.mean_db.astype(np.float64))

    def facts(self) -> tuple[Quantity, ...]:
        """Windows of each part, resolution, reach."""
        rate = self.origin.sample_rate
        size = _size(self.params, rate)
        counts = tuple(Quantity(f"Windows, {curve.part}", curve.windows) for curve in self.curves)
        sharp = self.bandwidth.sharp_end_hz
        half = rate / size / 2
        return (
            *counts,
            Quantity("Resolution bandwidth", 1.5 * rate / size, "Hz", None, "equivalent noise bandwidth of Hann"),
            Quantity("Sound reaches", self.bandwidth.hz, "Hz", 100.0, "smoothing over 100 Hz"),
            Quantity("Sharp end", sharp, "Hz", None if sharp is None else max(100.0, half), "smoothing over 100 Hz"),
            *drop_facts(self.drop),
        )

    def sentences(self) -> tuple[str, ...]:
        """Where the sound ends, and what is missing."""
        return self.end_told, *self.missing

    @property
    def end_told(self) -> str:
        """Where the sound ends, or falls by much."""
        half, sharp, drop = self.origin.sample_rate / 2, self.bandwidth.sharp_end_hz, self.drop
        causes = "Lossy coding, resampling or a filter do this; the curve does not say which."
        if sharp is not None:
            return f"All energy ends sharply at {sharp:,.0f} Hz, below half the sample rate ({half:,.0f} Hz). {causes}"
        none = f"No sharp end below half the sample rate ({half:,.0f} Hz)."
        return none if drop is None else f"{none} {drop.told} {causes}"

    def tables(self) -> tuple[Table, ...]:
        """One table, a row for each frequency."""
        unit = "dB re full scale squared per Hz"
        columns = [Column("frequency", "Hz", self.frequency_hz)]
        for curve in self.curves:
            columns.append(Column(f"{curve.part} mean", unit, curve.mean_db))
            rows = zip(PERCENTILES, curve.percentiles_db, strict=True)
            columns += [Column(f"{curve.part} {share:g} %", unit, row) for share, row in rows]
        return (Table(self.title, tuple(columns)),)


class _Part:
    """Sums and a histogram of levels at each frequency, so that hours need no more memory than seconds."""

    def __init__(self, bins: int):
        self.windows = 0
        self._sum = np.zeros(bins)
        self._counts = np.zeros((bins, _BINS), np.int32)
        self._rows = np.arange(bins) * _BINS

    def add(self, power: NDArray[np.float64], steps: NDArray[np.int64]) -> None:
        """Take windows: power (windows, bins), and the same as steps of the histogram."""
        if not len(power):
            return
        self.windows += len(power)
        self._sum += power.sum(axis=0)
        flat = (steps + self._rows).ravel()
        self._counts += np.bincount(flat, minlength=self._counts.size).reshape(self._counts.shape).astype(np.int32)

    def finish(self, part: Part) -> LtasCurve:
        """Mean and percentiles in dB."""
        mean = np.maximum(10 * np.log10(self._sum / max(self.windows, 1) + 1e-30), _FLOOR_DB)
        reached = np.cumsum(self._counts, axis=1, dtype=np.int64)
        levels = [self._percentile(reached, share) for share in PERCENTILES]
        return LtasCurve(
            part=part,
            windows=self.windows,
            mean_db=mean.astype(np.float32),
            percentiles_db=np.asarray(levels, np.float32),
        )

    def _percentile(self, reached: NDArray[np.int64], share: float) -> NDArray[np.float64]:
        at = (reached >= max(np.ceil(share / 100 * self.windows), 1)).argmax(axis=1)
        return _FLOOR_DB + _STEP_DB * (at + 0.5)


def measure_ltas(
    recording: Recording,
    params: LtasParams | None = None,
    speech: Sequence[Segment] | None = None,
    selection_s: tuple[float, float] | None = None,
    progress: Progress = SILENT,
) -> Ltas:
    """Long-term spectra.

    Args:
        recording: What to measure.
        params: How.
        speech: Active stretches, as in `Condition.speech`; None where they are not known.
        selection_s: A stretch to be measured too; only windows that lie wholly in it count.
        progress: Told how far it is.

    Raises:
        FeatureError: the recording is shorter than a window (FE-001).
        AudioError: the file changed or cannot be read.
        Cancelled: through `progress`.

    Source: Welch 1967, IEEE Trans. Audio Electroacoust. 15, 70-73; as scipy.signal.welch with scaling "density".
    """
    params = params or LtasParams()
    rate, size = recording.sample_rate, _size(params, recording.sample_rate)
    if recording.frames < size:
        raise too_short("the window", recording.frames, size, rate)
    n_fft = fft.next_fast_len(size, real=True) or size
    parts: dict[Part, _Part] = {"whole": _Part(n_fft // 2 + 1)}
    if speech is not None:
        parts |= {"speech": _Part(n_fft // 2 + 1), "pauses": _Part(n_fft // 2 + 1)}
    if selection_s is not None:
        parts["selection"] = _Part(n_fft // 2 + 1)
    bandwidth = _stream(recording, params, parts, n_fft, _Choice(recording, params, speech, selection_s), progress)
    curves = tuple(part.finish(name) for name, part in parts.items() if part.windows)
    return Ltas(
        origin=Origin.of(recording, channel=params.channel),
        params=params,
        frequency_hz=np.arange(n_fft // 2 + 1) * rate / n_fft,
        curves=curves,
        bandwidth=bandwidth,
        missing=_missing(parts, speech),
    )


class _Choice:
    """Which windows belong to which part."""

    def __init__(
        self,
        recording: Recording,
        params: LtasParams,
        speech: Sequence[Segment] | None,
        selection_s: tuple[float, float] | None,
    ):
        self._inside = params.inside
        self._size = _size(params, recording.sample_rate)
        edges = [frame for segment in speech or () for frame in (segment.start_frame, segment.end_frame)]
        self._edges = np.array([0, *edges, recording.frames], np.float64)
        lengths = np.diff(self._edges) * (np.arange(len(self._edges) - 1) % 2)
        self._spoken = np.concatenate([[0.0], np.cumsum(lengths)])
        self._selection = [round(edge * recording.sample_rate) for edge in selection_s or (0.0, 0.0)]

    def of(self, part: Part, starts: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether windows that start there belong to the part."""
        if part == "whole":
            return np.ones(len(starts), np.bool_)
        if part == "selection":
            return (starts >= self._selection[0]) & (starts + self._size <= self._selection[1])
        spoken = (self._until(starts + self._size) - self._until(starts)) / self._size
        return spoken >= self._inside if part == "speech" else spoken <= 1 - self._inside

    def _until(self, frames: NDArray[np.int64]) -> NDArray[np.float64]:
        """Frames of speech before a frame."""
        return np.interp(frames, self._edges, self._spoken)


def _stream(
    recording: Recording, params: LtasParams, parts: dict[Part, _Part], n_fft: int, choice: _Choice, progress: Progress
) -> Bandwidth:
    rate, size = recording.sample_rate, _size(params, recording.sample_rate)
    hop = max(round(size * (1 - params.overlap)), 1)
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    meter, step = SpectrumMeter(rate), _BLOCK_WINDOWS * hop
    for at in range(0, recording.frames, step):
        progress.check()
        block = pick(recording.read(at, min(at + step + size - hop, recording.frames)), params.channel)
        meter.add(block[:step])
        if len(block) >= size:
            power = _density(block, window, hop, n_fft, rate)
            _share_out(power, at + hop * np.arange(len(power)), parts, choice)
        progress.report(min((at + step) / recording.frames, 1.0), "measuring the long-term spectrum")
    return meter.finish(recording.stream.bits)


def _density(block: NDArray[np.float32], window: NDArray[np.float32], hop: int, n_fft: int, rate: int):
    """One-sided power density (windows, bins)."""
    frames = np.lib.stride_tricks.sliding_window_view(block, window.size)[::hop]
    power = np.abs(np.fft.rfft(frames * window, n_fft, axis=1)).astype(np.float64) ** 2
    power /= rate * float(np.sum(window.astype(np.float64) ** 2))
    power[:, 1 : (n_fft + 1) // 2] *= 2  # all but 0 Hz and half the rate stand for two
    return power


def _share_out(
    power: NDArray[np.float64], starts: NDArray[np.int64], parts: dict[Part, _Part], choice: _Choice
) -> None:
    level = 10 * np.log10(power + 1e-30)
    steps = np.clip((level - _FLOOR_DB) / _STEP_DB, 0, _BINS - 1).astype(np.int64)
    for name, part in parts.items():
        belongs = choice.of(name, starts)
        part.add(power[belongs], steps[belongs])


def _size(params: LtasParams, rate: int) -> int:
    return max(round(params.window_s * rate), 4)


def _missing(parts: dict[Part, _Part], speech: Sequence[Segment] | None) -> tuple[str, ...]:
    unknown = (
        () if speech is not None else ("Speech and pauses are not told apart: the recording is not yet measured.",)
    )
    empty = tuple(f"No window lies in the part “{name}”." for name, part in parts.items() if not part.windows)
    return (*unknown, *empty)
