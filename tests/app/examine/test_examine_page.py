"""The main screen: one time axis to the pixel, mouse and keys, values read, nothing left running."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from helpers.examine_data import fake_attribution, fake_finding, memory_recording
from helpers.waiting import PATIENCE_S, until
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.pages.examine import ExaminePage
from app.pages.examine.ratio_button import RatioButton
from app.plots.lane import LanePlot
from app.services.jobs import JobRunner
from app.theme import DARK, LIGHT
from app.theme.style import apply
from app.viewmodels.examine import ExamineModel
from app.widgets.elided import ElidedLabel
from core.audio import open_recording

RATE = 16000
TONE_HZ = 1500.0


@pytest.fixture(scope="module")
def samples() -> np.ndarray:
    """Two channels of 30 s: a tone at -20 dBFS, and it with noise."""
    t = np.arange(30 * RATE) / RATE
    tone = 0.1 * np.sin(2 * np.pi * TONE_HZ * t)
    noise = 0.001 * np.random.default_rng(4).standard_normal(t.size)
    return np.stack([tone, tone + noise]).astype(np.float32)


@pytest.fixture
def jobs(qapp) -> Iterator[JobRunner]:
    runner = JobRunner()
    yield runner
    assert runner.shutdown(PATIENCE_S) == ()


@pytest.fixture
def page(qtbot, jobs: JobRunner, samples: np.ndarray) -> ExaminePage:
    """A shown page with a recording, complete."""
    page = ExaminePage(ExamineModel(), jobs, DARK)
    qtbot.addWidget(page)
    page.resize(1440, 860)
    page.show()
    qtbot.waitExposed(page)
    page.model.set_recording(memory_recording(samples, RATE))
    until(lambda: not page._turns.is_busy)
    settle(jobs)
    return page


def settle(jobs: JobRunner) -> None:
    """Handle all events and jobs until nothing more comes of them."""
    for _ in range(5):
        QApplication.processEvents()
        assert jobs.settle(PATIENCE_S)
    QApplication.processEvents()


def at(lane: LanePlot, seconds: float, share: float = 0.5) -> QPoint:
    """A point of a lane's viewport at a time, and at a share of its height from the top."""
    box = lane.view_box.sceneBoundingRect()
    return QPointF(lane.x_of(seconds), box.top() + share * box.height()).toPoint()


