"""Multiples of a frequency in a spectrum: which of them are there, and how strong."""

from __future__ import annotations

from dataclasses import dataclass

from core.measure.floor import ABOVE
from core.measure.result import Column, Table
from core.measure.spectrum import Spectrum


@dataclass(frozen=True, slots=True, kw_only=True)
class Harmonic:
    """One multiple."""

    number: int
    frequency_hz: float
    """The multiple itself."""
    level_dbfs: float
    """Highest level within half a resolution bandwidth of it."""
    above_db: float
    """Over the local floor, as peaks are."""


def harmonics(spectrum: Spectrum, f0_hz: float) -> tuple[Harmonic, ...]:
    """All multiples up to half the sample rate, from the first; none for a frequency that cannot be resolved."""
    if not spectrum.resolution_hz <= f0_hz <= spectrum.origin.sample_rate / 2:
        return ()
    count = int(spectrum.origin.sample_rate / 2 / f0_hz + 1e-9)
    return tuple(_harmonic(spectrum, number, f0_hz) for number in range(1, count + 1))


def _harmonic(spectrum: Spectrum, number: int, f0_hz: float) -> Harmonic:
    level, bin_hz = spectrum.level_dbfs, spectrum.origin.sample_rate / 2 / (len(spectrum.level_dbfs) - 1)
    at, reach = number * f0_hz / bin_hz, spectrum.resolution_hz / 2 / bin_hz
    near = level[max(round(at - reach), 0) : round(at + reach) + 1]
    top, floor = float(near.max()), spectrum.floor_dbfs[min(round(at), len(level) - 1)]
    return Harmonic(number=number, frequency_hz=number * f0_hz, level_dbfs=top, above_db=top - float(floor))


def harmonic_table(found: tuple[Harmonic, ...]) -> Table:
    """The multiples as a table; `found` is not empty."""
    return Table(
        f"Harmonics of {found[0].frequency_hz:.2f} Hz",
        (
            Column("multiple", "", [item.number for item in found]),
            Column("frequency", "Hz", [item.frequency_hz for item in found]),
            Column("level", "dBFS", [item.level_dbfs for item in found]),
            Column(ABOVE, "dB", [item.above_db for item in found]),
        ),
    )
