"""One lane for every curve over time."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

from app.plots.lane import LanePlot
from app.plots.score_track import thinned
from app.plots.submitting import Cancellable, Submit
from app.plots.value_axis import Tick, ValueAxis, grouped, number
from app.plots.words import show_words
from app.theme import Theme
from core.foundation.errors import CoreError
from core.foundation.progress import SILENT, Progress
from core.foundation.units import RMS_FULL_SCALE

if TYPE_CHECKING:  # the window must open without importing the engine's heavy floors
    from core.audio.recording import Recording
    from core.measure.tracks import Track
    from core.measure.tracks.base import TrackParams

_SPEECH = "speech"
_ROUNDING = 1e-6
"""A time at an edge belongs to the stretch that begins there, as it is drawn."""
_KEPT = 8
"""Curves of recordings seen before that are kept."""
_LOWEST_DB = -120.0
_WAITING = "Computing …"
_ZOOM_LIMIT = 1e-3
_HEADROOM = 1.15
"""Of axes that begin at 0, so that what is steady does not run along the upper edge."""


def track_params(name: str, values: Mapping[str, Any]) -> TrackParams:
    """A curve's parameters from values by their names; its usual ones where those do not fit."""
    from core.measure.tracks import TRACKS

    kind = TRACKS[name].params
    known = {item.name for item in fields(kind)}
    try:
        return kind(**{key: value for key, value in values.items() if key in known})
    except CoreError:
        return kind()


def compute_track(recording: Recording, name: str, values: Mapping[str, Any], *, progress: Progress = SILENT) -> Track:
    """Compute a curve, off the screen's thread."""
    from core.measure.tracks import measure_track

    return measure_track(name, recording, track_params(name, values), progress=progress)


def track_text(track: Track, *, progress: Progress = SILENT) -> str:
    """A curve as a table, off the screen's thread."""
    from core.measure import as_text

    progress.check()
    return as_text(track)


