"""The recording with the panels round it: docks that open, close, tab together, and remember where they were."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QWidget

from app.theme import Theme
from app.widgets.build import named
from app.widgets.dock import Dock

_SIDE_WIDTHS = (270, 360)
_BOTTOM_LINES, _BOTTOM_SHARE = 18, 0.38
"""Height of the panels below when they are first opened: heights of a line at least, and of the desk's height."""
_WIDE_EM = 80
"""Width, in heights of a line, from which the right side keeps its height beside what is opened at the bottom."""
_STACKED_SHARE = 0.32
"""Of the window's width, at most, for sides that stand one above the other."""
LAYOUT_VERSION = 4
"""Raised where docks were added or moved, so that an older layout is not forced on them."""
Area = Qt.DockWidgetArea


@runtime_checkable
class Themed(Protocol):
    """A part that draws in a theme's colours."""

    def set_theme(self, theme: Theme) -> None: ...


@runtime_checkable
class Describing(Protocol):
    """A part that says in words what it shows."""

    def describe(self) -> str: ...


@runtime_checkable
class Tabbed(Protocol):
    """A part of tabs with names."""

    def show_tab(self, name: str, /) -> QWidget: ...


@runtime_checkable
class Titled(Protocol):
    """A part with controls for the title of its dock."""

    title_row: QWidget


