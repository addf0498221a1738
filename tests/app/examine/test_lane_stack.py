"""Lanes are added, removed, moved and folded, and come back as they were left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest
from helpers.examine_data import memory_recording
from helpers.waiting import PATIENCE_S, until
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QComboBox, QDoubleSpinBox, QWidget

from app.pages.examine import ExaminePage
from app.pages.examine.lane_kinds import FACTORIES, MadeLane
from app.pages.examine.memory import LaneMemory
from app.pages.examine.params_button import ParamsButton
from app.plots.lane import LanePlot
from app.plots.track_lane import TrackLane
from app.plots.value_axis import ValueAxis
from app.services.jobs import JobRunner
from app.services.settings import SettingsStore
from app.theme import DARK
from app.viewmodels.examine import ExamineModel
from app.viewmodels.lanes import LANES, channel_entry, states_from
from app.widgets.figure import at_size

RATE = 8000
FIRST = ["waveform", "spectrogram", "packets", "scores"]


@pytest.fixture
def jobs(qapp) -> Iterator[JobRunner]:
    runner = JobRunner()
    yield runner
    assert runner.shutdown(PATIENCE_S) == ()


@pytest.fixture
def page(qtbot, jobs: JobRunner) -> ExaminePage:
    return made(qtbot, jobs)


def made(qtbot, jobs: JobRunner) -> ExaminePage:
    page = ExaminePage(ExamineModel(), jobs, DARK)
    qtbot.addWidget(page)
    page.resize(1200, 900)
    page.show()
    qtbot.waitExposed(page)
    page.model.set_recording(memory_recording(np.zeros((1, 2 * RATE), np.float32), RATE))
    drawn(page)
    return page


def drawn(page: ExaminePage) -> None:
    """Until no lane waits to be drawn, and what was asked for meanwhile is done."""
    until(lambda: all(lane.is_drawn for lane in page.lanes))
    QApplication.processEvents()


class Paints(QObject):
    """Counts how often each widget that it watches is painted."""

    def __init__(self, widgets: list[QWidget]):
        super().__init__()
        self.counts: Counter[QObject] = Counter()
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.counts[watched] += event.type() == QEvent.Type.Paint
        return False


def test_lanes_that_are_shown_together_are_drawn_in_turns_with_other_events_between(qtbot, jobs: JobRunner) -> None:
    page = ExaminePage(ExamineModel(), jobs, DARK)
    qtbot.addWidget(page)
    page.resize(1200, 900)
    page.model.set_recording(memory_recording(np.zeros((1, 2 * RATE), np.float32), RATE))
    waiting: list[int] = []
    watch = QTimer(interval=0)
    watch.timeout.connect(lambda: waiting.append(sum(not lane.is_drawn for lane in page.lanes)))
    watch.start()
    page.show()
    until(lambda: waiting[-1:] == [0])
    assert len(set(waiting)) >= len(FIRST) - 1, "all were drawn before anything else had its turn"


def test_a_change_of_the_view_paints_each_lane_once(page: ExaminePage, jobs: JobRunner) -> None:
    page.model.set_view(0.5, 1.5)
    assert jobs.settle()
    QApplication.processEvents()
    paints = Paints([lane.viewport() for lane in (*page.lanes, page.ruler)])
    for change in (lambda: page.model.scroll(0.02), lambda: page.model.zoom(1.1)):
        paints.counts.clear()
        change()
        QCoreApplication.sendPostedEvents()
        assert set(paints.counts.values()) == {1}
        assert len(paints.counts) == len(page.lanes) + 1


@pytest.mark.parametrize("name", FIRST)
def test_labels_at_the_ends_of_an_axis_are_inside_the_lane(page: ExaminePage, name: str) -> None:
    lane = next(frame.lane for frame in page.frames if frame.name == name)
    area = lane.view_box.sceneBoundingRect()
    half_digit = lane.fontMetrics().tightBoundingRect("0").height() / 2
    assert area.top() >= half_digit
    assert lane.viewport().height() - area.bottom() >= half_digit


def names(page: ExaminePage) -> list[str]:
    return [frame.name for frame in page.frames]


def tops(page: ExaminePage) -> list[int]:
    return [frame.y() for frame in page.frames]


def test_every_lane_of_the_list_can_be_made_but_those_of_services() -> None:
    own = set(FIRST) | set(FACTORIES)
    assert {entry.name for entry in LANES} >= own
    assert len({entry.name for entry in LANES}) == len(LANES)


def test_lanes_move_past_each_other_and_go_and_come(page: ExaminePage) -> None:
    assert names(page) == FIRST
    page.stack.move("spectrogram", -1)
    page.stack.move("spectrogram", -1)
    assert names(page) == ["spectrogram", "waveform", "packets", "scores"]
    page.stack.toggle("packets")
    QApplication.processEvents()
    assert names(page) == ["spectrogram", "waveform", "scores"]
    assert not page.packets.isVisible()
    assert tops(page) == sorted(tops(page))
    page.stack.move("scores", -1)
    page.stack.toggle("packets")
    assert sorted(names(page)) == sorted(FIRST)
    page.stack.reset()
    QApplication.processEvents()
    assert names(page) == FIRST
    assert tops(page) == sorted(tops(page))


def test_a_lane_that_is_added_shows_the_same_time_as_the_others(page: ExaminePage) -> None:
    page.provide_lane("speech", lambda _: MadeLane(LanePlot(ValueAxis("Any"), description="Any")))
    page.model.set_view(0.5, 1.0)
    page.model.set_selection((0.6, 0.7))
    page.stack.show_lane("speech")
    QApplication.processEvents()
    lane = page.frames[-1].lane
    assert lane.view_s == pytest.approx((0.5, 1.0))
    assert lane.x_of(0.6) == pytest.approx(page.waveform.x_of(0.6), abs=1)
    page.model.set_view(0.0, 2.0)
    assert lane.view_s == pytest.approx((0.0, 2.0))


def test_more_lanes_than_fit_are_scrolled_and_stay_in_step_with_the_ruler(page: ExaminePage) -> None:
    page.resize(1000, 360)
    QApplication.processEvents()
    QApplication.processEvents()
    assert page._figure.scrolled.verticalScrollBar().isVisible()
    for seconds in (0.0, 1.0, 2.0):
        expected = page.waveform.x_of(seconds)
        assert page.ruler.x_of(seconds) == pytest.approx(expected, abs=1)
        assert page.overview.x_of(seconds) == pytest.approx(expected, abs=1)


def test_order_folding_and_parameters_come_back(qtbot, jobs: JobRunner, tmp_path) -> None:
    page, settings = made(qtbot, jobs), SettingsStore(tmp_path)
    memory = LaneMemory(page, settings)
    page.stack.move("scores", -1)
    page.stack.toggle("packets")
    page.stack.frames[0].set_folded(True)
    page.controls.preset.setCurrentIndex(page.controls.preset.findData("narrow"))
    page.controls.range.setCurrentIndex(page.controls.range.findData("70"))
    assert page.packets.is_top_automatic
    page.packets.use_wavelet("haar")
    page.packets.set_top(-30.0)
    page.waveform.set_decibels(True)
    memory.keep()
    later = made(qtbot, jobs)
    LaneMemory(later, SettingsStore(tmp_path))
    QApplication.processEvents()
    assert names(later) == names(page) == ["waveform", "spectrogram", "scores"]
    assert [frame.is_folded for frame in later.frames] == [True, False, False]
    assert (later.spectrogram.preset, later.spectrogram.range_db) == ("narrow", 70.0)
    assert later.controls.preset.currentData() == "narrow"
    assert (later.packets.wavelet, later.packets.top_db) == ("haar", -30.0)
    boxes = [box for frame in later.stack.made for box in frame.findChildren(QComboBox)]
    assert {"haar", "db"} <= {box.currentData() for box in boxes}
    later.stack.reset()
    assert names(later) == FIRST


@pytest.mark.parametrize("text", ["", "nonsense", "{}", '[{"name": 3}]', '[{"name": "waveform", "is_shown": "yes"}]'])
def test_what_cannot_be_read_leaves_the_lanes_as_at_first(text: str) -> None:
    assert states_from(text) == ()


def test_an_exported_figure_holds_the_lanes_that_would_have_to_be_scrolled_to(page: ExaminePage) -> None:
    page.resize(1200, 460)
    QApplication.processEvents()
    assert page.stack.height() > page._figure.scrolled.viewport().height()
    heights = []
    at_size(page.figure, page.figure_size, lambda: heights.append(page._figure.scrolled.viewport().height()))
    assert heights[0] >= page.stack.minimumSizeHint().height()
    assert page.stack.height() > page._figure.scrolled.viewport().height()


def test_a_figure_has_no_controls_is_not_stretched_and_leaves_the_screen_as_it_was(page: ExaminePage) -> None:
    page.resize(1200, 460)
    page.model.set_recording(memory_recording(np.full((1, 2 * RATE), 0.5, np.float32), RATE))
    QApplication.processEvents()
    bar = page._figure.scrolled.verticalScrollBar()
    bar.setValue(40)
    frame = page.frames[0]
    seen: list[tuple[float, float, bool, int]] = []

    def look() -> None:
        with page.figure.printed():
            edges = page.waveform.x_of(1.0), page.ruler.x_of(1.0)
            seen.append((*edges, frame.menu_button.isVisible(), len(page.waveform.rows.curves[0].points[0])))
            seen_columns.append(2 * page.waveform.pixels[0])

    seen_columns: list[int] = []
    at_size(page.figure, page.figure_size, look)
    (lane_x, ruler_x, has_menu, columns) = seen[0]
    assert lane_x == pytest.approx(ruler_x, abs=1)
    assert not has_menu
    assert columns == seen_columns[0]
    assert frame.menu_button.isVisible()
    assert bar.value() == 40
    assert not page.waveform.view_box.is_printed


def test_a_lane_that_is_added_or_gets_the_focus_by_key_is_scrolled_to(page: ExaminePage) -> None:
    page.resize(1000, 400)
    QApplication.processEvents()
    bar = page._figure.scrolled.verticalScrollBar()
    assert bar.value() == 0
    page.stack.show_lane("level")
    until(lambda: bar.value() > 0)
    added = page.frames[-1]
    assert added.mapTo(page._figure.scrolled, added.rect().bottomLeft()).y() <= page._figure.scrolled.height()
    page.window().activateWindow()
    page.frames[0].lane.setFocus(Qt.FocusReason.TabFocusReason)
    until(lambda: bar.value() == 0)


def test_a_lane_is_one_stop_of_tab_and_enter_and_arrows_reach_its_controls(page: ExaminePage, qtbot) -> None:
    frame = page.frames[1]
    page.window().activateWindow()
    frame.lane.setFocus()
    page.window().focusNextChild()
    assert page.frames[2].isAncestorOf(QApplication.focusWidget())
    frame.lane.setFocus()
    qtbot.keyClick(frame.lane, Qt.Key.Key_Return)
    seen = []
    for _ in range(8):
        seen.append(QApplication.focusWidget())
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert frame.menu_button in seen
    assert page.controls.preset in seen
    assert seen[0] in seen[1:]
    assert page.model.cursor_s == 0.0
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is frame.lane


def test_every_channel_can_have_a_lane_that_comes_back(qtbot, page: ExaminePage, jobs: JobRunner, tmp_path) -> None:
    samples = np.zeros((3, RATE), np.float32)
    samples[1] = 0.5
    page.model.set_recording(memory_recording(samples, RATE))
    for channel in range(3):
        page.stack.show_lane(channel_entry(channel).name)
    drawn(page)
    assert names(page)[:4] == ["waveform", "waveform.0", "waveform.1", "waveform.2"]
    assert "channel 2 −6.0 dBFS" in page.lanes[2].describe()
    assert "channel 1" not in page.lanes[2].describe()
    memory = LaneMemory(page, SettingsStore(tmp_path))
    memory.keep()
    later = made(qtbot, jobs)
    LaneMemory(later, SettingsStore(tmp_path))
    assert names(later) == names(page)
    later.stack.reset()
    assert names(later) == FIRST


def test_a_curves_parameters_are_changed_in_its_header_and_come_back(qtbot, page, jobs: JobRunner, tmp_path) -> None:
    page.stack.show_lane("level")
    page.stack.show_lane("f0")
    page.frames[-1].findChild(ParamsButton).open_form()
    channels = next(box for box in page.frames[-1].findChildren(QComboBox) if "channel" in box.accessibleName())
    assert [channels.itemData(row) for row in range(channels.count())] == ["auto", "mix", "0"]
    assert channels.currentData() == "auto"
    page.stack.show_lane("f0", False)
    lane = next(lane for lane in page.lanes if isinstance(lane, TrackLane))
    drawn(page)
    assert jobs.settle()
    assert "window 0.05 s" in lane.summary
    button = page.frames[-1].findChild(ParamsButton)
    button.open_form()
    spin = next(field for field in button.form.findChildren(QDoubleSpinBox) if "window" in field.accessibleName())
    spin.setValue(0.5)
    QApplication.processEvents()
    assert jobs.settle()
    assert "window 0.5 s" in lane.summary
    assert lane.track.step_s == pytest.approx(0.5)
    LaneMemory(page, SettingsStore(tmp_path)).keep()
    later = made(qtbot, jobs)
    LaneMemory(later, SettingsStore(tmp_path))
    kept = next(lane for lane in later.lanes if isinstance(lane, TrackLane))
    assert kept.values["window_s"] == 0.5
    kept.restore({"params": {"window_s": "long", "unknown": 1}})
    QApplication.processEvents()
    assert jobs.settle()
    assert "window 0.05 s" in kept.summary


def test_menu_of_a_header_copies_parameters_with_the_files_hash(page: ExaminePage) -> None:
    frame = page.frames[1]
    action = next(action for action in frame.menu_button.menu().actions() if "parameters" in action.text())
    action.trigger()
    text = QApplication.clipboard().text()
    assert page.model.recording is not None
    assert text.startswith("Spectrogram: ")
    assert page.model.recording.id.sha256 in text
    assert all(box.accessibleName() for box in frame.findChildren(QComboBox))
