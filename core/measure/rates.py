"""Traces of other sample rates: where the spectrum ends and how steeply, and the rhythm that interpolation leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from core.audio.channels import mono
from core.audio.recording import Recording
from core.features.params import Params, param
from core.foundation.progress import SILENT, Progress, span
from core.measure.drop import Mirror, drop_facts, mirror_of
from core.measure.ltas import Ltas, LtasParams, measure_ltas
from core.measure.result import Column, Measurement, Origin, Quantity, Table
from core.measure.rhythm import Rhythm, residue_envelope, rhythms

STANDARD_RATES_HZ = (6000, 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 88200, 96000)
_UPPER_DB, _LOWER_DB = 6.0, 30.0
"""The slope is measured between these depths below the level under the end."""
_TRACES = ("the fall of the level", "the mirror images", "the rhythm of the residue")
_MIRROR_S, _MIRROR_PIECES = 2.0, 20


HOW_OFTEN = (
    "Known rates of falls and images: of 568 recordings and generated sounds of 2 to 10 s at 16 to 48 kHz, 8 showed "
    "such a fall of the level, and 3 mirror images: two that had been at 8 kHz for a coder, and one whose level falls "
    "there too. Two others reached a coherence of 0.6, all the rest 0.36 or less. Speech brought to 8 and 11.025 kHz "
    "and back by resamplers that leave images reached 0.92 to 0.97. Music, and sound that was coded after resampling, "
    "were not measured."
)
"""Known rates of hits and false alarms of falls and images with the default parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateParams(Params):
    """How traces are looked for."""

    neighbours: int = param(
        2, "Neighbours on each side from which a sample is predicted.", name="neighbours a side", low=1, high=32
    )
    window_s: float = param(4.0, "Length of the transforms of the residue.", unit="s", low=0.5, high=60.0)
    windows: int = param(60, "Most windows, spread evenly.", name="windows at most", low=1, high=5000)
    least_db: float = param(
        15.0,
        "A rhythm is stated where it stands this far above its surroundings.",
        name="rhythm at least",
        unit="dB",
        low=10.0,
        high=100.0,
    )
    channel: str = param("0", "Channel: its number from 0, or mix.")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RateHistory(Measurement):
    """Traces of resampling."""

    title: ClassVar[str] = "Sample-rate history"
    params: RateParams
    ltas: Ltas
    end_hz: float | None
    """Where all energy ends, below half the sample rate; None where it does not."""
    slope_db_per_khz: float | None
    """How steeply it ends."""
    transition_hz: tuple[float, float] | None
    """Where the level is 6 and 30 dB below that under the end."""
    mirror: Mirror | None
    """Images that an interpolation left above half of an old rate."""
    fits_hz: tuple[int, ...]
    """Standard rates whose upper limit fits the end."""
    frequency_hz: NDArray[np.float64]
    envelope_db: NDArray[np.float64]
    """Spectrum of the residue's envelope, relative to its own median nearby."""
    rhythms: tuple[Rhythm, ...]

    def facts(self) -> tuple[Quantity, ...]:
        """End, slope, rhythms."""
        low, high = self.transition_hz or (None, None)
        return (
            Quantity("Sharp end", self.end_hz, "Hz", None if self.end_hz is None else 100.0, "smoothing over 100 Hz"),
            Quantity("6 dB down at", low, "Hz"),
            Quantity("30 dB down at", high, "Hz"),
            Quantity("Slope between them", self.slope_db_per_khz, "dB/kHz"),
            *drop_facts(self.ltas.drop),
            Quantity("Coherence with the mirror image", self.mirror.coherence if self.mirror else None),
            *(
                Quantity(f"Rhythm of {rhythm.from_rate_hz} Hz", rhythm.above_db, "dB above surroundings")
                for rhythm in self.rhythms
            ),
        )

    def sentences(self) -> tuple[str, ...]:
        """What shows, and what else may do it."""
        mirror = self.mirror.told if self.mirror else ""
        return *filter(None, (self._end(), mirror, self._rhythm(), self._tied())), HOW_OFTEN

    def tables(self) -> tuple[Table, ...]:
        """Long-term spectrum, then the residue's envelope."""
        envelope = Table(
            "Residue envelope",
            (
                Column("frequency", "Hz", self.frequency_hz),
                Column("level above surroundings", "dB", self.envelope_db),
            ),
        )
        return (*self.ltas.tables(), envelope)

    def _end(self) -> str:
        if self.end_hz is None or self.mirror is not None:
            return self.ltas.end_told
        fits = " or ".join(f"{rate:,} Hz" for rate in self.fits_hz)
        once = f" It lies where sound that once had a rate of {fits} ends." if fits else ""
        return f"All energy ends at {self.end_hz:,.0f} Hz.{once} A coder's low-pass or any filter can do the same."

    def _tied(self) -> str:
        """Which traces speak for the same rate."""
        drop, images = self.ltas.drop, {self.mirror.old_rate_hz} if self.mirror else set[int]()
        for rate in (*images, *(rhythm.from_rate_hz for rhythm in self.rhythms)):
            rhythm = any(one.from_rate_hz == rate for one in self.rhythms)
            fall = drop is not None and drop.fits(rate)
            agreeing = [
                name for name, is_there in zip(_TRACES, (fall, rate in images, rhythm), strict=True) if is_there
            ]
            if len(agreeing) > 1:
                return f"{_joined(agreeing).capitalize()} fit one past: sound that had a rate of {rate:,} Hz."
        return ""

    def _rhythm(self) -> str:
        if not self.rhythms:
            return (
                "No rhythm of interpolation found. Good resamplers leave none: this is no proof that the rate was "
                "always the same."
            )
        told = ", ".join(
            f"{rhythm.frequency_hz:,.1f} Hz (as from {rhythm.from_rate_hz:,} Hz, or a rate of which that is a multiple)"
            for rhythm in self.rhythms
        )
        return (
            f"The prediction residue swells at {told}. Simple interpolation does this; so may a steady tone or a "
            "device's clock at that frequency."
        )


