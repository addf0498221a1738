"""The spectrum of a short stretch: levels, the lines that stand out, and how exactly both are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from core.audio.channels import mono
from core.audio.recording import Recording
from core.features.params import Params, param, too_short
from core.foundation.progress import SILENT, Progress
from core.measure.result import Column, Measurement, Origin, Quantity, Table
from core.measure.tapers import TAPERS, bandwidth_hz, taper, worst_loss_db

_FLOOR_DBFS = -200.0
_PADDING = 4
_LEAK_MARGIN_DB = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SpectrumParams(Params):
    """How a spectrum is made."""

    window_s: float = param(0.043, "Effective length of the window.", unit="s", low=0.001, high=10.0)
    shape: str = param("blackmanharris", "Shape of the window.", choices=TAPERS)
    prominence_db: float = param(
        9.0, "How far a peak stands above the higher of its two valleys.", unit="dB", low=1.0, high=60.0
    )
    peaks: int = param(20, "Most peaks in the list.", low=1, high=200)
    channel: str = param("mix", "Channel: mix, or its number from 0.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """A line in a spectrum."""

    frequency_hz: float
    level_dbfs: float
    prominence_db: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spectrum(Measurement):
    """Levels over frequency. A full-scale sine reads 0 dBFS, whatever the window."""

    title: ClassVar[str] = "Spectrum"
    params: SpectrumParams
    at_s: float
    """Middle of the window."""
    level_dbfs: NDArray[np.float32]
    """(bins,), from 0 Hz to half the sample rate, evenly."""
    resolution_hz: float
    """Equivalent noise bandwidth of the window: lines nearer to each other are one."""
    loss_db: float
    """How far a tone between two bins may read too low."""
    step_dbfs: float
    """Level of the rounding noise of the samples in one band of that width."""
    peaks: tuple[Peak, ...] = ()
    """By falling level."""

    @property
    def frequency_hz(self) -> NDArray[np.float64]:
        """Of the bins, Hz."""
        return np.linspace(0.0, self.origin.sample_rate / 2, len(self.level_dbfs))

    def level_at(self, frequency_hz: float) -> Quantity:
        """Level of the nearest bin, with how far it may be off."""
        at = round(frequency_hz / (self.origin.sample_rate / 2) * (len(self.level_dbfs) - 1))
        level = float(self.level_dbfs[min(max(at, 0), len(self.level_dbfs) - 1)])
        return Quantity("Level", level, "dBFS", self.level_uncertainty_db(level), "bin spacing and rounding of samples")

    def level_uncertainty_db(self, level_dbfs: float) -> float:
        """Loss between bins, and what rounding noise in phase would add to a line of that level."""
        return self.loss_db + 20 * float(np.log10(1 + 10 ** ((self.step_dbfs - max(level_dbfs, _FLOOR_DBFS)) / 20)))

    def facts(self) -> tuple[Quantity, ...]:
        """Time, resolution and rounding noise."""
        half = self.params.window_s / 2
        return (
            Quantity("Middle of the window", self.at_s, "s", half, "half the window"),
            Quantity("Resolution bandwidth", self.resolution_hz, "Hz", None, "equivalent noise bandwidth"),
            Quantity("Rounding noise in that bandwidth", self.step_dbfs, "dBFS", None, "of evenly spread rounding"),
        )

    def sentences(self) -> tuple[str, ...]:
        """How to read it."""
        return (
            f"A full-scale sine reads 0 dBFS. Lines closer than {self.resolution_hz:.1f} Hz cannot be told apart.",
            f"{len(self.peaks)} peaks stand {self.params.prominence_db:g} dB or more above their surroundings.",
        )

    def tables(self) -> tuple[Table, ...]:
        """Peaks, then all levels."""
        half = self.resolution_hz / 2
        peaks = Table(
            "Peaks",
            (
                Column("frequency", "Hz", [peak.frequency_hz for peak in self.peaks]),
                Column("frequency uncertainty, half the resolution", "± Hz", [half] * len(self.peaks)),
                Column("level", "dBFS", [peak.level_dbfs for peak in self.peaks]),
                Column(
                    "level uncertainty", "± dB", [self.level_uncertainty_db(peak.level_dbfs) for peak in self.peaks]
                ),
                Column("prominence", "dB", [peak.prominence_db for peak in self.peaks]),
            ),
        )
        levels = Table(
            "Levels", (Column("frequency", "Hz", self.frequency_hz), Column("level", "dBFS", self.level_dbfs))
        )
        return peaks, levels


def spectrum_at(
    recording: Recording, at_s: float, params: SpectrumParams | None = None, progress: Progress = SILENT
) -> Spectrum:
    """Spectrum of one window round a time; at an end of the recording the window is moved inside.

    Raises:
        FeatureError: the recording is shorter than the window (FE-001).
        AudioError: there is no such channel (IN-021), or the file changed (IN-007).
    """
    params = params or SpectrumParams()
    rate = recording.sample_rate
    window = taper(params.shape, max(round(params.window_s * rate), 4))
    if recording.frames < window.size:
        raise too_short("the window", recording.frames, window.size, rate)
    start = min(max(round(at_s * rate) - window.size // 2, 0), recording.frames - window.size)
    progress.check()
    waveform = mono(recording, start, start + window.size, params.channel)
    return _spectrum(recording, waveform, start, window, params)


def _spectrum(
    recording: Recording,
    waveform: NDArray[np.float32],
    start: int,
    window: NDArray[np.float64],
    params: SpectrumParams,
) -> Spectrum:
    rate = recording.sample_rate
    n_fft = 1 << (_PADDING * window.size - 1).bit_length()
    magnitude = np.abs(np.fft.rfft(waveform * window, n_fft)) * 2 / window.sum()
    level = np.maximum(20 * np.log10(magnitude + 1e-12), _FLOOR_DBFS)
    resolution = bandwidth_hz(window, rate)
    rounding = _rounding_dbfs(recording, resolution)
    stop = start + window.size
    return Spectrum(
        origin=Origin.of(recording, start / rate, stop / rate, params.channel),
        params=params,
        at_s=(start + stop) / 2 / rate,
        level_dbfs=level.astype(np.float32),
        resolution_hz=resolution,
        loss_db=worst_loss_db(window, n_fft),
        step_dbfs=rounding,
        peaks=_peaks(level, _leak(window, n_fft), rate / n_fft, resolution, rounding, params),
    )


def _rounding_dbfs(recording: Recording, bandwidth: float) -> float:
    """Rounding to steps q has the power q²/12, evenly spread; 0 dBFS is the power 1/2."""
    bits = min(recording.stream.bits or 24, 24)
    power = 2.0 ** (2 - 2 * bits) / 12 * bandwidth / (recording.sample_rate / 2)
    return 10 * float(np.log10(2 * power))


def _peaks(
    level: NDArray[np.float64],
    leak: NDArray[np.float64],
    bin_hz: float,
    resolution: float,
    rounding: float,
    params: SpectrumParams,
) -> tuple[Peak, ...]:
    """The strongest peaks that are no side lobes of stronger ones."""
    apart = max(round(resolution / bin_hz), 1)
    found, about = signal.find_peaks(level, height=rounding + 6, prominence=params.prominence_db, distance=apart)
    kept: list[int] = []
    for i in np.argsort(-about["peak_heights"], kind="stable").tolist():
        leaked = [level[found[j]] + leak[abs(found[j] - found[i])] for j in kept]
        if level[found[i]] > max(leaked, default=-np.inf) + _LEAK_MARGIN_DB:
            kept.append(i)
        if len(kept) == params.peaks:
            break
    return tuple(_peak(level, int(found[i]), bin_hz, float(about["prominences"][i])) for i in kept)


def _leak(window: NDArray[np.float64], n_fft: int) -> NDArray[np.float64]:
    """How far below a line its side lobes stay from each distance in bins on, dB."""
    lobes = 20 * np.log10(np.abs(np.fft.rfft(window, n_fft)) / window.sum() + 1e-12)
    return np.maximum.accumulate(lobes[::-1])[::-1]


def _peak(level: NDArray[np.float64], at: int, bin_hz: float, prominence: float) -> Peak:
    shift, top = vertex(level[at - 1], level[at], level[at + 1])
    return Peak(frequency_hz=(at + shift) * bin_hz, level_dbfs=top, prominence_db=prominence)


def vertex(left: float, middle: float, right: float) -> tuple[float, float]:
    """Top of the parabola through three neighbouring values: shift from the middle one, in steps, and height.

    Source: Smith and Serra 1987, Proc. ICMC, 290-297.
    """
    bend = left - 2 * middle + right
    shift = 0.0 if bend >= 0 else 0.5 * (left - right) / bend
    return float(shift), float(middle - 0.25 * (left - right) * shift)
