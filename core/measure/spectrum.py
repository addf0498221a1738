"""The spectrum of a short stretch: levels, the lines that stand out, and how exactly both are known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from core.audio.channels import mono
from core.audio.recording import Recording
from core.features.params import Params, param, too_short
from core.foundation.progress import SILENT, Progress
from core.foundation.units import SINE_PEAK
from core.measure.floor import ABOVE, CHANCE, REACH, chance_db, local_floor
from core.measure.peaks import Peak, leak, strongest
from core.measure.result import Column, Measurement, Origin, Quantity, Table
from core.measure.tapers import TAPERS, bandwidth_hz, taper, worst_loss_db

_FLOOR_DBFS = -200.0
_PADDING = 4
_PEAKS_ABOVE = "peaks above floor"
_OVER_ROUNDING_DB = 6.0
"""Peaks nearer to the rounding noise are not listed."""
_NEIGHBOURS = 2
"""Windows to either side, half a window apart, that say how steady a level is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpectrumParams(Params):
    """How a spectrum is made."""

    window_s: float = param(0.043, "Effective length of the window.", unit="s", low=0.001, high=10.0)
    shape: str = param("blackmanharris", "Shape of the window.", choices=TAPERS)
    above_floor_db: float = param(
        12.0,
        "How far a peak stands above the local floor at least; never less than what chance gives.",
        name=_PEAKS_ABOVE,
        unit="dB",
        low=1.0,
        high=60.0,
    )
    peaks: int = param(20, "Most peaks in the list.", name="peaks at most", low=1, high=200)
    channel: str = param("mix", "Channel: mix, or its number from 0.")


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
    floor_dbfs: NDArray[np.float32]
    """(bins,), median level around each bin."""
    chance_db: float
    """Peaks that stand less above the local floor than this are not told from noise."""
    spread_db: NDArray[np.float32]
    """(bins,), standard deviation of the highest level within the resolution, over this window and its neighbours; 0
    where there is no room for any."""
    windows: int
    """Of how many windows that is, this one too."""
    peaks: tuple[Peak, ...] = ()
    """By falling level."""
    more: tuple[Table, ...] = ()
    """What else was read off it, e.g. harmonics; exported with it."""

    @property
    def frequency_hz(self) -> NDArray[np.float64]:
        """Of the bins, Hz."""
        return np.linspace(0.0, self.origin.sample_rate / 2, len(self.level_dbfs))

    def level_at(self, frequency_hz: float) -> Quantity:
        """Level of the nearest bin, with how far it may be off."""
        level = float(self.level_dbfs[self._bin(frequency_hz)])
        return Quantity("Level", level, "dBFS", self.level_uncertainty_db(frequency_hz, level), self._rests_on)

    def level_uncertainty_db(self, frequency_hz: float, level_dbfs: float) -> float:
        """Spread over neighbouring windows, with loss between bins and what rounding noise in phase would add."""
        rounding = 20 * float(np.log10(1 + 10 ** ((self.step_dbfs - max(level_dbfs, _FLOOR_DBFS)) / 20)))
        return float(np.hypot(self.spread_db[self._bin(frequency_hz)], self.loss_db + rounding))

    @property
    def _rests_on(self) -> str:
        if self.windows < 2:
            return "bin spacing and rounding of samples only: no room for neighbouring windows"
        return (
            f"one standard deviation over {self.windows} windows within a window's length, with bin spacing and "
            "rounding of samples"
        )

    def _bin(self, frequency_hz: float) -> int:
        last = len(self.level_dbfs) - 1
        return min(max(round(frequency_hz / (self.origin.sample_rate / 2) * last), 0), last)

    def parameters(self) -> tuple[Quantity, ...]:
        """How it was made: what was asked for, and what was used where that is not the same."""
        asked = Measurement.parameters(self)
        if not self._raised:
            return asked
        name, at = _PEAKS_ABOVE, [one.name for one in asked].index(_PEAKS_ABOVE)
        both = (
            replace(asked[at], name=f"{name}, asked"),
            replace(asked[at], name=f"{name}, used", value=round(self.chance_db, 1), about=self._raised),
        )
        return (*asked[:at], *both, *asked[at + 1 :])

    def facts(self) -> tuple[Quantity, ...]:
        """Time, resolution and rounding noise."""
        half = self.params.window_s / 2
        return (
            Quantity("Middle of the window", self.at_s, "s", half, "half the window"),
            Quantity("Resolution bandwidth", self.resolution_hz, "Hz", None, "equivalent noise bandwidth"),
            Quantity(
                "Peaks listed from", self.least_above_db, "dB above local floor", None, self._raised or "as asked"
            ),
            Quantity("Rounding noise in that bandwidth", self.step_dbfs, "dBFS", None, "of evenly spread rounding"),
        )

    def sentences(self) -> tuple[str, ...]:
        """How to read it."""
        return (
            f"{SINE_PEAK}. Lines closer than {self.resolution_hz:.1f} Hz cannot be told apart.",
            f"{self._peaks_counted()} {self.least_above_db:.1f} dB or more above the local floor: the median level "
            f"within ±{REACH * self.resolution_hz:,.0f} Hz. {self._by_chance()}",
            f"± of a level: {self._rests_on}.",
        )

    @property
    def least_above_db(self) -> float:
        """How far above the local floor peaks are listed from."""
        return max(self.params.above_floor_db, self.chance_db)

    @property
    def _raised(self) -> str:
        """That a lower floor was asked for than noise allows, and why it is not used; empty where it is used."""
        asked_db, used_db = self.params.above_floor_db, self.chance_db
        if asked_db >= used_db:
            return ""
        return f"asked {asked_db:g} dB, used {used_db:.1f} dB because steady noise reaches it"

    def _by_chance(self) -> str:
        raised = f"A{self._raised[1:]}. " if self._raised else ""
        return (
            f"{raised}Steady noise reaches {self.chance_db:.1f} dB anywhere in fewer than 1 of {1 / CHANCE:.0f} such "
            "spectra."
        )

    def _peaks_counted(self) -> str:
        count = len(self.peaks)
        if count >= self.params.peaks:
            return f"At least {count} peaks (the list ends at {count}) stand"
        return "1 peak stands" if count == 1 else f"{count} peaks stand"

    def tables(self) -> tuple[Table, ...]:
        """Peaks, what else was read off it, then all levels."""
        half = self.resolution_hz / 2
        peaks = Table(
            "Peaks",
            (
                Column("frequency", "Hz", [peak.frequency_hz for peak in self.peaks]),
                Column("frequency uncertainty, half the resolution", "± Hz", [half] * len(self.peaks)),
                Column("level", "dBFS", [peak.level_dbfs for peak in self.peaks]),
                Column(
                    "level uncertainty",
                    "± dB",
                    [self.level_uncertainty_db(peak.frequency_hz, peak.level_dbfs) for peak in self.peaks],
                ),
                Column(ABOVE, "dB", [peak.above_db for peak in self.peaks]),
            ),
        )
        levels = Table(
            "Levels", (Column("frequency", "Hz", self.frequency_hz), Column("level", "dBFS", self.level_dbfs))
        )
        return peaks, *self.more, levels


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
    starts = _starts(recording, start, window.size)
    waveform = mono(recording, starts[0], starts[-1] + window.size, params.channel)
    frames = np.stack([waveform[at - starts[0] : at - starts[0] + window.size] for at in starts])
    return _spectrum(recording, frames, starts.index(start), start, window, params)


