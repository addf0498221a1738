"""A lane with its header: title, summary, controls, and a button that folds it away."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from app.pages.examine.header_keys import HINT, HeaderKeys
from app.plots.lane import LanePlot
from app.widgets.build import label
from app.widgets.elided import ElidedLabel

_ANY_HEIGHT = 16_777_215
_MENU = (
    ("up", "Move &up"),
    ("down", "Move &down"),
    ("fold", "&Fold away or show"),
    ("remove", "&Remove"),
    ("", ""),
    ("copy_parameters", "Copy &parameters"),
)


class LaneFrame(QFrame):
    """Header over a lane."""

    folded = Signal(bool)
    came_by_key = Signal()
    """The focus came to the lane, but not by the mouse."""
    asked = Signal(str)
    """What was chosen in the header's menu."""

    def __init__(
        self,
        lane: LanePlot,
        controls: tuple[QWidget, ...] = (),
        *,
        name: str = "",
        minimum_px: int = 0,
        follow: Callable[[], Any] = lambda: None,
    ):
        super().__init__()
        self.lane, self.name = lane, name
        self._minimum_px = minimum_px
        self.is_shown = True
        """Whether it belongs to those on the screen; a lane that was removed is kept."""
        self._follow = follow
        self._title = QLabel(lane.title)
        self._title.setProperty("role", "heading")
        self._summary = ElidedLabel()
        self._summary.setProperty("role", "muted")
        self._legend = label(name=f"{lane.title}, what is laid over it", wrap=True)
        self._legend.setTextFormat(Qt.TextFormat.RichText)
        self._legend.setContentsMargins(8, 2, 8, 2)
        self._legend.hide()
        self._fold = QToolButton()
        self._fold.setAutoRaise(True)
        self._fold.setCheckable(True)
        self._fold.toggled.connect(self.set_folded)
        self._controls = controls
        self._legends = {control for control in controls if isinstance(control, QLabel)}
        self._set_aside: list[QWidget] = []
        self._exhibit = ""
        self.menu_button = self._make_menu()
        self._lay_out()
        inner = (part for one in controls for part in one.findChildren(QWidget))
        parts = [*controls, *inner, self.menu_button]
        self._own_names = {part: part.accessibleName() for part in parts if part.accessibleName()}
        focused = [part for part in parts if part.focusPolicy() & Qt.FocusPolicy.TabFocus and not _in_popup(part)]
        self._keys = HeaderKeys([self._fold, *focused], self._leave_header, self)
        self.set_folded(False)
        lane.summary_changed.connect(self._summary.set_text)
        lane.legend_changed.connect(self._show_legend)
        lane.least_lines_changed.connect(self._fit)
        lane.came_by_key.connect(self.came_by_key)
        lane.setAccessibleDescription(f"{lane.accessibleDescription()} {HINT}")

    def set_exhibit(self, exhibit: str) -> None:
        """Name all controls by exhibit and lane, so that none is like another of the window."""
        if exhibit != self._exhibit:
            self._exhibit = exhibit
            for part, name in self._own_names.items():
                of_lane = name if name.startswith(self.lane.title) else f"{self.lane.title}, {name}"
                part.setAccessibleName(self._of_exhibit(of_lane))
            self._name_fold()

    @property
    def is_folded(self) -> bool:
        """Whether only the header shows."""
        return self._fold.isChecked()

    @property
    def header_height(self) -> int:
        """Height of the header alone."""
        return self._header.sizeHint().height()

    def restore(self, values: dict[str, Any]) -> None:
        """Take the lane's parameters of another session."""
        self.lane.restore(values)
        self._follow()

    def set_folded(self, folded: bool) -> None:
        """Show the header only, or the lane too."""
        if self._fold.isChecked() != folded:
            self._fold.setChecked(folded)
            return
        if folded and self.lane.hasFocus():
            self._fold.setFocus()
        self.lane.setVisible(not folded)
        self._legend.setVisible(bool(self._legend.text()) and not folded)
        self._fold.setFocusPolicy(Qt.FocusPolicy.StrongFocus if folded else Qt.FocusPolicy.ClickFocus)
        self._fold.setArrowType(Qt.ArrowType.RightArrow if folded else Qt.ArrowType.DownArrow)
        self._name_fold()
        self._fit()
        self.folded.emit(folded)

    def show_controls(self, shown: bool) -> None:
        """Show the header with its controls, or without them, for a figure; laid out at once."""
        if not shown:
            self._set_aside = [p for p in (self._fold, *self._controls, self.menu_button) if p.isVisibleTo(self)]
        for part in self._set_aside:
            part.setVisible(shown or part in self._legends)
        self._summary.set_wrapped(not shown and not self.is_folded)
        for whole in (self._header, self):
            if (layout := whole.layout()) is not None:
                layout.activate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes from the lane to its controls."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._keys.enter()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of the text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_header"):
            self._fit()

    def _show_legend(self, text: str) -> None:
        self._legend.setText(text)
        self._legend.setVisible(bool(text) and not self.is_folded)
        self._fit()

    def _leave_header(self) -> None:
        (self._fold if self.is_folded else self.lane).setFocus(Qt.FocusReason.BacktabFocusReason)

    def _name_fold(self) -> None:
        verb = "Show" if self.is_folded else "Fold away"
        self._fold.setToolTip(f"{verb} this lane")
        self._fold.setAccessibleName(self._of_exhibit(f"{verb}: {self.lane.title}"))

    def _of_exhibit(self, name: str) -> str:
        return f"{self._exhibit}, {name}" if self._exhibit else name

    def _fit(self) -> None:
        folded = self.is_folded
        least_px = max(self._minimum_px, round(self.lane.least_lines * self.fontMetrics().height()))
        legend_px = self._legend.heightForWidth(self.width()) if self._legend.text() else 0
        self.setMinimumHeight(self.header_height + (0 if folded else legend_px + least_px))
        self.setMaximumHeight(self.header_height if folded else _ANY_HEIGHT)

    def _make_menu(self) -> QToolButton:
        button = QToolButton()
        button.setText("⋯")
        button.setAutoRaise(True)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        button.setAccessibleName(f"{self.lane.title}, lane menu")
        button.setToolTip("Move, fold, remove; copy parameters and data")
        menu = QMenu(button)
        data = (("copy_data", "Copy &data"),) if self.lane.has_data else ()
        for wish, title in (*_MENU, *data):
            if wish:
                menu.addAction(title, partial(self._ask, wish))
            else:
                menu.addSeparator()
        button.setMenu(menu)
        return button

    def _ask(self, wish: str) -> None:
        if wish == "fold":
            self.set_folded(not self.is_folded)
        else:
            self.asked.emit(wish)

    def _lay_out(self) -> None:
        self._header = QFrame()
        self._header.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self._header.setAutoFillBackground(True)
        row = QHBoxLayout(self._header)
        row.setContentsMargins(4, 1, 6, 1)
        row.setSpacing(8)
        row.addWidget(self._fold)
        row.addWidget(self._title)
        row.addWidget(self._summary, 1)
        for control in self._controls:
            row.addWidget(control)
        row.addWidget(self.menu_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header)
        column.addWidget(self._legend)
        column.addWidget(self.lane, 1)


def _in_popup(part: QWidget) -> bool:
    """Whether it is in what a button opens, where Tab goes round by itself."""
    above = part.parentWidget()
    while above is not None and not isinstance(above, QMenu):
        above = above.parentWidget()
    return above is not None or isinstance(part.window(), QMenu)
