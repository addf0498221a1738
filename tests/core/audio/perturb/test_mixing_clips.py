"""Mixed clips have mixed labels, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from core.audio.perturb import MIXERS, mix_batch
from core.audio.perturb.mixing import Cutmix, Mixup

ONE = np.full(10, 1, np.float32)
FIVE = np.full(10, 5, np.float32)


def test_mixup_is_the_weighted_sum():
    mixed, share = Mixup(share=0.25).mix(ONE, FIVE)
    np.testing.assert_allclose(mixed, 4.0)
    assert share == 0.25
    assert mixed.dtype == np.float32


def test_cutmix_sets_in_the_rest_and_counts_its_frames():
    mixed, share = Cutmix(share=0.64, start=0.5).mix(ONE, FIVE)
    np.testing.assert_array_equal(mixed, [1, 1, 1, 5, 5, 5, 5, 1, 1, 1])
    assert share == pytest.approx(0.6)
    np.testing.assert_array_equal(ONE, 1)
    whole, share = Cutmix(share=0.0, start=1.0).mix(ONE, FIVE)
    np.testing.assert_array_equal(whole, FIVE)
    assert share == 0.0


@pytest.mark.parametrize("name", MIXERS)
def test_labels_of_a_batch_are_the_shares_of_its_sounds(name):
    # clip i holds the number i, and label row i is one-hot: the label must tell the sound's mean
    waveforms = np.repeat(np.arange(8, dtype=np.float32)[:, None], 1000, axis=1)
    mixed, labels = mix_batch(MIXERS[name], waveforms, np.eye(8, dtype=np.float32), np.random.default_rng(2), alpha=1.0)
    assert mixed.dtype == labels.dtype == np.float32
    np.testing.assert_allclose(labels.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(mixed.mean(axis=1), labels @ np.arange(8), atol=1e-3)
    assert np.any((labels > 0.01) & (labels < 0.99))
    again = mix_batch(MIXERS[name], waveforms, np.eye(8, dtype=np.float32), np.random.default_rng(2), alpha=1.0)
    np.testing.assert_array_equal(again[0], mixed)
