"""What the tabs of the Explain panel share."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.widgets.build import named

MARGINS = (8, 6, 8, 6)
_WIDEST_PX = 170
"""What is longer is cut, and whole in its tip and where it is copied."""


class ReadTable(QTableWidget):
    """Rows to read, chosen by keys or mouse, copied with Ctrl+C."""

    def __init__(self, name: str, columns: Sequence[str]):
        super().__init__(0, len(columns))
        self.setAccessibleName(name)
        self.setHorizontalHeaderLabels(list(columns))
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setStretchLastSection(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.horizontalHeader().setMaximumSectionSize(_WIDEST_PX)
        self.setMinimumHeight(80)

    def fill(self, rows: Sequence[Sequence[str]]) -> None:
        """Show texts."""
        self.setRowCount(len(rows))
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.setItem(r, c, item)
        self._fit_rows()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of the text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_rows()

    def _fit_rows(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies the chosen rows."""
        if event.matches(QKeySequence.StandardKey.Copy):
            rows = sorted({index.row() for index in self.selectedIndexes()}) or range(self.rowCount())
            lines = [[str(self.model().index(r, c).data()) for c in range(self.columnCount())] for r in rows]
            QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))
        else:
            super().keyPressEvent(event)


def row(*parts: QWidget | None) -> QHBoxLayout:
    """Parts in a line; None takes the room that is left."""
    line = QHBoxLayout()
    line.setSpacing(8)
    for part in parts:
        if part is None:
            line.addStretch(1)
        else:
            line.addWidget(part)
    return line


def column(widget: QWidget, *parts: QWidget | QHBoxLayout, stretch: int = -1) -> QVBoxLayout:
    """Parts below each other; the one at `stretch` takes the room that is left."""
    made = QVBoxLayout(widget)
    made.setContentsMargins(*MARGINS)
    made.setSpacing(6)
    for part in parts:
        if isinstance(part, QWidget):
            made.addWidget(part)
        else:
            made.addLayout(part)
    if stretch >= 0:
        made.setStretch(stretch, 1)
    return made


class _Scrolled(QScrollArea):
    """Gives its part the height that its texts need in the width there is: Qt reserves that of a narrow column."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        if (part := self.widget()) is None or (layout := part.layout()) is None:
            return
        if layout.hasHeightForWidth():
            part.setMinimumHeight(layout.minimumHeightForWidth(self.viewport().width()))


def scrolled(part: QWidget, title: str) -> QScrollArea:
    """A part that scrolls where the dock is low."""
    area = named(_Scrolled(), f"{title}, scrolled")
    area.setWidget(part)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    return area


def refill(box: QComboBox, items: Sequence[tuple[str, str]]) -> None:
    """Other items (title, key); what was chosen stays chosen where it is still there."""
    before = box.currentData()
    box.blockSignals(True)
    box.clear()
    for title, key in items:
        box.addItem(title, key)
    box.setCurrentIndex(max(box.findData(before), 0) if items else -1)
    box.blockSignals(False)
