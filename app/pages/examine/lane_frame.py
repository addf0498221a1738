"""A lane with its header: title, summary, controls, and a button that folds it away."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.plots.lane import LanePlot

_OPEN_MINIMUM_PX = 96
_ANY_HEIGHT = 16_777_215


_BETWEEN = " · "


class ElidedLabel(QLabel):
    """A label of parts, the most important first, that leaves out the last ones instead of widening the window.

    The tool tip has all of them.
    """

    def __init__(self):
        super().__init__()
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_text(self, text: str) -> None:
        """Show a text as far as there is room."""
        self._text = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.update()

    def text(self) -> str:
        """All of the text."""
        return self._text

    def minimumSizeHint(self) -> QSize:
        """Nothing in width."""
        return QSize(0, QFontMetrics(self.font()).height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as much as fits."""
        painter = QPainter(self)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.shown())

    def shown(self) -> str:
        """What there is room for: whole parts, or the beginning of the first."""
        metrics, parts = self.fontMetrics(), self._text.split(_BETWEEN)
        for count in range(len(parts), 0, -1):
            text = _BETWEEN.join(parts[:count])
            if metrics.horizontalAdvance(text) <= self.width():
                return text
        return metrics.elidedText(parts[0], Qt.TextElideMode.ElideRight, self.width())


class LaneFrame(QFrame):
    """Header over a lane."""

    folded = Signal(bool)

    def __init__(self, lane: LanePlot, controls: tuple[QWidget, ...] = ()):
        super().__init__()
        self.lane = lane
        self._title = QLabel(lane.title)
        self._title.setProperty("role", "heading")
        self._summary = ElidedLabel()
        self._summary.setProperty("role", "muted")
        self._fold = QToolButton()
        self._fold.setAutoRaise(True)
        self._fold.setCheckable(True)
        self._fold.toggled.connect(self.set_folded)
        self._controls = controls
        self._lay_out()
        self.set_folded(False)
        lane.summary_changed.connect(self._summary.set_text)

    @property
    def is_folded(self) -> bool:
        """Whether only the header shows."""
        return self._fold.isChecked()

    @property
    def header_height(self) -> int:
        """Height of the header alone."""
        return self._header.sizeHint().height()

    def set_folded(self, folded: bool) -> None:
        """Show the header only, or the lane too."""
        if self._fold.isChecked() != folded:
            self._fold.setChecked(folded)
            return
        self.lane.setVisible(not folded)
        self._fold.setArrowType(Qt.ArrowType.RightArrow if folded else Qt.ArrowType.DownArrow)
        verb = "Show" if folded else "Fold away"
        self._fold.setToolTip(f"{verb} this lane")
        self._fold.setAccessibleName(f"{verb}: {self.lane.title}")
        self.setMinimumHeight(self.header_height + (0 if folded else _OPEN_MINIMUM_PX - 30))
        self.setMaximumHeight(self.header_height if folded else _ANY_HEIGHT)
        self.folded.emit(folded)

    def _lay_out(self) -> None:
        self._header = QFrame()
        self._header.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self._header.setAutoFillBackground(True)
        row = QHBoxLayout(self._header)
        row.setContentsMargins(4, 1, 6, 1)
        row.setSpacing(8)
        row.addWidget(self._fold)
        row.addWidget(self._title)
        row.addWidget(self._summary, 1)
        for control in self._controls:
            row.addWidget(control)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header)
        column.addWidget(self.lane, 1)
