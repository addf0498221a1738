"""Rooms: made-up decays and measured impulse responses. The direct sound stays where it was, the level is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from core.audio.perturb import _clips as clips
from core.audio.perturb._signals import at_level_of
from core.audio.perturb.base import PERTURBATIONS, SEEDS, Perturbation, Wave, draw_seed
from core.foundation.errors import PerturbationError
from core.foundation.params import param

_FIRST_REFLECTION_S = 0.0025
_DECAY = np.log(10 ** (60 / 20))
"""exp(-_DECAY · t / rt60) has fallen by 60 dB at rt60."""


@PERTURBATIONS.register("reverb")
@dataclass(frozen=True, slots=True, kw_only=True)
class Reverb(Perturbation):
    """A direct sound, then noise that decays exponentially.

    Source: Polack (1988), La transmission de l'énergie sonore dans les salles: the stochastic model of a late decay.
    """

    name: ClassVar = "reverb"
    help: ClassVar = "A room with a given reverberation time and distance to the microphone."

    rt60_s: float = param(0.5, "Time in which the reverberation falls by 60 dB.", unit="s", low=0.02, high=10.0)
    drr_db: float = param(3.0, "Energy of the direct sound over that of the room.", unit="dB", low=-30.0, high=60.0)
    seed: int = param(0, "Of the room.", low=0, high=SEEDS - 1)

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """0.1 to 0.8 s, from a near to a far microphone."""
        return cls(rt60_s=rng.uniform(0.1, 0.8), drr_db=rng.uniform(-2, 15), seed=draw_seed(rng))

    def response(self, rate_hz: int) -> NDArray[np.float32]:
        """The room's impulse response (frames,), direct sound 1 at frame 0, as long as rt60."""
        seconds = np.arange(round((_FIRST_REFLECTION_S + self.rt60_s) * rate_hz)) / rate_hz
        late = np.random.default_rng(self.seed).standard_normal(len(seconds)) * np.exp(-_DECAY * seconds / self.rt60_s)
        late[seconds < _FIRST_REFLECTION_S] = 0
        late *= 10 ** (-self.drr_db / 20) / np.sqrt(np.sum(late**2))
        late[0] = 1
        return late.astype(np.float32)

    def _change(self, waveform: Wave, rate_hz: int) -> NDArray[np.floating]:
        return at_level_of(signal.oaconvolve(waveform, self.response(rate_hz))[: len(waveform)], waveform)


@PERTURBATIONS.register("impulse_response")
@dataclass(frozen=True, slots=True, kw_only=True)
class ImpulseResponse(Perturbation):
    """A measured room, from its strongest sample on."""

    name: ClassVar = "impulse_response"
    help: ClassVar = "A measured room from the folder of noise clips."

    clip: str = param("", "File name in the folder of noise clips.")
    sha256: str = param("", "SHA-256 of that file.")

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """Any of the responses."""
        return cls().reseeded(rng)

    @classmethod
    def lacks(cls) -> PerturbationError | None:
        """Impulse responses."""
        return clips.lacking("response")

    def reseeded(self, rng: np.random.Generator) -> Self:
        """Another room."""
        clip = clips.choose("response", rng)
        return replace(self, clip=clip.name, sha256=clip.sha256)

    def _change(self, waveform: Wave, rate_hz: int) -> NDArray[np.floating]:
        response = clips.load(self.clip, self.sha256, rate_hz)
        direct = int(np.abs(response).argmax())
        return at_level_of(signal.oaconvolve(waveform, response[direct:])[: len(waveform)], waveform)
