"""Spectrogram and packet map as lanes: pictures, ranges, bands, errors in words."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.examine_data import fake_attribution, memory_recording
from helpers.submitting import LaterSubmit

from app.plots.frequency_scale import SCALES
from app.plots.packet_grid import PacketLane
from app.plots.spectrogram import PRESETS, SpectrogramLane
from app.theme import DARK, LIGHT

RATE = 16000


def shown(qtbot, lane):
    qtbot.addWidget(lane)
    lane.resize(900, 300)
    lane.show()
    qtbot.waitExposed(lane)
    lane.set_theme(DARK)
    return lane


@pytest.fixture
def submit() -> LaterSubmit:
    return LaterSubmit()


@pytest.fixture
def tone() -> np.ndarray:
    t = np.arange(RATE * 6) / RATE
    return (0.5 * np.sin(2 * np.pi * 2000 * t) + 1e-4 * np.cos(2 * np.pi * 6000 * t)).astype(np.float32)[None]


@pytest.fixture
def spectrogram(qtbot, submit: LaterSubmit, tone: np.ndarray) -> SpectrogramLane:
    lane = shown(qtbot, SpectrogramLane(submit))
    lane.set_recording(memory_recording(tone, RATE))
    lane.set_view(0, 6)
    return lane


def finish(lane, submit: LaterSubmit) -> None:
    lane.render_now()
    submit.finish_all()
    lane.render_now()


def test_whole_recording_comes_first_then_what_is_in_view(spectrogram: SpectrogramLane, submit: LaterSubmit):
    spectrogram.stop()
    submit.works.clear()
    spectrogram.set_view(3.0, 3.1)
    spectrogram.render_now()
    (work,) = submit.works
    first, second = work.arguments[0][:2]
    assert first.level > second.level == 0


def test_picture_has_a_value_for_every_pixel(spectrogram: SpectrogramLane, submit: LaterSubmit):
    finish(spectrogram, submit)
    levels = spectrogram.levels
    assert levels is not None
    assert levels.shape == spectrogram.pixels[::-1]
    assert not np.isnan(levels).any()
    assert spectrogram._image.image.shape == levels.shape


def test_reading_is_the_tones_level(spectrogram: SpectrogramLane, submit: LaterSubmit):
    finish(spectrogram, submit)
    assert spectrogram.level_at(3.0, 2000.0) == pytest.approx(-6.02, abs=0.1)
    assert spectrogram.level_at(3.0, 6000.0) == pytest.approx(-80, abs=0.3)
    assert spectrogram.level_at(99.0, 2000.0) is None


@pytest.mark.parametrize("name", PRESETS)
def test_presets_set_window_range_and_band(spectrogram: SpectrogramLane, submit: LaterSubmit, name: str):
    preset = PRESETS[name]
    spectrogram.use_preset(name)
    finish(spectrogram, submit)
    assert f"{preset.window_s * 1000:.0f} ms" in spectrogram.summary
    assert spectrogram.range_db == preset.range_db
    assert spectrogram.band_hz == (0.0, preset.top_hz or RATE / 2)
    assert spectrogram.top_db == (preset.top_db if preset.top_db is not None else -5.0)


def test_range_and_map_change_colours_without_new_work(spectrogram: SpectrogramLane, submit: LaterSubmit):
    finish(spectrogram, submit)
    before = spectrogram._image.image.copy()
    spectrogram.set_range(40.0)
    spectrogram.set_colour_map("magma")
    assert (spectrogram._image.image != before).any()
    assert submit.works == []


def test_frequencies_zoom_about_the_pointer_inside_the_band(spectrogram: SpectrogramLane):
    spectrogram.zoom_vertically(2.0, 2000.0)
    assert spectrogram.band_hz == (1000.0, 5000.0)
    spectrogram.scroll_vertically(9.0)
    assert spectrogram.band_hz == (4000.0, 8000.0)
    spectrogram.zoom_vertically(0.01, 0.0)
    assert spectrogram.band_hz == (0.0, 8000.0)


def test_under_an_explanation_the_map_is_grey_and_marks_can_be_seen(spectrogram: SpectrogramLane, submit: LaterSubmit):
    finish(spectrogram, submit)
    assert spectrogram.shown_map() == "cividis"
    spectrogram.set_attribution(fake_attribution())
    assert spectrogram.shown_map() == "greys"
    spectrogram.set_overlay(visible=False)
    assert spectrogram.shown_map() == "cividis"
    assert spectrogram.marks_theme() is DARK
    spectrogram.set_colour_map("print")
    assert spectrogram.marks_theme() is LIGHT


def test_other_recordings_tiles_are_gone(spectrogram: SpectrogramLane, submit: LaterSubmit):
    finish(spectrogram, submit)
    assert len(spectrogram.cache) > 0
    spectrogram.set_recording(memory_recording(np.zeros((1, RATE), np.float32), RATE))
    assert len(spectrogram.cache) == 0
    assert spectrogram.level_at(0.5, 2000.0) is None
    spectrogram.set_recording(None)
    spectrogram.render_now()
    assert spectrogram.summary == ""


def test_packet_band_and_level_of_a_tone(qtbot, submit: LaterSubmit, tone: np.ndarray):
    lane = shown(qtbot, PacketLane(submit))
    lane.set_recording(memory_recording(tone, RATE))
    lane.set_view(0, 6)
    assert lane.packet_at(3.0, 2010.0) is None
    finish(lane, submit)
    packet = lane.packet_at(3.0, 2010.0)
    assert packet is not None
    width = RATE / 2 / 256
    assert packet[0] == pytest.approx(2000 + width / 2)
    quiet = lane.packet_at(3.0, 7000.0)
    assert quiet is not None
    assert packet[1] > quiet[1] + 40
    assert f"256 bands of {width:.3g} Hz" in lane.summary


def test_too_short_for_packets_is_said_in_words(qtbot, submit: LaterSubmit):
    lane = shown(qtbot, PacketLane(submit))
    lane.set_recording(memory_recording(np.ones((1, 100), np.float32), RATE))
    lane.set_view(0, 100 / RATE)
    lane.render_now()
    (work,) = submit.works
    with pytest.raises(Exception, match="FE-001") as caught:
        work.finish()
    work.fail(caught.value)
    assert lane._message.isVisible()
    assert "packets" in lane._message.toPlainText()


def test_another_shape_of_window_alone_is_restored_as_no_preset(spectrogram: SpectrogramLane):
    kept = spectrogram.state() | {"preset": "", "window": "gaussian"}
    assert spectrogram.state()["window"] == "hann"
    spectrogram.restore(kept)
    assert spectrogram.state() == kept
    assert spectrogram.parameters().startswith("Gaussian")


def test_all_frequencies_stay_in_view_on_every_scale_and_back(spectrogram: SpectrogramLane):
    top_hz = spectrogram.band_hz[1]
    for name in ("log", "mel", "log", "bark", "erb", "linear"):
        spectrogram.set_scale(name)
        assert spectrogram.band_hz == (SCALES[name].lowest_hz, top_hz)
    spectrogram.set_band(500.0, 2000.0)
    for name in ("log", "linear"):
        spectrogram.set_scale(name)
        assert spectrogram.band_hz == (500.0, 2000.0)


@pytest.mark.parametrize("height", [90, 140, 300])
def test_the_strongest_frequency_holds_within_its_limits_whatever_the_height(
    spectrogram: SpectrogramLane, submit: LaterSubmit, height: int
):
    spectrogram.resize(900, height)
    finish(spectrogram, submit)
    near, limits = spectrogram.describe().split("dBFS near ")[1].split(" Hz, as drawn")[0].replace(",", "").split(" ± ")
    assert abs(float(near) - 2000) <= float(limits)
    assert float(limits) >= round(spectrogram.resolution_hz / 2)
