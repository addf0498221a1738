"""Added noise at a true ratio of powers: the active speech level (ITU-T P.56) over the mean power of the noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from core.audio.perturb import _clips as clips
from core.audio.perturb._signals import coloured_noise, with_noise
from core.audio.perturb.base import PERTURBATIONS, SEEDS, Perturbation, Wave, draw_seed
from core.foundation.errors import PerturbationError
from core.foundation.params import param

SNR_HELP = "Active speech level (ITU-T P.56) over the mean power of the noise."


@PERTURBATIONS.register("noise")
@dataclass(frozen=True, slots=True, kw_only=True)
class Noise(Perturbation):
    """Stationary Gaussian noise of a colour."""

    name: ClassVar = "noise"
    help: ClassVar = "Stationary noise of a colour: amplifiers, tape, a quiet room."

    snr_db: float = param(20.0, SNR_HELP, unit="dB", low=-30.0, high=100.0)
    exponent: float = param(
        0.0, "Its power goes with frequency to this exponent: 0 white, -1 pink, -2 brown.", low=-4.0, high=4.0
    )
    seed: int = param(0, "Of the noise.", low=0, high=SEEDS - 1)

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """6 to 45 dB, from brown to a little bluer than white."""
        return cls(snr_db=rng.uniform(6, 45), exponent=rng.uniform(-2, 0.3), seed=draw_seed(rng))

    def _change(self, waveform: Wave, rate_hz: int) -> NDArray[np.floating]:
        noise = coloured_noise(len(waveform), rate_hz, self.exponent, self.seed)
        return with_noise(waveform, noise, self.snr_db, rate_hz)


@PERTURBATIONS.register("real_noise")
@dataclass(frozen=True, slots=True, kw_only=True)
class RealNoise(Perturbation):
    """A recorded noise, repeated as often as needed."""

    name: ClassVar = "real_noise"
    help: ClassVar = "A recorded noise from the folder of noise clips."

    clip: str = param("", "File name in the folder of noise clips.")
    sha256: str = param("", "SHA-256 of that file.")
    snr_db: float = param(15.0, SNR_HELP, unit="dB", low=-30.0, high=100.0)
    start: float = param(0.0, "Where in the clip it starts, as a share of its length.", low=0.0, high=1.0)

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """Any clip from any place on, 5 to 35 dB."""
        return cls(snr_db=rng.uniform(5, 35)).reseeded(rng)

    @classmethod
    def lacks(cls) -> PerturbationError | None:
        """Clips of noise."""
        return clips.lacking("noise")

    def reseeded(self, rng: np.random.Generator) -> Self:
        """Another clip at the same ratio."""
        clip = clips.choose("noise", rng)
        return type(self)(clip=clip.name, sha256=clip.sha256, snr_db=self.snr_db, start=rng.random())

    def _change(self, waveform: Wave, rate_hz: int) -> NDArray[np.floating]:
        noise = clips.load(self.clip, self.sha256, rate_hz)
        rolled = np.roll(noise, -round(self.start * len(noise)))
        return with_noise(waveform, np.resize(rolled, len(waveform)), self.snr_db, rate_hz)
