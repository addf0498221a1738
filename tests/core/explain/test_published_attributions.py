"""Integrated gradients of gan-police's detectors are those that were recorded with them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from core.detectors import ModelStore
from core.explain import attribute

CLIP = "audiodeepfake-detection__tests__data__real__LJ008-0217.wav"
CHECKPOINTS = {
    "sym5": "gan-police+audiodeepfake-detection__DCNN_packetssym5.pt",
    "coif4": "gan-police+audiodeepfake-detection__DCNN_packetscoif4.pt",
    "stft": "gan-police+audiodeepfake-detection__DCNN_stft.pt",
}


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("name", CHECKPOINTS)
def test_integrated_gradients_of_gan_police_are_reproduced(shared: Path, tmp_path: Path, name: str) -> None:
    clip = shared / "parity" / "clips" / CLIP
    if not clip.exists():
        pytest.skip(f"{CLIP}, on which the reference was made, is not among the clips here")
    store = ModelStore([tmp_path])
    store.import_(shared / "checkpoints" / CHECKPOINTS[name])
    samples, rate = sf.read(clip, dtype="float32")
    assert rate == 22050
    found = attribute(
        store.load(f"published/ganpolice-dcnn-{name}"),
        samples[:22050], target="real", steps=200, of="probability", rule="trapezoid",
    )  # fmt: skip
    kind = "stft" if name == "stft" else f"packets{name}"
    want = json.loads((shared / "parity" / f"ig_check_{kind}.json").read_text())
    assert [1, *found.values.shape] == want["shape"]
    np.testing.assert_allclose(found.values[0, :8], want["first8"], rtol=1e-3, atol=1e-7)
    assert found.values.sum(dtype=np.float64) == pytest.approx(want["sum"], abs=1e-4)
    assert np.abs(found.values).max() == pytest.approx(want["absmax"], rel=2e-3)


@pytest.mark.shared
@pytest.mark.slow
def test_a_raw_waveform_model_is_explained_on_its_spectrum(shared: Path, tmp_path: Path) -> None:
    store = ModelStore([tmp_path])
    store.import_(shared / "checkpoints" / "clovaai+aasist__AASIST-L.pth")
    samples, _ = sf.read(next((shared / "parity" / "clips").glob("codecfake__wavs__genuine*")), dtype="float32")
    detector = store.load("published/aasist-l")
    found = attribute(detector, np.resize(samples, 64600).astype(np.float32), steps=4)
    assert found.domain == "stft of waveform"
    assert found.values.shape == (257, 505)
    assert found.frequency_hz[-1] == 8000
    assert np.isfinite(found.values).all()
    assert np.abs(found.values).max() > 0
