"""Parts taken out of a waveform in time or in frequency.

Source: Park et al. (2019), SpecAugment, Interspeech, section 2; here on waveforms, so that any front end can follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from core.audio.perturb._signals import falling_flank, rising_flank, zero_phase
from core.audio.perturb.base import PERTURBATIONS, Perturbation, Wave
from core.foundation.params import param

_DEPTH_DB = -30.0
_FLANK_HZ = 50.0


@PERTURBATIONS.register("time_mask")
@dataclass(frozen=True, slots=True, kw_only=True)
class TimeMask(Perturbation):
    """A stretch lowered by 30 dB."""

    name: ClassVar = "time_mask"
    help: ClassVar = "A short stretch lowered by 30 dB."

    start: float = param(0.4, "Where it starts, as a share of the length.", low=0.0, high=1.0)
    seconds: float = param(0.15, "How long it is.", unit="s", low=0.0, high=60.0)

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """30 to 250 ms, anywhere."""
        return cls(start=rng.uniform(0, 0.95), seconds=rng.uniform(0.03, 0.25))

    def _change(self, waveform: Wave, rate_hz: int) -> NDArray[np.floating]:
        first = int(self.start * len(waveform))
        gain = np.ones(len(waveform), np.float32)
        gain[first : first + int(self.seconds * rate_hz)] = 10 ** (_DEPTH_DB / 20)
        flank = np.hanning(rate_hz // 100)
        smooth = np.convolve(np.pad(gain, len(flank), mode="edge"), flank / flank.sum(), mode="same")
        return waveform * smooth[len(flank) : -len(flank)].astype(np.float32)


@PERTURBATIONS.register("frequency_mask")
@dataclass(frozen=True, slots=True, kw_only=True)
class FrequencyMask(Perturbation):
    """A band taken out whole."""

    name: ClassVar = "frequency_mask"
    help: ClassVar = "A broad band taken out of the whole recording."

    low_hz: float = param(2000.0, "Lower end of the band.", unit="Hz", low=0.0, high=192000.0)
    width_hz: float = param(1000.0, "Width of the band.", unit="Hz", low=1.0, high=96000.0)

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """200 to 1600 Hz wide, below 8 kHz."""
        width_hz = rng.uniform(200, 1600)
        return cls(low_hz=rng.uniform(0, 8000 - width_hz), width_hz=width_hz)

    def _change(self, waveform: Wave, rate_hz: int) -> NDArray[np.floating]:
        low, high = self.low_hz, self.low_hz + self.width_hz
        return zero_phase(
            waveform,
            rate_hz,
            lambda hz: falling_flank(hz, low - _FLANK_HZ, _FLANK_HZ) + rising_flank(hz, high + _FLANK_HZ, _FLANK_HZ),
        )