class Desk(QMainWindow):
    """The recording in the middle, docks round it; those at the bottom are tabs of one another."""

    changed = Signal()
    """A dock was opened, closed, or brought to the front."""

    def __init__(self, centre: QWidget):
        super().__init__(flags=Qt.WindowType.Widget)
        self.docks: dict[str, Dock] = {}
        self._in_front: set[str] = set()
        self._first = QByteArray()
        self._bottom_share = 0.0
        """Of the height, which the panels below had last; 0 for what their text needs."""
        self.setCentralWidget(named(centre, "Recording"))
        self.setDockNestingEnabled(True)

    def add(self, name: str, title: str, content: QWidget, area: Area) -> QDockWidget:
        """A dock; at the bottom it is closed at first and shares its place with the others there."""
        dock = Dock(title, self)
        dock.setObjectName(name)
        dock.setWidget(content)
        if isinstance(content, Titled):
            dock.add_to_title(content.title_row)
        below = next((d for d in self.docks.values() if self.dockWidgetArea(d) is area), None)
        self.addDockWidget(area, dock)
        if area is Area.BottomDockWidgetArea:
            if below is not None:
                self.tabifyDockWidget(below, dock)
            dock.hide()
        dock.visibilityChanged.connect(lambda shown: self._note(name, shown))
        self.docks[name] = dock
        return dock

    def toggle(self, name: str) -> None:
        """Close a dock that is in sight; open it, or bring it before the others of its place, else."""
        dock, was_open = self.docks[name], self.is_open(name)
        is_first = not any(other.isVisible() for other in self._low())
        dock.setVisible(not was_open)
        if not was_open:
            dock.raise_()
            if is_first and dock in self._low():
                self._fit_bottom()

    def show_tab(self, name: str, tab: str) -> QWidget:
        """Bring a dock and a tab of it to the front; gives what shall have the focus."""
        if not self.is_open(name):
            self.toggle(name)
        content = self.docks[name].widget()
        return content.show_tab(tab) if isinstance(content, Tabbed) else content

    def reset(self) -> None:
        """Put every dock at its first place; those at the bottom are closed."""
        for dock in self.docks.values():
            dock.setFloating(False)
        self.restoreState(self._first)
        self._bottom_share = 0.0
        sides = [self.docks[name] for name in ("exhibits", "inspector") if name in self.docks]
        self.resizeDocks(sides, list(_SIDE_WIDTHS)[: len(sides)], Qt.Orientation.Horizontal)

    def is_open(self, name: str) -> bool:
        """Whether a dock is in sight: open, and not behind another tab."""
        return self.docks[name].isVisible() and name in self._in_front

    def set_theme(self, theme: Theme) -> None:
        """Take another theme's colours, in closed docks too."""
        for dock in self.docks.values():
            for part in (dock.titleBarWidget(), dock.widget()):
                if isinstance(part, Themed):
                    part.set_theme(theme)

    def describe(self) -> str:
        """What the open docks show, in words; those that say nothing themselves are named."""
        return "\n\n".join(_described(dock) for name, dock in self.docks.items() if self.is_open(name))

    def fit_sides(self, text_scale: int) -> None:
        """Give the sides room for text of a size, per cent; one above the other where there is too little width."""
        widths = [round(width * text_scale / 100) for width in _SIDE_WIDTHS]
        exhibits, inspector = (self.docks[name] for name in ("exhibits", "inspector"))
        is_narrow = sum(widths) > self.width() / 2
        if is_narrow:
            widths = [min(width, round(_STACKED_SHARE * self.width())) for width in widths]
        right = Area.RightDockWidgetArea
        if is_narrow and self.dockWidgetArea(inspector) is right:
            self.addDockWidget(right, exhibits)
            self.splitDockWidget(exhibits, inspector, Qt.Orientation.Vertical)
        elif not is_narrow and self.dockWidgetArea(exhibits) is right:
            self.addDockWidget(Area.LeftDockWidgetArea, exhibits)
        self.resizeDocks([exhibits, inspector], widths, Qt.Orientation.Horizontal)
        self._give_corner()
        self._bottom_share = 0.0
        self._fit_bottom()

    def layout_text(self) -> str:
        """Where everything is, for the settings."""
        return bytes(self.saveState(LAYOUT_VERSION).toBase64().data()).decode("ascii")

    def restore(self, layout: str) -> None:
        """Put everything where it was; at its first place where that is not known."""
        self._first = self.saveState()
        if self.restoreState(QByteArray.fromBase64(layout.encode("ascii", "replace")), LAYOUT_VERSION):
            self._put_away_lone_tabs()
            return
        sides = [self.docks[name] for name in ("exhibits", "inspector") if name in self.docks]
        self.resizeDocks(sides, list(_SIDE_WIDTHS)[: len(sides)], Qt.Orientation.Horizontal)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a wide window results stay readable beside what is opened at the bottom."""
        super().resizeEvent(event)
        self._give_corner()

    def _low(self) -> list[Dock]:
        area = Area.BottomDockWidgetArea
        return [dock for dock in self.docks.values() if self.dockWidgetArea(dock) is area and not dock.isFloating()]

    def _fit_bottom(self) -> None:
        """Give the panels below the room they had, or what their text needs, as far as the lanes leave it."""
        low = self._low()
        least = 0 if self._bottom_share else _BOTTOM_LINES * self.fontMetrics().height()
        height = max(least, round((self._bottom_share or _BOTTOM_SHARE) * self.height()))
        self.resizeDocks(low, [height] * len(low), Qt.Orientation.Vertical)

    def _put_away_lone_tabs(self) -> None:
        """Qt leaves the tab of a closed dock over the first one after a restored layout; one in use is placed anew."""
        for tabs in self._tab_bars():
            if tabs.count() < 2:
                tabs.move(-tabs.width(), -tabs.height())

    def _tab_bars(self) -> list[QTabBar]:
        return self.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)

    def _give_corner(self) -> None:
        corner = Qt.Corner.BottomRightCorner
        is_wide = self.width() >= _WIDE_EM * self.fontMetrics().height()
        owner = Area.RightDockWidgetArea if is_wide else Area.BottomDockWidgetArea
        if self.corner(corner) is not owner:
            self.setCorner(corner, owner)

    def _note(self, name: str, shown: bool) -> None:
        (self._in_front.add if shown else self._in_front.discard)(name)
        dock = self.docks[name]
        dock.set_in_front(shown)
        if not shown and dock in self._low():
            self._bottom_share = dock.height() / max(self.height(), 1)
        for tabs in self._tab_bars():
            tabs.setAccessibleName("Panels")
            # Qt keeps that of a single panel, out of sight
            tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus if tabs.count() > 1 else Qt.FocusPolicy.NoFocus)
        self.changed.emit()


def _described(dock: QDockWidget) -> str:
    content = dock.widget()
    if isinstance(content, Describing):
        return f"{dock.windowTitle()}. {content.describe()}"
    return f"{dock.windowTitle()} is open."
