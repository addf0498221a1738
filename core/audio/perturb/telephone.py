"""A telephone line: its band, its rate, its eight bits; and packets that do not arrive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from core.audio.perturb._signals import at_rate, falling_flank, rising_flank, zero_phase
from core.audio.perturb.base import PERTURBATIONS, SEEDS, Coding, Perturbation, Wave, draw_seed
from core.audio.perturb.filters import log_uniform
from core.audio.perturb.speech_coders import NARROW_CODER, NARROW_HZ, companded, g711_coding
from core.foundation.params import param

_BAND_HZ = (300.0, 3400.0)
_FLANK_HZ = 150.0
_PACKET_S = 0.02
_CONCEALMENTS = ("zero", "repeat")
_FADE = 0.5
"""A repeated packet is so much weaker than the one before it was."""


@PERTURBATIONS.register("telephone")
@dataclass(frozen=True, slots=True, kw_only=True)
class Telephone(Perturbation):
    """300 to 3400 Hz at 8 kHz, then G.711."""

    name: ClassVar = "telephone"
    help: ClassVar = "A fixed telephone line: 300 to 3400 Hz, 8 kHz, G.711."

    law: str = param(
        "a-law", "A-law (most of the world) or mu-law (North America, Japan).", choices=("a-law", "mu-law")
    )

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """Either law."""
        return cls(law=str(rng.choice(("a-law", "mu-law"))))

    def coding(self) -> Coding:
        """G.711 with its law."""
        return g711_coding(self.law)

    def made_with(self, rate_hz: int) -> str:
        """libsndfile, for the eight bits."""
        return NARROW_CODER

    def _change(self, waveform: Wave, rate_hz: int) -> NDArray[np.floating]:
        return at_rate(waveform, rate_hz, NARROW_HZ, lambda narrow: companded(_line(narrow), self.law))


@PERTURBATIONS.register("packet_loss")
@dataclass(frozen=True, slots=True, kw_only=True)
class PacketLoss(Perturbation):
    """Packets of 20 ms lost in bursts.

    Source: Gilbert (1960), Capacity of a Burst-Noise Channel, Bell System Technical Journal 39, 1253-1265.
    """

    name: ClassVar = "packet_loss"
    help: ClassVar = "Packets of 20 ms that do not arrive, singly or in bursts."

    share: float = param(0.05, "Share of the packets that are lost, in the long run.", low=0.0, high=0.9)
    burst: float = param(1.5, "Mean number of packets lost in a row.", low=1.0, high=100.0)
    concealment: str = param(
        "repeat", "What is heard in their place: silence, or the last packet, fading.", choices=_CONCEALMENTS
    )
    seed: int = param(0, "Of the losses.", low=0, high=SEEDS - 1)

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """1 to 20 per cent, in bursts of up to 3."""
        concealment = str(rng.choice(_CONCEALMENTS))
        share, burst = log_uniform(rng, 0.01, 0.2), rng.uniform(1, 3)
        return cls(share=share, burst=burst, concealment=concealment, seed=draw_seed(rng))

    def lost(self, packets: int) -> NDArray[np.bool_]:
        """Which of so many packets are lost."""
        rng = np.random.default_rng(self.seed)
        starts_lost = rng.random() < self.share
        if not self.share:
            return np.zeros(packets, np.bool_)
        mean_good = self.burst * (1 - self.share) / self.share
        runs = np.empty(2 * packets + 2, np.int64)
        runs[0::2] = rng.geometric(min(1 / mean_good, 1.0), packets + 1)
        runs[1::2] = rng.geometric(1 / self.burst, packets + 1)
        states = np.arange(len(runs)) % 2 == 1
        first = int(starts_lost)
        ends = int(np.searchsorted(np.cumsum(runs[first:]), packets)) + 1
        return np.repeat(states[first : first + ends], runs[first : first + ends])[:packets]

    def _change(self, waveform: Wave, rate_hz: int) -> NDArray[np.floating]:
        size = round(_PACKET_S * rate_hz)
        packets = np.pad(waveform, (0, -len(waveform) % size)).reshape(-1, size)
        lost = self.lost(len(packets))
        if self.concealment == "zero":
            return np.where(lost[:, None], np.float32(0), packets).ravel()
        number = np.arange(len(packets))
        last = np.maximum.accumulate(np.where(lost, -1, number))
        gain = np.where(last < 0, 0.0, _FADE ** np.maximum(number - last - 1, 0)).astype(np.float32)
        return (packets[np.maximum(last, 0)] * gain[:, None]).ravel()


def _line(waveform: Wave) -> Wave:
    low, high = _BAND_HZ
    filtered = zero_phase(
        waveform, NARROW_HZ, lambda hz: rising_flank(hz, low, _FLANK_HZ) * falling_flank(hz, high, _FLANK_HZ)
    )
    return filtered.astype(np.float32)
