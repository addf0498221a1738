"""Two tracks worked out by hand: ranks, the calibration's scale, stretches and their order."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from core.analysis.disagreement import Voice, disagreement, voices
from core.analysis.finding import TrackSegment, WindowScore

SYNTHETIC, CODEC = Voice(question="synthetic"), Voice(question="neural_codec")


def finding(synthetic, codec, calibrations=None, detectors=()):
    segments = tuple(
        TrackSegment(start_s=float(i), end_s=i + 1.0, synthetic=a, neural_codec=b)
        for i, (a, b) in enumerate(zip(synthetic, codec, strict=True))
    )
    return SimpleNamespace(segments=segments, calibrations=calibrations or {}, detectors=detectors)


def model(name, question, scores):
    windows = tuple(WindowScore(start_s=float(i), end_s=i + 1.0, score=s) for i, s in enumerate(scores))
    return SimpleNamespace(card=SimpleNamespace(id=name), question=question, windows=windows)


def test_tracks_that_rise_together_do_not_differ_whatever_their_scale() -> None:
    found = disagreement(finding([1, 2, 3, 4], [10, 200, 3000, 4e4]), SYNTHETIC, CODEC)
    assert found.scale == "rank"
    np.testing.assert_array_equal(found.difference, 0)
    assert found.stretches == ()
    assert found.correlation == pytest.approx(1.0)


def test_the_largest_difference_comes_first_and_signs_are_not_joined() -> None:
    found = disagreement(finding([0, 1, 2, 3, 4], [4, 1, 2, 3, 0]), SYNTHETIC, CODEC, share=0.4)
    assert [(s.start_s, s.end_s, s.difference) for s in found.stretches] == [(0, 1, -1.0), (4, 5, 1.0)]
    assert (found.stretches[1].first, found.stretches[1].second) == (4, 0)
    joined = disagreement(finding([4, 3, 0, 1], [0, 1, 4, 3]), SYNTHETIC, CODEC, share=1.0)
    assert sorted((s.start_s, s.end_s) for s in joined.stretches) == [(0, 2), (2, 4)]


def test_missing_segments_stay_missing() -> None:
    found = disagreement(finding([1, None, 3], [3, 2, 1]), SYNTHETIC, CODEC, share=1.0)
    assert np.isnan(found.difference[1])
    assert [(s.start_s, s.end_s) for s in found.stretches] == [(0, 1), (2, 3)]


def test_calibrations_give_their_own_scale() -> None:
    def line(slope):
        curve = SimpleNamespace(log10_lr=lambda scores: slope * scores[:, 0])
        return SimpleNamespace(usable=True, models=("m",), curve=curve)

    calibrations = {"synthetic": line(0.5), "neural_codec": line(2.0)}
    found = disagreement(finding([4.0, 2.0], [1.0, 3.0], calibrations), SYNTHETIC, CODEC)
    assert found.scale == "log10 LR"
    np.testing.assert_allclose(found.difference, [0.0, -5.0])
    calibrations["synthetic"].usable = False
    assert disagreement(finding([4.0, 2.0], [1.0, 3.0], calibrations), SYNTHETIC, CODEC).scale == "rank"


def test_models_are_offered_where_there_are_several() -> None:
    detectors = [model("a", "synthetic", [1, 2, 3]), model("b", "synthetic", [3, 2, 1])]
    found = finding([2, 2, 2], [None] * 3, detectors=detectors)
    assert [voice.key for voice in voices(found)] == ["synthetic|", "synthetic|a", "synthetic|b"]
    apart = disagreement(found, *voices(found)[1:])
    np.testing.assert_allclose(apart.raw, [[1, 2, 3], [3, 2, 1]])
    assert apart.correlation == pytest.approx(-1.0)
