"""Chains of perturbations: drawn in order, from the names that plans use."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from core.audio.perturb import PERTURBATIONS
from core.foundation.errors import PerturbationError
from core.training.augment import check, draw_chain, names

PLAN_NAMES = ("resample", "equaliser", "low_pass", "notch", "lossy", "noise", "time_mask")


def test_chain_draws_all_none_and_in_order(rng):
    every = dict.fromkeys(PLAN_NAMES, 1.0)
    drawn = [change.name for change in draw_chain(every, 0.0, rng)]
    assert drawn.pop(4) in {"mp3", "opus", "vorbis"}
    assert drawn == [name for name in PLAN_NAMES if name != "lossy"]
    assert draw_chain(every, 1.0, rng) == ()
    assert draw_chain(dict.fromkeys(PLAN_NAMES, 0.0), 0.0, rng) == ()


def test_lossy_is_opus_twice_as_often_as_each_other(rng):
    counts = Counter(draw_chain({"lossy": 1.0}, 0.0, rng)[0].name for _ in range(2000))
    assert counts["opus"] == pytest.approx(1000, abs=100)
    assert counts["mp3"] == pytest.approx(500, abs=80)
    assert counts.total() == counts["opus"] + counts["mp3"] + counts["vorbis"]


def test_every_name_is_known_and_an_unknown_one_is_our_error(rng):
    assert {*PLAN_NAMES, *PERTURBATIONS.names()} <= set(names())
    check(PLAN_NAMES)
    for fail in (lambda: check(["lossy", "flanger"]), lambda: draw_chain({"flanger": 1.0}, 0.0, rng)):
        with pytest.raises(PerturbationError) as error:
            fail()
        assert error.value.code == "PE-001"
        assert "lossy" not in error.value.what


def test_chains_are_determined_by_the_generator():
    chance = dict.fromkeys(PLAN_NAMES, 0.5)
    chains = [draw_chain(chance, 0.1, np.random.default_rng(seed)) for seed in (4, 4, 5)]
    assert chains[0] == chains[1] != chains[2]
