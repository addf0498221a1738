"""The parameters of a curve over time, to be changed in its header."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget, QWidgetAction

from app.plots.track_lane import TrackLane, track_params
from app.widgets.build import label
from core.foundation.errors import CoreError

if TYPE_CHECKING:  # scipy is loaded when something is measured
    from app.pages.measure.form import ParamsForm


class ParamsButton(QToolButton):
    """Opens a panel with a field for each parameter; the fields are made when it is first opened."""

    def __init__(self, lane: TrackLane):
        super().__init__()
        self._lane = lane
        self.form: ParamsForm | None = None
        self.setText("Parameters ▾")
        self.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.setAccessibleName(f"{lane.title}, parameters")
        self.setToolTip("With what the curve is computed")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._panel = QWidget()
        self._column = QVBoxLayout(self._panel)
        self._wrong = label(role="caution", wrap=True)
        self._wrong.hide()
        action = QWidgetAction(self)
        action.setDefaultWidget(self._panel)
        menu = QMenu(self)
        menu.addAction(action)
        menu.aboutToShow.connect(self.open_form)
        self.setMenu(menu)

    def open_form(self) -> None:
        """Show what the curve is computed with now."""
        if self.form is None:
            self._make_form()
        if self.form is not None:
            self.form.set_channels(self._lane.channel_count)
            self.form.show_values(track_params(self._lane.name, self._lane.values))

    def _make_form(self) -> None:
        from app.pages.measure.form import ParamsForm
        from core.measure.tracks import TRACKS

        self.form = ParamsForm(TRACKS[self._lane.name].params, self._lane.title)
        self.form.changed.connect(self._use)
        usual = QPushButton("Usual values")
        usual.clicked.connect(self._use_usual)
        for part in (self.form, self._wrong, usual):
            self._column.addWidget(part)

    def _use(self) -> None:
        assert self.form is not None
        try:
            self._lane.set_values(asdict(self.form.params()))
        except CoreError as error:
            self._wrong.setText(error.message)
            self._wrong.show()
        else:
            self._wrong.hide()

    def _use_usual(self) -> None:
        self._lane.set_values({})
        self._wrong.hide()
        self.open_form()
