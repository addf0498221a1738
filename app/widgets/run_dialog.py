"""Choosing what to run on which recordings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.widgets.build import label, named

_ID = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChoice:
    """A model that can be run, in words."""

    id: str
    title: str
    about: str
    """Purpose, questions, limits: shown while it is current."""
    is_default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChoice:
    """What the user chose."""

    models: tuple[str, ...]
    exhibits: tuple[str, ...]
    device: str
    channel: str
    reference: bool


class RunDialog(QDialog):
    """Models on the left, what they are on the right, recordings and device below."""

    def __init__(
        self,
        models: Sequence[ModelChoice],
        exhibits: Sequence[tuple[str, str]],
        current: str,
        channels: int,
        parent: QWidget | None = None,
    ):
        """Offer a choice.

        Args:
            models: What is installed.
            exhibits: (id, name) of all that are open.
            current: Id of the one that is looked at.
            channels: Number of its channels.
            parent: Window it belongs to.
        """
        super().__init__(parent)
        self.setWindowTitle("Examine")
        self.resize(760, 480)
        self._about = {model.id: model.about for model in models}
        self._ids = tuple(exhibit_id for exhibit_id, _ in exhibits)
        self.models = named(QListWidget(), "Models to run")
        self.details = named(QPlainTextEdit(), "About the model")
        self.scope = named(QComboBox(), "Recordings to examine")
        self.device = named(QComboBox(), "Device")
        self.channel = named(QComboBox(), "Channel")
        self.reference = QCheckBox("Reference mode: slower, the same numbers bit by bit each time")
        self._fill(models, exhibits, current, channels)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self._ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._ok.setText("Examine")
        self._ok.setProperty("primary", True)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._lay_out()
        self.models.currentItemChanged.connect(self._show_about)
        self.models.itemChanged.connect(lambda: self._ok.setEnabled(bool(self.choice().models)))
        self.models.setCurrentRow(0)
        self._ok.setEnabled(bool(self.choice().models))

    def choice(self) -> RunChoice:
        """What is chosen now."""
        items = (self.models.item(row) for row in range(self.models.count()))
        chosen = tuple(item.data(_ID) for item in items if item.checkState() == Qt.CheckState.Checked)
        scope = self.scope.currentData()
        return RunChoice(
            models=chosen,
            exhibits=self._ids if scope is None else (scope,),
            device=self.device.currentData(),
            channel=self.channel.currentData(),
            reference=self.reference.isChecked(),
        )

    def _fill(
        self, models: Sequence[ModelChoice], exhibits: Sequence[tuple[str, str]], current: str, channels: int
    ) -> None:
        for model in models:
            item = QListWidgetItem(model.title, self.models)
            item.setData(_ID, model.id)
            item.setToolTip(model.id)
            item.setCheckState(Qt.CheckState.Checked if model.is_default else Qt.CheckState.Unchecked)
        for exhibit_id, name in exhibits:
            if exhibit_id == current:
                self.scope.addItem(f"{exhibit_id}  {name}", exhibit_id)
        if len(exhibits) > 1:
            self.scope.addItem(f"All {len(exhibits)} recordings", None)
        for text, device in (("Choose by itself", "auto"), ("CPU", "cpu"), ("GPU (CUDA)", "cuda")):
            self.device.addItem(text, device)
        self.channel.addItem("Mean of all channels", "mix")
        for number in range(channels if channels > 1 else 0):
            self.channel.addItem(f"Channel {number + 1}", str(number))
        self.details.setReadOnly(True)

    def _lay_out(self) -> None:
        split = QSplitter()
        split.addWidget(self.models)
        split.addWidget(self.details)
        split.setSizes([320, 420])
        split.setChildrenCollapsible(False)
        form = QFormLayout()
        form.addRow("&Recordings", self.scope)
        form.addRow("&Channel", self.channel)
        form.addRow("&Device", self.device)
        form.addRow("", self.reference)
        column = QVBoxLayout(self)
        column.addWidget(label("Models to run", role="heading"))
        column.addWidget(split, 1)
        column.addLayout(form)
        column.addWidget(self.buttons)

    def _show_about(self, item: QListWidgetItem | None) -> None:
        self.details.setPlainText(self._about[item.data(_ID)] if item else "No model is installed.")
