"""One lane: a plot on the common time axis, with a left axis and a right column of fixed widths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsScene, QLabel

from app.plots.colour_bar import ColourBar, right_width
from app.plots.markers import Markers
from app.plots.time_axis import TimeAxis
from app.plots.time_view_box import TimeViewBox
from app.plots.value_axis import ValueAxis, left_width
from app.theme import Theme

_MARGIN_PX = 7
_TICKS_PX = 9
"""From the line of the time axis to the lower edge of its labels, less their height."""
_HALF_LABEL = 0.42
"""Half the height of a digit's box, in heights of a line."""


class LanePlot(pg.GraphicsLayoutWidget):
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
    least_lines_changed = Signal()
    came_by_key = Signal()
    """The focus came here, but not by the mouse."""
    _stale = Signal()

    title = ""
    has_data = False
    """Whether what is drawn can be copied as a table."""

    def __init__(self, axis: ValueAxis, *, description: str, time_axis: TimeAxis | None = None):
        super().__init__(show=False)
        self.view_box = TimeViewBox()
        self.axis, self.time_axis = axis, time_axis
        self.bar = ColourBar()
        self._markers = Markers(self.view_box)
        self._theme: Theme | None = None
        self._summary = ""
        self._is_stale = False
        self.in_turn: Callable[[Callable[[], None]], object] | None = None
        """Has lanes that are shown together drawn one after the other, with other events between."""
        self._awaits_turn = False
        self._right_px = 0
        self._margins: tuple[int, ...] = ()
        self._caption = QLabel(self)
        self._caption.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._caption.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._build()
        self._connect()
        self.setAccessibleName(self.title)
        self.setAccessibleDescription(description)

    @property
    def summary(self) -> str:
        """One line about what is drawn and with which parameters."""
        return self._summary

    @property
    def is_drawn(self) -> bool:
        """Whether nothing waits to be drawn."""
        return not self._is_stale

    @property
    def least_lines(self) -> float:
        """Least height at which it can be read, in lines of text."""
        return 4.0

    @property
    def view_s(self) -> tuple[float, float]:
        """Visible stretch, seconds."""
        start, end = self.view_box.viewRange()[0]
        return float(start), float(end)

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of the drawing area in device pixels, at least 1."""
        ratio = self.devicePixelRatioF()
        size = self.view_box.size()
        return max(1, round(size.width() * ratio)), max(1, round(size.height() * ratio))

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

    def leave_room(self, right_px: int) -> None:
        """Keep clear of a scroll bar that stands beside the other lanes."""
        self._right_px = right_px
        self._set_margins()
        self.schedule()

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

    def schedule(self) -> None:
        """Draw anew before the next paint, or once it is shown; several wishes make one drawing."""
        if not self._is_stale:
            self._is_stale = True
            if self.isVisible():
                self._stale.emit()

    def draw_now(self, *, printed: bool = False) -> None:
        """Draw at once, for the size that it has now; `printed` for a figure."""
        self.view_box.is_printed = printed
        cells: Any = self.ci.layout
        cells.activate()
        self._draw()

    def render_now(self) -> None:
        """Draw what the view needs; for subclasses."""

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

    def set_caption(self, text: str) -> None:
        """Write a word into the upper left corner, for lanes without an axis title."""
        if text != self._caption.text():
            self._caption.setText(text)
            self._caption.adjustSize()
            self._place_caption()

    def keyPressEvent(self, ev: QKeyEvent) -> None:
        """Leave keys to the page: a QGraphicsView would swallow the arrows."""
        ev.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Say that it is in use now, so that it can be brought into sight."""
        super().focusInEvent(event)
        if event.reason() not in (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.came_by_key.emit()

    def changeEvent(self, ev: QEvent) -> None:
        """Follow the size of the application's text."""
        super().changeEvent(ev)
        if ev.type() == QEvent.Type.FontChange and hasattr(self, "_is_stale"):
            self._use_font()
            self.schedule()

    def resizeEvent(self, ev: QResizeEvent) -> None:
        """Draw anew for the new number of pixels."""
        super().resizeEvent(ev)
        if hasattr(self, "_is_stale"):
            self._set_margins()
            self.schedule()
            self._place_caption()

    def showEvent(self, ev: QShowEvent) -> None:
        """Draw what was left out while nobody could see it."""
        super().showEvent(ev)
        if self._is_stale and self.in_turn is not None:
            self._awaits_turn = True
            self.in_turn(self._render_stale)
        elif self._is_stale:
            self._stale.emit()

    def paintEvent(self, ev: QPaintEvent) -> None:
        """Nothing but the background before it is drawn for the first time since it is shown."""
        if self._awaits_turn:
            QPainter(self.viewport()).fillRect(ev.rect(), self.backgroundBrush())
        else:
            super().paintEvent(ev)

    def leaveEvent(self, ev: object) -> None:
        """Say that the pointer has left."""
        super().leaveEvent(ev)
        self.pointer_left.emit()

    def _build(self) -> None:
        self.axis.linkToView(self.view_box)
        for column, item in enumerate((self.axis, self.view_box, self.bar)):
            self.ci.addItem(item, 0, column)
        if self.time_axis is not None:
            self.time_axis.linkToView(self.view_box)
            self.ci.addItem(self.time_axis, 1, 1)
        # nearly all items move with every view: an index would ask each for its bounds again and again
        self.scene().setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self._use_font()
        self.ci.setSpacing(0)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(False)  # files belong to the window; a QGraphicsView would take them and do nothing
        self.setMinimumHeight(40)
        self.viewport().setMouseTracking(True)
        # the background covers it all: nothing below has to be painted first
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def _use_font(self) -> None:
        """Take the size of the application's text."""
        font = QFont(self.font())
        self.scene().setFont(font)
        for axis in filter(None, (self.axis, self.time_axis)):
            axis.setTickFont(font)
            if axis.label is not None:
                axis.label.setFont(font)
        for item in self.scene().items():
            if isinstance(item, pg.TextItem):
                item.setFont(font)
        self._caption.setFont(font)
        self._caption.adjustSize()
        self._set_margins()
        if self.time_axis is not None:
            self.time_axis.setHeight(round(QFontMetricsF(font).height() + _TICKS_PX))
        self.axis.setWidth(left_width(font))
        self.bar.setFixedWidth(right_width(QFontMetricsF(font)))

    def _set_margins(self) -> None:
        """Leave half a label above and below the axis; pyqtgraph lays out over the border of the focus as well."""
        half_px = max(_MARGIN_PX, round(_HALF_LABEL * QFontMetricsF(self.font()).height()))
        border = self.size() - self.viewport().size()
        below_px = half_px if self.time_axis is None else 0
        margins = (0, half_px, self._right_px + border.width(), below_px + border.height())
        if margins != self._margins:
            self._margins = margins
            self.ci.setContentsMargins(*margins)

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
        # a posted call runs before Qt paints, a timer after it: the picture would be painted twice
        self._stale.connect(self._render_stale, Qt.ConnectionType.QueuedConnection)
        scene: Any = self.scene()
        scene.sigMouseMoved.connect(self._moved)

    def value_at(self, height: float) -> float:
        """What a vertical position stands for; for subclasses whose axis is not even."""
        return height

    def zoom_vertically(self, factor: float, about: float) -> None:
        """Zoom the vertical axis; for subclasses that can."""

    def scroll_vertically(self, share: float) -> None:
        """Scroll the vertical axis; for subclasses that can."""

    def _render_stale(self) -> None:
        if self.isVisible() and not self.closed:  # pyqtgraph empties the scene on closing, while calls are still posted
            self._draw()

    def _draw(self) -> None:
        self._is_stale = False
        self.render_now()
        scene: Any = self.scene()
        scene.prepareForPaint()  # pyqtgraph would place the items while it paints, and so paint all of it again
        if self._awaits_turn:
            self._awaits_turn = False
            self.viewport().update()

    def _place_caption(self) -> None:
        self._caption.move(8, _MARGIN_PX)

    def _moved(self, position: QPointF) -> None:
        if self.view_box.sceneBoundingRect().contains(position):
            point = self.view_box.mapSceneToView(position)
            self.pointed.emit(point.x(), self.value_at(point.y()))
        else:
            self.pointer_left.emit()