def wheel(lane: LanePlot, seconds: float, notches: int, keys: Qt.KeyboardModifier) -> None:
    point = QPointF(at(lane, seconds))
    event = QWheelEvent(
        point,
        lane.viewport().mapToGlobal(point),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(lane.viewport(), event)


def colours_in(image: QImage) -> int:
    converted = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(converted.constBits(), np.uint32).reshape(converted.height(), -1)
    return len(np.unique(pixels))


def global_x(page: ExaminePage, lane: LanePlot, seconds: float) -> float:
    return lane.mapTo(page, QPoint(0, 0)).x() + lane.x_of(seconds)


@pytest.mark.parametrize("view", [(0.0, 30.0), (3.3, 3.4), (29.0, 30.0)])
def test_a_time_stands_at_the_same_pixel_in_every_lane(page: ExaminePage, jobs: JobRunner, view: tuple[float, float]):
    page.model.set_view(*view)
    settle(jobs)
    lanes = [*page.lanes, page.ruler]
    for share in (0.0, 0.31, 1.0):
        seconds = view[0] + share * (view[1] - view[0])
        places = [global_x(page, lane, seconds) for lane in lanes]
        assert max(places) - min(places) < 0.01
    assert len({lane.pixels[0] for lane in lanes}) == 1


def test_they_stay_aligned_when_the_window_changes_and_a_lane_is_folded(page: ExaminePage, jobs: JobRunner):
    page.frames[1].set_folded(True)
    page.resize(1003, 700)
    settle(jobs)
    assert page.frames[1].height() == page.frames[1].header_height
    places = [global_x(page, lane, 12.0) for lane in (page.waveform, page.packets, page.scores, page.ruler)]
    assert max(places) - min(places) < 0.01
    page.frames[1].set_folded(False)
    settle(jobs)
    assert page.spectrogram.isVisible()


def test_only_the_ruler_shows_the_time(page: ExaminePage):
    assert [lane.time_axis is not None for lane in page.lanes] == [False] * 4
    assert page.ruler.time_axis is not None


@pytest.mark.parametrize("notches", [1, 4, -2])
def test_zooming_with_the_wheel_keeps_the_time_under_the_pointer(page: ExaminePage, jobs: JobRunner, notches: int):
    page.model.set_view(5.0, 15.0)
    settle(jobs)
    seconds = 8.0
    before = page.spectrogram.x_of(seconds)
    wheel(page.spectrogram, seconds, notches, Qt.KeyboardModifier.ControlModifier)
    settle(jobs)
    start, end = page.model.view_s
    assert (end - start < 10) == (notches > 0)
    assert page.spectrogram.x_of(seconds) == pytest.approx(before, abs=1.0)


def test_the_wheel_scrolls_and_alt_zooms_frequencies(page: ExaminePage, jobs: JobRunner):
    page.model.set_view(5.0, 15.0)
    settle(jobs)
    wheel(page.waveform, 10.0, -1, Qt.KeyboardModifier.ShiftModifier)
    start, end = page.model.view_s
    assert (start, end) == (pytest.approx(6.0), pytest.approx(16.0))
    wheel(page.spectrogram, 10.0, 2, Qt.KeyboardModifier.AltModifier)
    low, high = page.spectrogram.band_hz
    assert high - low < RATE / 2
    assert page.controls.band.currentIndex() == -1


def test_click_sets_the_cursor_and_drag_selects(page: ExaminePage, qtbot):
    viewport = page.waveform.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at(page.waveform, 12.0))
    pixel_s = 30 / page.waveform.pixels[0]
    assert page.model.cursor_s == pytest.approx(12.0, abs=pixel_s)
    assert all(lane._markers.cursor.seconds == page.model.cursor_s for lane in page.lanes)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=at(page.waveform, 3.0))
    for seconds in (3.5, 5.0, 6.0):
        QTest.mouseMove(viewport, at(page.waveform, seconds))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=at(page.waveform, 6.0))
    assert page.model.selection_s == (pytest.approx(3.0, abs=pixel_s), pytest.approx(6.0, abs=pixel_s))
    assert all(lane._markers.selection.isVisible() for lane in page.lanes)


def test_hovering_reads_the_tone(page: ExaminePage, jobs: JobRunner):
    page.model.set_view(10.0, 10.5)
    settle(jobs)
    page.spectrogram.pointed.emit(10.25, TONE_HZ)
    settle(jobs)
    reading = page.model.reading
    assert reading is not None
    frame = round(10.25 * RATE)
    assert (reading.sample, reading.frequency_hz) == (frame, TONE_HZ)
    assert reading.level_dbfs == pytest.approx(-20.0, abs=0.1)
    expected = 0.1 * np.sin(2 * np.pi * TONE_HZ * frame / RATE)
    assert reading.amplitude is not None
    assert reading.amplitude[0] == pytest.approx(expected, abs=1e-6)
    assert reading.packet_hz is not None
    assert abs(reading.packet_hz - TONE_HZ) <= RATE / 2 / 256
    assert reading.synthetic is None


def test_a_sample_that_is_not_loaded_is_read_when_the_pointer_rests(page: ExaminePage, jobs: JobRunner, samples):
    page.waveform._stretch = None
    page.scores.pointed.emit(20.0, 0.0)
    assert page.model.reading is not None
    assert page.model.reading.amplitude is None
    until(lambda: page.model.reading.amplitude is not None)
    assert page.model.reading.amplitude == tuple(samples[:, 20 * RATE].tolist())


def test_leaving_a_lane_reads_at_the_cursor(page: ExaminePage, jobs: JobRunner):
    page.model.set_cursor(7.0)
    page.spectrogram.pointed.emit(10.0, TONE_HZ)
    page.spectrogram.pointer_left.emit()
    assert page.model.reading is not None
    assert page.model.reading.time_s == 7.0


