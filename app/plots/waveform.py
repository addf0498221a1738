"""Waveform of every channel: the envelope from the peak pyramid, the samples when close, dots when very close."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import Signal

from app.plots.lane import LanePlot
from app.plots.samples import Stretch, column_extremes, read_stretch
from app.plots.submitting import Cancellable, Submit
from app.plots.value_axis import Tick, ValueAxis, grouped, number
from app.plots.waveform_rows import WaveformRows
from app.theme import Theme
from core.audio.peaks import BASE_FRAMES
from core.audio.recording import Recording
from core.foundation.units import dbfs

SAMPLES_BELOW = 2000
"""Frames per pixel from which on the samples themselves are read."""
_MAX_VALUES = 6_000_000
_DOTS_FROM_PX = 5.0
_MAX_GAIN = 1000.0
_ROW_LINES, _MOST_LINES = 1.6, 24.0
"""Least height of a channel's row and of all of them, in lines of text."""


class WaveformLane(LanePlot):
    """Amplitude over time, one row a channel."""

    title = "Waveform"
    channels_changed = Signal()
    """Another recording, or another choice of its channels."""

    def __init__(self, submit: Submit, *, slot: str = "examine.waveform", channel: int | None = None):
        """A lane of all channels, or of one, counted from 0."""
        if channel is not None:
            self.title = channel_title(channel)
        self._rows: WaveformRows | None = None
        super().__init__(
            ValueAxis("Amplitude", "FS", self._ticks),
            description="Samples of every channel over time. Further out, the lowest and highest sample of each pixel.",
        )
        self._submit, self._slot = submit, slot
        self._recording: Recording | None = None
        self._stretch: Stretch | None = None
        self._wanted: tuple[int, int] | None = None
        self._job: Cancellable | None = None
        self._own, self._channel = channel, channel
        self._rows = WaveformRows(self.view_box, self.axis)
        self._rows.set_line_height(self.fontMetrics().height())

    @property
    def shows_samples(self) -> bool:
        """Whether what is drawn comes from the samples and not from the envelope."""
        return self._loaded(*self._frames()) is not None

    def set_recording(self, recording: Recording | None) -> None:
        """Show another recording; None shows nothing."""
        self._recording, self._stretch, self._wanted = recording, None, None
        self.rows.gain = 1.0
        self._channel = self._own
        self._show_rows()

    @property
    def rows(self) -> WaveformRows:
        """What is drawn of each channel."""
        assert self._rows is not None
        return self._rows

    @property
    def channel_count(self) -> int:
        """How many channels there are to choose from; 0 where the lane is of one channel."""
        return self._recording.channels if self._recording and self._own is None else 0

    @property
    def channel(self) -> int | None:
        """The one channel that is shown, from 0; None for all of them."""
        return self._channel

    def set_channel(self, channel: int | None) -> None:
        """Show one channel, from 0, in all the height, or all of them."""
        if channel != self._channel:
            self._channel = channel
            self._show_rows()

    @property
    def least_lines(self) -> float:
        """Room for the number of every channel."""
        return max(super().least_lines, min(_ROW_LINES * len(self.rows.channels), _MOST_LINES))

    def _show_rows(self) -> None:
        channels = range(self._recording.channels if self._recording else 0)
        self.rows.show([row for row in channels if self._channel in (None, row)])
        self.channels_changed.emit()
        self.least_lines_changed.emit()
        self.schedule()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        super().set_theme(theme)
        self.rows.set_theme(theme)

    def set_decibels(self, in_db: bool) -> None:
        """Label the axis in dBFS instead of full scale."""
        self.rows.in_db = in_db
        self.rows.place_names()
        self.axis.refresh()

    def state(self) -> dict[str, Any]:
        """Unit of the axis."""
        return {"in_db": self.rows.in_db}

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
        self.rows.gain = min(max(self.rows.gain * factor, 1.0), _MAX_GAIN)
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
        levels = ", ".join(f"channel {c + 1} {number(dbfs(float(peaks[c])), 1)} dBFS" for c in self.rows.channels)
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
        self.rows.place_names()
        self._say(self._recording, stretch, per_pixel)

    def _draw_extremes(self, recording: Recording, stretch: Stretch | None) -> None:
        begin, end = (seconds * recording.sample_rate for seconds in self.view_s)
        columns = self.pixels[0]
        if stretch is None:
            low, high = recording.peaks.envelope(begin, end, columns)
        else:
            low, high = column_extremes(stretch, begin, end, columns)
        self.rows.draw_extremes(low, high, self.view_s)

    def _draw_samples(self, recording: Recording, stretch: Stretch, per_pixel: float) -> None:
        start, stop = self._frames()
        shown = stretch.samples[:, start - stretch.start_frame : stop - stretch.start_frame]
        x = (start + np.arange(shown.shape[1])) / recording.sample_rate
        self.rows.draw_samples(x, shown, with_dots=per_pixel * _DOTS_FROM_PX < 1)
        if recording.frames == 1:  # a dot at the edge alone is lost
            self.rows.hold(shown, recording.duration_s)

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
        gain = [f"magnified {dbfs(self.rows.gain):.0f} dB"] if self.rows.gain > 1 else []
        channels = "1 channel" if recording.channels == 1 else f"{recording.channels} channels"
        if self._channel is not None:
            has_it = self._channel < recording.channels
            channels = f"channel {self._channel + 1} of {recording.channels}" if has_it else f"only {channels}"
        self.set_summary(" · ".join([f"{grouped(recording.sample_rate)} Hz", channels, source, zoom, *gain]))

    def _ticks(self, low: float, high: float, size_px: float) -> list[Tick]:
        return self._rows.ticks(low, high, size_px) if self._rows is not None else []

    def _use_font(self) -> None:
        super()._use_font()
        if self._rows is not None:
            self._rows.set_line_height(self.fontMetrics().height())


def channel_title(channel: int) -> str:
    """Title of the lane of one channel, counted from 0."""
    return f"Waveform of channel {channel + 1}"
