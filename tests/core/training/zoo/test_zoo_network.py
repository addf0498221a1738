"""Networks: exact lengths, quantisers, fundamental, and that every kind of member learns without a shift in time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.foundation.errors import UsageError
from core.training.zoo.design import Design
from core.training.zoo.fit import Budget, train
from core.training.zoo.layers import Upsample
from core.training.zoo.member import copy, save
from core.training.zoo.network import build
from core.training.zoo.opening import open_any
from core.training.zoo.quantisers import Codebook, FiniteScalar, Residual
from core.training.zoo.source import excitation, fundamental

UPSAMPLING = ("transposed", "nearest", "linear", "shuffle")


def small(**changes) -> Design:
    """A design that trains in a second."""
    usual = {
        "kind": "latent",
        "sample_rate": 8000,
        "trunk": 0,
        "strides": (4, 2),
        "head": "waveform",
        "head_hop": 1,
        "excitation": 0,
        "encoder": "framed",
        "width": 24,
        "narrow": 8,
        "kernel": 3,
        "dilations": (1,),
        "block": "dilated",
        "activation": "leaky",
        "norm": "none",
        "latent": 16,
        "quantiser": "",
        "levels": (),
        "bounded": False,
        "adversarial": False,
        "scales": (128, 256),
        "upsampling": "transposed",
    }
    return replace(Design.draw(np.random.default_rng(3)), **{**usual, **changes})


def speech(rate: int = 8000, seconds: float = 1.5) -> np.ndarray:
    t = np.arange(round(rate * seconds)) / rate
    phase = 2 * np.pi * np.cumsum(130 + 20 * np.sin(2 * np.pi * 1.1 * t)) / rate
    tones = sum(np.sin(k * phase) / k for k in range(1, 12))
    return (0.08 * tones * (1 + 0.5 * np.sin(2 * np.pi * 3 * t))).astype(np.float32)


@pytest.mark.parametrize("upsampling", UPSAMPLING)
@pytest.mark.parametrize("stride", [2, 3, 8])
@pytest.mark.parametrize("up_kernel", [2, 3])
def test_an_upsampler_gives_exactly_stride_times_the_frames(upsampling: str, stride: int, up_kernel: int):
    layer = Upsample(small(upsampling=upsampling, up_kernel=up_kernel), 6, 4, stride)
    assert layer(torch.randn(2, 6, 11)).shape == (2, 4, 11 * stride)


@pytest.mark.parametrize("seed", range(8))
def test_a_drawn_member_keeps_the_length(seed: int):
    design = Design.draw(np.random.default_rng(seed))
    waveform = speech(design.sample_rate, 0.51)
    made = copy(build(design).eval(), waveform, np.random.default_rng(0))
    assert made.shape == waveform.shape
    assert np.isfinite(made).all()


@pytest.mark.parametrize(
    "changes",
    [
        *({"upsampling": name} for name in UPSAMPLING),
        {"head": "istft", "strides": (2,), "head_hop": 4},
        {"kind": "mel", "encoder": "mel", "excitation": 4, "strides": (8, 4), "mel_bins": 40},
        {"kind": "codec", "encoder": "strided", "quantiser": "rvq", "levels": (64, 64, 64)},
    ],
    ids=str,
)
def test_a_member_learns_a_short_signal(changes: dict[str, object]):
    fitted = train(small(**changes), [speech()], Budget(steps=30))
    assert np.mean(fitted.losses[-5:]) < 0.75 * fitted.losses[0]


@pytest.mark.parametrize("upsampling", UPSAMPLING)
@pytest.mark.parametrize("encoder", ["framed", "strided"])
def test_what_a_click_changes_lies_as_far_before_it_as_after_it(upsampling: str, encoder: str):
    member = build(small(upsampling=upsampling, encoder=encoder, strides=(8, 4))).eval()
    waveforms = torch.zeros(2, 3200)
    place = 1616  # the middle of a frame
    waveforms[1, place] = 1.0
    with torch.inference_mode():
        silent, clicked = member(waveforms)[0].double()
    changed = torch.nonzero(clicked != silent).flatten()
    assert float(changed.min() + changed.max()) / 2 == pytest.approx(place, abs=32)


def test_a_member_comes_back_from_disk(tmp_path):
    member, wave = build(small()).eval(), speech()
    save(member, tmp_path / "member.safetensors")
    made = copy(member, wave, np.random.default_rng(0))
    opened = open_any(str(tmp_path / "member.safetensors"), tmp_path)
    again = opened.copy(wave, np.random.default_rng(0), None)
    assert (opened.rate_hz, opened.family) == (8000, "vocoder")
    assert np.abs(again - made).max() < 0.01 * np.abs(made).max()
    with pytest.raises(UsageError, match="at no other rate"):
        open_any(str(tmp_path / "member.safetensors"), tmp_path, 16000)


def test_the_same_design_and_speech_train_to_the_same_losses():
    first, second = (train(small(), [speech()], Budget(steps=3)).losses for _ in range(2))
    assert first == second


def test_codes_settle_on_the_clusters_there_are():
    torch.manual_seed(0)
    centres = torch.tensor([[0.0, 0.0], [5.0, 0.0], [0.0, 5.0]])
    rows = centres.repeat(50, 1) + 0.01 * torch.randn(150, 2)
    book = Codebook(12, 2)
    book.fit(rows)
    assert (book.eval()(rows) - rows).abs().max() < 0.05


def test_each_codebook_of_a_residual_quantiser_leaves_less():
    torch.manual_seed(0)
    rows = torch.randn(500, 4)
    errors = []
    for books in (1, 2, 4):
        quantiser = Residual((32,) * books, 4)
        quantiser.fit(rows)
        errors.append(float((quantiser.eval()(rows) - rows).square().mean()))
    assert errors[0] > 1.5 * errors[1] > 2 * errors[2]


def test_finite_scalars_take_the_middles_of_equal_steps():
    values = FiniteScalar((4, 4))(torch.linspace(-3, 3, 50)[:, None].expand(-1, 2))
    assert sorted({round(v, 4) for v in values.flatten().tolist()}) == [-0.75, -0.25, 0.25, 0.75]


@pytest.mark.parametrize("f0", [95.0, 210.0])
def test_fundamental_of_a_tone_complex(f0: float):
    t = np.arange(16000) / 16000
    tone = sum(np.cos(2 * np.pi * k * f0 * t) for k in range(1, 9)).astype(np.float32) * 0.05
    track, voiced = fundamental(tone, 16000)
    inner = slice(10, -10)
    assert voiced[inner].all()
    assert np.median(track[inner]) == pytest.approx(f0, rel=0.01)
    assert not fundamental(np.random.default_rng(0).normal(0, 0.1, 16000).astype(np.float32), 16000)[1].any()
    source = excitation(tone, 16000, 1, np.random.default_rng(0))
    peak = np.abs(np.fft.rfft(source[0] * np.hanning(16000))).argmax()
    assert peak == pytest.approx(f0, abs=2)