def test_keys_move_cursor_view_and_selection(page: ExaminePage, jobs: JobRunner):
    page.model.set_view(10.0, 20.0)
    page.model.set_cursor(15.0)
    page.waveform.setFocus()
    pixel_s = 10 / page.waveform.pixels[0]
    QTest.keyClick(page.waveform, Qt.Key.Key_Right)
    assert page.model.cursor_s == pytest.approx(15 + pixel_s)
    QTest.keyClick(page.waveform, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert page.model.cursor_s == pytest.approx(15 - 19 * pixel_s)
    QTest.keyClick(page, Qt.Key.Key_PageDown)
    assert page.model.view_s[0] == pytest.approx(19.0)
    QTest.keyClick(page, Qt.Key.Key_Home)
    assert page.model.cursor_s == 0.0
    assert page.model.view_s[0] == 0.0
    QTest.keyClick(page, Qt.Key.Key_End)
    assert page.model.cursor_s == 30.0
    QTest.keyClick(page, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(page, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert page.model.selection_s == (pytest.approx(30 - 2 * pixel_s), 30.0)
    span = page.model.view_s[1] - page.model.view_s[0]
    QTest.keyClicks(page, "+")
    assert page.model.view_s[1] - page.model.view_s[0] == pytest.approx(span / 1.5)


def test_up_and_down_read_along_the_frequencies(page: ExaminePage):
    QTest.keyClick(page, Qt.Key.Key_Up)
    first = page.model.reading
    QTest.keyClick(page, Qt.Key.Key_Up)
    second = page.model.reading
    assert first is not None
    assert second is not None
    assert first.frequency_hz is not None
    assert second.frequency_hz is not None
    assert second.frequency_hz > first.frequency_hz
    assert second.level_dbfs is not None


def test_scores_and_explanation_appear_and_can_be_hidden(page: ExaminePage, jobs: JobRunner):
    assert not page.controls.overlay.isVisible()
    page.model.set_finding(fake_finding(page.model.recording))
    page.model.set_attribution(fake_attribution(2.0, 6.0))
    settle(jobs)
    assert page.controls.overlay.isVisible()
    assert page.spectrogram.overlay._image.isVisible()
    x, _ = page.overview._marks["synthetic"].points
    assert x.tolist() == [
        edge for s in page.model.raised() if s.question == "synthetic" for edge in (s.start_s, s.end_s)
    ]
    page.toggle_overlay()
    settle(jobs)
    assert not page.spectrogram.overlay._image.isVisible()
    page.model.set_attribution(None)
    assert not page.controls.overlay.isVisible()


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_every_picture_shows_something(page: ExaminePage, jobs: JobRunner, theme):
    page.set_theme(apply(theme.name))  # with the application's colours, which the border of the focus shows
    page.model.set_finding(fake_finding(page.model.recording))
    settle(jobs)
    for lane in (*page.lanes, page.overview, page.ruler):
        image = lane.grab().toImage()
        assert colours_in(image) > 8, lane.title
        assert image.pixelColor(2, image.height() - 1).name() in (theme.plot, theme.window)
    assert colours_in(page.figure.grab().toImage()) > 100


def test_no_label_of_an_axis_is_cut_off(page: ExaminePage, jobs: JobRunner):
    """Nothing of a label touches the outermost pixels of its lane."""
    settle(jobs)
    for lane in page.lanes:
        image = lane.grab().toImage()
        column = {image.pixel(0, y) for y in range(image.height())}
        rows = {image.pixel(x, y) for x in range(60) for y in (0, image.height() - 1)}
        assert len(column | rows) == 1, lane.title


def test_channel_of_the_maps_can_be_chosen(page: ExaminePage, jobs: JobRunner):
    assert page.status._channel.isVisible()
    page.status.channel_chosen.emit("0")
    settle(jobs)
    assert page.spectrogram.source.channel == "0"
    quiet = page.spectrogram.level_at(15.0, 6000.0)
    page.status.channel_chosen.emit("1")
    settle(jobs)
    assert page.spectrogram.level_at(15.0, 6000.0) > quiet + 20


def test_closing_leaves_no_job(page: ExaminePage, jobs: JobRunner):
    page.model.set_view(3.0, 3.2)
    page.model.set_view(20.0, 21.0)
    QApplication.processEvents()
    page.hide()
    assert jobs.settle(PATIENCE_S)
    assert jobs.active == ()
    page.model.set_view(5.0, 6.0)
    QApplication.processEvents()
    assert jobs.active == ()
    page.show()
    QApplication.processEvents()
    settle(jobs)
    levels = page.spectrogram.levels
    assert levels is not None
    assert not np.isnan(levels).any()


@pytest.mark.parametrize(
    ("room", "shown"),
    [("Hann 43 ms · 100 dB · step", "Hann 43 ms · 100 dB · step"), ("Hann 43 ms · 100 dB · st", "Hann 43 ms · 100 dB")],
)
def test_a_caption_leaves_out_whole_parts_from_its_end(qtbot, room: str, shown: str):
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.set_text("Hann 43 ms · 100 dB · step")
    label.resize(label.fontMetrics().horizontalAdvance(room), 20)
    assert label.shown() == shown
    assert label.toolTip() == "Hann 43 ms · 100 dB · step"
    label.set_wrapped(True)  # for a figure
    assert label.heightForWidth(label.width()) >= label.fontMetrics().height()
    assert label.heightForWidth(label.width() // 3) > 2 * label.fontMetrics().height()


def test_recording_can_go_and_another_come_while_work_is_going_on(page: ExaminePage, jobs: JobRunner, samples):
    page.model.set_view(1.0, 1.2)
    QApplication.processEvents()
    page.model.set_recording(None)
    settle(jobs)
    assert page._stack.currentIndex() == 0
    assert "No recording" in page.describe()
    page.model.set_recording(memory_recording(samples[:1, : 2 * RATE], RATE, "other.wav"))
    settle(jobs)
    assert page.describe().startswith("other.wav")
    assert not page.status._channel.isVisible()


@pytest.mark.parametrize("frames", [1, 15, 300])
def test_tiny_recordings_are_shown_too(page: ExaminePage, jobs: JobRunner, frames: int):
    page.model.set_recording(memory_recording(np.full((1, frames), 0.3, np.float32), RATE))
    settle(jobs)
    page.zoom_in()
    page.model.scroll(1.0)
    settle(jobs)
    assert page.model.view_s[1] <= frames / RATE + 1e-9
    assert page.waveform.shows_samples


def test_every_part_says_what_it_is(page: ExaminePage):
    for lane in (*page.lanes, page.overview, page.ruler):
        assert lane.accessibleName()
        assert lane.accessibleDescription()
    unnamed = [
        control
        for control in page.findChildren(QWidget)
        if control.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(control, LanePlot)
        and not isinstance(control.parent(), LanePlot)  # its viewport
        and not (control.accessibleName() or getattr(control, "text", str)())
        and control.isVisible()
    ]
    assert unnamed == []


def test_the_lane_of_ratios_is_opened_from_the_scores_once_there_are_results(page: ExaminePage, jobs: JobRunner):
    (button,) = page.findChildren(RatioButton)
    assert button.isHidden()
    page.model.set_finding(fake_finding(page.model.recording))
    assert not button.isHidden()
    button.click()
    settle(jobs)
    assert page.stack.is_shown("ratios")
    assert "No likelihood ratio, because the score is not calibrated." in page.describe()
    page.stack.show_lane("ratios", False)
    assert not button.isChecked()


def test_description_has_the_numbers_of_what_is_seen(page: ExaminePage):
    words = page.describe()
    nearest = float(words.split("dBFS near ")[1].split(" ±")[0].replace(",", ""))
    assert nearest == pytest.approx(TONE_HZ, abs=50)
    assert "0 to 8,000 Hz" in words
    assert "−20.0 dBFS" in words


@pytest.mark.shared
@pytest.mark.parametrize("preset", ["broad", "authenticity"])
def test_a_real_recording(page: ExaminePage, jobs: JobRunner, shared, preset: str):
    clip = next((shared / "parity" / "clips").glob("*LJ001-0001.wav"))
    page.model.set_recording(open_recording(clip))
    page.controls.preset.setCurrentIndex(page.controls.preset.findData(preset))
    page.model.set_view(2.0, 4.0)
    settle(jobs)
    levels = page.spectrogram.levels
    assert levels is not None
    assert not np.isnan(levels).any()
    assert np.ptp(levels) > 60
    assert colours_in(page.spectrogram.grab().toImage()) > 100
