"""RawBoost: distortions of telephone channels and devices, made from noise and filters alone.

Source: Tak, Kamble, Patino, Todisco, Evans (2022), RawBoost: A Raw Data Boosting and Augmentation Method applied to
Automatic Speaker Verification Anti-Spoofing, ICASSP, section 3. Filters are linear phase and their delay is taken away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from core.audio.perturb._signals import at_level_of, with_noise
from core.audio.perturb.base import PERTURBATIONS, SEEDS, Perturbation, Wave, draw_seed
from core.audio.perturb.noise import SNR_HELP
from core.foundation.params import param

_NOTCHES = 5
_CENTRES_HZ = (20.0, 8000.0)
_WIDTHS_HZ = (100.0, 1000.0)
_TAPS = (10, 100)
_SEED_HELP = "Of the filters and the noise."


@PERTURBATIONS.register("rawboost_convolutive")
@dataclass(frozen=True, slots=True, kw_only=True)
class RawBoostConvolutive(Perturbation):
    """Powers of the signal, each through notches of its own: linear and non-linear convolutive noise."""

    name: ClassVar = "rawboost_convolutive"
    help: ClassVar = "Linear and non-linear distortion of a device, each order through a filter of its own."

    orders: int = param(5, "Highest power of the signal; 1 is linear.", low=1, high=8)
    bias_db: float = param(12.0, "How far each higher order lies below the linear part.", unit="dB", low=0.0, high=60.0)
    seed: int = param(0, _SEED_HELP, low=0, high=SEEDS - 1)

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """Five orders, 5 to 20 dB below the linear part."""
        return cls(bias_db=rng.uniform(5, 20), seed=draw_seed(rng))

    def _change(self, waveform: Wave, rate_hz: int) -> NDArray[np.floating]:
        rng = np.random.default_rng(self.seed)
        scaled: Wave = waveform / np.float32(max(float(np.abs(waveform).max()), 1e-9))
        total, powered = _filtered(scaled, rate_hz, rng), scaled
        for _ in range(2, self.orders + 1):
            powered = (powered * scaled).astype(np.float32, copy=False)
            total = total + _filtered(powered, rate_hz, rng) * 10 ** (-self.bias_db / 20)
        return at_level_of(total - total.mean(), waveform)


@PERTURBATIONS.register("rawboost_impulsive")
@dataclass(frozen=True, slots=True, kw_only=True)
class RawBoostImpulsive(Perturbation):
    """Single samples disturbed in proportion to themselves: impulsive signal-dependent noise."""

    name: ClassVar = "rawboost_impulsive"
    help: ClassVar = "Clicks whose height follows the signal: quantisation, interference, bad contacts."

    share: float = param(0.05, "Share of the samples that are disturbed.", low=0.0, high=1.0)
    gain: float = param(2.0, "Largest disturbance, in heights of the sample.", low=0.0, high=100.0)
    seed: int = param(0, "Of the places and heights.", low=0, high=SEEDS - 1)

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """Up to a tenth of the samples."""
        return cls(share=rng.uniform(0, 0.1), seed=draw_seed(rng))

    def _change(self, waveform: Wave, rate_hz: int) -> NDArray[np.floating]:
        rng = np.random.default_rng(self.seed)
        places = rng.choice(len(waveform), round(self.share * len(waveform)), replace=False)
        heights = rng.uniform(-1, 1, len(places)) * rng.uniform(-1, 1, len(places))
        changed = waveform.astype(np.float64)
        changed[places] *= 1 + self.gain * heights
        return changed


@PERTURBATIONS.register("rawboost_stationary")
@dataclass(frozen=True, slots=True, kw_only=True)
class RawBoostStationary(Perturbation):
    """White noise through notches: stationary signal-independent additive noise."""

    name: ClassVar = "rawboost_stationary"
    help: ClassVar = "Stationary noise with missing bands."

    snr_db: float = param(25.0, SNR_HELP, unit="dB", low=-30.0, high=100.0)
    seed: int = param(0, _SEED_HELP, low=0, high=SEEDS - 1)

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """10 to 40 dB."""
        return cls(snr_db=rng.uniform(10, 40), seed=draw_seed(rng))

    def _change(self, waveform: Wave, rate_hz: int) -> NDArray[np.floating]:
        rng = np.random.default_rng(self.seed)
        noise = _filtered(rng.standard_normal(len(waveform), np.float32), rate_hz, rng)
        return with_noise(waveform, noise, self.snr_db, rate_hz)


def _filtered(waveform: Wave, rate_hz: int, rng: np.random.Generator) -> NDArray[np.floating]:
    """Through notches of random centre, width and depth, linear phase, not delayed."""
    taps = np.ones(1)
    top_hz = min(_CENTRES_HZ[1], 0.98 * rate_hz / 2)
    for _ in range(_NOTCHES):
        centre_hz, width_hz = rng.uniform(_CENTRES_HZ[0], top_hz), rng.uniform(*_WIDTHS_HZ)
        edges = (max(centre_hz - width_hz / 2, 1.0), min(centre_hz + width_hz / 2, 0.99 * rate_hz / 2))
        odd = int(rng.integers(*_TAPS)) // 2 * 2 + 1
        taps = np.convolve(taps, np.asarray(signal.firwin(odd, edges, fs=rate_hz)))
    reach = len(taps) // 2
    return signal.oaconvolve(waveform, taps.astype(np.float32))[reach : reach + len(waveform)]
