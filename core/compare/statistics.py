"""Measured conditions of several recordings side by side, with their differences.

Where at least three recordings of known origin are there, a difference is given in units of their spread; else it is
the plain difference from the reference. No threshold: a difference of two spreads is no finding by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.audio.recording import Condition, Recording

LEAST_KNOWN = 3
_RELATIVE = {"dBFS": "dB"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One recording and what was measured of it."""

    name: str
    recording: Recording
    condition: Condition | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """One quantity of all entries; None where it was not measured or does not apply."""

    name: str
    unit: str
    decimals: int
    values: tuple[float | None, ...]
    differences: tuple[float | None, ...]
    """From the reference (the first entry) in the quantity's unit, or from the known recordings' mean in spreads."""
    in_spreads: bool
    """Whether differences are in units of the known recordings' standard deviation."""
    known_mean: float | None = None
    known_spread: float | None = None

    @property
    def difference_unit(self) -> str:
        """Of plain differences: that of two levels is not relative to full scale."""
        return _RELATIVE.get(self.unit, self.unit)


@dataclass(frozen=True, slots=True)
class _Quantity:
    name: str
    unit: str
    decimals: int
    read: Callable[[Recording, Condition | None], float | None]


def _measured(name: str) -> Callable[[Recording, Condition | None], float | None]:
    return lambda _, condition: None if condition is None else getattr(condition, name)


QUANTITIES = (
    _Quantity("Length", "s", 3, lambda recording, _: recording.duration_s),
    _Quantity("Sample rate", "Hz", 0, lambda recording, _: recording.sample_rate),
    _Quantity("Channels", "", 0, lambda recording, _: recording.channels),
    _Quantity("Bits per sample", "bit", 0, lambda recording, _: recording.stream.bits),
    _Quantity("Effective bits", "bit", 1, _measured("effective_bits")),
    _Quantity("Bandwidth", "Hz", 0, _measured("bandwidth_hz")),
    _Quantity(
        "Signal to noise", "dB", 1, lambda _, c: c.snr_db if c is not None and c.snr_measured and c.speech_s else None
    ),
    _Quantity("Speech", "s", 2, _measured("speech_s")),
    _Quantity("RMS level", "dBFS", 1, _measured("rms_dbfs")),
    _Quantity("Peak level", "dBFS", 1, _measured("peak_dbfs")),
    _Quantity("Clipped samples", "%", 3, _measured("clipped_pct")),
    _Quantity("DC offset", "of full scale", 6, _measured("dc_offset")),
    _Quantity("Digital silence", "%", 2, _measured("digital_silence_pct")),
)


def statistics_table(entries: Sequence[Entry], known: Sequence[Entry] = ()) -> tuple[Statistic, ...]:
    """All quantities of the entries.

    Args:
        entries: What is compared; the first is the reference.
        known: Recordings of known origin, whether they are among the entries or not.
    """
    return tuple(_statistic(quantity, entries, known) for quantity in QUANTITIES)


def _statistic(quantity: _Quantity, entries: Sequence[Entry], known: Sequence[Entry]) -> Statistic:
    values = tuple(quantity.read(entry.recording, entry.condition) for entry in entries)
    exemplars = [quantity.read(entry.recording, entry.condition) for entry in known]
    present = [value for value in exemplars if value is not None]
    mean = float(np.mean(present)) if len(present) >= LEAST_KNOWN else None
    spread = float(np.std(present, ddof=1)) if len(present) >= LEAST_KNOWN else None
    in_spreads = bool(spread)
    base, unit = (mean, spread) if in_spreads else (values[0] if values else None, 1.0)
    differences = tuple(
        None if value is None or base is None or not unit else (value - base) / unit for value in values
    )
    return Statistic(
        name=quantity.name,
        unit=quantity.unit,
        decimals=quantity.decimals,
        values=values,
        differences=differences,
        in_spreads=in_spreads,
        known_mean=mean,
        known_spread=spread,
    )
