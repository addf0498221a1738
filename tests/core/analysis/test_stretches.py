"""Ratios of stretches against those of the stretches cut out and examined as recordings of their own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.calibrations import GOOD, straight
from helpers.examine_data import memory_recording
from helpers.fake_detector import FakeStore

from core.analysis import AnalysisPlan, Finding, examine
from core.analysis.stretches import ratio_tracks, stretch_length
from core.audio.recording import Condition, Recording, Segment
from core.calibration import Calibration, CalibrationRecord
from core.calibration.verbal import why_none
from core.measure import as_text
from core.ood.validated import Envelope, Limit

RATE = 16000
ENVELOPE = Envelope(limits=(Limit(quantity="speech_s", edge=2.5, outside=1.4),), longest_speech_s=3.2)
"""Of windows of 1 s every 0.5 s: stretches of 3 s."""
CODEC = "PCM 32 bit float"
SPEECH_S = ((0.0, 4.6), (8.3, 12.0))


def condition(speech_s=SPEECH_S) -> Condition:
    return Condition(
        speech_s=sum(end - start for start, end in speech_s),
        bandwidth_hz=8000,
        snr_db=30,
        clipped_pct=0,
        codec=CODEC,
        peak_dbfs=-3,
        rms_dbfs=-20,
        dc_offset=0,
        effective_bits=16,
        digital_silence_pct=0,
        speech=tuple(Segment(start_frame=round(a * RATE), end_frame=round(b * RATE)) for a, b in speech_s),
    )


@pytest.fixture(scope="module")
def recording() -> Recording:
    """12.3 s whose level, and with it the score, changes all the time."""
    level = np.linspace(0.0, 0.9, round(12.3 * RATE)) ** 2
    noise = np.random.default_rng(5).uniform(-1, 1, level.size)
    return lossless((level * noise)[None].astype(np.float32))


def lossless(samples: np.ndarray) -> Recording:
    made = memory_recording(samples, RATE)
    return replace(made, stream=replace(made.stream, codec=CODEC))


def calibrated(**changes) -> Calibration:
    return straight(**{"weights": (40.0,), "offset": -2.2, "envelope": ENVELOPE} | changes)


def finding(recording: Recording, calibration: Calibration, found: Condition | None = None) -> Finding:
    store = FakeStore()
    store.record = CalibrationRecord(questions={"synthetic": calibration}).to_json()
    return examine(recording, AnalysisPlan(), store, condition=found or condition())


def cut(recording: Recording, start_s: float, end_s: float) -> tuple[Recording, Condition]:
    """A stretch as a recording of its own, with its part of the speech."""
    samples = recording.read(round(start_s * RATE), round(end_s * RATE))
    parts = [(max(a, start_s) - start_s, min(b, end_s) - start_s) for a, b in SPEECH_S]
    return lossless(samples), condition([(a, b) for a, b in parts if b > a])


def test_a_stretch_has_the_ratio_that_it_would_have_as_a_recording_of_its_own(recording):
    calibration = calibrated()
    track = ratio_tracks(finding(recording, calibration))[0]
    assert (track.question, track.params.stretch_s, track.params.step_s) == ("synthetic", 3.0, 0.5)
    assert track.starts_s.tolist() == [0.5 * k for k in range(19)]
    for number in range(track.starts_s.size):
        alone, its = cut(recording, *track.span(number))
        answer = finding(alone, calibration, its).questions["synthetic"]
        weight = track.weight(number)
        assert track.verdicts[number] == answer.applicability
        assert (weight and weight.log10_lr) == answer.log10_lr
        assert (weight and weight.interval) == answer.interval
    drawn = track.log10_lr[np.isfinite(track.log10_lr)]
    assert 4 < drawn.size < 19
    assert (drawn.min(), drawn.max()) == (-2.0, 2.0)


def test_a_recording_as_long_as_a_stretch_has_one_which_is_its_own_ratio(recording):
    short, its = cut(recording, 1.0, 4.0)
    found = finding(short, calibrated(), its)
    track = ratio_tracks(found)[0]
    assert track.log10_lr.tolist() == [found.questions["synthetic"].log10_lr]
    assert [tuple(ends) for ends in track.interval.tolist()] == [found.questions["synthetic"].interval]


def test_where_a_stretch_holds_too_little_speech_there_is_a_gap(recording):
    track = ratio_tracks(finding(recording, calibrated()))[0]
    held = [3.0, 3.0, 3.0, 3.0, 2.6, 2.1, 1.6, 1.1, 0.6, 0.1, 0.0, 0.2, 0.7, 1.2, 1.7, 2.2, 2.7, 3.0, 3.0]
    np.testing.assert_allclose(track.speech_s, held, atol=1e-9)
    assert np.isnan(track.log10_lr).tolist() == [seconds < 1.4 for seconds in held]
    assert [verdict == "edge" for verdict in track.verdicts] == [1.4 <= seconds < 2.5 for seconds in held]


def test_beyond_the_bounds_it_says_at_least_and_the_interval_ends_there(recording):
    track = ratio_tracks(finding(recording, calibrated()))[0]
    last = track.weight(18)
    assert last is not None
    assert (last.log10_lr, last.limit, last.interval) == (2.0, "at least", (2.0, 2.0))
    rows = [line.split("\t") for line in as_text(track).splitlines() if not line.startswith("#")]
    assert rows[-1] == ["9.0", "12.0", "3.0", "inside", "2.0", "2.0", "2.0", "at least"]
    assert rows[11][4:] == ["", "", "", ""]


@pytest.mark.parametrize(
    "changes",
    [
        {"measured": (replace(GOOD, cllr=0.71),)},
        {"envelope": Envelope(limits=(Limit(quantity="snr_db", edge=40.0, outside=35.0),), longest_speech_s=3.2)},
    ],
)
def test_a_recording_without_a_ratio_has_none_of_stretches_and_the_same_sentence_why(recording, changes):
    found = finding(recording, calibrated(**changes))
    for track in ratio_tracks(found):
        assert track.reason == why_none(found.questions[track.question].reasons)
        assert "No likelihood ratio" in track.reason
        assert not track.starts_s.size
        assert track.reason in as_text(track)


def test_a_recording_too_long_for_a_ratio_of_the_whole_still_has_those_of_stretches(recording):
    found = finding(recording, calibrated(), replace(condition(), speech_s=32.5))
    assert why_none(found.questions["synthetic"].reasons).startswith("AP-064")
    long, usual = ratio_tracks(found)[0], ratio_tracks(finding(recording, calibrated()))[0]
    assert not long.reason
    np.testing.assert_array_equal(long.log10_lr, usual.log10_lr)


def test_it_says_why_there_are_no_stretches(recording):
    short, its = cut(recording, 1.0, 3.9)
    assert "the recording (2.9 s) is not as long as a stretch (3.0 s)" in _reason(short, its)
    parts = tuple((start, start + 0.3) for start in range(12))
    assert "no stretch of 3.0 s holds as much speech" in _reason(recording, condition(parts))
    found = replace(finding(recording, calibrated()), calibrations={})
    assert "calibration was not kept" in ratio_tracks(found)[0].reason
    envelope = replace(ENVELOPE, longest_speech_s=0.9)
    assert "no stretch up to 0.9 s is made of whole windows" in _reason(recording, condition(), envelope=envelope)


def _reason(recording: Recording, found: Condition, **changes) -> str:
    return ratio_tracks(finding(recording, calibrated(**changes), found))[0].reason


@pytest.mark.parametrize(
    ("grids", "longest_s", "length_s"),
    [
        ([(2.0, 1.0)], 4.79, 4.0),
        ([(2.0, 1.0)], 4.0, 4.0),
        ([(2.0, 1.0)], 1.9, 0.0),
        ([(2.0, 0.5), (3.0, 1.0)], 4.79, 4.0),
        ([(2.0, 1.0), (4.025, 1.0)], 9.0, 0.0),
    ],
)
def test_stretches_are_whole_windows_of_every_model(grids, longest_s, length_s):
    assert stretch_length(grids, longest_s) == pytest.approx(length_s)
