"""Evaluation and export: figures come from scores, offsets from dev, and the card says what was measured."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import pytest
import torch

from core.detectors.network_detector import NetworkDetector
from core.detectors.pack import read_pack
from core.training.datasets.manifest import Clip
from core.training.evaluate import (
    CHANNELS,
    band_passed,
    channels,
    evaluate,
    measure,
    score_waveform,
    share_above_zero,
    starts,
)
from core.training.export import balance, draft_card, export, limits
from core.training.metrics import bootstrap_eer
from core.training.networks import network_of
from core.training.plan import TrainingPlan
from core.training.tasks import THREE_CLASS

PLAN = TrainingPlan(name="small", architecture_args={"widths": [8, 8, 8], "embedding": 8})


@pytest.fixture(autouse=True)
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Intervals of 25 draws: what they are worth is proven where they are made."""
    monkeypatch.setattr("core.training.evaluate.bootstrap_eer", functools.partial(bootstrap_eer, draws=25))


@pytest.fixture
def clips() -> list[Clip]:
    """Twelve clips of four sources: human, decoder, codec by turns."""
    kinds = [("real", 0, 0, "real", ""), ("fake", 1, 0, "tts", "new"), ("fake", None, 1, "codec", "old")]
    return [
        Clip(
            path=Path(str(i)),
            label=kinds[i % 3][0],  # type: ignore[arg-type]
            synthetic=kinds[i % 3][1],  # type: ignore[arg-type]
            neural_codec=kinds[i % 3][2],  # type: ignore[arg-type]
            family=kinds[i % 3][3],
            generator=kinds[i % 3][4],
            source=str(i // 3),
            sample_rate=16000 if i < 6 else 24000,
        )
        for i in range(12)
    ]


@pytest.fixture
def waveforms(speechlike) -> list[np.ndarray]:
    return [speechlike(0.4 + 0.02 * i, 16000) * (1 + i) for i in range(12)]


@pytest.fixture
def weights() -> dict[str, torch.Tensor]:
    torch.manual_seed(3)
    torch.manual_seed(PLAN.seed)
    return dict(network_of(PLAN, THREE_CLASS).state_dict())


def test_windows_cover_a_clip():
    card = draft_card(PLAN, "", "")
    assert starts(32000, card) == [0]
    assert starts(9000, card) == [0]
    assert starts(38400, card) == [0, 6400]
    assert starts(64000, card) == [0, 16000, 32000]


def test_clip_score_is_the_mean_of_its_windows(weights, speechlike):
    detector = NetworkDetector(draft_card(PLAN, "", ""), weights)
    waveform = speechlike(2.4, 16000)
    ends = np.stack([waveform[:32000], waveform[6400:]])
    wanted = detector.scores(torch.from_numpy(ends)).mean(dim=0)
    np.testing.assert_allclose(score_waveform(detector, waveform), wanted, atol=1e-5)


def test_row_by_hand(clips):
    """Human -1, decoder +1 but for one, codec not used for synthetic: one of four missed."""
    scores = np.array([(-1.0, 1.0, 9.0)[i % 3] for i in range(12)])
    scores[1] = -2.0
    row = measure(scores, clips, "synthetic", "test", "full band")
    assert (row.n, row.n_for, row.sources) == (8, 4, 4)
    assert row.missed_below_zero_pct == 25.0
    assert row.genuine_above_zero_pct == 0.0
    assert row.auc == 0.75
    assert row.low <= row.eer_pct <= row.high


def test_shares_by_group(clips):
    shares = share_above_zero(np.array([(-1.0, 1.0, 9.0)[i % 3] for i in range(12)]), clips, lambda c: c.family)
    assert shares == {"real": (0.0, 4), "tts": (1.0, 4), "codec": (1.0, 4)}


def test_control_takes_away_the_ends_of_the_band(rng):
    white = rng.standard_normal(32000).astype(np.float32)
    power = np.abs(np.fft.rfft(band_passed(white, 16000))) ** 2
    hz = np.fft.rfftfreq(32000, 1 / 16000)
    assert power[(hz < 60) | (hz > 7050)].max() < 1e-3 * power[(hz > 200) & (hz < 6900)].mean()
    assert band_passed(white, 16000).shape == white.shape


def test_conditions_choose_their_clips(weights, clips, waveforms):
    detector = NetworkDetector(draft_card(PLAN, "", ""), weights)
    rows = {(r.condition, r.question): r for r in evaluate(detector, clips, waveforms, "dev", {"old"})}
    assert len(rows) == 2 * (3 + len(channels())) - 1
    assert rows["full band", "synthetic"].n == 8
    assert rows["originals at 16 kHz only", "synthetic"].n == 4
    assert ("generators not trained on", "neural_codec") not in rows


def test_offsets_put_the_balance_of_dev_at_zero(weights, clips, waveforms):
    card = draft_card(PLAN, "", "")
    rng = np.random.default_rng(2)
    weights["head.weight"] = torch.from_numpy(30 * rng.standard_normal(weights["head.weight"].shape)).float()
    detector = NetworkDetector(card, balance(card, weights, clips, waveforms))
    scores = np.stack([score_waveform(detector, waveform) for waveform in waveforms])
    for column, question in enumerate(card.questions):
        used = [i for i, clip in enumerate(clips) if clip.truth(question) is not None]
        truth = np.array([clips[i].truth(question) for i in used])
        misses, alarms = np.mean(scores[used][truth == 1, column] < 0), np.mean(scores[used][truth == 0, column] >= 0)
        assert abs(misses - alarms) <= 1 / min(truth.sum(), (1 - truth).sum())


def test_card_holds_what_was_measured(tmp_path, weights, clips, waveforms):
    splits = {"dev": (clips, waveforms), "test": (clips, waveforms)}
    export(tmp_path / "pack", draft_card(PLAN, "ab", "twelve clips"), weights, splits, {"old"})
    card = read_pack(tmp_path / "pack").card
    figures = {(r["set"], r["condition"], r["question"]): r for r in card.results if "eer_pct" in r}
    full = figures["test", "full band", "synthetic"]
    assert f"{full['eer_pct']} %" in card.summary
    assert "clips of 0.5 s" in card.summary  # their own length, not the window's
    assert any(f"{full['genuine_above_zero_pct']} % of the 4 genuine" in limit for limit in card.limits)
    assert any("not calibrated" in limit for limit in card.limits)
    of_test = [row for (name, _, question), row in figures.items() if (name, question) == ("test", "synthetic")]
    worst = max((row for row in of_test if row["condition"] in CHANNELS), key=lambda row: row["eer_pct"])
    assert any(f"the worst: {worst['condition']} {worst['eer_pct']} %" in limit for limit in card.limits)
    assert {"white noise 10 dB", "telephone band", "reverberation 0.5 s"} <= {row["condition"] for row in of_test}
    assert (card.seed, card.training_manifest_sha256) == (PLAN.seed, "ab")


def test_words_on_a_card_follow_its_figures(weights, clips, waveforms):
    card, shares = draft_card(PLAN, "", ""), {"alm": 100.0, "codec": 0.0}
    families = [
        {"question": "synthetic", "family": family, "above_zero_pct": share, "n": 3} for family, share in shares.items()
    ]
    scores = np.array([(-1.0, 1.0, 9.0)[i % 3] for i in range(12)])
    rows = [measure(scores, clips, question, "test", "full band") for question in card.questions]
    said = " ".join(limits(card, rows, families, "test"))
    assert "Of 3 clips of `test` by audio language models 100.0 %" in said
    assert "passed through a neural codec 0.0 % scored above 0 for synthetic." in said
    assert "often" not in said
    assert "look at both answers" not in said
    assert "the worst" not in said  # nothing was measured but the clips as they are
