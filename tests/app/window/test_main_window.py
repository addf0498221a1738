"""The window in use: bad files, results, closing while something runs, keys, names, themes."""

from __future__ import annotations

import dataclasses
import threading
import time
from pathlib import Path

import pytest
from helpers.examine_data import fake_finding
from helpers.waiting import PATIENCE_S, until
from helpers.window import open_all, settle
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QMainWindow,
    QWidget,
)

from app.main_window import MainWindow, is_roomy
from app.services.engine import ExplainRequest
from app.viewmodels.exhibits import Role
from app.widgets import dialogs
from app.widgets.dock import DockTitle
from core.analysis.document import run_json
from core.analysis.plan import AnalysisPlan
from core.audio import open_recording
from core.case import Case
from core.foundation.errors import AudioError


def examine_all(window: MainWindow) -> None:
    window.context.workbench.examine(window.context.session.exhibits, AnalysisPlan())
    assert window.context.jobs.settle()


def drop(window: MainWindow, paths: list[Path]) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)
    settle(window)


def test_an_explanation_is_brought_into_sight(window: MainWindow, wav) -> None:
    open_all(window, [wav("long.wav", 30.0)])
    window.page.toggle_overlay()
    window.model.set_view(0.0, 2.0)
    request = ExplainRequest(model="auditrace/test", question="synthetic", start_s=12.0)
    window.context.workbench.explain(window.context.session.exhibits[0], request)
    assert window.context.jobs.settle()
    assert window.model.view_s == (pytest.approx(11.0), pytest.approx(17.0))
    assert window.page.controls.overlay.is_on


def test_begins_with_what_to_do(window: MainWindow, tmp_path: Path) -> None:
    assert window._centre.currentWidget() is window._start
    assert offered(window)[:3] == ["Open recordings…", "Open a folder or case…", "Open the sample case"]
    assert not window.menus.made["examine.run"].isEnabled()
    # an empty case begins with adding to it
    window.context.workbench.create_case(tmp_path / "case", "2026-14", "A. Meier")
    assert window.context.jobs.settle()
    QApplication.processEvents()
    assert offered(window)[:2] == ["Add to case…", "Open recordings…"]
    assert "2026-14" in " ".join(label.text() for label in window._start.findChildren(QLabel))


def test_a_condition_that_could_not_be_measured_is_not_waited_for(window: MainWindow, wav, monkeypatch) -> None:
    file_gone = AudioError("IN-012", "The file cannot be read any more.")

    def refuse(*_args: object, progress: object) -> None:
        raise file_gone

    monkeypatch.setattr(window.context.workbench.engine, "measure", refuse)
    open_all(window, [wav("good.wav")])
    assert window._inspector.words("condition") == "Not measured. The file cannot be read any more."


def test_words_and_buttons_of_the_start_are_whole(window: MainWindow) -> None:
    for per_cent in (100, 200):
        window.use_text_scale(per_cent)
        window.resize(1440, 900)
        for _ in range(5):
            QApplication.processEvents()
        lead = next(label for label in window._start.findChildren(QLabel) if label.wordWrap())
        assert lead.height() >= lead.heightForWidth(lead.width())
        for button in window._start.findChildren(QAbstractButton):
            assert button.isHidden() or button.width() >= button.sizeHint().width()
    window.use_text_scale(100)


def offered(window: MainWindow) -> list[str]:
    """Texts of the start page's buttons, as they are laid out."""
    shown = [button for button in window._start.findChildren(QAbstractButton) if not button.isHidden()]
    return [button.text() for button in sorted(shown, key=lambda button: (button.y(), button.x()))]


