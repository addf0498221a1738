"""Mains hum along time: its frequency (ENF) from the clearest harmonic, or the statement that there is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from core.audio.recording import Recording
from core.features.params import Params, param, too_short
from core.foundation.progress import SILENT, Progress, span
from core.measure.peaks import vertex
from core.measure.result import Column, Measurement, Origin, Quantity, Table
from core.measure.whole import whole_at

RATE_HZ = 400
NOT_FOUND = "No mains hum found: no line at 50 or 60 Hz or their multiples stands out and is steady."
_HALF_BAND_HZ = 0.5
_AROUND_HZ = (0.75, 3.0)
"""Noise is measured this far from the harmonic's middle, on both sides."""
_CHUNK_FRAMES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class HumParams(Params):
    """How hum is followed."""

    nominal: str = param(
        "auto",
        "Mains frequency; auto takes the clearer one.",
        name="mains frequency",
        unit="Hz",
        choices=("auto", "50", "60"),
    )
    harmonics: int = param(
        3, "Harmonics looked at, from the first; the clearest is followed.", name="harmonics looked at", low=1, high=3
    )
    frame_s: float = param(16.0, "Length of the Hann window.", name="window", unit="s", low=4.0, high=64.0)
    step_s: float = param(1.0, "Step between windows.", unit="s", low=0.1, high=60.0)
    padding: int = param(
        4, "Zero-padding of the transform, in lengths of the window.", name="zero-padding, factor", low=1, high=16
    )
    least_snr_db: float = param(
        14.0,
        "A window shows hum where its line stands this far above the noise beside it.",
        name="SNR at least",
        unit="dB",
        low=6.0,
        high=60.0,
    )
    steady_hz: float = param(
        0.05,
        "Hum found: the line moves no more than this between separate windows (median).",
        name="movement at most",
        unit="Hz",
        low=0.001,
        high=1.0,
    )
    channel: str = param("mix", "Channel: mix, or its number from 0.")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Line:
    """What one harmonic's band shows along time."""

    nominal_hz: int
    number: int
    frequency_hz: NDArray[np.float64]
    """(windows,), of the strongest line in the band, divided by the harmonic's number."""
    snr_db: NDArray[np.float64]
    """(windows,), of that line over the median of the noise beside the band."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hum(Measurement):
    """The hum's frequency along time."""

    title: ClassVar[str] = "Mains hum"
    params: HumParams
    times_s: NDArray[np.float64]
    """Middles of the windows."""
    line: Line
    """The clearest harmonic."""
    lines: tuple[Line, ...]
    found: bool
    """Whether half of the windows show a line, and it is steady."""

    unit: ClassVar[str] = "Hz"

    @property
    def step_s(self) -> float:
        """Distance of the times: whole samples at 400 Hz."""
        return _step(self.params) / RATE_HZ

    @property
    def values(self) -> NDArray[np.float64]:
        """Frequency at each time, brought down to the first harmonic; NaN where no line stands out."""
        shown = self.found & (self.line.snr_db >= self.params.least_snr_db)
        return np.where(shown, self.line.frequency_hz, np.nan)

    @property
    def resolution_hz(self) -> float:
        """Equivalent noise bandwidth, brought down to the first harmonic."""
        return 1.5 / self.params.frame_s / self.line.number

    def facts(self) -> tuple[Quantity, ...]:
        """Which line, how clear, how steady."""
        shown = self.values[np.isfinite(self.values)]
        mean = float(shown.mean()) if len(shown) else None
        spread = float(shown.std()) if len(shown) else None
        return (
            Quantity("Clearest line", self.line.number * self.line.nominal_hz, "Hz", None, "nominal"),
            Quantity("Median signal-to-noise ratio", round(float(np.median(self.line.snr_db)), 1), "dB"),
            Quantity(
                "Movement between separate windows", _mhz(_movement(self.line, self.params)), "mHz", None, "median"
            ),
            Quantity(
                "Mean frequency", mean, "Hz", None if mean is None else self.resolution_hz / 2, "half the resolution"
            ),
            Quantity("Standard deviation", None if spread is None else _mhz(spread), "mHz"),
            Quantity("Windows that show it", len(shown), f"of {len(self.times_s)}"),
        )

    def sentences(self) -> tuple[str, ...]:
        """Found or not; what that means and what not."""
        if not self.found:
            return (
                f"{NOT_FOUND} Battery devices, filters and lossy coding leave none; this says nothing of where the "
                "recording was made.",
            )
        return (
            f"Hum of {self.line.nominal_hz} Hz mains, followed at {self.line.number * self.line.nominal_hz} Hz and "
            f"divided by {self.line.number}.",
            f"± {self.resolution_hz / 2:.3f} Hz is half the resolution: two lines nearer than that cannot be told "
            "apart. Where there is one line only, it is followed far more finely: movement and standard deviation say "
            "how much it wanders, not how true it is. The error of the recorder's clock shifts all values alike: 100 "
            "parts in a million are 5 mHz.",
            "A jump can come from an edit, a gap, or the device's clock; where a line is weak it wanders by itself. "
            "Dates and places need a reference record of the grid, which this program has not.",
        )

    def tables(self) -> tuple[Table, ...]:
        """Followed line, and all harmonics."""
        columns = [
            Column("time", "s", self.times_s),
            Column("mains frequency", "Hz", self.values),
            Column("signal-to-noise ratio", "dB", self.line.snr_db),
        ]
        for line in self.lines:
            name = f"{line.nominal_hz} Hz × {line.number}"
            columns.append(Column(f"{name}: strongest line, divided", "Hz", line.frequency_hz))
            columns.append(Column(f"{name}: signal-to-noise ratio", "dB", line.snr_db))
        return (Table(self.title, tuple(columns)),)