def _starts(recording: Recording, start: int, size: int) -> list[int]:
    """First frames of the window and of its neighbours, as far as there are any."""
    steps = range(-_NEIGHBOURS, _NEIGHBOURS + 1)
    last = recording.frames - size
    return [at for at in (start + step * max(size // 2, 1) for step in steps) if 0 <= at <= last]


def _spectrum(
    recording: Recording,
    frames: NDArray[np.float32],
    here: int,
    start: int,
    window: NDArray[np.float64],
    params: SpectrumParams,
) -> Spectrum:
    rate = recording.sample_rate
    n_fft = 1 << (_PADDING * window.size - 1).bit_length()
    magnitude = np.abs(np.fft.rfft(frames * window, n_fft, axis=1)) * 2 / window.sum()
    levels = np.maximum(20 * np.log10(magnitude + 1e-12), _FLOOR_DBFS)
    level, resolution = levels[here], bandwidth_hz(window, rate)
    rounding, chance = _rounding_dbfs(recording, resolution), chance_db(window, rate)
    floor = local_floor(level, resolution * n_fft / rate)
    stop = start + window.size
    return Spectrum(
        origin=Origin.of(recording, start / rate, stop / rate, params.channel),
        params=params,
        at_s=(start + stop) / 2 / rate,
        level_dbfs=level.astype(np.float32),
        resolution_hz=resolution,
        loss_db=worst_loss_db(window, n_fft),
        step_dbfs=rounding,
        floor_dbfs=floor.astype(np.float32),
        chance_db=chance,
        spread_db=_spread_db(levels, max(round(resolution * n_fft / rate), 1)),
        windows=len(levels),
        peaks=strongest(
            level,
            floor,
            leak(window, n_fft),
            rate / n_fft,
            resolution,
            least_dbfs=rounding + _OVER_ROUNDING_DB,
            above_db=max(params.above_floor_db, chance),
            most=params.peaks,
        ),
    )


def _spread_db(levels: NDArray[np.float64], bins: int) -> NDArray[np.float32]:
    """Standard deviation over windows (windows, bins) of the highest level within some bins."""
    if len(levels) < 2:
        return np.zeros(levels.shape[1], np.float32)
    return ndimage.maximum_filter1d(levels, bins, axis=1).std(axis=0, ddof=1).astype(np.float32)


def _rounding_dbfs(recording: Recording, bandwidth: float) -> float:
    """Rounding to steps q has the power q²/12, evenly spread; 0 dBFS is the power 1/2."""
    bits = min(recording.stream.bits or 24, 24)
    power = 2.0 ** (2 - 2 * bits) / 12 * bandwidth / (recording.sample_rate / 2)
    return 10 * float(np.log10(2 * power))
