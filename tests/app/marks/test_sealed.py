"""While results are sealed no part of the window shows a score: texts, tables, descriptions, and what is drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyqtgraph as pg
import pytest
from helpers.window import settle
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)

from app.commands import notes
from app.main_window import MainWindow
from app.plots.items import Curve
from app.plots.ratio_lane import RatioLane
from app.viewmodels.wording import signed
from app.widgets import dialogs
from app.widgets.note_dialog import ListeningChoice, ListeningDialog
from core.analysis.finding import Finding
from core.analysis.plan import AnalysisPlan
from core.analysis.stretches import ratio_tracks

ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.UserRole,
    Qt.ItemDataRole.UserRole + 1,
    Qt.ItemDataRole.UserRole + 2,
    Qt.ItemDataRole.UserRole + 3,
)


def texts(window: MainWindow) -> Iterator[str]:
    """Every text that any part of the window holds, in sight or not."""
    yield window.windowTitle()
    yield from window.page.describe().splitlines()
    yield from window._desk.describe().splitlines()
    for action in window.menus.made.values():
        yield f"{action.text()} {action.toolTip()}"
    for widget in (window, *window.findChildren(QWidget)):
        yield f"{widget.accessibleName()} {widget.accessibleDescription()} {widget.toolTip()}"
        describe = getattr(widget, "describe", None)
        if callable(describe):
            yield str(describe())
        if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
            yield widget.text()
        elif isinstance(widget, QGroupBox):
            yield widget.title()
        elif isinstance(widget, QPlainTextEdit | QTextEdit):
            yield widget.toPlainText()
        elif isinstance(widget, QComboBox):
            yield " ".join(widget.itemText(i) for i in range(widget.count()))
        elif isinstance(widget, QTabBar):
            yield " ".join(widget.tabText(i) for i in range(widget.count()))
        elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
            yield from _cells(widget.model())


def _cells(model: QAbstractItemModel, parent: QModelIndex | None = None) -> Iterator[str]:
    parent = parent or QModelIndex()
    for row in range(model.rowCount(parent)):
        for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)):
            index = model.index(row, column, parent)
            yield from (str(index.data(role)) for role in ROLES)


def drawn(window: MainWindow) -> set[float]:
    """Heights of all curves in all plots."""
    found: set[float] = set()
    for view in window.findChildren(pg.GraphicsView):
        for item in view.scene().items():
            heights = item.getData()[1] if isinstance(item, pg.PlotCurveItem) else None
            heights = item.points[1] if isinstance(item, Curve) else heights
            if heights is not None:
                values = np.asarray(heights, float)
                found |= {round(float(value), 9) for value in values[np.isfinite(values)]}
    return found


def score_values(finding: Finding) -> set[float]:
    """The scores of windows and of the track, and the files' scores."""
    values = [window.score for result in finding.detectors for window in result.windows]
    values += [getattr(s, q) for s in finding.segments for q in ("synthetic", "neural_codec")]
    values += [result.score for result in finding.questions.values()]
    values += [float(value) for track in ratio_tracks(finding) for value in track.log10_lr]
    return {round(float(value), 9) for value in values if value and value != round(value, 2)}  # none by chance


def score_words(finding: Finding) -> set[str]:
    """The same as they may be written; short ones could stand for anything."""
    values = score_values(finding)
    return {form for value in values for form in (signed(value), f"{value:+.2f}", repr(value), f"{value:.3f}")}


def leaks(window: MainWindow, finding: Finding) -> tuple[set[str], set[float]]:
    whole = "\n".join(texts(window))
    numbers = set(re.findall(r"[+\-−]?\d+\.\d+", whole))
    return numbers & score_words(finding), drawn(window) & score_values(finding)


@pytest.fixture
def examined(opened: MainWindow) -> tuple[MainWindow, Finding]:
    context = opened.context
    context.workbench.examine(context.session.exhibits, AnalysisPlan())
    assert context.jobs.settle()
    finding = context.session.exhibits[0].finding
    assert finding is not None
    opened.model.set_cursor(2.5)
    return opened, finding


def ratio_lane(window: MainWindow) -> RatioLane:
    """The lane of likelihood ratios."""
    return next(lane for lane in window.page.lanes if isinstance(lane, RatioLane))


def look_at_everything(window: MainWindow) -> None:
    """Open every panel and page, and have everything drawn."""
    for name in window._docks:
        if not window.is_dock_open(name):
            window.toggle_dock(name)
    window.page.stack.show_lane("ratios")
    ratio_lane(window).render_now()
    window.page.scores.render_now()
    window.page.overview.render_now()
    settle(window)


def test_nothing_leaks_while_sealed_and_all_is_there_again_afterwards(
    examined: tuple[MainWindow, Finding], monkeypatch, tmp_path: Path
) -> None:
    window, finding = examined
    look_at_everything(window)
    words, heights = leaks(window, finding)
    assert len(words) >= 4, "the test must be able to see scores"
    assert len(heights) >= 4
    assert [track.question for track in ratio_lane(window).tracks] == list(finding.questions)

    window.menus.made["examine.sealed"].trigger()
    look_at_everything(window)
    assert leaks(window, finding) == (set(), set())
    assert ratio_lane(window).tracks == ()
    assert "sealed until listening notes are saved" in ratio_lane(window).describe()
    assert "sealed until listening notes are saved" in window.page.describe()
    assert "results sealed" in "\n".join(texts(window))
    for action_id in (
        "file.save_json",
        "file.export_report",
        "examine.explain",
        "examine.next_raised",
        "mark.findings",
    ):
        assert not window.menus.made[action_id].isEnabled(), action_id

    window.context.workbench.examine(window.context.session.exhibits, AnalysisPlan())  # may run meanwhile
    assert window.context.jobs.settle()
    window.model.set_cursor(3.5)
    look_at_everything(window)
    assert leaks(window, finding) == (set(), set())

    assert not window.menus.made["examine.unseal"].isEnabled()
    window.context.playback.heard.emit(window.model.recording, ((0.0, 1.0),))
    heard = ListeningChoice(chain="HD 600", level="comfortable", passes=2, heard="Nothing striking.")
    monkeypatch.setattr(ListeningDialog, "exec", lambda self: ListeningDialog.DialogCode.Accepted)
    monkeypatch.setattr(ListeningDialog, "choice", lambda self: heard)
    window.menus.made["examine.listening_note"].trigger()
    assert leaks(window, finding) == (set(), set())
    window.menus.made["examine.unseal"].trigger()
    look_at_everything(window)
    words, heights = leaks(window, finding)
    assert len(words) >= 4
    assert len(heights) >= 4
    monkeypatch.setattr(dialogs, "ask_target", lambda *_: tmp_path / "notes.txt")
    notes.export(window)
    assert window.context.jobs.settle()
    text = (tmp_path / "notes.txt").read_text("utf-8")
    assert "listening note" in text
    share = round(100 / window.model.duration_s)
    assert f"HD 600; comfortable; 2 passes; 1.0 s ({share} %) played until then\nNothing striking." in text
