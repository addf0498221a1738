"""The inputs of the published detectors are those that were recorded with them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import pywt
import soundfile as sf
import torch

from core.features import front_end

FRONT_ENDS = {
    "DCNN packetssym5": ("packets", 22050, {"wavelet": "sym5"}),
    "DCNN packetscoif4": ("packets", 22050, {"wavelet": "coif4"}),
    "DCNN stft": ("stft", 22050, {"n_fft": 511, "window_frames": 511, "hop_frames": 220}),
    "codec_mellcnn": ("mel", 16000, {}),
}


def rows(shared: Path, detector: str) -> list[dict]:
    found = json.loads((shared / "parity" / "reference.json").read_text())
    return [row for row in found if row["detector"].endswith(detector) and row["resampler"] == "none"]


def read(shared: Path, row: dict) -> torch.Tensor:
    samples, _ = sf.read(shared / "parity" / "clips" / row["clip_file"], dtype="float32")
    frames = row["input_samples"]
    piece = samples[row["offset_samples"] : row["offset_samples"] + frames]
    return torch.from_numpy(np.resize(piece, frames))[None]


@pytest.mark.shared
@pytest.mark.parametrize("detector", FRONT_ENDS)
def test_inputs_equal_the_reference(shared: Path, detector: str) -> None:
    name, rate, params = FRONT_ENDS[detector]
    built = front_end(name, rate, **params)
    cases = rows(shared, detector)
    assert len(cases) >= 10
    for row in cases:
        want = row.get("unnormalised_features_checksum", row["features_checksum"])
        found = built(read(shared, row))[0]
        assert list(found.shape) == want["shape"][-3:]
        first = np.array(want["first8"])
        np.testing.assert_allclose(found.flatten()[:8], first, rtol=1e-3, atol=1e-4, err_msg=row["clip_file"])
        assert float(found.double().mean()) == pytest.approx(want["mean"], rel=1e-5, abs=1e-6)
        assert float(found.double().std(correction=0)) == pytest.approx(want["std"], rel=1e-4)


@pytest.mark.shared
def test_the_fingerprint_of_real_clips_is_that_of_pywavelets(shared: Path) -> None:
    """The published fingerprint is the mean magnitude of level-14 Haar packets, made with PyWavelets."""
    waveforms = [read(shared, row) for row in rows(shared, "DCNN packetssym5")[::28]]
    built = front_end("packets", 22050, wavelet="haar", level=14, log=False)
    ours = built(torch.cat(waveforms)).abs().mean(dim=(0, 1, 3)).numpy()
    trees = [pywt.WaveletPacket(w[0].numpy(), "haar", mode="reflect", maxlevel=14) for w in waveforms]
    theirs = np.mean([[np.abs(n.data).mean() for n in tree.get_level(14, "freq")] for tree in trees], axis=0)
    np.testing.assert_allclose(ours, theirs, atol=1e-6)


@pytest.mark.shared
def test_the_published_fingerprint_is_reproduced(shared: Path) -> None:
    """Over gan-police's own test clips (real and seven generated) and the first four of its classification examples."""
    folder = shared / "parity" / "clips"
    clips = sorted(folder.glob("audiodeepfake-detection__tests__data__*.wav"))
    if len(clips) < 8:
        pytest.skip(f"{len(clips)} of the 8 test clips of the published fingerprint are here")
    clips += sorted(folder.glob("audiodeepfake-detection__audio-samples__classification_examples__*.wav"))
    seconds = [second for clip in clips for second in sf.read(clip, dtype="float32")[0][: 7 * 22050].reshape(-1, 22050)]
    built = front_end("packets", 22050, wavelet="haar", level=14, log=False)
    found = built(torch.from_numpy(np.stack(seconds[:60]))).abs().mean(dim=(0, 1, 3)).numpy()
    want = json.loads((shared / "parity" / "fingerprint_check.json").read_text())
    np.testing.assert_allclose(found[:8], want["first8"], atol=1e-7)
    np.testing.assert_allclose(found[-4:], want["last4"], atol=1e-7)
    assert found.argmax() == want["argmax"]
