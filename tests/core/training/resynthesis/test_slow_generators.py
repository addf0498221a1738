"""Generators that make one sample after the other, or filter an excitation: copies of a second of speech."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.foundation.errors import DataError
from core.training.datasets.manifest import read_manifest
from core.training.prepare import load
from core.training.resynthesis._nsf_source import cyclic_source, harmonic_sines
from core.training.resynthesis._wavernn_file import WaveRnnFile
from core.training.resynthesis.base import GENERATORS
from core.training.resynthesis.copies import active_level, amplify, finish
from core.training.resynthesis.originals import choose

RATE = 16000
SLOW = ["lyra-v1", "nsf-cyc-noise-4", "nsf-hn", "nsf-hn-sinc-10", "nsf-hn-sinc-9", "wavernn-sparse"]


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW)
def test_copies_are_speech_at_its_place(name: str, shared: Path):
    if name.startswith("nsf"):
        pytest.importorskip("pyworld")
    (clip,) = choose(read_manifest(shared / "bank" / "manifest.csv").clips, 1, 1, "train")
    waveform, network = load(clip.path, RATE)[RATE // 2 : RATE * 3 // 2], GENERATORS[name](shared / "generators")
    gain = 0.0 if network.level_dbfs is None else network.level_dbfs - active_level(waveform, RATE)
    rng = np.random.default_rng(1)
    made = finish(waveform, amplify(network.copy(amplify(waveform, gain), rng, 3.0), -gain), RATE, rng)
    assert made.reason == ""
    assert made.log_mel_l1 < 0.8
    a, b = (np.abs(x).reshape(-1, 64).mean(1) for x in (waveform, made.samples))
    shifts = np.correlate(a - a.mean(), b - b.mean(), "full")
    assert abs(int(shifts.argmax()) - (len(a) - 1)) <= 1


def test_the_file_of_a_wavernn_that_is_none_is_named(tmp_path: Path):
    path = tmp_path / "wavernn.bin"
    path.write_bytes(np.arange(40, dtype="<i4").tobytes())
    with pytest.raises(DataError, match="DA-031"):
        WaveRnnFile(path).layers(1)
    path.write_bytes(b"1234")
    with pytest.raises(DataError, match="DA-031"):
        WaveRnnFile(path)


def test_a_wavernn_that_ends_between_two_layers_is_named(tmp_path: Path):
    repetition = np.array(6, "<i4").tobytes() + bytes(64) + np.array([5, 0], "<i4").tobytes()
    (tmp_path / "wavernn_sparse256_model.bin").write_bytes(np.array([1, 1, 80, 2], "<i4").tobytes() + repetition)
    with pytest.raises(DataError, match=r"1 layers, where its sizes promise 14"):
        GENERATORS["wavernn-sparse"](tmp_path)


def test_excitations_follow_the_pitch():
    """100 Hz: the first eight harmonics stand at its multiples, and the cyclic noise repeats after 160 samples."""
    f0, rng = np.full(RATE, 100.0), np.random.default_rng(1)
    spectra = np.abs(np.fft.rfft(harmonic_sines(f0, rng)))
    assert spectra.argmax(1).tolist() == [100 * order for order in range(1, 9)]
    made = cyclic_source(f0, rng)[8000:]
    assert np.corrcoef(made[:-160], made[160:])[0, 1] > 0.99
    assert np.corrcoef(made[:-80], made[80:])[0, 1] < 0.6
    unvoiced = cyclic_source(np.zeros(RATE), rng)
    assert unvoiced.std() == pytest.approx(0.003, rel=0.05)
