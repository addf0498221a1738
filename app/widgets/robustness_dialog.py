"""Choosing perturbations, with the time that they will take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.widgets.build import button, label, named


@dataclass(frozen=True, slots=True, kw_only=True)
class PerturbationChoice:
    """Something that can be done to the sound."""

    name: str
    lacks: str = ""
    """Why it cannot be done here; empty where it can."""
    is_default: bool = False


class RobustnessDialog(QDialog):
    """A list to tick; what is not available here says why."""

    def __init__(
        self,
        choices: Sequence[PerturbationChoice],
        stretch: str,
        seconds_for: Callable[[int], float],
        parent: QWidget | None = None,
    ):
        """Offer perturbations.

        Args:
            choices: All of them, milder before stronger.
            stretch: What of the recording is run, in words.
            seconds_for: Time for so many perturbations.
            parent: Window it belongs to.
        """
        super().__init__(parent)
        self.setWindowTitle("Robustness of this exhibit")
        self.resize(440, 560)
        self._choices, self._seconds_for = choices, seconds_for
        self.list = named(QListWidget(), "Perturbations")
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.estimate = label("", role="muted", name="Time", wrap=True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        for choice in choices:
            item = QListWidgetItem(choice.name + (f" – {choice.lacks}" if choice.lacks else ""), self.list)
            item.setData(Qt.ItemDataRole.UserRole, choice.name)
            if choice.lacks:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            else:
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        self._lay_out(stretch)
        self.list.itemChanged.connect(lambda _: self._tell())
        self._tick(lambda choice: choice.is_default)

    def chosen(self) -> tuple[str, ...]:
        """Names that are ticked."""
        items = [self.list.item(i) for i in range(self.list.count())]
        return tuple(
            item.data(Qt.ItemDataRole.UserRole) for item in items if item.checkState() is Qt.CheckState.Checked
        )

    def _lay_out(self, stretch: str) -> None:
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setText("Run")
        ok.setProperty("primary", True)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        sets = QDialogButtonBox()
        for title, rule in (
            ("&Usual set", lambda choice: choice.is_default),
            ("&All", lambda _: True),
            ("&None", lambda _: False),
        ):
            sets.addButton(button(title, lambda rule=rule: self._tick(rule)), QDialogButtonBox.ButtonRole.ActionRole)
        column = QVBoxLayout(self)
        column.addWidget(label(f"The models run again on {stretch} after each of these:", wrap=True))
        column.addWidget(self.list, 1)
        column.addWidget(sets)
        column.addWidget(self.estimate)
        column.addWidget(self.buttons)

    def _tick(self, rule: Callable[[PerturbationChoice], bool]) -> None:
        for i, choice in enumerate(self._choices):
            if not choice.lacks:
                ticked = Qt.CheckState.Checked if rule(choice) else Qt.CheckState.Unchecked
                self.list.item(i).setCheckState(ticked)
        self._tell()

    def _tell(self) -> None:
        count = len(self.chosen())
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(count > 0)
        seconds = self._seconds_for(count)
        time = f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
        self.estimate.setText(
            f"{count} chosen, about {max(time, '1 s') if seconds < 1 else time}. Esc stops it at any time."
        )
