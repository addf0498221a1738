"""Mixing down, and how channels relate."""

from __future__ import annotations

import numpy as np
import pytest

from core.audio.channels import analysis_channel, mono
from core.audio.condition import measure_condition
from core.foundation.errors import AudioError


def test_mix_is_librosas(in_memory, rng):
    import librosa

    rows = rng.standard_normal((5, 3000)).astype(np.float32)
    np.testing.assert_array_equal(mono(in_memory(rows), 0, 3000), librosa.to_mono(rows))


@pytest.mark.parametrize("channel", ["2", "-1", "left", "", "1.0", "²"])
def test_channels_that_are_not_there(in_memory, rng, channel):
    with pytest.raises(AudioError) as caught:
        mono(in_memory(rng.standard_normal((2, 100))), 0, 100, channel)
    assert caught.value.code == "IN-021"
    assert "has 2" in caught.value.what


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda v, n: [v], ""),
        (lambda v, n: [v, v], "All 2 channels are identical."),
        (lambda v, n: [v] * 8, "All 8 channels are identical."),
        (lambda v, n: [0 * v, 0 * v], "All 2 channels are silent."),
        (lambda v, n: [v, 0 * v], "Channel 1 silent (numbered from 0)."),
        (lambda v, n: [v, -v], "Opposite in phase, their mix cancels: examine one channel (correlation -1.00)."),
        (lambda v, n: [v, 0.8 * v + 0.001 * n], "Nearly identical (correlation 1.00)."),
        (lambda v, n: [v, n], "Independent"),
        (lambda v, n: [v, v + v.std() / n.std() * n], "Partly alike (correlation 0.7"),
    ],
)
def test_relation_in_words(in_memory, speechlike, rng, make, words):
    voice, noise = speechlike(3.0), 0.1 * rng.standard_normal(48000).astype(np.float32)
    note = measure_condition(in_memory(np.stack(make(voice, noise)))).channel_note
    assert note.startswith(words)
    assert bool(note) == bool(words)


def test_what_cancels_in_the_mix_is_measured_on_the_strongest_channel(in_memory, speechlike):
    voice = speechlike(6.0)
    alone = measure_condition(in_memory(voice))
    opposite = in_memory(np.stack([-0.9 * voice, voice]))
    assert analysis_channel(opposite) == "1"
    condition = measure_condition(opposite)
    assert condition.speech_s == alone.speech_s
    assert condition.bandwidth_hz == alone.bandwidth_hz


def test_unlike_channels_are_measured_on_their_mix(in_memory, rng):
    assert analysis_channel(in_memory(rng.standard_normal((6, 40_000)))) == "mix"
    assert analysis_channel(in_memory(np.zeros((2, 40_000)))) == "mix"
