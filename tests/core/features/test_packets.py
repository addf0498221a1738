"""Wavelet packets against PyWavelets and ptwt; energy, inverse, frequency order and place in time."""

from __future__ import annotations

import numpy as np
import ptwt
import pytest
import pywt
import torch

from core.features import feature_map, front_end
from core.features.packets import packet_coefficients, packet_waveforms
from core.features.tree import columns, fits, shortest, wavelet_named
from core.foundation.errors import FeatureError

TREES = [
    ("haar", 1, 2),
    ("haar", 3, 15),
    ("haar", 14, 22050),
    ("sym5", 8, 22050),
    ("coif4", 8, 22050),
    ("db8", 7, 22049),
    ("db20", 4, 8000),
    ("coif17", 2, 4000),
    ("bior3.1", 5, 1000),
    ("rbio3.9", 5, 4001),
    ("dmey", 3, 2001),
]


def noise(*shape: int) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(sum(shape)).standard_normal(shape).astype(np.float32))


@pytest.mark.parametrize(("name", "level", "frames"), TREES)
def test_coefficients_are_those_of_pywavelets(name: str, level: int, frames: int) -> None:
    x = noise(2, frames)
    ours = packet_coefficients(x, wavelet_named(name), level).numpy()
    for row, waveform in zip(ours, x.double().numpy(), strict=True):
        tree = pywt.WaveletPacket(waveform, name, mode="reflect", maxlevel=level)
        theirs = np.stack([node.data for node in tree.get_level(level, "freq")])
        assert row.shape == theirs.shape
        np.testing.assert_allclose(row, theirs, atol=2e-5 * np.abs(theirs).max())


@pytest.mark.parametrize("clips", [1, 3, 20])
@pytest.mark.parametrize(("name", "level"), [("sym5", 8), ("coif4", 8), ("haar", 10)])
def test_coefficients_are_those_of_ptwt(name: str, level: int, clips: int) -> None:
    x = noise(clips, 22050)
    tree = ptwt.WaveletPacket(x, name, mode="reflect", maxlevel=level)
    theirs = torch.stack([tree[node] for node in tree.get_level(level)], dim=1)
    assert (packet_coefficients(x, wavelet_named(name), level) - theirs).abs().max() <= 1e-5


@pytest.mark.parametrize(("name", "level", "frames"), [tree for tree in TREES if tree[0] != "dmey"])
def test_the_inverse_gives_the_waveform_back(name: str, level: int, frames: int) -> None:
    x = noise(2, frames)
    wavelet = wavelet_named(name)
    torch.testing.assert_close(
        packet_waveforms(packet_coefficients(x, wavelet, level), wavelet, frames), x, atol=2e-4, rtol=0
    )


def test_energy_is_kept_where_nothing_is_mirrored() -> None:
    x = noise(3, 1 << 14).double()
    tree = packet_coefficients(x, wavelet_named("haar"), 9)
    torch.testing.assert_close(tree.square().sum((1, 2)), x.square().sum(1))


def test_gradients_are_right() -> None:
    x = noise(5, 61).double().requires_grad_()  # few rows at first, many at last
    assert torch.autograd.gradcheck(lambda w: packet_coefficients(w, wavelet_named("db2"), 3), (x,))


@pytest.mark.parametrize("wavelet", ["haar", "sym5", "coif4", "db20"])
@pytest.mark.parametrize("hz", [1000.0, 4321.0, 7900.0])
def test_a_tone_lies_in_its_band(wavelet: str, hz: float) -> None:
    tone = np.sin(2 * np.pi * hz * np.arange(16000) / 16000).astype(np.float32)
    found = feature_map("packets", tone, 16000, wavelet=wavelet, level=5, log=False)
    strongest = np.square(found.values).sum(axis=1).argmax()
    assert abs(found.frequency_hz[strongest] - hz) <= 16000 / 2 / 32 / 2


@pytest.mark.parametrize("wavelet", ["haar", "sym5", "coif4"])
def test_a_click_lies_at_its_time(wavelet: str) -> None:
    click = np.zeros(16000, np.float32)
    click[9000] = 1.0
    found = feature_map("packets", click, 16000, start_s=3.0, wavelet=wavelet, level=5, log=False)
    energy = np.square(found.values).sum(axis=0)
    assert (energy * found.time_s).sum() / energy.sum() == pytest.approx(3 + 9000 / 16000, abs=0.004)


def test_power_logarithm_and_signs_lose_nothing() -> None:
    x = noise(2, 4000)
    plain = front_end("packets", 16000, level=4, log=False)(x)[:, 0]
    for power in (1.0, 2.0):
        both = front_end("packets", 16000, level=4, power=power, signs=True)(x)
        assert both.shape == (2, 2, 16, plain.shape[2])
        torch.testing.assert_close(both[:, 0], torch.log(plain.abs() ** power + 1e-12))
        torch.testing.assert_close(both[:, 1] * torch.exp(both[:, 0] / power), plain, atol=1e-3, rtol=1e-3)


def test_block_norm_brings_each_band_to_one_and_leaves_silence_alone() -> None:
    x = torch.cat([noise(1, 4000) * 0.01, torch.zeros(1, 4000)])
    blocks = front_end("packets", 16000, level=4, log=False, block_norm=True)(x)[:, 0]
    torch.testing.assert_close(blocks[0].abs().amax(-1), torch.ones(16))
    assert (blocks[1] == 0).all()


@pytest.mark.parametrize(
    ("wavelet", "frames"),
    [("haar", 87), *((f"sym{k}", 85 + 2 * k) for k in range(2, 11)), *((f"db{k}", 85 + 2 * k) for k in range(2, 11)),
     *zip([f"coif{k}" for k in range(2, 11)], (97, 103, 109, 115, 120, 126, 132, 138, 144), strict=True)],
)  # fmt: skip
def test_time_frames_of_a_second_are_those_of_gan_police(wavelet: str, frames: int) -> None:
    assert columns(22050, wavelet_named(wavelet).dec_len, 8) == frames


@pytest.mark.parametrize("taps", [2, 10, 24])
@pytest.mark.parametrize("level", [1, 4, 8])
def test_shortest_is_the_first_length_that_fits(taps: int, level: int) -> None:
    found = shortest(taps, level)
    assert fits(found, taps, level)
    assert not any(fits(frames, taps, level) for frames in range(found))
    assert all(fits(frames, taps, level) for frames in range(found, found + 300))


def test_a_stretch_shorter_than_the_filter_is_refused_with_the_length_that_would_do() -> None:
    with pytest.raises(FeatureError) as caught:
        feature_map("packets", np.zeros(20, np.float32), 16000, wavelet="coif4", level=8)
    assert caught.value.code == "FE-001"
    assert caught.value.facts["needed"] == shortest(24, 8)
