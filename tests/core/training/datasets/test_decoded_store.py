"""Decoded clips: made once, made anew where a clip was changed, never half."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from helpers.stopping import StopAfter

from core.foundation.progress import Cancelled
from core.training.datasets.manifest import Clip
from core.training.datasets.store import open_store

RATE = 16000


@pytest.fixture
def clip(tmp_path: Path) -> Clip:
    path = tmp_path / "a.wav"
    sf.write(path, np.sin(np.arange(800) / 10), RATE)
    return Clip(path=path, label="real")


def test_a_changed_clip_is_decoded_anew_and_an_open_store_keeps_its_samples(clip, tmp_path):
    first = open_store([clip], RATE, tmp_path / "cache")
    before = first.read(0)
    made = next((tmp_path / "cache").glob("*.i16")).stat().st_mtime_ns
    open_store([clip], RATE, tmp_path / "cache")
    assert next((tmp_path / "cache").glob("*.i16")).stat().st_mtime_ns == made
    sf.write(clip.path, np.cos(np.arange(400) / 10), RATE)
    os.utime(clip.path, ns=(made + 10**9, made + 10**9))
    assert open_store([clip], RATE, tmp_path / "cache").frames(0) == 400
    np.testing.assert_array_equal(first.read(0), before)


def test_stopping_while_decoding_leaves_nothing(clip, tmp_path):
    with pytest.raises(Cancelled):
        open_store([clip], RATE, tmp_path / "cache", StopAfter())
    assert not list((tmp_path / "cache").iterdir())
