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
_UNPLAYED = "Nothing of it was played yet: this note will not unseal its results. Play it first, then save the note."
_NO_DEVICE = (
    "No sound device was found, and nothing of it was played: this note will unseal its results only where it says "
    "where it was listened to."
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
        self.state = label(role="muted", wrap=True, name="What is still missing")
        column.addWidget(self.state)
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

    def _missing(self) -> list[str]:
        """Names of fields without which nothing can be saved."""
        return [] if self.entered() else ["text"]

    def _advice(self) -> str:
        """What is said where nothing is missing."""
        return ""

    def _allow(self) -> None:
        missing = self._missing()
        self.state.setText(f"Still missing: {', '.join(missing)}." if missing else self._advice())
        self._buttons.button(QDialogButtonBox.StandardButton.Save).setEnabled(not missing)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListeningChoice:
    """What is entered."""

    chain: str
    level: str
    passes: int
    heard: str
    elsewhere: str = ""


class ListeningDialog(NoteDialog):
    """How it was listened to, and what was heard."""

    def __init__(
        self,
        subject: str,
        chain: str = "",
        level: str = "",
        parent: QWidget | None = None,
        *,
        played: str = "",
        has_device: bool = True,
    ):
        """Ask for a listening note.

        Args:
            subject: What it is on.
            chain: Proposed, as is the level.
            level: As set or measured.
            parent: The window.
            played: How much of it was played out of a sound device; empty where nothing was.
            has_device: Whether there is one; else it can be said where it was listened to instead.
        """
        self._played, self._has_device = played, has_device
        self.elsewhere = named(QLineEdit(), "Listened to elsewhere")
        self.elsewhere.setPlaceholderText("Where and through what, as there is no sound device here")
        self.chain = named(QLineEdit(chain), "Playback chain")
        self.chain.setPlaceholderText("Device, converter, headphones or loudspeakers")
        self.level = named(QLineEdit(level), "Level")
        self.level.setPlaceholderText("As set or measured, e.g. comfortable, 65 dB SPL at 1 kHz")
        self.passes = named(QSpinBox(), "Number of passes")
        self.passes.setRange(1, 999)
        super().__init__(subject, parent)
        self.setWindowTitle("Listening note")
        self.resize(560, 420)
        for line in (self.chain, self.level, self.elsewhere):
            line.textChanged.connect(self._allow)

    def choice(self) -> ListeningChoice:
        """What is entered now."""
        return ListeningChoice(
            chain=self.chain.text().strip(),
            level=self.level.text().strip(),
            passes=self.passes.value(),
            heard=self.entered(),
            elsewhere=self.elsewhere.text().strip() if not self._has_device else "",
        )

    def _lead(self) -> str:
        return _LISTENING

    def _fill(self) -> None:
        self.text.setAccessibleName("What was heard")
        self._form.addRow("Played", label(self._played or "nothing yet", name="Played so far", wrap=True))
        if not self._has_device:
            self._form.addRow("Listened &elsewhere", self.elsewhere)
        self._form.addRow("Playback &chain", self.chain)
        self._form.addRow("&Level", self.level)
        self._form.addRow("&Passes", self.passes)
        self._form.addRow("&Heard", self.text)
        (self.text if self.chain.text() else self.chain).setFocus()

    def _missing(self) -> list[str]:
        choice = self.choice()
        needed = {"playback chain": choice.chain, "level": choice.level, "what was heard": choice.heard}
        return [name for name, value in needed.items() if not value]

    def _advice(self) -> str:
        if self._played or self.elsewhere.text().strip():
            return ""
        return _UNPLAYED if self._has_device else _NO_DEVICE


def _text_box(name: str) -> QPlainTextEdit:
    box = named(QPlainTextEdit(), name)
    box.setTabChangesFocus(True)
    box.setMinimumHeight(110)
    return box
