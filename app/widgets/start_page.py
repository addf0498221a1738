"""What is shown while nothing is open: what to do first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.widgets.build import button, label

_WIDTH = 620
_WIDTH_EM = 42
"""Widest line of text, in heights of a line."""
_RECENT_SHOWN = 5
_LINK_MARGIN = 16


class StartPage(QWidget):
    """Three ways to begin, and what was opened last; in an empty case the first of them is to add to it."""

    add_wanted = Signal()
    open_wanted = Signal()
    folder_wanted = Signal()
    sample_wanted = Signal()
    recent_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setAccessibleName("Start")
        self._listed: tuple[str, ...] = ()
        self._foot = label(role="muted", wrap=True)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        column = QVBoxLayout()
        column.setSpacing(10)
        self._title, self._lead = label("Examine a recording", role="title"), label(_LEAD, role="muted", wrap=True)
        column.addWidget(self._title)
        column.addWidget(self._lead)
        column.addSpacing(8)
        column.addLayout(self._buttons())
        column.addWidget(label("Or drop files and folders anywhere in this window.", role="muted"))
        column.addSpacing(14)
        column.addLayout(self._recent)
        column.addSpacing(14)
        column.addWidget(self._foot)
        self._centre(column)

    def set_recent(self, paths: Sequence[str]) -> None:
        """List what was opened last."""
        if tuple(paths) == self._listed:
            return
        self._listed = tuple(paths)
        while (item := self._recent.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        if paths:
            self._recent.addWidget(label("Opened last", role="heading"))
        for path in paths[:_RECENT_SHOWN]:
            self._recent.addWidget(_link(Path(path), partial(self.recent_wanted.emit, path)))

    def set_case(self, number: str) -> None:
        """Offer to add to the case that is open; an empty number means that none is."""
        if self._add.isHidden() == bool(number):
            self._add.setVisible(bool(number))
            self._open.setProperty("primary", not number)
            self._open.style().polish(self._open)
            self._place_buttons()
        self._title.setText(f"Add recordings to case {number}" if number else "Examine a recording")
        self._lead.setText(_CASE_LEAD if number else _LEAD)

    def set_foot(self, text: str) -> None:
        """The line at the bottom: version, models, device, network."""
        self._foot.setText(text)

    def _buttons(self) -> QHBoxLayout:
        row = self._row = QHBoxLayout()
        row.setSpacing(8)
        self._open = button("Open recordings…", self.open_wanted.emit, is_primary=True, tip="Ctrl+O")
        folder = button("Open a folder or case…", self.folder_wanted.emit, tip="Ctrl+Shift+O")
        sample = button("Open the sample case", self.sample_wanted.emit)
        self._add = button("Add to case…", self.add_wanted.emit, is_primary=True, tip="Ctrl+Shift+N")
        self._add.hide()
        self._ways = (self._add, self._open, folder, sample)
        for way in self._ways:
            row.addWidget(way)
        row.addStretch()
        return row

    def _centre(self, column: QVBoxLayout) -> None:
        inner = QWidget()
        inner.setMaximumWidth(_WIDTH_EM * self.fontMetrics().height())
        inner.setLayout(column)
        across = QHBoxLayout()  # an alignment would take the height of a guessed width, and cut text that wraps
        across.addStretch(1)
        across.addWidget(inner, 100)
        across.addStretch(1)
        whole = QVBoxLayout(self)
        whole.addStretch(2)
        whole.addLayout(across)
        whole.addStretch(3)
        self._inner = inner

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of the text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_inner"):
            self._inner.setMaximumWidth(_WIDTH_EM * self.fontMetrics().height())
            self._place_buttons()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One button below the other where they do not fit side by side."""
        super().resizeEvent(event)
        self._place_buttons()

    def _place_buttons(self) -> None:
        """By what is wanted, not by what is there: buttons are squeezed before they would be moved."""
        buttons = [b for b in self._ways if not b.isHidden()]
        wanted_px = sum(one.sizeHint().width() for one in buttons)
        fits = wanted_px + 6 * self._row.spacing() < min(self.width(), self._inner.maximumWidth())
        way = QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom
        if self._row.direction() is not way:
            self._row.setDirection(way)


_LEAD = (
    "Auditrace reads any sound or video file, shows its waveform, spectrogram and wavelet packets, runs the installed "
    "detectors over its whole length and says where a score is high, why, and how far it can be trusted. "
    "Files are only read, never changed."
)

_CASE_LEAD = (
    "What is added is copied into the case's folder, hashed, and entered in its log. What is merely opened is examined "
    "but not recorded in the case."
)


def _link(path: Path, run) -> QPushButton:
    made = button("", run, tip=str(path))
    text = f"{path.name}   –   {path.parent}"
    made.setText(made.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, _WIDTH - _LINK_MARGIN))
    made.setAccessibleName(f"Open {path}")
    made.setFlat(True)
    made.setProperty("link", True)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setMaximumWidth(_WIDTH)
    return made


def foot_text(version: str, models: int | None) -> str:
    """Version, models installed, and that nothing goes over the network."""
    installed = "reading the models" if models is None else f"{models} model{'' if models == 1 else 's'} installed"
    return f"Auditrace {version}  ·  {installed}  ·  No network use"
