"""One lane: a plot on the common time axis, with the cursor, what is selected, and what the mouse wants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent

from app.plots.lane_sheet import LaneSheet
from app.plots.markers import Markers
from app.plots.time_axis import TimeAxis
from app.plots.value_axis import ValueAxis
from app.theme import Theme


class LanePlot(LaneSheet):
    """Base of all lanes. Draws what it is given and asks, by signals, for what the mouse wants."""

    zoom_asked = Signal(float, float)
    scroll_asked = Signal(float)
    cursor_asked = Signal(float)
    selection_asked = Signal(float, float)
    """A stretch, at all frequencies."""
    edges_asked = Signal(float, float)
    """Other ends of what is selected."""
    box_asked = Signal(float, float, float, float)
    """Start, end, seconds; lowest and highest frequency, Hz."""
    fit_asked = Signal()
    pointed = Signal(float, float)
    """Time and vertical position under the pointer."""
    pointer_left = Signal()
    summary_changed = Signal(str)
    """One line about what is drawn and with which parameters."""
    legend_changed = Signal(str)
    """What the colours of something laid over it mean, as rich text to stand above; empty without."""
    least_lines_changed = Signal()
    came_by_key = Signal()
    """The focus came here, but not by the mouse."""

    title = ""
    has_data = False
    """Whether what is drawn can be copied as a table."""

    def __init__(self, axis: ValueAxis, *, description: str, time_axis: TimeAxis | None = None):
        super().__init__(axis, time_axis)
        self._markers = Markers(self.view_box)
        self._theme: Theme | None = None
        self._summary = ""
        self._connect()
        self.setAccessibleName(self.title)
        self.setAccessibleDescription(description)

    @property
    def summary(self) -> str:
        """One line about what is drawn and with which parameters."""
        return self._summary

    @property
    def least_lines(self) -> float:
        """Least height at which it can be read, in lines of text."""
        return 4.0

    @property
    def view_s(self) -> tuple[float, float]:
        """Visible stretch, seconds."""
        start, end = self.view_box.viewRange()[0]
        return float(start), float(end)

    def set_view(self, start_s: float, end_s: float) -> None:
        """Show a stretch."""
        if end_s > start_s:
            self.schedule()  # posted before the scene posts its painting: drawn first, then painted once
            self.view_box.setXRange(start_s, end_s, padding=0)

    def set_cursor(self, seconds: float | None) -> None:
        """Move the cursor; None hides it."""
        self._markers.set_cursor(seconds)

    def set_playhead(self, seconds: float | None) -> None:
        """Move the playhead; None hides it."""
        self._markers.set_playhead(seconds)

    def set_selection(self, selection: tuple[float, float] | None) -> None:
        """Mark a stretch; None marks nothing."""
        self._markers.set_selection(selection)

    def set_selected_band(self, band_hz: tuple[float, float] | None) -> None:
        """Limit what is selected to frequencies; for lanes that show them."""

    def set_box_tool(self, on: bool) -> None:
        """Whether dragging draws a time-frequency box; for lanes that show frequencies."""
        self.view_box.set_box_tool(on)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self.setBackground(theme.plot)
        for axis in filter(None, (self.axis, self.time_axis)):
            axis.setPen(theme.axis)
            axis.setTextPen(theme.axis)
        self.bar.set_theme(theme)
        self._markers.set_theme(self.marks_theme())
        self.schedule()

    def marks_theme(self) -> Theme:
        """The theme whose cursor and selection can be seen on what is drawn."""
        assert self._theme is not None
        return self._theme

    def stop(self) -> None:
        """Have nothing more computed; for subclasses that have work done."""

    def state(self) -> dict[str, Any]:
        """The parameters to be kept between sessions; for subclasses that have some."""
        return {}

    def restore(self, values: dict[str, Any]) -> None:
        """Take parameters of `state`; what does not fit is left as it is."""

    def copy_data(self, put: Callable[[str], None]) -> None:
        """Hand over what is drawn as a table with its provenance; for lanes that have data."""

    def describe(self) -> str:
        """What is to be seen, in words."""
        return f"{self.title}. {self._summary}."

    def x_of(self, seconds: float) -> float:
        """Horizontal position of a time in this widget, pixels."""
        scene = self.view_box.mapViewToScene(QPointF(seconds, 0.0))
        return self.viewportTransform().map(scene).x()

    def set_summary(self, text: str) -> None:
        """Say in one line what is drawn."""
        if text != self._summary:
            self._summary = text
            self.summary_changed.emit(text)

    def keyPressEvent(self, ev: QKeyEvent) -> None:
        """Leave keys to the page: a QGraphicsView would swallow the arrows."""
        ev.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Say that it is in use now, so that it can be brought into sight."""
        super().focusInEvent(event)
        if event.reason() not in (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.came_by_key.emit()

    def leaveEvent(self, ev: object) -> None:
        """Say that the pointer has left."""
        super().leaveEvent(ev)
        self.pointer_left.emit()

    def _connect(self) -> None:
        box = self.view_box
        box.zoom_asked.connect(self.zoom_asked)
        box.scroll_asked.connect(self.scroll_asked)
        box.double_clicked.connect(self.fit_asked)
        box.clicked.connect(lambda time_s, _: self.cursor_asked.emit(time_s))
        box.dragged.connect(self.selection_asked)
        box.vertical_zoom_asked.connect(self.zoom_vertically)
        box.vertical_scroll_asked.connect(self.scroll_vertically)
        self._markers.selection_asked.connect(self.edges_asked)
        scene: Any = self.scene()
        scene.sigMouseMoved.connect(self._moved)

    def value_at(self, height: float) -> float:
        """What a vertical position stands for; for subclasses whose axis is not even."""
        return height

    def zoom_vertically(self, factor: float, about: float) -> None:
        """Zoom the vertical axis; for subclasses that can."""

    def scroll_vertically(self, share: float) -> None:
        """Scroll the vertical axis; for subclasses that can."""

    def _moved(self, position: QPointF) -> None:
        if self.view_box.sceneBoundingRect().contains(position):
            point = self.view_box.mapSceneToView(position)
            self.pointed.emit(point.x(), self.value_at(point.y()))
        else:
            self.pointer_left.emit()
