"""The Compare page in the window: rows, alignment, difference, blink, tables; by keys and by the list."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from helpers.window import open_all
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDoubleSpinBox, QTableWidget, QWidget

from app.context import build
from app.main_window import MainWindow
from app.services.errors import Message
from app.viewmodels.exhibits import ExhibitsModel
from app.widgets import dialogs
from core.compare.alignment import by_hand
from core.foundation.errors import CoreError

RATE = 16000
TONE_HZ = 3000.0
_PATIENCE_S = 120.0


@pytest.fixture(scope="module")
def pair(tmp_path_factory) -> list[Path]:
    """Noise bursts, and a copy that begins 0.25 s later, is 6 dB quieter and has a tone from 3 to 4 s."""
    rng = np.random.default_rng(7)
    gate = np.repeat(rng.random(60) ** 2, RATE // 10)
    whole = (0.1 * gate * rng.standard_normal(gate.size)).astype(np.float32)
    copy = whole.copy()
    t = np.arange(RATE) / RATE
    copy[3 * RATE : 4 * RATE] += (0.05 * np.sin(2 * np.pi * TONE_HZ * t)).astype(np.float32)
    folder = tmp_path_factory.mktemp("pair")
    paths = [folder / "one.wav", folder / "two.wav", folder / "other.wav"]
    sf.write(paths[0], whole, RATE)
    sf.write(paths[1], 0.5 * copy[RATE // 4 :], RATE)
    sf.write(paths[2], 0.05 * rng.standard_normal(5 * RATE), RATE)
    return paths


@pytest.fixture(scope="module")
def desk(qapp, pair, tmp_path_factory) -> Iterator[MainWindow]:
    """One window for all tests of this file, with three recordings."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUDITRACE_HOME", str(tmp_path_factory.mktemp("home")))
        context = build()
        made = MainWindow(context)
    made.resize(1440, 900)
    made.show()
    made.pages.show_page("compare")
    context.workbench.open(pair)
    assert context.jobs.settle(_PATIENCE_S)
    yield made
    context.workbench.has_unsaved = False
    made.close()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def compared(desk: MainWindow) -> MainWindow:
    """The window with Q1 and Q2 on the Compare page, aligned by their starts."""
    page, model = desk._compare, desk.comparison.model
    model.remove_rows([row.key for row in model.rows])
    page.controls.set_match(False)
    page.controls.set_blink(False)
    desk.menus.made["pages.compare"].trigger()
    for exhibit_id in ("Q1", "Q2"):
        desk.comparison.toggle(exhibit_id)
    settle(desk)
    return desk


def settle(window: MainWindow) -> None:
    for _ in range(3):
        QApplication.processEvents()
        assert window.context.jobs.settle(_PATIENCE_S)
    QApplication.processEvents()


def rows_of(window: MainWindow) -> ExhibitsModel:
    rows = window._exhibits.model()
    assert isinstance(rows, ExhibitsModel)
    return rows


def test_pages_are_switched_by_keys_and_say_so(compared: MainWindow) -> None:
    assert compared.front is compared._compare
    compared.menus.made["pages.examine"].trigger()
    assert compared.front is compared.page
    assert compared.menus.made["pages.examine"].isChecked()
    assert not compared.menus.made["compare.blink"].isEnabled()


def test_check_marks_choose_what_is_compared(compared: MainWindow) -> None:
    rows, check = rows_of(compared), Qt.ItemDataRole.CheckStateRole
    assert rows.data(rows.index(1), check) == Qt.CheckState.Checked
    rows.setData(rows.index(1), Qt.CheckState.Unchecked, check)
    assert [row.key for row in compared.comparison.model.rows] == ["Q1"]
    assert rows.data(rows.index(1), check) == Qt.CheckState.Unchecked
    compared.menus.made["pages.examine"].trigger()
    assert rows.data(rows.index(1), check) is None


def test_the_list_puts_two_side_by_side(compared: MainWindow) -> None:
    compared.comparison.model.remove_rows(["Q1", "Q2"])
    compared.menus.made["pages.examine"].trigger()
    menu = compared._exhibits.menu_for("Q1")
    comparing = next(action.menu() for action in menu.actions() if action.text() == "Compare with")
    assert [action.text() for action in comparing.actions()] == ["Q2  two.wav", "Q3  other.wav"]
    comparing.actions()[1].trigger()
    assert [row.key for row in compared.comparison.model.rows] == ["Q1", "Q3"]
    assert compared.pages.name == "compare"
    said: list[str] = []
    compared.context.errors.mentioned.connect(said.append)
    compared.context.session.select("Q2")
    compared.menus.made["pages.examine"].trigger()
    for _ in range(2):
        compared.menus.made["compare.toggle"].trigger()
    assert said == ["Q2 is compared (3 of 4): Alt+2 shows it.", "Q2 is no longer compared."]


