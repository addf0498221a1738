"""File scores and tracks, against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis.finding import DetectorResult, WindowScore
from core.analysis.scoring import file_score, segments, speech_shares, trimmed_mean
from core.audio.recording import Condition, Segment
from core.detectors.card import Answer, ModelCard


def card(identity: str = "test/a") -> ModelCard:
    return ModelCard(
        id=identity,
        version="1",
        title="",
        summary="",
        origin="user",
        answers=(Answer(question="synthetic", positive=(1,), negative=(0,)),),
        classes=("real", "fake"),
        architecture="none",
        sample_rate=16000,
        window_frames=32000,
        hop_frames=16000,
    )


def result(spans, scores, question="synthetic") -> DetectorResult:
    windows = tuple(WindowScore(start_s=a, end_s=b, score=s) for (a, b), s in zip(spans, scores, strict=True))
    return DetectorResult(card=card(), sha256="0", question=question, score=0.0, windows=windows)


def condition(speech=()) -> Condition:
    return Condition(
        speech_s=0,
        bandwidth_hz=8000,
        snr_db=30,
        clipped_pct=0,
        codec="",
        peak_dbfs=0,
        rms_dbfs=0,
        dc_offset=0,
        effective_bits=16,
        digital_silence_pct=0,
        speech=speech,
    )


def test_trimmed_mean_leaves_out_the_ends():
    values = np.array([100.0, 1, 2, 3, 4, 5, 6, 7, 8, -100])
    assert trimmed_mean(values, 0.1) == pytest.approx(4.5)
    assert trimmed_mean(values, 0.0) == pytest.approx(3.6)


def test_speech_shares_are_overlaps():
    speech = (Segment(start_frame=100, end_frame=150), Segment(start_frame=180, end_frame=300))
    shares = speech_shares([(0.0, 1.0), (1.0, 2.0), (2.0, 4.0)], condition(speech), 100)
    np.testing.assert_allclose(shares, [0.0, 0.7, 0.5])


def test_windows_without_speech_do_not_count():
    windows = result([(0, 1), (1, 2), (2, 3)], [9.0, 1.0, 3.0]).windows
    assert file_score(windows, np.array([0.1, 0.9, 0.3]), 0.0) == pytest.approx(2.0)
    assert file_score(windows, np.array([0.0, 0.0, 0.0]), 0.0) == pytest.approx(13 / 3)


def test_track_weighs_by_overlap():
    found = segments([result([(0, 2), (1, 3)], [0.0, 4.0])], 3.0, 1.0)
    assert [s.synthetic for s in found] == pytest.approx([0.0, 2.0, 4.0])
    assert [s.neural_codec for s in found] == [None, None, None]


def test_last_segment_ends_with_the_file():
    found = segments([result([(0, 2.4)], [1.5])], 2.4, 1.0)
    assert [s.start_s for s in found] == pytest.approx([0, 1, 2])
    assert [s.end_s for s in found] == pytest.approx([1, 2, 2.4])
    assert [s.synthetic for s in found] == pytest.approx([1.5, 1.5, 1.5])


def test_detectors_weigh_equally_whatever_their_windows():
    many = result([(i * 0.1, i * 0.1 + 0.1) for i in range(10)], [2.0] * 10)
    one = result([(0, 1)], [4.0])
    assert segments([many, one], 1.0, 1.0)[0].synthetic == pytest.approx(3.0)


def test_speech_shares_of_many_windows_are_those_of_each_alone():
    edges = np.unique(np.random.default_rng(2).integers(0, 6000, 60))[:40]
    speech = tuple(Segment(start_frame=int(a), end_frame=int(b)) for a, b in edges.reshape(-1, 2))
    windows = [(start, start + 2.0) for start in np.arange(0.0, 60.0, 0.37).tolist()]
    spoken = np.zeros(8000, bool)
    for part in speech:
        spoken[part.start_frame : part.end_frame] = True
    expected = [spoken[round(100 * a) : round(100 * b)].mean() for a, b in windows]
    np.testing.assert_allclose(speech_shares(windows, condition(speech), 100), expected, atol=1e-9)
