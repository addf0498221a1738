"""The jobs: a table with a bar for each, and a line for the status bar."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHBoxLayout,
    QProgressBar,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionProgressBar,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.widgets.build import button, label, named
from app.widgets.rows_table import RowsTable

_SAID_MS = 8000
_LETTERS = (24, 26, 11, 20, 9)
"""Widths of the columns."""
Index = QModelIndex | QPersistentModelIndex


class ProgressDelegate(QStyledItemDelegate):
    """Paints the fraction in UserRole as a bar."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """A bar while the job is active, the text otherwise."""
        fraction = index.data(Qt.ItemDataRole.UserRole)
        if fraction is None:
            super().paint(painter, option, index)
            return
        bar = QStyleOptionProgressBar()
        bar.rect = option.rect.adjusted(4, 5, -4, -5)
        bar.palette = option.palette
        bar.state = QStyle.StateFlag.State_Enabled | QStyle.StateFlag.State_Horizontal
        bar.maximum, bar.progress = 100, round(100 * fraction)
        QApplication.style().drawControl(QStyle.ControlElement.CE_ProgressBar, bar, painter)


class JobPanel(QWidget):
    """A table of jobs and buttons that stop them."""

    cancel_wanted = Signal(int)
    """Row of the job that should stop."""
    cancel_all_wanted = Signal()

    def __init__(self, model: QAbstractItemModel, progress_column: int, parent: QWidget | None = None):
        super().__init__(parent)
        self.table = named(RowsTable(), "Jobs")
        self.table.setModel(model)
        self.table.setItemDelegateForColumn(progress_column, ProgressDelegate(self.table))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.set_widths(_LETTERS, progress_column)
        self._cancel = button("Cancel selected", self._cancel_selected)
        self._cancel_all = button("Cancel all", self.cancel_all_wanted.emit)
        self._lay_out()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete stops the selected jobs."""
        if event.key() == Qt.Key.Key_Delete:
            self._cancel_selected()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        buttons = QVBoxLayout()
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._cancel_all)
        buttons.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 6, 6)
        row.addWidget(self.table)
        row.addLayout(buttons)

    def _cancel_selected(self) -> None:
        for row in sorted({index.row() for index in self.table.selectedIndexes()}):
            self.cancel_wanted.emit(row)


class JobLine(QWidget):
    """The job that runs, in the status bar: what, how far, how long, and a button that stops it."""

    cancel_wanted = Signal()
    all_wanted = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self._text = label(name="Running job")
        self._bar = named(QProgressBar(), "Progress")
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._bar.setFixedWidth(180)
        self._cancel = button("Cancel", self.cancel_wanted.emit)
        self._said = label(role="muted", name="What was just done")
        self._said.setMinimumWidth(1)
        self._said.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._forget = QTimer(self, singleShot=True, interval=_SAID_MS)
        self._forget.timeout.connect(lambda: self.say(""))
        self._all = button("Jobs…", self.all_wanted.emit, tip="Show or hide the list of jobs")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 1, 4, 1)
        row.addWidget(self._text)
        row.addWidget(self._bar)
        row.addWidget(self._cancel)
        row.addWidget(self._said, 1)
        row.addWidget(self._all)
        self.show_idle()

    def say(self, text: str) -> None:
        """Say something small for some seconds, to screen readers too."""
        self._said.setText(text)
        self._said.setToolTip(text)
        if text:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._said, text))
            self._forget.start()

    def show_idle(self) -> None:
        """Nothing runs."""
        self._text.setText("No job is running")
        for part in (self._bar, self._cancel):
            part.hide()

    def show_job(self, text: str, fraction: float, *, is_stopping: bool = False) -> None:
        """What runs, how far it is, and whether it can still be asked to stop."""
        self._text.setText(text)
        self._bar.setUpdatesEnabled(False)  # else Qt paints all that waits in the window before it returns
        self._bar.setValue(round(1000 * fraction))
        self._bar.setUpdatesEnabled(True)
        self._bar.setAccessibleDescription(f"{100 * fraction:.0f} per cent")
        self._cancel.setEnabled(not is_stopping)
        for part in (self._bar, self._cancel):
            part.show()
