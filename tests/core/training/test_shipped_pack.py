"""The pack that ships: it loads, is fast enough, and beats chance on clips it never saw."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.detectors import ModelStore
from core.foundation.paths import shipped_models_dir
from core.foundation.rng import generator
from core.training.datasets.manifest import Clip, read_manifest
from core.training.evaluate import score_clips
from core.training.metrics import auc
from core.training.prepare import load


@pytest.fixture
def detector():
    return ModelStore().load("auditrace/daylight")


def _forty(clips: tuple[Clip, ...], question: str) -> list[Clip]:
    """Twenty clips of test on each side, of as many sources as there are; always the same."""
    rng = generator(1, "forty", question)
    chosen = []
    for side in (0, 1):
        of_side = [clip for clip in clips if clip.truth(question) == side]  # type: ignore[arg-type]
        order = rng.permutation(len(of_side))
        chosen += [of_side[i] for i in order[:20]]
    return chosen


@pytest.mark.shared
@pytest.mark.parametrize("column", [0, 1])
def test_beats_chance_on_forty_clips(shared, detector, column):
    question = detector.card.questions[column]
    clips = _forty(read_manifest(shared / "bank" / "manifest.csv").split("test"), question)
    scores = score_clips(detector, [load(clip.path, 16000) for clip in clips])[:, column]
    assert auc(scores, [clip.truth(question) for clip in clips]) > 0.65


def test_card_says_plainly_how_it_does(detector):
    card = detector.card
    rows = {(r["set"], r["condition"], r["question"]): r for r in card.results if "eer_pct" in r}
    for question in card.questions:
        row = rows["test", "full band", question]
        assert f"{row['eer_pct']} %" in card.summary
        assert row["low"] <= row["eer_pct"] <= row["high"] < 50
    assert any("not calibrated" in limit for limit in card.limits)
    assert len(card.training_manifest_sha256) >= 64


def test_short_loud_and_silent_windows_give_finite_scores(detector, speechlike):
    for waveform in (speechlike(0.4, 16000), 100 * speechlike(2.0, 16000), np.zeros(32000, np.float32)):
        assert detector.scores(torch.from_numpy(waveform)[None]).isfinite().all()


def test_a_batch_is_its_windows_one_by_one(detector, speechlike):
    windows = torch.from_numpy(np.stack([speechlike(2.0, 16000) for _ in range(3)]))
    apart = torch.cat([detector.scores(window[None]) for window in windows])
    torch.testing.assert_close(detector.scores(windows), apart, atol=1e-2, rtol=0)


def test_plan_and_pack_are_of_one_name():
    assert (shipped_models_dir() / "plans" / "daylight.toml").exists()
