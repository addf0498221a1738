"""Waveform of every channel: the envelope from the peak pyramid, the samples when close, dots when very close."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

from app.plots.amplitude_axis import LOW_ROW_PX, amplitude_ticks, decibel_ticks
from app.plots.items import Curve, LevelLine, down
from app.plots.lane import LanePlot
from app.plots.samples import Stretch, column_extremes, read_stretch
from app.plots.submitting import Cancellable, Submit
from app.plots.value_axis import Tick, ValueAxis, grouped, number
from app.theme import Theme
from core.audio.peaks import BASE_FRAMES
from core.audio.recording import Recording
from core.foundation.units import dbfs

SAMPLES_BELOW = 2000
"""Frames per pixel from which on the samples themselves are read."""
_MAX_VALUES = 6_000_000
_DOTS_FROM_PX = 5.0
_NUMBER_PX = 14.0
_MAX_GAIN = 1000.0
_ROW = 2.2
"""Vertical distance of two channels, full scale being ±1."""


class WaveformLane(LanePlot):
    """Amplitude over time, one row a channel."""

    title = "Waveform"

    def __init__(self, submit: Submit, *, slot: str = "examine.waveform"):
        super().__init__(
            ValueAxis("Amplitude", "FS", self._ticks),
            description="Samples of every channel over time. Further out, the lowest and highest sample of each pixel.",
        )
        self._submit, self._slot = submit, slot
        self._recording: Recording | None = None
        self._stretch: Stretch | None = None
        self._wanted: tuple[int, int] | None = None
        self._job: Cancellable | None = None
        self._gain, self._in_db = 1.0, False
        self._curves: list[Curve] = []
        self._zeros: list[LevelLine] = []
        self._names: list[pg.TextItem] = []
        self._dots = pg.ScatterPlotItem(size=5, pen=None)
        self._dots.setZValue(5)
        self.view_box.addItem(self._dots, ignoreBounds=True)

    @property
    def shows_samples(self) -> bool:
        """Whether what is drawn comes from the samples and not from the envelope."""
        return self._loaded(*self._frames()) is not None

    def set_recording(self, recording: Recording | None) -> None:
        """Show another recording; None shows nothing."""
        self._recording, self._stretch, self._wanted, self._gain = recording, None, None, 1.0
        for item in (*self._curves, *self._zeros):
            item.remove()
        for name in self._names:
            self.scene().removeItem(name)
        channels = recording.channels if recording else 0
        self._curves = [Curve(self.view_box) for _ in range(channels)]
        self._zeros = [LevelLine(self.view_box, -_ROW * channel) for channel in range(channels)]
        self._names = [pg.TextItem(f"channel {channel + 1}", anchor=(0, 0)) for channel in range(channels)]
        for name in self._names:
            name.setParentItem(self.view_box)
        self._dots.setData([], [])
        self.view_box.setYRange(-_ROW * (max(channels, 1) - 0.5), _ROW / 2, padding=0)
        self._colour()
        self.schedule()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        super().set_theme(theme)
        self._colour()

    def set_decibels(self, in_db: bool) -> None:
        """Label the axis in dBFS instead of full scale."""
        self._in_db = in_db
        self._place_names()
        self.axis.refresh()

    def state(self) -> dict[str, Any]:
        """Unit of the axis."""
        return {"in_db": self._in_db}

    def restore(self, values: dict[str, Any]) -> None:
        """Take parameters of `state`; what does not fit is left as it is."""
        if isinstance(values.get("in_db"), bool):
            self.set_decibels(values["in_db"])

    def amplitude_at(self, seconds: float) -> tuple[float, ...] | None:
        """Value of each channel's sample at a time; None where the samples are not loaded."""
        if self._recording is None or self._stretch is None:
            return None
        index = (
            min(int(seconds * self._recording.sample_rate + 1e-6), self._recording.frames - 1)
            - self._stretch.start_frame
        )
        if not 0 <= index < self._stretch.samples.shape[1]:
            return None
        return tuple(float(value) for value in self._stretch.samples[:, index])

    def zoom_vertically(self, factor: float, about: float) -> None:
        """Magnify the amplitude up to 60 dB."""
        self._gain = min(max(self._gain * factor, 1.0), _MAX_GAIN)
        self.axis.refresh()
        self.schedule()

    def stop(self) -> None:
        """Have no samples read."""
        if self._job is not None and self._wanted is not None:
            self._job.cancel()
        self._wanted = None

    def describe(self) -> str:
        """What is drawn, and the highest level in view."""
        if self._recording is None:
            return super().describe()
        start, stop = self._frames()
        low, high = self._recording.peaks.envelope(start, max(stop, start + 1), 1)
        peaks = np.maximum(np.abs(low), np.abs(high))[:, 0]
        levels = ", ".join(f"channel {c + 1} {number(dbfs(peak), 1)} dBFS" for c, peak in enumerate(peaks.tolist()))
        return f"{super().describe()} Highest level in view: {levels}."

    def render_now(self) -> None:
        """Draw the visible stretch from the best that is there, and read samples where that helps."""
        if self._recording is None:
            self.set_summary("")
            return
        start, stop = self._frames()
        per_pixel = (self.view_s[1] - self.view_s[0]) * self._recording.sample_rate / self.pixels[0]
        if per_pixel < SAMPLES_BELOW:
            self._request(self._recording, start, stop)
        stretch = self._loaded(start, stop)
        if stretch is not None and per_pixel < 2:
            self._draw_samples(self._recording, stretch, per_pixel)
        else:
            self._draw_extremes(self._recording, stretch)
        self._place_names()
        self._say(self._recording, stretch, per_pixel)

    def _draw_extremes(self, recording: Recording, stretch: Stretch | None) -> None:
        begin, end = (seconds * recording.sample_rate for seconds in self.view_s)
        columns = self.pixels[0]
        if stretch is None:
            low, high = recording.peaks.envelope(begin, end, columns)
        else:
            low, high = column_extremes(stretch, begin, end, columns)
        edges = np.linspace(*self.view_s, columns + 1)
        x = np.repeat((edges[:-1] + edges[1:]) / 2, 2)
        for channel, curve in enumerate(self._curves):
            y = np.stack([low[channel], high[channel]], axis=1)
            y[1::2] = y[1::2, ::-1]  # up one column and down the next, so that neighbours join at their near ends
            curve.draw(x, self._placed(y.ravel(), channel))
        self._dots.setData([], [])

    def _draw_samples(self, recording: Recording, stretch: Stretch, per_pixel: float) -> None:
        start, stop = self._frames()
        shown = stretch.samples[:, start - stretch.start_frame : stop - stretch.start_frame]
        x = (start + np.arange(shown.shape[1])) / recording.sample_rate
        rows = [self._placed(values, channel) for channel, values in enumerate(shown)]
        for row, curve in zip(rows, self._curves, strict=True):
            curve.draw(x, row)
        close = per_pixel * _DOTS_FROM_PX < 1
        self._dots.setData(np.tile(x, len(rows)) if close else [], np.concatenate(rows) if close else [])

    def _placed(self, values: NDArray[np.float32], channel: int) -> NDArray[np.float32]:
        return np.clip(values * self._gain, -1.06, 1.06) - _ROW * channel

    def _request(self, recording: Recording, start: int, stop: int) -> None:
        """Have the samples in view read, and as many again on either side."""
        frames, most = stop - start, _MAX_VALUES // recording.channels
        pending = self._wanted is not None and self._wanted[0] <= start and stop <= self._wanted[1]
        if frames > most or pending or self._loaded(start, stop) is not None:
            return
        margin = min(frames, (most - frames) // 2)
        wanted = self._wanted = (max(start - margin, 0), min(stop + margin, recording.frames))
        self._job = self._submit(
            "Reading samples",
            read_stretch,
            recording,
            *wanted,
            slot=self._slot,
            on_done=lambda stretch: self._arrived(recording, stretch),
            on_fail=lambda _: None,
            on_cancel=lambda: self._stopped(wanted),
        )

    def _arrived(self, recording: Recording, stretch: Stretch) -> None:
        if recording is self._recording:
            self._stretch, self._wanted = stretch, None
            self.schedule()

    def _stopped(self, wanted: tuple[int, int]) -> None:
        if self._wanted == wanted:
            self._wanted = None

    def _frames(self) -> tuple[int, int]:
        """Frames in view and one more on either side, inside the recording."""
        if self._recording is None:
            return 0, 0
        start, end = (seconds * self._recording.sample_rate for seconds in self.view_s)
        return max(math.floor(start) - 1, 0), min(math.ceil(end) + 2, self._recording.frames)

    def _loaded(self, start: int, stop: int) -> Stretch | None:
        return self._stretch if self._stretch is not None and self._stretch.covers(start, stop) else None

    def _say(self, recording: Recording, stretch: Stretch | None, per_pixel: float) -> None:
        source = "samples" if stretch is not None else f"envelope: extremes of {BASE_FRAMES}-sample blocks"
        zoom = f"{grouped(per_pixel)} samples a pixel" if per_pixel >= 2 else f"{1 / per_pixel:.1f} pixels a sample"
        gain = [f"magnified {dbfs(self._gain):.0f} dB"] if self._gain > 1 else []
        channels = "1 channel" if recording.channels == 1 else f"{recording.channels} channels"
        self.set_summary(" · ".join([f"{grouped(recording.sample_rate)} Hz", channels, source, zoom, *gain]))

    def _place_names(self) -> None:
        """Name the channels in their rows; where those are low, by number on the axis."""
        for channel, name in enumerate(self._names):
            name.setVisible(len(self._names) > 1 and not self._has_low_rows)
            name.setPos(0.0, down(self.view_box, _ROW / 2 - _ROW * channel))
        title = ("Channel", "") if self._has_low_rows else ("Level", "dBFS") if self._in_db else ("Amplitude", "FS")
        self.axis.set_title(*title)

    @property
    def _has_low_rows(self) -> bool:
        """Whether there are several channels with no room for a scale each."""
        channels = len(self._curves)
        return channels > 1 and self.view_box.height() / channels < LOW_ROW_PX

    def _colour(self) -> None:
        if self._theme is None:
            return
        for curve in self._curves:
            curve.use_pen(pg.mkPen(self._theme.waveform, width=1))
        for line in self._zeros:
            line.use_pen(pg.mkPen(self._theme.grid, width=1))
        for name in self._names:
            name.setColor(self._theme.muted)
        self._dots.setBrush(pg.mkBrush(self._theme.waveform))

    def _ticks(self, low: float, high: float, size_px: float) -> list[Tick]:
        """Labels of every channel's own scale."""
        channels = max(len(self._curves), 1)
        row_px = size_px / channels
        if self._has_low_rows:
            every = math.ceil(_NUMBER_PX / row_px)
            return [(-_ROW * channel, str(channel + 1)) for channel in range(0, channels, every)]
        if self._in_db:
            marks = decibel_ticks(row_px, self._gain)
        else:
            marks = amplitude_ticks(row_px, self._gain, is_alone=channels == 1)
        return [(height - _ROW * channel, text) for channel in range(channels) for height, text in marks]
