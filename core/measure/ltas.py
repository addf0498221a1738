"""Long-term average spectrum of the whole, the speech, the pauses and a selection, in one streamed pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from core.audio.channels import pick
from core.audio.recording import Recording, Segment
from core.audio.spectrum import Bandwidth, SpectrumMeter
from core.features.params import Params, param, too_short
from core.foundation.progress import SILENT, Progress
from core.measure.drop import Drop, drop_facts, lasting_drop
from core.measure.ltas_parts import PERCENTILES, LtasCurve, Part, PartChoice, PartSums, share_out
from core.measure.result import Column, Measurement, Origin, Quantity, Table

_BLOCK_WINDOWS = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class LtasParams(Params):
    """How a long-term spectrum is made."""

    window_s: float = param(0.085, "Length of the Hann window.", unit="s", low=0.005, high=2.0)
    overlap: float = param(
        0.5, "Share of a window that the next one covers again.", name="overlap, share", low=0.0, high=0.9
    )
    inside: float = param(
        0.9,
        "A window is speech (a pause) where this share of it is (is not).",
        name="speech share at least",
        low=0.5,
        high=1.0,
    )
    channel: str = param("mix", "Channel: mix, or its number from 0.")


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
            self._reach,
            Quantity("Sharp end", sharp, "Hz", None if sharp is None else max(100.0, half), "smoothing over 100 Hz"),
            *drop_facts(self.drop),
        )

    @property
    def _reach(self) -> Quantity:
        """How far the sound reaches; what lies above half the sample rate cannot be known."""
        half_hz, error_hz = self.origin.sample_rate / 2, 100.0
        if self.bandwidth.hz + error_hz < half_hz:
            return Quantity("Sound reaches", self.bandwidth.hz, "Hz", error_hz, "smoothing over 100 Hz")
        return Quantity("Sound reaches", f"up to the limit of the sample rate ({half_hz:,.0f} Hz)")

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
    parts: dict[Part, PartSums] = {"whole": PartSums(n_fft // 2 + 1)}
    if speech is not None:
        parts |= {"speech": PartSums(n_fft // 2 + 1), "pauses": PartSums(n_fft // 2 + 1)}
    if selection_s is not None:
        parts["selection"] = PartSums(n_fft // 2 + 1)
    choice = PartChoice(recording, size, params.inside, speech, selection_s)
    bandwidth = _stream(recording, params, parts, n_fft, choice, progress)
    curves = tuple(part.finish(name) for name, part in parts.items() if part.windows)
    return Ltas(
        origin=Origin.of(recording, channel=params.channel),
        params=params,
        frequency_hz=np.arange(n_fft // 2 + 1) * rate / n_fft,
        curves=curves,
        bandwidth=bandwidth,
        missing=_missing(parts, speech),
    )


def _stream(
    recording: Recording,
    params: LtasParams,
    parts: dict[Part, PartSums],
    n_fft: int,
    choice: PartChoice,
    progress: Progress,
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
            share_out(power, at + hop * np.arange(len(power)), parts, choice)
        progress.report(min((at + step) / recording.frames, 1.0), "measuring the long-term spectrum")
    return meter.finish(recording.stream.bits)


def _density(block: NDArray[np.float32], window: NDArray[np.float32], hop: int, n_fft: int, rate: int):
    """One-sided power density (windows, bins)."""
    frames = np.lib.stride_tricks.sliding_window_view(block, window.size)[::hop]
    power = np.abs(np.fft.rfft(frames * window, n_fft, axis=1)).astype(np.float64) ** 2
    power /= rate * float(np.sum(window.astype(np.float64) ** 2))
    power[:, 1 : (n_fft + 1) // 2] *= 2  # all but 0 Hz and half the rate stand for two
    return power


def _size(params: LtasParams, rate: int) -> int:
    return max(round(params.window_s * rate), 4)


def _missing(parts: dict[Part, PartSums], speech: Sequence[Segment] | None) -> tuple[str, ...]:
    unknown = (
        () if speech is not None else ("Speech and pauses are not told apart: the recording is not yet measured.",)
    )
    empty = tuple(f"No window lies in the part “{name}”." for name, part in parts.items() if not part.windows)
    return (*unknown, *empty)
