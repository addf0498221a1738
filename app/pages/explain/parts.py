"""What the tabs of the Explain panel share."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QScrollArea,
    QSizePolicy,
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


def take_what_is_left(part: QWidget) -> None:
    """Have a part ask for its least height only: a scrolled tab would be as high as all of its parts wish to be."""
    part.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)


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


def scrolled(part: QWidget, title: str) -> QScrollArea:
    """A part that scrolls where the dock is low."""
    area = named(QScrollArea(), f"{title}, scrolled")
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