def test_bad_files_dropped_with_good_ones(window: MainWindow, wav, tmp_path: Path) -> None:
    zero = tmp_path / "zero.wav"
    zero.write_bytes(b"")
    text = tmp_path / "text.wav"
    text.write_text("this is text")
    drop(window, [zero, wav("good.wav"), text, tmp_path / "gone.flac"])
    assert [exhibit.name for exhibit in window.context.session.exhibits] == ["good.wav"]
    (message,) = window._messages.messages
    assert message.text.startswith("3 files could not be opened. zero.wav has zero bytes.")
    assert window._messages.isVisible()
    assert window._centre.currentWidget() is window.pages
    assert window.front is window.page
    assert window.menus.made["examine.run"].isEnabled()


def test_files_may_be_dropped_on_every_part(opened: MainWindow, wav) -> None:
    """Qt gives a drag to the innermost part that takes drops; plots would accept it and do nothing."""
    takers = [w for w in opened.findChildren(QWidget) if w.acceptDrops() and not isinstance(w, QMainWindow)]
    assert takers == []
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(wav("dropped.wav", 2.0)))])
    target = opened.page.waveform.viewport()
    for kind in (QDragEnterEvent, QDropEvent):
        point = QPointF(20, 20) if kind is QDropEvent else QPoint(20, 20)
        modifiers = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(target, kind(point, Qt.DropAction.CopyAction, data, *modifiers))
    assert opened.context.jobs.settle()
    assert [exhibit.name for exhibit in opened.context.session.exhibits] == ["one.wav", "dropped.wav"]


def test_every_recording_is_listed_and_the_first_is_in_sight(window: MainWindow, wav) -> None:
    open_all(window, [wav(f"{n}.wav", 1.0 + n) for n in range(3)])
    assert window._exhibits.model().rowCount() == 3
    assert window._exhibits.currentIndex().row() == 0
    assert window.model.recording.id.path.name == "0.wav"
    assert "0.wav" in window.windowTitle()


def test_a_case_is_named_and_its_results_can_be_reported_at_once(window: MainWindow, wav, tmp_path: Path) -> None:
    case = Case.create(tmp_path / "case", number="2026/14", examiner="A. Weber")
    case.add(wav("Müller.wav", 6.0))
    case.add(wav("lost.wav", 2.0))
    recording = open_recording(case.working_copy("Q1"))
    case.record_run("Q1", run_json(dataclasses.replace(fake_finding(recording), made_at="2026-11-21T10:00:00+00:00")))
    case.working_copy("Q2").unlink()
    open_all(window, [tmp_path / "case"])
    assert window.windowTitle() == "Q1 Müller.wav – Case 2026/14, A. Weber – Auditrace"
    assert window._case.isVisible()
    assert window._case.text() == "Case 2026/14\nExaminer A. Weber"
    assert window.model.finding is not None
    assert window.menus.made["file.export_report"].isEnabled()
    assert "Müller.wav" in window._inspector.table("file").copied()
    rows = window._exhibits.model()
    states = [rows.index(row, 0).data(Role.STATE_TEXT) for row in range(rows.rowCount())]
    assert states == ["examined", "could not be opened"]
    window._exhibits.setCurrentIndex(rows.index(1, 0))
    assert window.model.recording is None
    assert "Q2 lost.wav could not be opened" in window.page.describe()
    assert not window.menus.made["examine.run"].isEnabled()


def test_a_cut_file_is_marked_in_words_in_the_list(window: MainWindow, wav, tmp_path: Path) -> None:
    cut = tmp_path / "cut.wav"
    cut.write_bytes(wav("whole.wav", 4.0).read_bytes()[:-20_000])
    open_all(window, [cut])
    row = window._exhibits.model().index(0, 0)
    assert row.data(Role.STATE_TEXT) == "incomplete · not examined"
    assert row.data(Role.STATE) == "caution"
    assert "Damaged or ended early" in row.data(Qt.ItemDataRole.ToolTipRole)


@pytest.mark.parametrize(
    ("size", "roomy"), [((1600, 1000), False), ((1920, 1080), True), ((2560, 1000), False), ((1440, 900), False)]
)
def test_only_a_roomy_screen_is_filled_at_the_first_start(size: tuple[int, int], roomy: bool) -> None:
    assert is_roomy(QSize(*size)) is roomy


