"""What a front end is and what it returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.foundation.registry import Registry

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class FeatureSpec:
    """Everything that determines a feature map: cache key and provenance."""

    name: str
    """Name in the registry FEATURES."""
    version: int
    sample_rate: int
    parameters: tuple[tuple[str, str | int | float | bool], ...]
    """All parameters, sorted by name; units are in the names (`hop_frames`, `low_hz`, `window_s`)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FeatureMap:
    """A map over frequency and time, with its axes."""

    values: NDArray[np.float32]
    """(bins, frames), read-only; bin 0 is the lowest frequency."""
    spec: FeatureSpec
    time_s: NDArray[np.float64]
    """(frames,) centre of each frame, seconds from the start of the recording."""
    frequency_hz: NDArray[np.float64]
    """(bins,) centre of each bin; coefficient number for cepstra."""
    unit: str = ""
    """What a value is, e.g. `dBFS`, `ln power`."""

    def __post_init__(self) -> None:
        self.values.setflags(write=False)


class FrontEnd(Protocol):
    """Turns waveforms into maps. Stateless; differentiable where the mathematics is."""

    spec: FeatureSpec

    def __call__(self, waveforms: torch.Tensor) -> torch.Tensor:
        """Maps (batch, channels, bins, frames) float32 of waveforms (batch, frames) at spec.sample_rate."""
        ...

    def axes(self, frames: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Centres of the map's columns (seconds) and rows (Hz) for a waveform of that many frames."""
        ...


FEATURES: Registry[type[Any]] = Registry("feature", "core.features")
"""Front-end classes by name. Each has a frozen `Params` dataclass, and is built as Class(sample_rate, params)."""
