"""Time-frequency boxes: drawn with the mouse, moved by one edge, changed by keys."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyqtgraph as pg
import pytest
from helpers.examine_data import memory_recording
from helpers.waiting import PATIENCE_S
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.pages.examine import ExaminePage
from app.plots.lane import LanePlot
from app.services.jobs import JobRunner
from app.theme import DARK
from app.viewmodels.examine import ExamineModel
from app.viewmodels.timeline import moved_edge

RATE = 16000
ALT, CTRL, SHIFT = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def page(qtbot, qapp, monkeypatch: pytest.MonkeyPatch) -> Iterator[ExaminePage]:
    """A shown page with 10 s of noise; pyqtgraph leaves out no moves, however fast they follow one another."""
    monkeypatch.setitem(pg.CONFIG_OPTIONS, "mouseRateLimit", 0)
    jobs = JobRunner()
    made = ExaminePage(ExamineModel(), jobs, DARK)
    qtbot.addWidget(made)
    made.resize(1200, 860)
    made.show()
    qtbot.waitExposed(made)
    noise = 0.1 * np.random.default_rng(1).standard_normal((1, 10 * RATE)).astype(np.float32)
    made.model.set_recording(memory_recording(noise, RATE))
    QApplication.processEvents()
    yield made
    assert jobs.shutdown(PATIENCE_S) == ()


def point(lane: LanePlot, seconds: float, height: float) -> QPoint:
    """Where a place of the plot is on the viewport."""
    scene = lane.view_box.mapViewToScene(QPointF(seconds, height))
    return lane.viewportTransform().map(scene).toPoint()


def mouse(lane: LanePlot, kind: QEvent.Type, at: QPointF, keys: Qt.KeyboardModifier, *, is_down: bool = True) -> None:
    """A mouse event as the system sends it, keys included."""
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    view = lane.viewport()
    cause = none if kind == QEvent.Type.MouseMove else left
    event = QMouseEvent(kind, at, QPointF(view.mapToGlobal(at)), cause, left if is_down else none, keys)
    QApplication.sendEvent(view, event)
    QApplication.processEvents()


def drag(lane: LanePlot, start: QPoint, end: QPoint, keys: Qt.KeyboardModifier = NONE) -> None:
    """Press, move in two steps, let go."""
    begun, ended = QPointF(start), QPointF(end)
    mouse(lane, QEvent.Type.MouseMove, begun, keys, is_down=False)
    mouse(lane, QEvent.Type.MouseButtonPress, begun, keys)
    mouse(lane, QEvent.Type.MouseMove, (begun + ended) / 2, keys)
    mouse(lane, QEvent.Type.MouseMove, ended, keys)
    mouse(lane, QEvent.Type.MouseButtonRelease, ended, keys, is_down=False)


def one_pixel(page: ExaminePage) -> tuple[float, float]:
    """Seconds and hertz of a pixel of the spectrogram, with a little to spare."""
    width, height = page.spectrogram.pixels
    return 1.6 * 10.0 / width, 1.6 * RATE / 2 / height


@pytest.mark.parametrize("with_tool", [True, False])
def test_a_box_is_drawn_and_its_edges_move_one_at_a_time(page: ExaminePage, with_tool: bool) -> None:
    lane, model = page.spectrogram, page.model
    if with_tool:
        page.boxes.toggle_tool()
    drag(lane, point(lane, 2.0, 5000.0), point(lane, 4.0, 1000.0), NONE if with_tool else ALT)
    second, hertz = one_pixel(page)
    assert model.selection_s == (pytest.approx(2.0, abs=second), pytest.approx(4.0, abs=second))
    assert model.band_hz == (pytest.approx(1000.0, abs=hertz), pytest.approx(5000.0, abs=hertz))
    low_hz, (start_s, end_s) = model.band_hz[0], model.selection_s
    drag(lane, point(lane, 3.0, model.band_hz[1]), point(lane, 3.4, 6000.0))
    assert model.band_hz == (pytest.approx(low_hz), pytest.approx(6000.0, abs=2 * hertz))
    assert model.selection_s == (pytest.approx(start_s), pytest.approx(end_s))
    drag(lane, point(lane, start_s, sum(model.band_hz) / 2), point(lane, 1.0, 7000.0))
    assert model.selection_s == (pytest.approx(1.0, abs=2 * second), pytest.approx(end_s))
    assert model.band_hz[0] == pytest.approx(low_hz)


def test_a_plain_drag_means_all_frequencies_and_an_edge_keeps_the_band(page: ExaminePage) -> None:
    page.model.select_box(2.0, 4.0, 1000.0, 3000.0)
    QApplication.processEvents()
    assert page.spectrogram.box.is_shown
    drag(page.waveform, point(page.waveform, 4.0, 0.5), point(page.waveform, 6.0, 0.5))
    assert page.model.band_hz == (1000.0, 3000.0)
    assert page.model.selection_s == (2.0, pytest.approx(6.0, abs=0.05))
    drag(page.spectrogram, point(page.spectrogram, 7.0, 4000.0), point(page.spectrogram, 8.0, 2000.0))
    assert page.model.band_hz is None
    assert page.model.selection_s == (pytest.approx(7.0, abs=0.05), pytest.approx(8.0, abs=0.05))
    assert not page.spectrogram.box.is_shown


@pytest.mark.parametrize(
    ("key", "keys", "edge", "way"),
    [
        (Qt.Key.Key_Up, SHIFT, 1, +1),
        (Qt.Key.Key_Down, SHIFT, 0, -1),
        (Qt.Key.Key_Up, SHIFT | CTRL, 0, +1),
        (Qt.Key.Key_Down, SHIFT | CTRL, 1, -1),
    ],
)
def test_keys_move_one_frequency_edge(page: ExaminePage, key, keys, edge: int, way: int) -> None:
    page.model.select_box(2.0, 4.0, 1000.0, 3000.0)
    QTest.keyClick(page, key, keys)
    expected = [1000.0, 3000.0]
    expected[edge] += way * 80.0  # a hundredth of 8 kHz
    assert page.model.band_hz == pytest.approx(tuple(expected))
    assert page.model.selection_s == (2.0, 4.0)


def test_without_a_box_keys_make_one_of_what_is_in_view(page: ExaminePage) -> None:
    page.model.set_view(1.0, 3.0)
    QTest.keyClick(page, Qt.Key.Key_Up, SHIFT | CTRL)
    assert (page.model.selection_s, page.model.band_hz) == ((1.0, 3.0), (80.0, 8000.0))


def test_an_edge_never_passes_the_other() -> None:
    span = (0.0, 10.0)
    for _ in range(20):
        span = moved_edge(span, +1, 3.0, shrink=True)
    assert span == (7.0, 10.0)
    assert moved_edge((1.0, 2.0), -1, 0.5, shrink=False) == (0.5, 2.0)