class TrackLane(LanePlot):
    """Draws a Track; has it computed when it is first seen."""

    has_data = True

    def __init__(self, name: str, title: str, unit: str, compute: Submit):
        self.title = title
        axis = ValueAxis(title, unit, _speech_ticks if name == _SPEECH else None)
        super().__init__(axis, description=f"{title} over time{f', in {unit}' if unit else ''}.")
        self.name, self._unit, self._compute = name, unit, compute
        self._values: dict[str, Any] = {}
        self._recording: Recording | None = None
        self._track: Track | None = None
        self._kept: OrderedDict[tuple[str, str], Track] = OrderedDict()
        self._job: Cancellable | None = None
        self._asked = 0  # how often: a failure that belongs to an earlier asking is not for now
        self._problem = ""
        self._cursor_s: float | None = None
        self._curve = pg.PlotCurveItem(connect="finite")
        self._message = pg.TextItem(anchor=(0.5, 0.5))
        self.view_box.addItem(self._curve, ignoreBounds=True)
        self._message.setParentItem(self.view_box)

    @property
    def track(self) -> Track | None:
        """What is drawn, once computed."""
        return self._track

    @property
    def channel_count(self) -> int:
        """Channels of the recording that is shown; 1 without one."""
        return self._recording.channels if self._recording else 1

    @property
    def values(self) -> dict[str, Any]:
        """Parameters that were chosen, by name; none where they are the usual ones."""
        return dict(self._values)

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Compute the curve with other parameters; none are the usual ones."""
        if dict(values) != self._values:
            self._values = dict(values)
            self.set_recording(self._recording)

    def state(self) -> dict[str, Any]:
        """The parameters that were chosen."""
        return {"params": self._values}

    def restore(self, values: dict[str, Any]) -> None:
        """Take parameters of `state`; what does not fit is left as it is."""
        if isinstance(values.get("params"), dict):
            self.set_values(values["params"])

    def set_recording(self, recording: Recording | None) -> None:
        """Show another recording; None shows nothing."""
        self.stop()
        self._recording, self._problem = recording, ""
        self._show(self._kept.get(self._key(recording)) if recording else None)

    def set_cursor(self, seconds: float | None) -> None:
        """Move the cursor, and read the value there."""
        super().set_cursor(seconds)
        self._cursor_s = seconds
        self._say()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        super().set_theme(theme)
        self._curve.setPen(pg.mkPen(theme.waveform, width=2))
        self._message.setColor(theme.axis)

    def value_near(self, seconds: float) -> float | None:
        """The value of the stretch that a time lies in; None where there is none."""
        track = self._track
        if track is None or not len(track.values):
            return None
        index = math.floor((seconds - float(track.times_s[0])) / track.step_s + 0.5 + _ROUNDING)
        inside = 0 <= index < len(track.values) and np.isfinite(track.values[index])
        return float(track.values[index]) if inside else None

    def value_text(self, seconds: float) -> str:
        """That value in words."""
        value = self.value_near(seconds)
        if value is None or self._track is None:
            return "no value"
        if self.name == _SPEECH:
            return "speech" if value else "pause"
        limits = self._track.uncertainty
        if limits is None:
            return f"{number(value, 1)} {self._unit}".rstrip()
        return f"{grouped(value)} ± {grouped(limits)} {self._unit}"

    def zoom_vertically(self, factor: float, about: float) -> None:
        """Zoom the values."""
        low, high = self.view_box.viewRange()[1]
        if (high - low) / factor > _ZOOM_LIMIT:
            self.view_box.setYRange(about - (about - low) / factor, about + (high - about) / factor, padding=0)

    def scroll_vertically(self, share: float) -> None:
        """Scroll the values."""
        low, high = self.view_box.viewRange()[1]
        by = share * (high - low)
        self.view_box.setYRange(low + by, high + by, padding=0)

    def stop(self) -> None:
        """Have nothing more computed."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
            self.schedule()  # it is asked for again once somebody sees it

    def copy_data(self, put: Callable[[str], None]) -> None:
        """Hand over the whole curve as a table with its provenance."""
        if self._track is not None:
            self._compute(f"Copying {self.title.lower()}", track_text, self._track, on_done=put)

    def render_now(self) -> None:
        """Draw the part in view; where there is no curve yet, have it computed."""
        if self._track is None:
            self._curve.setData([], [])
            self._request()
        else:
            self._curve.setData(*drawn(self._track, *self.view_s, self.pixels[0]))
        words = self._track.reason if self._track is not None else self._problem or _WAITING
        self._message.setVisible(bool(words) and self._recording is not None)
        if self._message.isVisible():
            show_words(self._message, words, self.view_box)

    def describe(self) -> str:
        """Range of the values in view, and the parameters."""
        track = self._track
        if track is None:
            return f"{self.title}. {self._problem or _WAITING}"
        start, end = self.view_s
        seen = track.values[(track.times_s >= start) & (track.times_s <= end)]
        seen = seen[np.isfinite(seen)]
        if not len(seen):
            return f"{super().describe()} {track.reason or 'No value in view.'}"
        if self.name == _SPEECH:
            return f"{super().describe()} Speech in {100 * float(seen.mean()):.0f} % of the view."
        low, high = (f"{number(float(edge), 1)} {self._unit}" for edge in (seen.min(), seen.max()))
        return f"{super().describe()} In view: {low} to {high}. {track.note}"

    def _request(self) -> None:
        recording = self._recording
        if recording is None or self._job is not None or self._problem:
            return
        self._asked += 1
        self._job = self._compute(
            f"Computing: {self.title.lower()}",
            compute_track,
            recording,
            self.name,
            self.values,
            slot=f"track.{self.name}",
            on_done=partial(self._arrived, recording, self._key(recording)),
            on_fail=partial(self._failed, self._asked),
            on_cancel=partial(self._cancelled, self._asked),
        )

    def _key(self, recording: Recording) -> tuple[str, str]:
        """What a curve belongs to: the recording and the parameters."""
        return recording.id.sha256, repr(sorted(self._values.items()))

    def _arrived(self, recording: Recording, key: tuple[str, str], track: Track) -> None:
        self._kept[key] = track
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        if recording is self._recording and key == self._key(recording):
            self._job = None
            self._show(track)

    def _failed(self, asked: int, error: Exception) -> None:
        words = error.message if isinstance(error, CoreError) else "This curve could not be computed."
        self._give_up(asked, words)

    def _cancelled(self, asked: int) -> None:
        if self._job is not None:  # not by us: the examiner stopped it
            self._give_up(asked, "Stopped. Remove and add the lane to compute it again.")

    def _give_up(self, asked: int, words: str) -> None:
        if asked == self._asked:
            self._job, self._problem = None, words
            self.schedule()

    def _show(self, track: Track | None) -> None:
        self._track = track
        if track is not None:
            self.view_box.setYRange(*value_range(track), padding=0)
            self.axis.setStyle(showValues=bool(np.isfinite(track.values).any()))
        self._say()
        self.schedule()

    def _say(self) -> None:
        track = self._track
        if track is None:
            self.set_summary("")
            return
        here = [] if self._cursor_s is None else [f"at the cursor {self.value_text(self._cursor_s)}"]
        named = [f"{quantity.name} {quantity.value} {quantity.unit}".rstrip() for quantity in track.parameters()]
        channel = track.origin.channel_name
        convention = [RMS_FULL_SCALE] if RMS_FULL_SCALE in track.note else []
        chosen = (text for text in named if not text.startswith("channel"))
        self.set_summary(" · ".join([*here, *chosen, channel, *convention]))


def drawn(track: Track, start_s: float, end_s: float, columns: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Corners of a step line of the values in view; extremes of each pixel where there are more of them."""
    half = track.step_s / 2
    first, last = np.searchsorted(track.times_s, (start_s - half, end_s + half))
    times, values = track.times_s[first:last], track.values[first:last].astype(float)
    x = np.stack([times - half, times + half], axis=1).ravel()
    if track.unit == "":
        return _corners(x, np.repeat(values, 2))
    return thinned(x, np.repeat(values, 2), columns)


def _corners(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Only where the value changes: few points, and each edge at its time however narrow the pixels."""
    changes = np.flatnonzero(np.diff(y))
    kept = np.unique(np.concatenate([changes, changes + 1, [0, len(y) - 1]])) if len(y) else changes
    return x[kept], y[kept]


def _speech_ticks(_low: float, _high: float, _size_px: float) -> list[Tick]:
    return [(0.0, "pause"), (1.0, "speech")]


def value_range(track: Track) -> tuple[float, float]:
    """Lowest and highest value of the axis."""
    values = track.values[np.isfinite(track.values)]
    if track.unit == "":
        return -0.15, 1.15
    if not len(values):
        return 0.0, 1.0
    low, high = (float(edge) for edge in np.percentile(values, (0.5, 99.9)))
    if track.unit in ("dBFS", "LUFS"):
        return max(np.floor(low / 10) * 10, _LOWEST_DB) - 3, max(np.ceil(high / 10) * 10, _LOWEST_DB + 20)
    if track.unit == "dB" or track.name == "Bandwidth":
        return min(low, 0.0), max(high, 1.0) * _HEADROOM
    margin = 0.1 * max(high - low, 0.1 * abs(high), 1.0)
    return low - margin, high + margin
