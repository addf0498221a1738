"""Preparing crops, storing clips, and which clips make a batch."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from core.foundation.errors import DataError
from core.training.datasets.manifest import Clip
from core.training.datasets.sampler import Sampler, allowed_classes
from core.training.datasets.store import open_store
from core.training.plan import TrainingPlan
from core.training.prepare import crop_bounds, dither, load, set_level


def test_rates_are_matched_and_offset_removed(tmp_path, speechlike):
    path = tmp_path / "a.wav"
    sf.write(path, np.stack([speechlike(1.0, 24000) + 0.1] * 2, axis=1), 24000)
    waveform = load(path, 16000)
    assert waveform.shape == (16000,)
    assert waveform.dtype == np.float32
    assert abs(float(waveform.mean())) < 1e-6


def test_what_is_no_sound_is_named(tmp_path):
    path = tmp_path / "note.wav"
    path.write_text("no sound")
    with pytest.raises(DataError, match=r"DA-004.*note\.wav"):
        load(path, 16000)


def test_crop_stays_inside_at_any_offset(rng):
    bounds = [crop_bounds(100, 20, 60, rng) for _ in range(500)]
    assert all(start >= 0 and start + length <= 100 and 20 <= length <= 60 for start, length in bounds)
    assert len({start % 16 for start, _ in bounds}) == 16
    assert crop_bounds(10, 20, 60, rng) == (0, 10)


def test_level_and_dither(rng):
    tone = np.sin(np.arange(16000) / 7).astype(np.float32)
    assert 20 * np.log10(np.sqrt(np.mean(set_level(tone, -26) ** 2))) == pytest.approx(-26, abs=0.01)
    noise = dither(np.zeros(200000, np.float32), rng) * 32768
    assert set(np.unique(noise)) == {-1.0, 0.0, 1.0}
    assert np.var(noise) == pytest.approx(1 / 4, rel=0.03)  # rounding TPDF noise of ±1 LSB: variance 1/6 + 1/12


def test_store_gives_back_the_clips(tmp_path, speechlike):
    clips = []
    for number in range(3):
        path = tmp_path / f"{number}.wav"
        sf.write(path, 0.02 * (number + 1) * speechlike(0.5 + number / 4, 16000), 16000)
        clips.append(Clip(path=path, label="real"))
    store = open_store(clips, 16000, tmp_path / "cache")
    again = open_store(clips, 16000, tmp_path / "cache").part([2])
    wanted = load(clips[2].path, 16000)
    wanted *= 32000 / 32768 / np.abs(wanted).max()
    np.testing.assert_allclose(store.read(2), wanted, atol=1 / 32768)
    np.testing.assert_array_equal(again.read(0, 100, 50), store.read(2)[100:150])
    assert again.frames(0) == 16000


def _clip(number: int, **values: object) -> Clip:
    return Clip(path=Path(f"{number}"), **{"label": "fake", **values})  # type: ignore[arg-type]


def test_labels_say_which_classes_are_possible():
    assert allowed_classes(_clip(0, synthetic=0, neural_codec=0)) == (True, False, False)
    assert allowed_classes(_clip(0, synthetic=1, neural_codec=0)) == (False, True, False)
    assert allowed_classes(_clip(0, synthetic=None, neural_codec=1)) == (False, False, True)
    assert allowed_classes(_clip(0, synthetic=1, neural_codec=1)) == (False, False, True)
    assert allowed_classes(_clip(0, synthetic=None, neural_codec=0)) == (True, True, False)


def test_batches_balance_classes_generators_and_sources(rng):
    human = [_clip(i, label="real", synthetic=0, neural_codec=0, source="ab"[i % 2]) for i in range(40)]
    many = [_clip(i, synthetic=1, neural_codec=0, generator="many", source="a") for i in range(300)]
    few = [_clip(i, synthetic=1, neural_codec=0, generator="few", source="b") for i in range(8)]
    codec = [_clip(i, neural_codec=1, generator="codec", source="c") for i in range(20)]
    clips = human + many + few + codec
    sampler = Sampler(clips, TrainingPlan(name="p", batch=200, codec_share=0.4, paired=1.0))
    batch = sampler.batch(rng)
    made = Counter(clips[i].generator for i in batch)
    assert made[""] == 100
    assert made["codec"] == pytest.approx(40, abs=16)
    assert made["few"] == pytest.approx(30, abs=16)
    pairs = [(clips[a], clips[b]) for a, b in zip(batch[::2], batch[1::2], strict=True)]
    assert all(b.source == a.source for a, b in pairs if a.source != "c")


def test_a_missing_class_is_said():
    with pytest.raises(DataError, match="DA-005"):
        Sampler([_clip(0, label="real", synthetic=0, neural_codec=0)], TrainingPlan(name="p"))
