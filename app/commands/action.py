"""An action as data, and what an action may ask of the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from app.context import AppContext
    from app.theme import ThemeName
    from app.viewmodels.examine import ExamineModel


class Page(Protocol):
    """The main screen."""

    boxes: Any
    stack: Any
    spectrogram: Any

    def fit(self) -> None: ...
    def zoom_in(self) -> None: ...
    def zoom_out(self) -> None: ...
    def zoom_to_selection(self) -> None: ...
    def toggle_overlay(self) -> None: ...
    def go_to(self, seconds: float) -> None: ...
    @property
    def figure(self) -> QWidget: ...
    @property
    def figure_size(self) -> QSize: ...
    @property
    def parameters(self) -> tuple[tuple[str, str], ...]: ...
    def describe(self) -> str: ...


class Shell(Protocol):
    """The window, as far as actions know it."""

    context: AppContext
    model: ExamineModel
    pages: Any
    """Which page is in front."""
    comparison: Any
    """What is compared."""

    @property
    def actions_offered(self) -> Sequence[Action]: ...
    @property
    def page(self) -> Page: ...
    @property
    def front(self) -> Any: ...
    @property
    def dialog_parent(self) -> QWidget: ...
    def close(self) -> bool: ...
    def use_theme(self, name: ThemeName) -> None: ...
    def use_text_scale(self, per_cent: int) -> None: ...
    def focus_pane(self, by: int) -> None: ...
    def toggle_dock(self, name: str) -> None: ...
    def enter_dock(self, name: str) -> None: ...
    def show_tab(self, panel: str, tab: str) -> None: ...
    def reset_layout(self) -> None: ...
    def is_dock_open(self, name: str) -> bool: ...
    def show_results(self) -> None: ...
    def describe(self) -> str: ...
    def perform(self, action_id: str) -> None: ...
    def keys_of(self, action_id: str) -> tuple[str, ...]: ...
    def keys_changed(self) -> None: ...


Test = Callable[[Shell], bool]


def always(_: Shell) -> bool:
    """Nothing is needed."""
    return True


def has_recording(shell: Shell) -> bool:
    """A recording is on the screen."""
    return shell.context.session.current is not None


def has_selection(shell: Shell) -> bool:
    """A stretch is selected."""
    return shell.model.selection_s is not None


def has_finding(shell: Shell) -> bool:
    """The recording on the screen was examined."""
    return shell.model.finding is not None


def has_any_finding(shell: Shell) -> bool:
    """At least one recording was examined."""
    return any(exhibit.finding for exhibit in shell.context.session.exhibits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something the user can do: from a menu, the toolbar or a key. The list of keys (F1) is made from these."""

    id: str
    title: str
    """With `&` before the letter to press in the menu, and `…` where it asks something first."""
    menu: str
    """`File`, or `View/Theme` for a menu in a menu."""
    run: Callable[[Shell], object]
    keys: tuple[str, ...] = ()
    enabled_when: Test = always
    checked_when: Test | None = None
    icon: str = ""
    checked_icon: str = ""
    """Icon while it is on, where it differs."""
    short: str = ""
    """Title in the toolbar, where it is shown there; empty for menus only."""
    checked_short: str = ""
    """The same while it is on, where it differs."""
    tip: str = ""
    keywords: str = ""
    """More words by which it is found: the field's names, synonyms, parameters; not shown."""
    area: str = ""
    """Heading above it in the list of keys; that of its menu where it is empty."""
    title_now: Callable[[Shell], str] | None = None
    """Title in the menu at the moment, where it changes, e.g. what would be undone."""
    starts_group: bool = False
    """Whether a line is drawn above it."""

    @property
    def plain_title(self) -> str:
        """Title without the mark of its letter."""
        return self.title.replace("&", "")