def test_choosing_another_keeps_each_ones_place(window: MainWindow, wav) -> None:
    open_all(window, [wav("a.wav", 6.0), wav("b.wav", 4.0)])
    window.model.set_view(1.0, 2.0)
    window.model.set_cursor(1.5)
    window._exhibits.setCurrentIndex(window._exhibits.model().index(1))
    assert window.model.recording.id.path.name == "b.wav"
    assert window.model.view_s == (0.0, pytest.approx(4.0))
    window._exhibits.setCurrentIndex(window._exhibits.model().index(0))
    assert window.model.view_s == (1.0, 2.0)
    assert window.model.cursor_s == 1.5


def test_results_and_an_explanation_reach_the_screen_and_the_inspector(opened: MainWindow) -> None:
    examine_all(opened)
    assert opened.model.finding is not None
    assert "uncalibrated score, not evidence" in opened._inspector.table("results").copied()
    assert opened.context.session.current.recording.id.sha256 in opened._inspector.table("file").copied()
    assert "dBFS" in opened._inspector.table("condition").copied()
    request = ExplainRequest(model="auditrace/test", question="synthetic", start_s=1.0)
    opened.context.workbench.explain(opened.context.session.current, request)
    assert opened.context.jobs.settle()
    assert opened.model.attribution is not None
    assert opened.menus.made["view.overlay"].isEnabled()
    assert "not what was forged" in opened._inspector.table("results").copied()


def test_removing_the_last_goes_back_to_the_start(opened: MainWindow) -> None:
    opened.menus.made["file.remove"].trigger()
    assert opened._centre.currentWidget() is opened._start
    assert opened.model.recording is None
    assert opened._inspector.table("file").isHidden() or not opened._inspector.table("file").isVisible()


def test_jobs_are_shown_while_they_run(opened: MainWindow, engine, qtbot) -> None:
    engine.steps = 10_000
    opened.context.workbench.examine(opened.context.session.exhibits, AnalysisPlan())
    until(lambda: opened._job_line._bar.isVisible() and opened._job_line._bar.value() > 0)
    assert "Examine Q1" in opened._job_line._text.text()
    qtbot.keyClick(opened, Qt.Key.Key_Escape)
    assert opened.context.jobs.settle()
    assert opened._job_line._text.text() == "No job is running"
    assert opened.context.session.current.state == "ready"


def test_the_window_answers_while_a_job_runs(opened: MainWindow, engine, monkeypatch) -> None:
    """The job ends only when the window's timer has beaten twenty times while it computed, without ever pausing."""
    beats: list[int] = []
    timer = QTimer(interval=0)
    timer.timeout.connect(lambda: beats.append(1))
    invented, seen = engine.examine, []

    def busy(*given, progress):
        end, before = time.monotonic() + PATIENCE_S, len(beats)
        while len(beats) < before + 20 and time.monotonic() < end:
            sum(range(1000))
        seen.append(len(beats) - before)
        return invented(*given, progress=progress)

    monkeypatch.setattr(engine, "examine", busy)
    timer.start()
    examine_all(opened)
    timer.stop()
    assert seen[0] >= 20


def test_closing_during_a_job_asks_and_then_stops_it(opened: MainWindow, engine, monkeypatch) -> None:
    engine.steps = 10_000
    asked: list[str] = []
    monkeypatch.setattr(dialogs, "confirm", lambda parent, title, text, yes: bool(asked.append(text)))
    opened.context.workbench.examine(opened.context.session.exhibits, AnalysisPlan())
    assert not opened.close()
    assert "1 job is still running" in asked[0]
    monkeypatch.setattr(dialogs, "confirm", lambda *_: True)
    assert opened.close()
    assert opened.hanging == ()


