"""What is read at the cursor and in a box: values with their uncertainties, and how two readings differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from core.audio.channels import pick
from core.audio.recording import Recording
from core.features.params import Params, param, too_short
from core.foundation.progress import SILENT, Progress
from core.foundation.units import RMS_FULL_SCALE, SINE_PEAK
from core.measure.result import Column, Measurement, Origin, Quantity, Table
from core.measure.spectrum import Spectrum

_FLOOR_DBFS = -200.0
BOX_LEVEL = "RMS level in the box"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxParams(Params):
    """How the level of a box is measured."""

    window_s: float = param(0.043, "Longest window; of a shorter box the box itself.", unit="s", low=0.002, high=2.0)
    channel: str = param("mix", "Channel: mix, or its number from 0.")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Readings(Measurement):
    """Values read at one place."""

    title: ClassVar[str] = "Reading"
    quantities: tuple[Quantity, ...]

    def facts(self) -> tuple[Quantity, ...]:
        """The values."""
        return self.quantities

    def sentences(self) -> tuple[str, ...]:
        """What 0 dBFS is in its level, where it has one."""
        names = [item.name for item in self.quantities if item.unit == "dBFS"]
        return tuple(f"{RMS_FULL_SCALE if name == BOX_LEVEL else SINE_PEAK}." for name in names)

    def tables(self) -> tuple[Table, ...]:
        """The values as rows."""
        return (as_table("Reading", self.quantities),)


def cursor_reading(recording: Recording, time_s: float, frequency_hz: float | None, spectrum: Spectrum) -> Readings:
    """Time, frequency and level at a point; frequency and level only where there is a frequency."""
    values = [Quantity("Time", time_s, "s", 0.5 / recording.sample_rate, "half a sample")]
    if frequency_hz is not None:
        half = spectrum.resolution_hz / 2
        values.append(Quantity("Frequency", frequency_hz, "Hz", half, "half the resolution bandwidth"))
        values.append(spectrum.level_at(frequency_hz))
        values.append(Quantity("Level measured at", spectrum.at_s, "s", spectrum.params.window_s / 2, "half window"))
    origin = Origin.of(recording, time_s, time_s, spectrum.params.channel)
    return Readings(origin=origin, params=spectrum.params, quantities=tuple(values))


def box_reading(
    recording: Recording,
    selection_s: tuple[float, float],
    band_hz: tuple[float, float] | None = None,
    params: BoxParams | None = None,
    progress: Progress = SILENT,
) -> Readings:
    """Edges, size and RMS level of a box; without a band of all frequencies.

    The level is the mean power of Hann windows with half overlap, summed over the bins of the band: a full-scale sine
    in it reads -3.01 dBFS.

    Raises:
        FeatureError: the box is shorter than 16 samples (FE-001).
        AudioError: the file changed or cannot be read.
        Cancelled: through `progress`.

    Source: Welch 1967, IEEE Trans. Audio Electroacoust. 15, 70-73.
    """
    params = params or BoxParams()
    rate = recording.sample_rate
    start, stop = (round(edge * rate) for edge in selection_s)
    low, high = band_hz or (0.0, rate / 2)
    if stop - start < 16:
        raise too_short("a level", stop - start, 16, rate)
    size = min(max(round(params.window_s * rate), 16), stop - start)
    power, bin_hz = _band_power(recording, start, stop, size, (low, high), params, progress)
    values = (*_edges(selection_s, (low, high), rate, bin_hz), _level(power, stop - start, (low, high), rate, bin_hz))
    return Readings(origin=Origin.of(recording, *selection_s, params.channel), params=params, quantities=values)


def difference(first: Readings, second: Readings) -> tuple[Quantity, ...]:
    """Second less first of each value that both have; uncertainties add up, as limits do."""
    before = {item.name: item for item in first.quantities}
    pairs = [(before[item.name], item) for item in second.quantities if item.name in before]
    return tuple(
        Quantity(f"Δ {new.name}", new.value - old.value, _difference_unit(new.unit), _sum(old, new), "sum of both")
        for old, new in pairs
        if isinstance(old.value, float) and isinstance(new.value, float)
    )


def as_table(title: str, quantities: tuple[Quantity, ...]) -> Table:
    """Values as rows: name, value, uncertainty, unit, what the uncertainty rests on."""
    return Table(
        title,
        (
            Column("what", "", [item.name for item in quantities]),
            Column("value", "", ["" if item.value is None else item.value for item in quantities]),
            Column("±", "", ["" if item.uncertainty is None else item.uncertainty for item in quantities]),
            Column("unit", "", [item.unit for item in quantities]),
            Column("± rests on", "", [item.about for item in quantities]),
        ),
    )


def _edges(
    selection_s: tuple[float, float], band_hz: tuple[float, float], rate: int, bin_hz: float
) -> tuple[Quantity, ...]:
    half_sample, half_bin = 0.5 / rate, bin_hz / 2
    (start, end), (low, high) = selection_s, band_hz
    return (
        Quantity("Start", start, "s", half_sample, "half a sample"),
        Quantity("End", end, "s", half_sample, "half a sample"),
        Quantity("Duration", end - start, "s", 2 * half_sample, "both ends"),
        Quantity("Low frequency", low, "Hz", half_bin, "half a bin"),
        Quantity("Centre frequency", (low + high) / 2, "Hz", half_bin, "half a bin"),
        Quantity("High frequency", high, "Hz", half_bin, "half a bin"),
        Quantity("Width", high - low, "Hz", 2 * half_bin, "both edges"),
    )


def _level(power: float, frames: int, band_hz: tuple[float, float], rate: int, bin_hz: float) -> Quantity:
    """Level with the standard deviation that the level of a noise of this length and width has.

    Source: Bendat and Piersol 2010, Random Data, 4th ed., eq. 8.38: relative error of a power is 1/sqrt(B·T).
    """
    products = max((band_hz[1] - band_hz[0]), bin_hz) * frames / rate
    spread = 10 * float(np.log10(1 + 1 / np.sqrt(max(products, 1.0))))
    level = max(10 * float(np.log10(power + 1e-30)), _FLOOR_DBFS)
    return Quantity(BOX_LEVEL, level, "dBFS", spread, "one standard deviation, were it steady noise")


def _band_power(
    recording: Recording,
    start: int,
    stop: int,
    size: int,
    band_hz: tuple[float, float],
    params: BoxParams,
    progress: Progress,
) -> tuple[float, float]:
    window = np.hanning(size + 1)[:-1]
    hop, bin_hz = max(size // 2, 1), recording.sample_rate / size
    shares = _bin_shares(size, bin_hz, band_hz) / (size * np.sum(window**2))
    total, count = 0.0, 0
    step = max(_BLOCK // hop, 1) * hop
    for at in range(start, stop - size + 1, step):
        progress.check()
        block = pick(recording.read(at, min(at + step + size - hop, stop)), params.channel)
        frames = np.lib.stride_tricks.sliding_window_view(block, size)[::hop]
        powers = np.abs(np.fft.rfft(frames * window, axis=1)) ** 2 @ shares
        total, count = total + float(powers.sum()), count + len(powers)
        progress.report(min((at + step - start) / (stop - start), 1.0), "measuring the box")
    return total / count, bin_hz


def _bin_shares(size: int, bin_hz: float, band_hz: tuple[float, float]) -> NDArray[np.float64]:
    """How much of each bin lies in the band, both halves of the spectrum counted."""
    centres = np.arange(size // 2 + 1) * bin_hz
    low, high = np.maximum(centres - bin_hz / 2, 0), np.minimum(centres + bin_hz / 2, size * bin_hz / 2)
    shares = np.clip(np.minimum(high, band_hz[1]) - np.maximum(low, band_hz[0]), 0, None) / (high - low)
    sides = np.full(size // 2 + 1, 2.0)
    sides[0] = 1.0
    if size % 2 == 0:
        sides[-1] = 1.0
    return shares * sides


def _difference_unit(unit: str) -> str:
    return "dB" if unit == "dBFS" else unit


def _sum(first: Quantity, second: Quantity) -> float | None:
    if first.uncertainty is None or second.uncertainty is None:
        return None
    return first.uncertainty + second.uncertainty