def measure_rates(recording: Recording, params: RateParams | None = None, progress: Progress = SILENT) -> RateHistory:
    """Look for traces of resampling.

    Simple interpolation makes every so-and-so-many samples a weighted sum of their neighbours: a linear prediction
    fits these better, and the size of its error swells and sinks with the old rate.

    Raises:
        FeatureError: the recording is shorter than a window (FE-001).
        AudioError: the file changed or cannot be read.
        Cancelled: through `progress`.

    Source: Gallagher 2005, Proc. CRV, 65-72; Popescu and Farid 2005, IEEE Trans. Signal Process. 53(2), 758-767.
    """
    params = params or RateParams()
    ltas = measure_ltas(recording, LtasParams(channel=params.channel), progress=span(progress, 0.0, 0.4))
    frequency, power = residue_envelope(
        recording,
        reach=params.neighbours,
        window_s=params.window_s,
        windows=params.windows,
        channel=params.channel,
        progress=span(progress, 0.4, 1.0),
    )
    level = 10 * np.log10(power + 1e-30)
    end, fall = ltas.bandwidth.sharp_end_hz, _fall(ltas)
    width = (fall[1] - fall[0]) / 1000 if fall else 0.0
    return RateHistory(
        origin=Origin.of(recording, channel=params.channel),
        params=params,
        ltas=ltas,
        end_hz=end,
        slope_db_per_khz=(_UPPER_DB - _LOWER_DB) / width if width else None,
        transition_hz=fall,
        mirror=mirror_of(_pieces(recording, params.channel), recording.sample_rate, STANDARD_RATES_HZ),
        fits_hz=_fitting(end, recording.sample_rate),
        frequency_hz=frequency,
        envelope_db=level - float(np.median(level)),
        rhythms=rhythms(frequency, level, recording.sample_rate, params.least_db, STANDARD_RATES_HZ),
    )


def _pieces(recording: Recording, channel: str) -> list[NDArray[np.float32]]:
    """Stretches of 2 s, spread evenly; the whole where it is short."""
    size = min(round(_MIRROR_S * recording.sample_rate), recording.frames)
    count = min(max(recording.frames // size, 1), _MIRROR_PIECES)
    starts = np.linspace(0, recording.frames - size, count).astype(int).tolist()
    return [mono(recording, start, start + size, channel) for start in starts]


def _fall(ltas: Ltas) -> tuple[float, float] | None:
    """Where the mean spectrum is 6 and 30 dB below its level under the sharp end."""
    end, curve = ltas.bandwidth.sharp_end_hz, ltas.curve("whole")
    if end is None or curve is None:
        return None
    frequency, level = ltas.frequency_hz, curve.mean_db.astype(np.float64)
    under = level[(frequency > 0.85 * end) & (frequency < 0.93 * end)]
    if not len(under):
        return None
    reference = 10 * float(np.log10(np.mean(10 ** (under / 10))))
    above = frequency > 0.9 * end
    depths = [frequency[above & (level < reference - depth)] for depth in (_UPPER_DB, _LOWER_DB)]
    if not all(len(depth) for depth in depths) or depths[1][0] <= depths[0][0]:
        return None
    return float(depths[0][0]), float(depths[1][0])


def _joined(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _fitting(end_hz: float | None, rate: int) -> tuple[int, ...]:
    if end_hz is None:
        return ()
    return tuple(old for old in STANDARD_RATES_HZ if old < rate and 0.88 <= end_hz / (old / 2) <= 1.02)
