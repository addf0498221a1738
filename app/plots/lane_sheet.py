"""What a lane is drawn on: axis, plot and right column in columns of fixed widths, drawn when it is seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QLabel

from app.plots.colour_bar import ColourBar, right_width
from app.plots.time_axis import TimeAxis
from app.plots.time_view_box import TimeViewBox
from app.plots.value_axis import ValueAxis, left_width
from core.foundation.time_scale import TimeScale

_MARGIN_PX = 7
_TICKS_PX = 9
"""From the line of the time axis to the lower edge of its labels, less their height."""
_HALF_LABEL = 0.42
"""Half the height of a digit's box, in heights of a line."""


class LaneSheet(pg.GraphicsLayoutWidget):
    """Base of LanePlot: the same columns in every lane, and one drawing for all that was asked for meanwhile."""

    _stale = Signal()

    def __init__(self, axis: ValueAxis, time_axis: TimeAxis | None):
        super().__init__(show=False)
        self.view_box = TimeViewBox()
        self.axis, self.time_axis = axis, time_axis
        self.bar = ColourBar()
        self.in_turn: Callable[[Callable[[], None]], object] | None = None
        """Has lanes that are shown together drawn one after the other, with other events between."""
        self._is_stale = self._awaits_turn = False
        self._right_px = 0
        self._margins: tuple[int, ...] = ()
        self._caption = QLabel(self)
        self._caption.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._caption.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._build()
        # a posted call runs before Qt paints, a timer after it: the picture would be painted twice
        self._stale.connect(self._render_stale, Qt.ConnectionType.QueuedConnection)

    @property
    def is_drawn(self) -> bool:
        """Whether nothing waits to be drawn."""
        return not self._is_stale

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of the drawing area in device pixels, at least 1."""
        ratio = self.devicePixelRatioF()
        size = self.view_box.size()
        return max(1, round(size.width() * ratio)), max(1, round(size.height() * ratio))

    def leave_room(self, right_px: int) -> None:
        """Keep clear of a scroll bar that stands beside the other lanes."""
        self._right_px = right_px
        self._set_margins()
        self.schedule()

    def set_time_scale(self, scale: TimeScale) -> None:
        """Count and write times so; for lanes with a time axis of their own."""
        if self.time_axis is not None:
            self.time_axis.time_scale = scale
            self.time_axis.update()
            self.schedule()

    def set_caption(self, text: str) -> None:
        """Write a word into the upper left corner, for lanes without an axis title."""
        if text != self._caption.text():
            self._caption.setText(text)
            self._caption.adjustSize()
            self._place_caption()

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
