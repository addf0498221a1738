"""Blind tests: order, silence about the score, and statistics against values worked out by hand."""

from __future__ import annotations

import json
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from helpers.examine_data import memory_recording

from core.audio.active_level import active_power
from core.foundation.errors import AudioError
from core.listening import BlindTest, Programme, evaluate, match, render
from core.listening.abx import draw_order, how_often


def test_p_by_hand() -> None:
    # 9 or 10 of 10: (10 + 1) / 1024; all 5: 1 / 32; 0 or more: certain
    assert evaluate(9, 10).p_value == pytest.approx(11 / 1024)
    assert evaluate(5, 5).p_value == pytest.approx(1 / 32)
    assert evaluate(0, 10).p_value == pytest.approx(1.0)
    exact = Fraction(sum(comb(16, k) for k in range(12, 17)), 2**16)
    assert evaluate(12, 16).p_value == pytest.approx(float(exact))


def test_a_result_is_said_as_a_share_of_guessing_listeners() -> None:
    # 299 of the 4096 answer sheets of 12 trials have 9 or more right: 0.0730
    said = evaluate(9, 12).words
    assert "apart in 9 of 12 trials; by guessing, 9 or more would be reached in about 7 of 100 such tests" in said
    assert "p = 0.073)" in said
    assert "0.75, 95 % confidence interval 0.43 to 0.95" in said
    shares = {1.0: "all", 0.9998: "more than 99 of 100", 0.5: "about 50 of 100", 11 / 1024: "about 11 of 1,000"}
    rare = {2**-12: "about 24 of 100,000", 2**-20: "fewer than 1 of 1,000,000", 2**-19: "about 2 of 1,000,000"}
    assert {p: how_often(p) for p in shares | rare} == shares | rare
    assert "p = 0.000244)" in evaluate(12, 12).words
    assert "p below 0.000001)" in evaluate(20, 20).words


def test_interval_by_hand() -> None:
    # Clopper-Pearson for all right: from (0.025)^(1/n) to 1; for none right mirrored
    assert evaluate(10, 10).interval == (pytest.approx(0.025**0.1), 1.0)
    assert evaluate(0, 10).interval == (0.0, pytest.approx(1 - 0.025**0.1))
    # published: 8 of 10 has 0.444 to 0.975 (Clopper and Pearson 1934, chart; e.g. Agresti, Categorical Data Analysis)
    assert evaluate(8, 10).interval == (pytest.approx(0.4439, abs=5e-4), pytest.approx(0.9748, abs=5e-4))


def test_order_follows_the_seed_and_nothing_else() -> None:
    assert draw_order(20, 7) == draw_order(20, 7)
    assert draw_order(20, 7) != draw_order(20, 8)
    many = np.array(draw_order(100_000, 3)) == "A"
    assert abs(many.mean() - 0.5) < 0.006
    assert abs(np.corrcoef(many[1:], many[:-1])[0, 1]) < 0.013


def test_no_score_before_the_end() -> None:
    blind = BlindTest(trials=5, seed=1)
    for _ in range(4):
        blind.answer(blind.x())
    with pytest.raises(ValueError, match="before the last"):
        blind.statistics()
    abandoned = blind.record()
    assert (abandoned["completed"], abandoned["right"], abandoned["p_one_sided"]) == (False, None, None)
    blind.answer("A" if blind.x() == "B" else "B")
    assert blind.statistics().right == 4
    with pytest.raises(ValueError, match="over"):
        blind.answer("A")


def test_the_record_can_be_checked_by_others() -> None:
    blind = BlindTest(trials=8, seed=12345)
    for letter in "ABABABAB":
        blind.answer(letter)
    kept = json.loads(json.dumps(blind.record(), allow_nan=False))
    coins = np.random.Generator(np.random.PCG64(kept["seed"])).integers(0, 2, kept["trials"])
    assert kept["order"] == "".join("AB"[coin] for coin in coins)
    assert kept["right"] == sum(x == a for x, a in zip(kept["order"], kept["answers"], strict=True))


def test_too_few_trials_are_refused() -> None:
    for trials in (4, 101):
        with pytest.raises(ValueError, match="possible"):
            BlindTest(trials=trials, seed=0)


def test_two_stretches_are_played_at_one_level(speechlike) -> None:
    quiet, loud = 0.2 * speechlike(4.0, 16000), 2 * speechlike(3.0, 44100)
    a = Programme(recording=memory_recording(quiet[None], 16000), start_s=0.5, stop_s=3.5)
    b = Programme(recording=memory_recording(np.stack([loud, loud]), 44100), start_s=0.0, stop_s=2.5)
    matched = match(a, b)
    assert matched.a.length_s == matched.b.length_s == 2.5
    assert matched.gains_db[0] == 0.0
    assert matched.gains_db[1] == pytest.approx(-20, abs=0.6)
    heard = []
    for programme in (matched.a, matched.b):
        pieces, frames = [], 0
        for piece in render(programme, 48000, 1):
            pieces.append(piece.samples[0])
            frames += piece.samples.shape[1]
            if frames >= 2.5 * 48000:
                break
        heard.append(10 * np.log10(active_power(np.concatenate(pieces)[:120_000], 48000)))
    assert abs(heard[0] - heard[1]) < 0.1


def test_what_cannot_be_matched_is_refused(speechlike) -> None:
    speech = memory_recording(speechlike(2.0, 8000)[None], 8000)
    for other, code in ((np.zeros(16000, np.float32), "IN-030"), (1e-3 * speechlike(2.0, 8000), "IN-031")):
        with pytest.raises(AudioError, match=code):
            match(
                Programme(recording=speech, start_s=0, stop_s=2),
                Programme(recording=memory_recording(other[None], 8000), start_s=0, stop_s=2),
            )
