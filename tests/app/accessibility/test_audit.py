"""Whoever cannot see the screen or use a mouse: names of all controls, Tab to all of them, rings, sizes, large text."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.window import open_dialogs
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QDockWidget,
    QLabel,
    QLineEdit,
    QRadioButton,
    QScrollBar,
    QTabBar,
    QToolBar,
    QWidget,
)

from app.commands import ACTIONS
from app.main_window import MainWindow
from app.widgets import dialogs
from core.analysis.plan import AnalysisPlan

LEAST_PX = 24
NoFocus = Qt.FocusPolicy.NoFocus


@pytest.fixture
def full(opened: MainWindow) -> MainWindow:
    """An examined recording, every dock open."""
    opened.context.workbench.examine(opened.context.session.exhibits, AnalysisPlan())
    assert opened.context.jobs.settle()
    opened.resize(1440, 900)
    for name in opened._docks:
        if not opened.is_dock_open(name):
            opened.toggle_dock(name)
        QApplication.processEvents()
    return opened


def is_inner(widget: QWidget) -> bool:
    """Made by Qt inside a control of ours, which speaks for it."""
    above = widget.parentWidget()
    inside = (QAbstractScrollArea, QComboBox, QAbstractSpinBox, QLineEdit, QDockWidget, QTabBar)
    in_popup = above is not None and isinstance(above.parentWidget(), QComboBox)
    return widget.objectName().startswith("qt_") or isinstance(above, inside) or in_popup


def controls(root: QWidget) -> list[QWidget]:
    """What can have the focus; a label whose text can be selected only while it has one."""
    found = [w for w in (root, *root.findChildren(QWidget)) if not (isinstance(w, QLabel) and not w.text())]
    return [w for w in found if w.focusPolicy() != NoFocus and not is_inner(w) and not isinstance(w, QDialog)]


def name_of(widget: QWidget) -> str:
    """What a screen reader says: the name, a button's text, or the label whose buddy it is."""
    text = widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""
    labels = [label.text() for label in widget.window().findChildren(QLabel) if label.buddy() is widget]
    return (widget.accessibleName() or text or " ".join(labels)).strip()


def told(widget: QWidget) -> str:
    chain, at = [], widget
    while at is not None and len(chain) < 4:
        chain.append(type(at).__name__)
        at = at.parentWidget()
    return f"{' in '.join(chain)}: {name_of(widget)!r}"


def test_every_control_of_every_dialog_has_a_name(full: MainWindow, monkeypatch, tmp_path: Path) -> None:
    faults: list[str] = []
    seen: set[str] = set()

    def audit(dialog: QDialog) -> int:
        seen.add(dialog.windowTitle())
        faults.extend(told(w) for w in controls(dialog) if not name_of(w))
        return int(QDialog.DialogCode.Rejected)

    monkeypatch.setattr(QDialog, "exec", audit)
    for ask, answer in (("ask_files", []), ("ask_folder", None), ("ask_target", None), ("ask_text", None)):
        monkeypatch.setattr(dialogs, ask, lambda *_, answer=answer, **__: answer)
    monkeypatch.setattr(dialogs, "ask_choice", lambda *_, **__: None)
    monkeypatch.setattr(dialogs, "confirm", lambda *_: False)
    for action in ACTIONS:
        if action.title.endswith("…") or action.menu == "Help":
            full.menus.made[action.id].trigger()
            for dialog in open_dialogs(full):
                audit(dialog)
                dialog.close()
    assert not faults, "\n".join(faults)
    assert {"Examine", "New case", "Find anything", "Keys"} <= seen


def nameless(full: MainWindow) -> list[str]:
    return [told(w) for w in controls(full) if not name_of(w)]


def reachable(full: MainWindow) -> list[QWidget]:
    """Visible, enabled controls that Tab should come to."""
    return [
        w
        for w in controls(full)
        if w.isVisible() and w.isEnabled() and w.focusPolicy() & Qt.FocusPolicy.TabFocus and type(w) is not QScrollBar
    ]


def missed_by_tab(full: MainWindow) -> list[str]:
    """Controls that Tab does not come to; in a group of radio buttons the arrows do the rest."""
    full._exhibits.setFocus()
    wanted, seen = reachable(full), set()
    for _ in range(2 * len(wanted) + 20):
        full.focusNextChild()
        seen.add(QApplication.focusWidget())
    missed = [w for w in wanted if w not in seen and w.focusProxy() not in seen]
    return [told(w) for w in missed if not isinstance(w, QRadioButton)]


def looking_alike(full: MainWindow) -> list[str]:
    """Controls, one of each kind, that look the same while they have the focus."""
    kinds = {type(w): w for w in reachable(full) if not w.visibleRegion().isEmpty()}
    return [
        told(control) for control in kinds.values() if pictured(full, control, False) == pictured(full, control, True)
    ]


def pictured(full: MainWindow, control: QWidget, focused: bool) -> QImage:
    (control if focused else full).setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    return control.grab().toImage()


def small(full: MainWindow) -> list[str]:
    """Targets of less than 24 pixels."""
    kinds = (QAbstractButton, QComboBox, QAbstractSpinBox, QAbstractSlider, QLineEdit)
    targets = [w for w in full.findChildren(QWidget) if isinstance(w, kinds) and w.isVisible() and not is_inner(w)]
    least = [w for w in targets if w.height() < LEAST_PX or w.width() < LEAST_PX]
    return [f"{told(w)} {w.width()} x {w.height()}" for w in least if type(w) is not QScrollBar]


def silent(full: MainWindow) -> list[str]:
    """Open docks that the description of the view leaves out."""
    text = full.describe()
    return [name for name, dock in full._docks.items() if full.is_dock_open(name) and dock.windowTitle() not in text]


def test_the_window_can_be_used_by_everyone(full: MainWindow) -> None:
    """Names for all, Tab to all, a visible focus, large targets, every panel in words; all faults at once."""
    full.activateWindow()
    QApplication.processEvents()
    faults = [
        f"{check.__name__}: {fault}"
        for check in (nameless, missed_by_tab, looking_alike, small, silent)
        for fault in check(full)
    ]
    assert not faults, "\n".join(faults)
    assert "one.wav" in full.describe()


def clipped(full: MainWindow) -> list[str]:
    """Words that have less room than they need."""
    found = []
    for widget in full.findChildren(QWidget):
        is_words = isinstance(widget, QAbstractButton | QComboBox) or (type(widget) is QLabel and not widget.wordWrap())
        if not is_words or not widget.isVisible() or is_inner(widget) or isinstance(widget.parentWidget(), QToolBar):
            continue
        least = widget.minimumSizeHint()
        line_px = min(least.height(), widget.fontMetrics().height() + 8)
        if widget.width() < least.width() or widget.height() < line_px:
            found.append(f"{told(widget)} {widget.size().toTuple()} needs {least.toTuple()}")
    return found


def test_nothing_is_clipped_at_200_per_cent(full: MainWindow) -> None:
    """Each of the panels below in front once, on a small screen and on a large one."""
    full.use_text_scale(200)
    faults = []
    for size in (QSize(1440, 900), QSize(1920, 1080)):
        full.resize(size)
        for name in sorted(set(full._docks) - {"exhibits", "inspector"}):
            full._docks[name].raise_()
            for _ in range(5):
                QApplication.processEvents()
            assert full.is_dock_open(name)
            faults += [f"{size.width()} pixels wide, {fault}" for fault in clipped(full)]
        assert full.size() == size
    full.use_text_scale(100)
    assert not faults, "\n".join(faults)
