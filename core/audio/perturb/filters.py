"""Filters without phase: another microphone, a smaller band, a missing line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from core.audio.perturb._signals import falling_flank, rising_flank, zero_phase
from core.audio.perturb.base import PERTURBATIONS, Perturbation, Wave, bad_record
from core.foundation.params import param

_POINTS_HZ = (80.0, 172.0, 371.0, 800.0, 1724.0, 3713.0, 8000.0)


def log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    """Between low and high, each octave as likely as the next."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


@PERTURBATIONS.register("equaliser")
@dataclass(frozen=True, slots=True, kw_only=True)
class Equaliser(Perturbation):
    """A smooth frequency response."""

    name: ClassVar = "equaliser"
    help: ClassVar = "A smooth frequency response: another microphone, room or tone control."

    frequencies_hz: tuple[float, ...] = param(
        _POINTS_HZ, "Points of the response, rising; level beyond them.", unit="Hz", low=1.0
    )
    gains_db: tuple[float, ...] = param(
        (-6.0, -3.0, 0.0, 3.0, 3.0, 0.0, -6.0), "Gain at each point.", unit="dB", low=-60.0, high=60.0
    )

    def __post_init__(self) -> None:
        Perturbation.__post_init__(self)
        rising = all(low < high for low, high in zip(self.frequencies_hz, self.frequencies_hz[1:], strict=False))
        if not rising or not self.gains_db or len(self.gains_db) != len(self.frequencies_hz):
            raise bad_record(self.name, "its points do not fit", "Give rising frequencies and a gain for each.")

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """Seven points a little more than an octave apart, standard deviation 4 dB, and a tilt."""
        gains = rng.normal(0, 4, 7) + rng.uniform(-2, 2) * np.arange(-3, 4)
        return cls(frequencies_hz=_POINTS_HZ, gains_db=tuple(gains.tolist()))

    def _change(self, waveform: Wave, rate_hz: int) -> NDArray[np.floating]:
        points = np.log(self.frequencies_hz)
        return zero_phase(
            waveform, rate_hz, lambda hz: 10 ** (np.interp(np.log(np.maximum(hz, 1)), points, self.gains_db) / 20)
        )


@PERTURBATIONS.register("low_pass")
@dataclass(frozen=True, slots=True, kw_only=True)
class LowPass(Perturbation):
    """Low-pass with a raised-cosine flank."""

    name: ClassVar = "low_pass"
    help: ClassVar = "Takes away the upper end of the band, as a lower rate or a coder does."

    cutoff_hz: float = param(3400.0, "Where the flank begins.", unit="Hz", low=20.0, high=192000.0)
    flank_hz: float = param(200.0, "Width of the flank.", unit="Hz", low=1.0, high=20000.0)

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """Cut-off 3.2 to 7.5 kHz, denser at the low end."""
        return cls(cutoff_hz=log_uniform(rng, 3200, 7500), flank_hz=rng.uniform(50, 600))

    def _change(self, waveform: Wave, rate_hz: int) -> NDArray[np.floating]:
        return zero_phase(waveform, rate_hz, lambda hz: falling_flank(hz, self.cutoff_hz, self.flank_hz))


@PERTURBATIONS.register("high_pass")
@dataclass(frozen=True, slots=True, kw_only=True)
class HighPass(Perturbation):
    """High-pass with a raised-cosine flank."""

    name: ClassVar = "high_pass"
    help: ClassVar = "Takes away the lower end of the band, as small microphones and rumble filters do."

    cutoff_hz: float = param(300.0, "Where the flank ends.", unit="Hz", low=1.0, high=192000.0)
    flank_hz: float = param(100.0, "Width of the flank.", unit="Hz", low=1.0, high=20000.0)

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """Cut-off 50 to 500 Hz, denser at the low end."""
        cutoff_hz = log_uniform(rng, 50, 500)
        return cls(cutoff_hz=cutoff_hz, flank_hz=rng.uniform(0.3, 1.0) * cutoff_hz)

    def _change(self, waveform: Wave, rate_hz: int) -> NDArray[np.floating]:
        return zero_phase(waveform, rate_hz, lambda hz: rising_flank(hz, self.cutoff_hz, self.flank_hz))


@PERTURBATIONS.register("notch")
@dataclass(frozen=True, slots=True, kw_only=True)
class Notch(Perturbation):
    """A band lowered by 40 dB."""

    name: ClassVar = "notch"
    help: ClassVar = "A narrow band lowered by 40 dB, so that no single line carries the answer."

    centre_hz: float = param(2000.0, "Centre of the band.", unit="Hz", low=1.0, high=192000.0)
    width_hz: float = param(400.0, "Width of the band.", unit="Hz", low=1.0, high=20000.0)

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """Anywhere from 300 Hz to 6.7 kHz, 80 to 700 Hz wide."""
        return cls(centre_hz=rng.uniform(300, 6700), width_hz=log_uniform(rng, 80, 700))

    def _change(self, waveform: Wave, rate_hz: int) -> NDArray[np.floating]:
        return zero_phase(
            waveform, rate_hz, lambda hz: np.where(np.abs(hz - self.centre_hz) < self.width_hz / 2, 0.01, 1.0)
        )
