"""The waveform lane: envelope, samples, dots, and what it says of them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from helpers.examine_data import memory_recording
from helpers.submitting import LaterSubmit
from helpers.waiting import until
from PySide6.QtGui import QColor, QImage

from app.plots.waveform import SAMPLES_BELOW, WaveformLane
from app.theme import DARK

RATE = 16000


@pytest.fixture
def submit() -> LaterSubmit:
    return LaterSubmit()


@pytest.fixture(scope="module")
def samples() -> np.ndarray:
    """Noise in two channels; only read."""
    return 0.5 * np.random.default_rng(2).uniform(-1, 1, (2, RATE * 400)).astype(np.float32)


@pytest.fixture
def lane(qtbot, submit: LaterSubmit, samples: np.ndarray) -> WaveformLane:
    lane = WaveformLane(submit)
    qtbot.addWidget(lane)
    lane.resize(900, 260)
    lane.show()
    qtbot.waitExposed(lane)
    lane.set_theme(DARK)
    lane.set_recording(memory_recording(samples, RATE))
    return lane


def drawn(lane: WaveformLane, channel: int) -> tuple[np.ndarray, np.ndarray]:
    x, y = lane.rows.curves[channel].points
    return x, y + 2.2 * channel


def test_far_out_it_draws_the_envelope_and_reads_nothing(lane: WaveformLane, submit: LaterSubmit, samples: np.ndarray):
    lane.stop()
    submit.works.clear()
    lane.set_view(0, 400)
    lane.render_now()
    assert "envelope" in lane.summary
    assert not lane.shows_samples
    assert submit.works == []
    assert 400 * RATE / lane.pixels[0] > SAMPLES_BELOW
    _, y = drawn(lane, 1)
    assert (np.nanmin(y), np.nanmax(y)) == (pytest.approx(samples[1].min()), pytest.approx(samples[1].max()))


def test_closer_it_reads_the_samples_and_draws_their_extremes(
    lane: WaveformLane, submit: LaterSubmit, samples: np.ndarray
):
    lane.set_view(10, 12)
    lane.render_now()
    assert "envelope" in lane.summary
    submit.finish_all()
    lane.render_now()
    assert lane.shows_samples
    assert "· samples" in lane.summary
    x, y = drawn(lane, 0)
    columns = lane.pixels[0]
    assert len(x) == 2 * columns
    edges = np.ceil(np.linspace(10 * RATE, 12 * RATE, columns + 1)).astype(int)
    column = 123
    part = samples[0, edges[column] : edges[column + 1]]
    assert sorted(y[2 * column : 2 * column + 2]) == [pytest.approx(part.min()), pytest.approx(part.max())]


def test_scrolling_a_little_reads_nothing_anew(lane: WaveformLane, submit: LaterSubmit):
    lane.set_view(10, 12)
    lane.render_now()
    submit.finish_all()
    lane.set_view(11, 13)
    lane.render_now()
    assert submit.works == []
    assert lane.shows_samples


def test_very_close_every_sample_is_a_dot(lane: WaveformLane, submit: LaterSubmit, samples: np.ndarray):
    lane.set_view(10, 10 + 50 / RATE)
    lane.render_now()
    submit.finish_all()
    lane.render_now()
    x, y = drawn(lane, 0)
    first = round(x[0] * RATE)
    np.testing.assert_allclose(y, samples[0, first : first + len(y)], atol=1e-6)
    assert len(lane.rows.dots.data) == 2 * len(x)
    assert "pixels a sample" in lane.summary


def test_amplitude_is_the_samples(lane: WaveformLane, submit: LaterSubmit, samples: np.ndarray):
    assert lane.amplitude_at(10.5) is None
    lane.set_view(10, 11)
    lane.render_now()
    submit.finish_all()
    assert lane.amplitude_at(10.5) == tuple(samples[:, round(10.5 * RATE)].tolist())


def test_samples_of_another_recording_are_dropped(lane: WaveformLane, submit: LaterSubmit):
    lane.set_view(10, 11)
    lane.render_now()
    lane.set_recording(memory_recording(np.zeros((1, RATE * 20), np.float32), RATE))
    submit.works.pop(0).finish()
    assert lane.amplitude_at(10.5) is None


def test_magnifying_moves_the_labels(lane: WaveformLane):
    lane.zoom_vertically(10.0, 0.0)
    lane.set_view(0, 400)
    lane.render_now()
    assert "magnified 20 dB" in lane.summary
    lane.set_decibels(True)
    assert lane.axis.labelText == "Level (dBFS)"
    lane.resize(900, 80)
    until(lambda: lane.axis.labelText == "dBFS")


def test_many_channels_are_numbered_instead_of_scaled(lane: WaveformLane):
    lane.set_recording(memory_recording(np.zeros((8, RATE), np.float32), RATE))
    lane.set_view(0, 1)
    lane.render_now()
    texts = [text for _, text in lane._ticks(*lane.view_box.viewRange()[1], lane.view_box.height())]
    assert texts[0] == "1"
    assert set(texts) <= set("12345678")
    assert lane.axis.labelText == "Channel"
    assert not any(name.isVisible() for name in lane.rows.names)


def test_it_describes_the_level_in_view(lane: WaveformLane):
    lane.set_view(0, 400)
    lane.render_now()
    assert "channel 1 −6.0 dBFS" in lane.describe()


def test_one_channel_takes_all_the_height(lane: WaveformLane, samples: np.ndarray):
    lane.set_view(0, 400)
    lane.set_channel(1)
    lane.render_now()
    assert len(lane.rows.curves) == 1
    _, y = drawn(lane, 0)
    assert (np.nanmin(y), np.nanmax(y)) == (pytest.approx(samples[1].min()), pytest.approx(samples[1].max()))
    assert "channel 2 of 2" in lane.summary


def test_many_channels_ask_for_room_for_every_number(lane: WaveformLane):
    lane.set_recording(memory_recording(np.zeros((6, RATE), np.float32), RATE))
    lane.resize(900, round(lane.least_lines * lane.fontMetrics().height()))
    lane.set_view(0, 1)
    lane.render_now()
    texts = [text for _, text in lane._ticks(*lane.view_box.viewRange()[1], lane.view_box.height())]
    assert texts == list("123456")


def ink(lane: WaveformLane) -> np.ndarray:
    """Whether each pixel (rows, columns) of the plot, without its ticks, has the waveform's colour."""
    picture = lane.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    place = lane.view_box.sceneBoundingRect().toAlignedRect().adjusted(10, 2, -2, -2)
    values = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.bytesPerLine() // 4, 4)
    inside = values[place.top() : place.bottom(), place.left() : place.right(), :3].astype(int)
    colour = QColor(DARK.waveform)
    return np.abs(inside - [colour.blue(), colour.green(), colour.red()]).sum(axis=2) < 30


