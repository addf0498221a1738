"""The lane of a curve over time: computed when seen, read at the cursor, copied with its provenance."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.examine_data import memory_recording
from helpers.submitting import LaterSubmit

from app.plots.track_lane import TrackLane, drawn
from app.theme import LIGHT
from core.measure.tracks import measure_track
from core.measure.tracks.bandwidth import BandwidthParams

RATE = 8000


@pytest.fixture
def submit() -> LaterSubmit:
    return LaterSubmit()


@pytest.fixture
def lane(qtbot, submit: LaterSubmit) -> TrackLane:
    """A lane of the level of one second at -20 dBFS and one at -40 dBFS."""
    lane = TrackLane("level", "Level", "dBFS", submit)
    qtbot.addWidget(lane)
    lane.resize(600, 120)
    lane.show()
    qtbot.waitExposed(lane)
    lane.set_theme(LIGHT)
    samples = np.repeat(np.float32([0.1, 0.01]), RATE)[None]
    lane.set_recording(memory_recording(samples, RATE))
    lane.set_view(0.0, 2.0)
    lane.render_now()
    return lane


def test_it_is_computed_once_seen_and_read_at_the_cursor(lane: TrackLane, submit: LaterSubmit) -> None:
    assert "Computing" in lane.describe()
    assert lane.value_near(0.5) is None
    submit.finish_all()
    lane.render_now()
    lane.set_cursor(0.5)
    assert lane.summary.startswith("at the cursor −20.0 dBFS · window 0.05 s")
    assert lane.summary.endswith("all channels · RMS re full scale: a full-scale sine reads −3.01 dBFS")
    lane.set_cursor(1.999)
    assert lane.value_near(1.999) == pytest.approx(-40.0, abs=0.01)
    assert "−40.0 dBFS to −20.0 dBFS" in lane.describe()


def test_data_are_copied_with_hash_and_units(lane: TrackLane, submit: LaterSubmit) -> None:
    copied: list[str] = []
    submit.finish_all()
    lane.copy_data(copied.append)
    submit.finish_all()
    rows = [line for line in copied[0].splitlines() if not line.startswith("#")]
    assert "SHA-256" in copied[0]
    assert rows[0] == "time (s)\tLevel (dBFS)"
    assert len(rows) == 1 + 40


def test_far_out_no_extreme_is_lost() -> None:
    samples = np.full((1, RATE * 100), 0.01, np.float32)
    samples[0, 400_000:400_400] = 1.0
    track = measure_track("level", memory_recording(samples, RATE))
    x, y = drawn(track, 0.0, 100.0, 50)
    assert len(x) <= 2 * 50 + 2
    assert y.max() == pytest.approx(float(track.values.max()))
    assert x[int(y.argmax())] == pytest.approx(50.0, abs=2.0)


def test_speech_is_drawn_as_it_is_read_at_any_zoom(qtbot, submit: LaterSubmit, speechlike) -> None:
    track = measure_track("speech", memory_recording(speechlike(20.0, RATE, -60.0)[None], RATE))
    x, y = drawn(track, 0.0, 20.0, 40)
    assert np.diff(x).min() > -1e-9
    assert len(x) == 2 * np.count_nonzero(np.diff(track.values)) + 2
    lane = TrackLane("speech", "Speech activity", "", submit)
    qtbot.addWidget(lane)
    lane._show(track)
    for at in np.arange(0.0, 20.0, 0.01):
        shown = y[np.searchsorted(x, at + 1e-6, side="right") - 1]
        assert lane.value_text(float(at)) == ("speech" if shown else "pause")
    assert lane.axis.tickStrings([value for _, row in lane.axis.tickValues(0, 1, 50) for value in row], 1, 1) == [
        "pause",
        "speech",
    ]


def test_the_bandwidth_is_read_with_its_limits_and_channels_are_named_as_in_the_panels(qtbot, submit, rng) -> None:
    recording = memory_recording(0.1 * rng.standard_normal((2, 4 * RATE)).astype(np.float32), RATE)
    lane = TrackLane("bandwidth", "Bandwidth", "Hz", submit)
    qtbot.addWidget(lane)
    lane._show(measure_track("bandwidth", recording))
    assert lane.value_text(1.0) == "4,000 ± 100 Hz"
    lane.set_cursor(1.0)
    assert lane.summary.endswith("mean of all channels")
    one = BandwidthParams(channel="1")
    assert measure_track("bandwidth", recording, one).origin.channel_name == "channel 2"