def test_a_job_that_does_not_stop_is_named(opened: MainWindow, monkeypatch) -> None:
    monkeypatch.setattr("app.main_window._CLOSE_TIMEOUT_S", 0.1)
    monkeypatch.setattr(dialogs, "confirm", lambda *_: True)
    release = threading.Event()
    job = opened.context.jobs.submit("Deaf job", lambda progress: release.wait(PATIENCE_S))
    until(lambda: job.state == "running" and opened.context.jobs.active == (job,))
    assert opened.close()
    assert opened.hanging == ("Deaf job",)
    release.set()
    assert opened.context.jobs.settle()


def test_closing_asks_about_unsaved_results(opened: MainWindow, monkeypatch, tmp_path: Path) -> None:
    examine_all(opened)
    asked: list[str] = []
    monkeypatch.setattr(dialogs, "confirm", lambda parent, title, text, yes: bool(asked.append(text)))
    assert not opened.close()
    assert "neither saved as JSON nor exported" in asked[0]
    opened.context.workbench.save_json(tmp_path / "out.json")
    opened.context.jobs.settle()
    assert opened.close()
    assert len(asked) == 1


def test_geometry_and_panels_are_remembered(qtbot, context, monkeypatch) -> None:
    first = MainWindow(context)
    qtbot.addWidget(first)
    first.show()
    first.toggle_dock("jobs")
    # the context goes on to the second window, so the first must not shut its jobs down
    with monkeypatch.context() as patch:
        patch.setattr(context.jobs, "shutdown", lambda timeout_s: ())
        assert first.close()
    second = MainWindow(context)
    qtbot.addWidget(second)
    second.show()
    assert context.settings.current.geometry
    assert second.is_dock_open("jobs")
    second.hide()


def test_damaged_settings_are_told(qtbot, home: Path, engine) -> None:
    from app.context import build

    (home / "settings.json").write_text("{")
    context = build(engine)
    window = MainWindow(context)
    qtbot.addWidget(window)
    window.begin([])
    assert [message.code for message in window._messages.messages] == ["SY-101"]
    context.jobs.settle()
    assert window.close()


def test_themes_change_everything(opened: MainWindow) -> None:
    for theme in ("dark", "light"):
        opened.menus.made[f"view.theme.{theme}"].trigger()
        opened.context.jobs.settle()
        assert opened.context.settings.current.theme == theme
        picture = opened.grab().toImage()
        dark = sum(picture.pixelColor(x, y).lightness() < 90 for x in range(0, 900, 30) for y in range(0, 600, 30))
        assert (dark > 400) is (theme == "dark")


def test_every_control_has_a_name_and_is_reached_by_tab_or_a_key(opened: MainWindow) -> None:
    unreachable = [
        name_of(w)
        for w in controls(opened)
        if isinstance(w, QAbstractButton) and w.isVisible() and w.focusPolicy() == Qt.FocusPolicy.NoFocus
        if not isinstance(w.parent(), DockTitle)  # the menu View closes and opens panels
    ]
    in_toolbar = {action.iconText() for action in opened.menus.made.values()} | {
        action.toolTip() for action in opened.menus.made.values()
    }
    assert [name for name in unreachable if name not in in_toolbar] == []
    examine_all(opened)
    nameless = [w for w in controls(opened) if not name_of(w)]
    assert [f"{type(w).__name__} in {type(w.parent()).__name__}" for w in nameless] == []
    # those of a lane are named by exhibit and lane
    frame = next(frame for frame in opened.page.frames if frame.lane is opened.page.spectrogram)
    names = [w.accessibleName() for w in frame.findChildren(QComboBox)]
    assert "Q1, Spectrogram, preset" in names
    assert all(name.startswith("Q1, Spectrogram, ") for name in names)