@pytest.mark.parametrize("is_read", [False, True])
@pytest.mark.parametrize("width", [877, 900, 1063])
def test_a_constant_tone_is_a_band_without_nicks(
    lane: WaveformLane, submit: LaterSubmit, width: int, is_read: bool
) -> None:
    lane.resize(width, 260)
    time_s = np.arange(RATE * 20) / RATE
    lane.set_recording(memory_recording(0.5 * np.sin(2 * np.pi * 1000 * time_s)[None].astype(np.float32), RATE))
    lane.set_view(0, 20)
    lane.render_now()
    if is_read:
        submit.finish_all()
        lane.render_now()
    drawn_there = ink(lane)
    assert (drawn_there == drawn_there[:, :1]).all()
    assert drawn_there[:, 0].sum() == pytest.approx(drawn_there.shape[0] / 2.2, abs=4)


def test_columns_that_do_not_overlap_are_joined_and_silence_is_a_line(lane: WaveformLane, submit: LaterSubmit) -> None:
    ramp = np.linspace(-1, 1, RATE * 2, dtype=np.float32)
    steps = np.round(ramp[None] * 4) / 4
    lane.set_recording(memory_recording(steps, RATE))
    lane.set_view(0, 2)
    lane.render_now()
    submit.finish_all()
    lane.render_now()
    there = ink(lane)
    assert there.any(axis=0).all()
    rows = [np.flatnonzero(column) for column in there.T]
    assert all(b.min() <= a.max() and a.min() <= b.max() for a, b in pairwise(rows))
    assert np.median(there.sum(axis=0)) == 1


def test_a_recording_of_one_sample_is_seen(lane: WaveformLane, submit: LaterSubmit) -> None:
    lane.set_recording(memory_recording(np.full((1, 1), 0.5, np.float32), RATE))
    lane.set_view(0, 1 / RATE)
    lane.render_now()
    submit.finish_all()
    lane.render_now()
    assert ink(lane).any(axis=0).all()
    assert len(lane.rows.dots.points()) == 1
