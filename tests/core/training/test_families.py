"""Every family of detectors learns eight clips from scratch, and its pack says what its trainer said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.detectors.network_detector import NetworkDetector
from core.training.choice import dev_errors
from core.training.data import open_data
from core.training.datasets.manifest import read_manifest
from core.training.export import draft_card
from core.training.fitting import fit_weights
from core.training.loop import Trainer

STFT = {"front_end": "stft", "front_end_args": {"n_fft": 511, "window_frames": 511, "hop_frames": 220}}
PACKETS = {"front_end": "packets", "front_end_args": {"wavelet": "haar"}}
MEL = {"front_end": "mel", "front_end_args": {"scale": "ln"}}
LFCC = {"front_end": "lfcc", "front_end_args": {"deltas": 2}}
FAMILIES = {
    "dcnn on packets": {**PACKETS, "architecture": "dcnn"},
    "dcnn on stft, no dilation": {**STFT, "architecture": "dcnn", "architecture_args": {"dilation": False}},
    "lcnn": {**MEL, "architecture": "lcnn"},
    "lcnn-blstm": {**LFCC, "architecture": "lcnn-blstm", "architecture_args": {"dropout": 0.1}},
    "convnext": {**MEL, "architecture": "convnext", "architecture_args": {"widths": [8, 16], "depth": 1}},
    "regression": {**MEL, "architecture": "linear", "architecture_args": {"pooled": False}},
    "rawnet2": {
        "architecture": "rawnet2",
        "architecture_args": {"channels": [8, 8, 16], "taps": 129, "hidden": 16, "layers": 1},
    },
    "aasist": {
        "architecture": "aasist",
        "architecture_args": {"channels": [8, 8, 8, 8, 8, 8], "graph_dims": [8, 8]},
    },
}
FITTED = {
    "lfcc-gmm": {
        **LFCC,
        "architecture": "gmm",
        "architecture_args": {"components": 4},
        "optimiser": "em",
        "normalise": "bins",
    },
    # one bin of 4001 tells the tones from 24 crops; scaled to the spread of noise it would be one among many
    "fourier-logistic": {
        "front_end": "fourier",
        "architecture": "linear",
        "optimiser": "logistic",
        "normalise": "none",
    },
}


@pytest.fixture
def made(small, tones, tmp_path):
    """Maker of a plan for one question with these changes, and its data."""

    def make(**changes):
        normalise = "none" if "front_end" not in changes else "scalar"
        base = {"task": "question", "sampling": "balanced", "crop_s": (0.5, 0.5), "architecture_args": {}}
        base |= {"front_end": "waveform", "front_end_args": {}, "short_input": "repeat", "averaging": 0.0}
        plan = replace(
            small, **base | {"normalise": normalise, "normalise_batches": 1, "learning_rate": 3e-3} | changes
        )
        return plan, open_data(read_manifest(tones), plan, Path(tmp_path) / "cache")

    return make


SLOW = ("dcnn on packets", "dcnn on stft, no dilation", "aasist")


@pytest.mark.parametrize(
    "changes",
    [pytest.param(changes, id=n, marks=[pytest.mark.slow] * (n in SLOW)) for n, changes in FAMILIES.items()],
)
def test_network_learns_eight_clips(made, changes):
    plan, data = made(**changes, cycles=(60,), schedule="constant", warm_up=0.0)
    trainer = Trainer(plan, data.batches(plan))
    waveforms, allowed = trainer.batches.make(0)

    def loss_of_first_batch() -> float:
        card = draft_card(plan, task=trainer.batches.task)
        detector = NetworkDetector(card, trainer.weights())
        logits = detector.logits(detector.features(waveforms))
        return torch.nn.functional.cross_entropy(logits, allowed.int().argmax(dim=1)).item()

    trainer.prepare()
    before = loss_of_first_batch()
    seen = [trainer.step().loss for _ in range(6)]
    assert np.isfinite(seen).all()
    assert np.mean(seen[-2:]) < np.mean(seen[:2])
    assert np.isfinite([before, loss_of_first_batch()]).all()


@pytest.mark.parametrize("changes", FITTED.values(), ids=FITTED)
def test_fitted_detector_tells_the_tones(made, changes):
    plan, data = made(**changes | {"cycles": (3,), "weight_decay": 1.0})
    batches = data.batches(plan)
    errors = dev_errors(draft_card(plan, task=batches.task), fit_weights(plan, batches), *data.split("dev"))
    assert errors["synthetic"] < 10


def test_mixtures_give_the_likelihoods_of_the_library(rng):
    from sklearn.mixture import GaussianMixture

    from core.detectors.architectures.gmm import Mixtures

    columns = rng.standard_normal((400, 6)) * np.arange(1, 7)
    fitted = GaussianMixture(3, covariance_type="diag", random_state=1).fit(columns)
    network = Mixtures(bins=6, components=3, n_outputs=1)
    with torch.no_grad():
        network.log_weights[0] = torch.from_numpy(np.log(fitted.weights_)).float()
        network.means[0] = torch.from_numpy(fitted.means_).float()
        network.variances[0] = torch.from_numpy(fitted.covariances_).float()
        maps = torch.from_numpy(columns.T[None, None]).float()
        found = network(maps).item()
    assert found == pytest.approx(fitted.score_samples(columns).mean(), abs=1e-4)
