"""Asking for what a new case needs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.widgets import dialogs
from app.widgets.build import button, label, named

_LEAD = (
    "A case is a folder with copies of the recordings, their hashes, all results and reports, and a log of every step. "
    "The folder must be new or empty."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChoice:
    """What the user entered."""

    folder: Path
    number: str
    examiner: str


class CaseDialog(QDialog):
    """Folder, case number and examiner; can be accepted once all are given."""

    def __init__(self, proposed_folder: str, parent: QWidget | None = None):
        super().__init__(parent)
        self.setWindowTitle("New case")
        self.resize(560, 0)
        self.number = named(QLineEdit(), "Case number")
        self.examiner = named(QLineEdit(), "Examiner")
        self.folder = named(QLineEdit(proposed_folder), "Folder of the case")
        self._browse = button("Bro&wse…", self._ask_folder)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self._ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._ok.setText("Make the case")
        self._ok.setProperty("primary", True)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        for line in (self.number, self.examiner, self.folder):
            line.textChanged.connect(self._allow)
        self._lay_out()
        self._allow()

    def choice(self) -> CaseChoice:
        """What is entered now."""
        folder = Path(self.folder.text().strip()).expanduser()
        return CaseChoice(folder=folder, number=self.number.text().strip(), examiner=self.examiner.text().strip())

    def _lay_out(self) -> None:
        where = QHBoxLayout()
        where.addWidget(self.folder, 1)
        where.addWidget(self._browse)
        form = QFormLayout()
        form.addRow("Case &number", self.number)
        form.addRow("&Examiner", self.examiner)
        title = QLabel("&Folder")
        title.setBuddy(self.folder)
        form.addRow(title, where)
        column = QVBoxLayout(self)
        column.addWidget(label(_LEAD, role="muted", wrap=True))
        column.addSpacing(6)
        column.addLayout(form)
        column.addSpacing(10)
        column.addWidget(self.buttons)

    def _allow(self) -> None:
        self._ok.setEnabled(all(line.text().strip() for line in (self.number, self.examiner, self.folder)))

    def _ask_folder(self) -> None:
        folder = dialogs.ask_folder(self, "A new or empty folder for the case", self.folder.text())
        if folder is not None:
            self.folder.setText(str(folder))
