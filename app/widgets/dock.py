"""A panel that can be closed, dragged and floated, with a title and buttons as large as the rest of the text."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QToolButton, QWidget

from app.theme import Theme
from app.theme.icons import icon
from app.widgets.build import label, named

_LEAST_ICON_PX = 16
_ICON_SHARE = 0.8
"""Of the height of a line."""


class Dock(QDockWidget):
    """A panel with a title of its own: Qt draws no edge round such a one while it floats."""

    def __init__(self, title: str, parent: QWidget):
        super().__init__(title, parent)
        self.setAccessibleName(title)
        self._title = DockTitle(self)
        self.setTitleBarWidget(self._title)
        self._beside: QWidget | None = None

    def add_to_title(self, row: QWidget) -> None:
        """Put controls of the content beside the title, where they take no height of their own."""
        self._beside = row
        self._title.add(row)

    def set_in_front(self, in_front: bool) -> None:
        """Whether it is in sight; behind another tab Qt would still let Tab go into it."""
        self.widget().setVisible(in_front)
        if self._beside is not None:
            self._beside.setVisible(in_front)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the edge of what floats."""
        super().paintEvent(event)
        if self.isFloating():
            painter = QPainter(self)
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


class DockTitle(QWidget):
    """Qt's own title stays small when the application's text grows, and its buttons are smaller than a target may be.

    What is not on a button goes to the panel: it is dragged and, by a double click, floated as with Qt's own title.
    """

    def __init__(self, dock: QDockWidget):
        super().__init__()
        title = dock.windowTitle()
        self._float = _button(
            f"Float {title}",
            f"Take {title} out of the window, or put it back",
            lambda: dock.setFloating(not dock.isFloating()),
        )
        self._float.setCheckable(True)
        self._close = _button(f"Close {title}", f"Close {title}; the menu View opens it again", dock.close)
        dock.topLevelChanged.connect(self._float.setChecked)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 2, 2)
        row.setSpacing(2)
        row.addWidget(label(title))
        row.addStretch(0)
        row.addWidget(self._float)
        row.addWidget(self._close)
        self._row = row

    def add(self, widget: QWidget) -> None:
        """Put something between title and buttons; it takes all the room there is."""
        self._row.insertWidget(1, widget, 1)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours and the size of the text."""
        side = max(_LEAST_ICON_PX, round(_ICON_SHARE * self.fontMetrics().height()))
        for button, drawing in ((self._float, "float"), (self._close, "close")):
            button.setIcon(icon(drawing, theme.muted))
            button.setIconSize(QSize(side, side))


def _button(name: str, tip: str, pressed: Callable[[], object]) -> QToolButton:
    """For the mouse and for assistive technology; by keys a panel is closed where it is opened, in the menu."""
    made = named(QToolButton(), name, tip)
    made.setAutoRaise(True)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    made.clicked.connect(lambda: pressed())
    return made
