"""Designs: drawn ones can be built, the same numbers give the same design, bit rates by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.training.zoo.design import Design, draw_strides


def drawn(seed: int) -> Design:
    return Design.draw(np.random.default_rng(seed))


@given(st.integers(0, 10_000))
def test_a_drawn_design_is_determined_by_its_numbers_and_survives_json(seed: int):
    design = drawn(seed)
    assert design == drawn(seed)
    assert Design.from_json(design.as_json()) == design
    assert 45 <= design.sample_rate / design.hop <= 260
    assert design.hop == math.prod(design.strides) * design.head_hop
    assert bool(design.levels) == (design.kind == "codec")
    assert design.excitation == 0 or design.kind == "mel"


def test_other_numbers_give_other_designs_of_every_kind():
    designs = [drawn(seed) for seed in range(60)]
    assert len({design.name for design in designs}) == 60
    assert {design.kind for design in designs} == {"mel", "latent", "codec"}
    assert {design.upsampling for design in designs} == {"transposed", "nearest", "linear", "shuffle"}
    assert {design.head for design in designs} == {"waveform", "istft"}


@given(st.integers(0, 10_000))
def test_a_graft_keeps_the_hop_of_its_trunk(seed: int):
    design = Design.draw_graft(np.random.default_rng(seed))
    assert design.hop == 256
    assert design.trunk in (1, 2)


@given(st.sampled_from([1, 64, 80, 97, 256, 300, 512]), st.integers(0, 1000))
def test_strides_multiply_to_the_factor(factor: int, seed: int):
    assert math.prod(draw_strides(factor, np.random.default_rng(seed))) == factor


@pytest.mark.parametrize(
    ("quantiser", "levels", "kbps"),
    [
        ("rvq", (1024,) * 8, 6.0),  # 24000 / 320 = 75 frames a second, 8 books of 10 bits
        ("fsq", (8,) * 4, 0.9),  # 4 numbers of 3 bits
        ("vq", (256, 256), 1.2),  # 2 groups of 8 bits
        ("", (), 0.0),
    ],
)
def test_bit_rate_by_hand(quantiser, levels, kbps):
    design = replace(
        drawn(1), sample_rate=24000, trunk=0, strides=(8, 5, 4, 2), head_hop=1, quantiser=quantiser, levels=levels
    )
    assert design.bitrate_kbps == pytest.approx(kbps)


def test_codecs_keep_to_the_range_of_bit_rates_where_the_quantiser_allows():
    rates = [d.bitrate_kbps for d in map(drawn, range(200)) if d.quantiser == "rvq"]
    assert min(rates) > 3.5
    assert max(rates) < 45