def test_alignment_moves_the_row_and_the_difference_shows_the_change(compared: MainWindow) -> None:
    compared.menus.made["compare.align"].trigger()
    settle(compared)
    row = compared.comparison.model.rows[1]
    assert row.alignment.offset_s == pytest.approx(0.25, abs=1e-6)
    compared.comparison.page.controls.set_match(True)
    settle(compared)
    assert compared.comparison.model.rows[1].gain_db == pytest.approx(6.02, abs=0.1)
    page = compared._compare
    levels, frame = page.difference.levels, page.difference._frame
    times, hertz = frame.centres_s(), frame.row_centres_hz
    tone = int(np.argmin(np.abs(hertz - TONE_HZ)))
    inside = (times > 3.2) & (times < 3.8)
    outside = (times > 0.5) & (times < 2.8)
    assert np.median(levels[tone, inside]) > 12
    assert np.median(np.abs(levels[:, outside])) < 0.5
    assert np.isnan(levels[:, times < 0.24]).all()
    assert "Q2 less Q1" in page.difference.describe()
    assert "places agree" in page.describe()


def test_rows_share_view_cursor_scales_and_colours(compared: MainWindow) -> None:
    model, page = compared.comparison.model, compared._compare
    model.nudge(0.5)
    model.set_view(1.0, 3.0)
    first, second = page.frames
    assert first.spectrogram.view_s == (1.0, 3.0)
    assert second.spectrogram.view_s == pytest.approx((0.5, 2.5))
    first.spectrogram.set_band(1000.0, 3000.0)
    assert second.spectrogram.band_hz == page.difference.band_hz == (1000.0, 3000.0)
    page.controls.step_range(1)
    assert {frame.spectrogram.range_db for frame in page.frames} == {page.controls.range_db}
    assert {frame.spectrogram.top_db for frame in page.frames} == {page.controls.top_db}


@pytest.mark.parametrize(
    ("key", "modifier", "expected"),
    [
        (Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier, 1 / RATE),
        (Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier, -1 / RATE),
    ],
)
def test_keys_move_a_row_by_a_sample(compared: MainWindow, qtbot, key, modifier, expected: float) -> None:
    compared._compare.setFocus()
    qtbot.keyClick(compared._compare, key, modifier)
    assert compared.comparison.model.rows[1].alignment.offset_s == pytest.approx(expected)