def test_f6_goes_through_the_panes(opened: MainWindow, qtbot) -> None:
    """All that are in sight, forth and back; none of a dock that is behind another's tab."""
    opened.toggle_dock("notes")
    opened.toggle_dock("marks")
    opened.activateWindow()
    opened._exhibits.setFocus()
    page = opened._page
    panes = [
        opened._exhibits,
        page.overview,
        *page.frames,
        opened._listen,
        opened._inspector,
        opened._docks["marks"].widget(),
    ]
    for way in (+1, -1):
        seen = []
        for _ in panes:
            opened.focus_pane(way)
            focus = QApplication.focusWidget()
            seen.append(next(pane for pane in opened._panes() if pane is focus or pane.isAncestorOf(focus)))
        assert seen == ([*panes[1:], panes[0]] if way > 0 else panes[::-1])
    page.frames[1].menu_button.setFocus()
    opened.focus_pane(+1)
    assert QApplication.focusWidget() is page.frames[2].lane, "the lane itself, not its controls"


def test_a_panel_opened_by_its_key_has_the_focus(opened: MainWindow) -> None:
    opened.activateWindow()
    for action_id, name in (("mark.list", "marks"), ("view.dock.measure", "measure"), ("note.list", "notes")):
        opened._page.frames[0].lane.setFocus()
        opened.menus.made[action_id].trigger()
        content = opened._docks[name].widget()
        until(lambda content=content: content.isAncestorOf(QApplication.focusWidget()))
        opened.menus.made[action_id].trigger()
        assert QApplication.focusWidget() is opened._page.frames[0].lane


def test_mark_as_opens_where_the_cursor_stands(opened: MainWindow) -> None:
    lane = opened._page.frames[1].lane
    opened.activateWindow()
    lane.setFocus()
    opened.model.set_cursor(2.0)
    opened.menus.made["mark.choose"].trigger()
    menu = QApplication.activePopupWidget()
    left = lane.mapToGlobal(QPoint(0, 0))
    assert menu is not None
    assert abs(menu.x() - left.x() - lane.x_of(2.0)) <= 2
    assert left.y() <= menu.y() <= left.y() + lane.height()
    menu.close()


def test_space_presses_the_focused_button_and_plays_elsewhere(opened: MainWindow, qtbot, messages) -> None:
    opened.activateWindow()
    opened.context.errors.tell("Something to dismiss.")
    dismiss = next(b for b in opened._messages.findChildren(QAbstractButton) if b.text() == "Dismiss")
    dismiss.setFocus()
    qtbot.keyClick(dismiss, Qt.Key.Key_Space)
    assert opened._messages.messages == ()
    assert not opened.context.playback.is_playing
    positions: list[float] = []
    opened.context.playback.position_changed.connect(lambda _: positions.append(opened.model.playhead_s))
    opened._exhibits.setFocus()
    qtbot.keyClick(opened._exhibits, Qt.Key.Key_Space)
    assert opened.context.playback.is_playing
    until(lambda: max(positions, default=0.0) > 0.05)
    opened.context.playback.stop()
    assert opened.model.playhead_s is None


def controls(window: QWidget) -> list[QWidget]:
    """Widgets that a user can reach or reads, without the inner parts of Qt's own."""
    return [w for w in window.findChildren(QWidget) if is_control(w) and not is_inner(w)]


def is_control(widget: QWidget) -> bool:
    if isinstance(widget, QLabel):
        return bool(widget.text())
    return widget.focusPolicy() != Qt.FocusPolicy.NoFocus or isinstance(widget, QAbstractButton)


def is_inner(widget: QWidget) -> bool:
    """Whether it is a viewport, the list that a combo box opens, or something Qt made itself."""
    above = widget.parentWidget()
    in_combo = above is not None and isinstance(above.parentWidget(), QComboBox)
    return widget.objectName().startswith("qt_") or isinstance(above, QAbstractScrollArea) or in_combo


def name_of(widget: QWidget) -> str:
    """What assistive technology can say of it."""
    text = getattr(widget, "text", lambda: "")()
    return widget.accessibleName() or text or widget.toolTip() or getattr(widget, "title", lambda: "")()
