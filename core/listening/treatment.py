"""What is done to a recording for the ear: band, channel, gain, speed. Never touches the recording itself."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.audio.channels import pick
from core.foundation.errors import UsageError

GAINS_DB = (-24.0, 24.0)
SPEEDS = (0.5, 1.0)
ALL, MIX, DIFFERENCE = "all", "mix", "difference"

Band = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """How a recording is played. The neutral one hands its samples on unchanged."""

    gain_db: float = 0.0
    """-24..24; above 0 a limiter keeps the peaks below full scale."""
    speed: float = 1.0
    """0.5..1; the pitch stays."""
    channel: str = ALL
    """`all` (each on its own loudspeaker), `mix`, a number from 0, or `difference`: half of first less second."""
    band_hz: Band | None = None
    """Only these frequencies."""

    def __post_init__(self) -> None:
        """Refuse what cannot be played.

        Raises:
            UsageError: a value lies outside its range (US-031).
        """
        low, high = self.band_hz or (0.0, math.inf)
        _require(GAINS_DB[0] <= self.gain_db <= GAINS_DB[1], f"A gain of {self.gain_db:g} dB")
        _require(SPEEDS[0] <= self.speed <= SPEEDS[1], f"A speed of {self.speed:g}")
        _require(0 <= low < high, f"A band from {low:g} to {high:g} Hz")
        _require(self.channel in (ALL, MIX, DIFFERENCE) or self.channel.isdecimal(), f"The channel {self.channel}")

    @property
    def is_neutral(self) -> bool:
        """Whether the recording is heard as it is."""
        return self == Treatment()

    @property
    def words(self) -> str:
        """What is changed, e.g. `+12 dB, speed 0.70`; empty where nothing is."""
        parts = (
            f"{self.gain_db:+g} dB".replace("-", "\N{MINUS SIGN}") if self.gain_db else "",
            f"speed {self.speed:.2f}" if self.speed != 1 else "",
            channel_words(self.channel) if self.channel != ALL else "",
            f"only {self.band_hz[0]:.0f} to {self.band_hz[1]:.0f} Hz" if self.band_hz else "",
        )
        return ", ".join(part for part in parts if part)

    def record(self) -> dict[str, Any]:
        """The same for a log, JSON-compatible."""
        return {
            "gain_db": self.gain_db,
            "speed": self.speed,
            "channel": self.channel,
            "band_hz": list(self.band_hz) if self.band_hz else None,
        }


def channel_words(channel: str) -> str:
    """A channel as people count them."""
    names = {ALL: "as recorded", MIX: "mean of the channels", DIFFERENCE: "channel 1 \N{MINUS SIGN} channel 2"}
    return names.get(channel) or f"channel {int(channel) + 1}"


def pick_channels(samples: NDArray[np.float32], channel: str) -> NDArray[np.float32]:
    """Samples (1 or all channels, frames) of samples (channels, frames).

    Raises:
        AudioError: there is no such channel (IN-021).
    """
    if channel == ALL:
        return samples
    if channel == DIFFERENCE:
        return (pick(samples, "0") - pick(samples, "1"))[None] / np.float32(2)
    return pick(samples, channel)[None]


def _require(right: bool, what: str) -> None:
    if not right:
        raise UsageError(
            "US-031",
            f"{what} cannot be played.",
            do=f"Choose a gain from {GAINS_DB[0]:g} to {GAINS_DB[1]:g} dB, a speed from {SPEEDS[0]:g} to "
            f"{SPEEDS[1]:g}, a channel that the recording has, and a band of which the lower edge comes first.",
        )