def test_keys_move_cursor_view_and_choice(compared: MainWindow, qtbot) -> None:
    model, page = compared.comparison.model, compared._compare
    qtbot.keyClick(page, Qt.Key.Key_Up)
    assert model.active == 0
    assert compared.context.session.current.id == "Q1"
    qtbot.keyClick(page, Qt.Key.Key_End)
    assert model.cursor_s == pytest.approx(model.extent_s[1])
    assert compared.model.cursor_s == pytest.approx(6.0)
    compared.menus.made["view.zoom_in"].trigger()
    qtbot.keyClick(page, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert model.selection_s is not None
    assert compared.model.selection_s == pytest.approx(model.selection_s)
    compared.menus.made["view.fit"].trigger()
    assert model.view_s == model.extent_s


def test_blink_shows_one_row_at_the_same_place(compared: MainWindow) -> None:
    page = compared._compare
    compared.menus.made["compare.blink"].trigger()
    places = []
    for _ in range(2):
        QApplication.processEvents()
        shown = [frame for frame in page.frames if frame.isVisible()]
        assert len(shown) == 1
        places.append((shown[0].row.key, shown[0].geometry()))
        compared.menus.made["compare.blink"].trigger()
    assert places[0][0] != places[1][0]
    assert places[0][1] == places[1][1]
    compared.menus.made["compare.stacked"].trigger()
    assert all(frame.isVisible() for frame in page.frames)


def test_an_offset_is_typed_and_a_time_in_each_is_asked_for(compared: MainWindow, monkeypatch) -> None:
    compared._compare.controls.offset_wanted.emit(0.125)
    assert compared.comparison.model.rows[1].alignment.offset_s == 0.125
    answers = iter(["2.5", "0:01.0"])
    monkeypatch.setattr(dialogs, "ask_text", lambda *_: next(answers))
    compared.menus.made["compare.align_times"].trigger()
    assert compared.comparison.model.rows[1].alignment.offset_s == 1.5


def test_what_was_computed_for_another_first_row_is_dropped(compared: MainWindow) -> None:
    model, comparer = compared.comparison.model, compared.comparison._comparer
    before = model.rows[0]
    model.make_reference(1)
    comparer.aligned.emit("Q1", before.part, by_hand(1.0))
    assert model.rows[1].alignment.offset_s != 1.0
    comparer.aligned.emit("Q1", model.rows[0].part, by_hand(1.0))
    assert model.rows[1].alignment.offset_s == 1.0


def test_a_level_that_is_no_longer_wanted_is_not_matched(compared: MainWindow) -> None:
    model = compared.comparison.model
    compared.comparison._comparer.matched.emit("Q2", model.rows[0].part, 6.0)
    assert model.rows[1].gain_db is None


def test_without_relation_the_row_stays_and_it_is_said(compared: MainWindow) -> None:
    seen: list[Message] = []
    compared.context.errors.presented.connect(seen.append)
    compared.comparison.toggle("Q3")
    compared.menus.made["compare.align"].trigger()
    settle(compared)
    assert compared.comparison.model.rows[2].alignment.offset_s == 0.0
    assert compared.comparison.model.rows[1].alignment.is_reliable
    assert [message.level for message in seen if "no reliable alignment" in message.text] == ["caution"]
    assert "no reliable alignment" in compared._compare.describe()


def test_every_tab_is_filled_and_says_itself(compared: MainWindow) -> None:
    results = compared._compare.results
    expected = ("windows", "RMS level", "SHA-256", "distance", "alignment")
    for index, word in enumerate(expected):
        results.setCurrentIndex(index)
        settle(compared)
        assert word in results.describe().replace("What the alignment", "alignment"), word
    results.setCurrentIndex(1)
    level = next(line for line in results.statistics.copied().splitlines() if line.startswith("RMS level"))
    assert float(level.split("\t")[3].removesuffix(" dB").replace("−", "-")) == pytest.approx(-6.0, abs=0.5)


def test_beyond_its_ends_a_row_is_hatched_and_says_so(compared: MainWindow) -> None:
    frame = compared._compare.frames[1]
    lane = frame.spectrogram
    whole_s = frame.row.recording.duration_s
    for start_s, end_s, words in (
        (-1.0, whole_s + 1.0, f"No sound, hatched, before {frame.row.to_axis(0.0):.3f} s and after"),
        (0.0, whole_s, ""),
    ):
        frame.set_view(frame.row.to_axis(start_s), frame.row.to_axis(end_s))
        for each in frame.lanes:
            each.render_now()
        assert (words in frame.describe()) if words else "No sound" not in frame.describe()
        picture = lane.grab().toImage()
        place = lane.view_box.sceneBoundingRect().toAlignedRect()
        left = {picture.pixelColor(place.left() + 12, y).name() for y in range(place.top() + 4, place.bottom() - 4)}
        ground = compared._theme.plot
        assert (ground in left) == bool(words)


def test_stretches_of_one_recording_are_compared(compared: MainWindow) -> None:
    compared.menus.made["pages.examine"].trigger()
    compared.model.set_selection((1.0, 2.0))
    compared.menus.made["compare.selection"].trigger()
    settle(compared)
    assert compared.pages.name == "compare"
    assert compared.comparison.model.rows[2].span_s == (1.0, 2.0)


def test_a_fifth_row_is_refused_in_words(compared: MainWindow, monkeypatch) -> None:
    seen: list[CoreError] = []
    monkeypatch.setattr(compared.context.errors, "present", lambda error, subject="": seen.append(error))
    for start in (0.0, 1.0, 2.0):
        compared.comparison.add("Q1", (start, start + 1))
    assert [error.code for error in seen] == ["SY-120"]


def test_every_control_has_a_name(compared: MainWindow) -> None:
    kinds = (QAbstractButton, QComboBox, QDoubleSpinBox, QTableWidget)
    nameless = [
        (type(widget).__name__, widget.toolTip())
        for widget in compared._compare.findChildren(QWidget)
        if isinstance(widget, kinds)
        and widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not (widget.accessibleName() or getattr(widget, "text", lambda: "")())
    ]
    assert nameless == []


def test_removed_exhibits_leave_the_page(opened: MainWindow, pair) -> None:
    open_all(opened, pair[:1])
    opened.pages.show_page("compare")
    for exhibit_id in ("Q1", "Q2"):
        opened.comparison.toggle(exhibit_id)
    opened.context.workbench.remove("Q1")
    assert [row.key for row in opened.comparison.model.rows] == ["Q2"]
    opened.context.workbench.remove("Q2")
    assert "Nothing is compared yet" in opened._compare.describe()


def test_four_rows_and_their_difference_have_room_and_a_tab_brings_the_figures(opened, wav) -> None:
    window = opened
    open_all(window, [wav(f"{name}.wav", 5.0) for name in ("two", "three", "four")])
    window.resize(1440, 900)
    for exhibit in window.context.session.exhibits:
        window.comparison.add(exhibit.id)
    window.pages.show_page("compare")
    assert window.context.jobs.settle()
    QApplication.processEvents()
    page = window.comparison.page
    seen = page._scrolled.viewport()
    for part in (*(frame.spectrogram for frame in page.frames), page.difference):
        low = part.mapTo(seen, part.rect().bottomLeft()).y()
        assert low <= seen.height(), part.accessibleName()
        assert part.height() >= 60
    assert page.results.is_folded
    window.perform("compare.tab.statistics")
    assert not page.results.is_folded
    assert page.results.height() > 150


def test_rows_and_their_difference_reach_as_high_as_the_highest_of_them(opened, wav) -> None:
    open_all(opened, [wav("high.wav", 2.0, rate=48000)])
    for exhibit_id in ("Q1", "Q2"):
        opened.comparison.toggle(exhibit_id)
    assert opened.context.jobs.settle()
    page = opened._compare
    lanes = (*(frame.spectrogram for frame in page.frames), page.difference)
    assert {lane.band_hz for lane in lanes} == {(0.0, 24000.0)}
