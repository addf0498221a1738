"""What is shown while nothing is open: what to do first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.widgets.build import button, label

_WIDTH = 620
_RECENT_SHOWN = 5
_LINK_MARGIN = 16


class StartPage(QWidget):
    """Three ways to begin, and what was opened last."""

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
        column.addWidget(label("Examine a recording", role="title"))
        column.addWidget(label(_LEAD, role="muted", wrap=True))
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

    def set_foot(self, text: str) -> None:
        """The line at the bottom: version, models, device, network."""
        self._foot.setText(text)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(button("Open recordings…", self.open_wanted.emit, is_primary=True, tip="Ctrl+O"))
        row.addWidget(button("Open a folder or case…", self.folder_wanted.emit, tip="Ctrl+Shift+O"))
        row.addWidget(button("Open the sample case", self.sample_wanted.emit))
        row.addStretch()
        return row

    def _centre(self, column: QVBoxLayout) -> None:
        inner = QWidget()
        inner.setFixedWidth(_WIDTH)
        inner.setLayout(column)
        whole = QVBoxLayout(self)
        whole.addStretch(2)
        whole.addWidget(inner, 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addStretch(3)


_LEAD = (
    "Auditrace reads any sound or video file, shows its waveform, spectrogram and wavelet packets, runs the installed "
    "detectors over its whole length and says where a score is high, why, and how far it can be trusted. "
    "Files are only read, never changed."
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