def measure_hum(recording: Recording, params: HumParams | None = None, progress: Progress = SILENT) -> Hum:
    """Follow mains hum through a recording.

    Decimated to 400 Hz, Hann windows, zero-padded transforms, quadratic peaks of the log spectrum in bands of ±0.5 Hz
    times the harmonic's number. Without hum the strongest of the noise's lines jumps about the whole band.

    Raises:
        FeatureError: the recording is shorter than a window (FE-001).
        AudioError: the file changed or cannot be read.
        Cancelled: through `progress`.

    Source: Grigoras 2005, Int. J. Speech, Language and the Law 12(1), 63-76; Cooper 2008, AES 33rd Conference.
    """
    params = params or HumParams()
    size, hop = round(params.frame_s * RATE_HZ), _step(params)
    waveform = whole_at(recording, RATE_HZ, params.channel, span(progress, 0.0, 0.8))
    if len(waveform) < size:
        raise too_short("the window", len(waveform), size, RATE_HZ)
    starts = np.arange(0, len(waveform) - size + 1, hop)
    lines = _lines(waveform, starts, size, params, progress)
    line = max(
        lines, key=lambda one: float(np.median(one.snr_db)) - (0 if _movement(one, params) <= params.steady_hz else 60)
    )
    shown = np.median(line.snr_db) >= params.least_snr_db and _movement(line, params) <= params.steady_hz
    return Hum(
        origin=Origin.of(recording, channel=params.channel),
        params=params,
        times_s=(starts + size / 2) / RATE_HZ,
        line=line,
        lines=lines,
        found=bool(shown),
    )


def _lines(
    waveform: NDArray[np.float32], starts: NDArray[np.int64], size: int, params: HumParams, progress: Progress
) -> tuple[Line, ...]:
    bands = [(nominal, k) for nominal in _nominals(params) for k in range(1, params.harmonics + 1)]
    found: list[list[tuple[float, float]]] = [[] for _ in bands]
    bin_hz = RATE_HZ / (size * params.padding)
    for done, levels in enumerate(_levels(waveform, starts, size, params.padding)):
        progress.check()
        for rows, (nominal, number) in zip(found, bands, strict=True):
            rows += [_line(level, nominal, number, bin_hz) for level in levels]
        progress.report(0.8 + 0.2 * min((done + 1) * _CHUNK_FRAMES / len(starts), 1.0), "following lines")
    return tuple(
        Line(nominal_hz=nominal, number=number, frequency_hz=np.array(rows)[:, 0], snr_db=np.array(rows)[:, 1])
        for rows, (nominal, number) in zip(found, bands, strict=True)
    )


def _levels(
    waveform: NDArray[np.float32], starts: NDArray[np.int64], size: int, padding: int
) -> Iterator[NDArray[np.float64]]:
    """Levels (windows, bins) in dB, some windows at a time."""
    window = np.hanning(size + 1)[:-1]
    frames = np.lib.stride_tricks.sliding_window_view(waveform, size)
    for first in range(0, len(starts), _CHUNK_FRAMES):
        some = frames[starts[first : first + _CHUNK_FRAMES]] * window
        yield 20 * np.log10(np.abs(np.fft.rfft(some, size * padding, axis=1)) + 1e-12)


def _line(level: NDArray[np.float64], nominal: int, number: int, bin_hz: float) -> tuple[float, float]:
    """Frequency, divided by the harmonic's number, and signal-to-noise ratio of the strongest line in the band."""
    middle = nominal * number
    reach = _HALF_BAND_HZ * number
    low, high = round((middle - reach) / bin_hz), round((middle + reach) / bin_hz)
    at = low + int(np.argmax(level[low : high + 1]))
    shift, top = vertex(level[at - 1], level[at], level[at + 1])
    return (at + shift) * bin_hz / number, top - _beside(level, middle, reach, bin_hz)


def _beside(level: NDArray[np.float64], middle: float, reach: float, bin_hz: float) -> float:
    near, far = (reach + extra for extra in _AROUND_HZ)
    edges = [round((middle + offset) / bin_hz) for offset in (-far, -near, near, far)]
    beside = np.concatenate([level[max(edges[0], 0) : edges[1]], level[edges[2] : edges[3]]])
    return float(np.median(beside))


def _movement(line: Line, params: HumParams) -> float:
    """Median change between windows that share no sample (or the outermost), Hz of mains; 0 for a single window."""
    apart = min(max(round(params.frame_s / params.step_s), 1), len(line.frequency_hz) - 1)
    changes = np.abs(line.frequency_hz[apart:] - line.frequency_hz[: len(line.frequency_hz) - apart])
    return float(np.median(changes)) if apart else 0.0


def _mhz(hertz: float) -> float:
    """In millihertz, to the thousandth."""
    return round(1000 * hertz, 3)


def _step(params: HumParams) -> int:
    return max(round(params.step_s * RATE_HZ), 1)


def _nominals(params: HumParams) -> tuple[int, ...]:
    return (50, 60) if params.nominal == "auto" else (int(params.nominal),)
