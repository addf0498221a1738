"""Writing a note, and the record of critical listening."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.widgets.build import label, named

_KEPT = "A note is kept with the time and cannot be changed afterwards."
_LISTENING = (
    "What was heard, before anything else is looked at. It is kept with the time and cannot be changed afterwards."
)


class NoteDialog(QDialog):
    """A text on what stands above it."""

    def __init__(self, subject: str, parent: QWidget | None = None):
        """Ask for a note.

        Args:
            subject: What the note is on, e.g. exhibit and time.
            parent: The window.
        """
        super().__init__(parent)
        self.setWindowTitle("Note")
        self.resize(540, 300)
        self.text = _text_box("Note")
        self._form = QFormLayout()
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._form.addRow("On", label(subject, name="On", wrap=True))
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._fill()
        column = QVBoxLayout(self)
        column.addWidget(label(self._lead(), role="muted", wrap=True))
        column.addLayout(self._form)
        column.addWidget(self._buttons)
        self.text.textChanged.connect(self._allow)
        self._allow()

    def entered(self) -> str:
        """The text."""
        return self.text.toPlainText().strip()

    def _lead(self) -> str:
        return _KEPT

    def _fill(self) -> None:
        self._form.addRow("&Text", self.text)
        self.text.setFocus()

    def _is_complete(self) -> bool:
        return bool(self.entered())

    def _allow(self) -> None:
        self._buttons.button(QDialogButtonBox.StandardButton.Save).setEnabled(self._is_complete())


@dataclass(frozen=True, slots=True, kw_only=True)
class ListeningChoice:
    """What is entered."""

    chain: str
    level: str
    passes: int
    heard: str


class ListeningDialog(NoteDialog):
    """How it was listened to, and what was heard."""

    def __init__(self, subject: str, chain: str = "", level: str = "", parent: QWidget | None = None):
        """Ask for a listening note; chain and level are proposed."""
        self.chain = named(QLineEdit(chain), "Playback chain")
        self.chain.setPlaceholderText("Device, converter, headphones or loudspeakers")
        self.level = named(QLineEdit(level), "Level")
        self.level.setPlaceholderText("As set or measured, e.g. comfortable, 65 dB SPL at 1 kHz")
        self.passes = named(QSpinBox(), "Number of passes")
        self.passes.setRange(1, 999)
        super().__init__(subject, parent)
        self.setWindowTitle("Listening note")
        self.resize(560, 420)
        for line in (self.chain, self.level):
            line.textChanged.connect(self._allow)

    def choice(self) -> ListeningChoice:
        """What is entered now."""
        return ListeningChoice(
            chain=self.chain.text().strip(),
            level=self.level.text().strip(),
            passes=self.passes.value(),
            heard=self.entered(),
        )

    def _lead(self) -> str:
        return _LISTENING

    def _fill(self) -> None:
        self.text.setAccessibleName("What was heard")
        self._form.addRow("Playback &chain", self.chain)
        self._form.addRow("&Level", self.level)
        self._form.addRow("&Passes", self.passes)
        self._form.addRow("&Heard", self.text)
        (self.text if self.chain.text() else self.chain).setFocus()

    def _is_complete(self) -> bool:
        choice = self.choice()
        return bool(choice.chain and choice.level and choice.heard)


def _text_box(name: str) -> QPlainTextEdit:
    box = named(QPlainTextEdit(), name)
    box.setTabChangesFocus(True)
    box.setMinimumHeight(110)
    return box
