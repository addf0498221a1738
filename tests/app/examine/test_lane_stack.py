"""Lanes are added, removed, moved and folded, and come back as they were left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest
from helpers.examine_data import memory_recording
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication, QComboBox, QWidget

from app.pages.examine import ExaminePage
from app.pages.examine.lane_kinds import FACTORIES, MadeLane
from app.pages.examine.memory import LaneMemory
from app.plots.lane import LanePlot
from app.plots.value_axis import ValueAxis
from app.services.jobs import JobRunner
from app.services.settings import SettingsStore
from app.theme import DARK
from app.viewmodels.examine import ExamineModel
from app.viewmodels.lanes import LANES, states_from
from app.widgets.figure import at_size

RATE = 8000
FIRST = ["waveform", "spectrogram", "packets", "scores"]


@pytest.fixture
def jobs(qapp) -> Iterator[JobRunner]:
    runner = JobRunner()
    yield runner
    assert runner.shutdown() == ()


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
    QApplication.processEvents()
    return page


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
    assert page._scrolled.verticalScrollBar().isVisible()
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
    assert page.stack.height() > page._scrolled.viewport().height()
    heights = []
    at_size(page.figure, page.figure_size, lambda: heights.append(page._scrolled.viewport().height()))
    assert heights[0] >= page.stack.minimumSizeHint().height()
    assert page.stack.height() > page._scrolled.viewport().height()


def test_menu_of_a_header_copies_parameters_with_the_files_hash(page: ExaminePage) -> None:
    frame = page.frames[1]
    action = next(action for action in frame.menu_button.menu().actions() if "parameters" in action.text())
    action.trigger()
    text = QApplication.clipboard().text()
    assert page.model.recording is not None
    assert text.startswith("Spectrogram: ")
    assert page.model.recording.id.sha256 in text
    assert all(box.accessibleName() for box in frame.findChildren(QComboBox))
