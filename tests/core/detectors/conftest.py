"""A tiny model: a card and weights that come from a fixed formula, not from a random generator of torch."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch

from core.detectors import ARCHITECTURES, Answer, ModelCard, ModelStore, PackInfo, write_pack
from core.foundation.paths import shared_dir

CARD = ModelCard(
    id="user/tiny",
    version="1.0",
    title="Tiny",
    summary="For tests.",
    origin="user",
    answers=(
        Answer(question="synthetic", positive=(1, 2), negative=(0,)),
        Answer(question="neural_codec", positive=(2,), negative=(0, 1)),
    ),
    classes=("real", "vocoder", "codec"),
    architecture="lcnn",
    architecture_args={"bins": 16, "frames": 33, "n_outputs": 3},
    front_end="mel",
    front_end_args={"n_fft": 256, "window_frames": 256, "hop_frames": 64, "mels": 16, "scale": "ln", "offset": 1e-6},
    sample_rate=8000,
    window_frames=2048,
    hop_frames=1024,
    seed=3,
    results=({"set": "none", "question": "synthetic", "eer_pct": 50.0, "n": 2},),
    limits=("For tests only.",),
)


def formula_weights(module: torch.nn.Module) -> dict[str, torch.Tensor]:
    """Weights from a hash of their names, scaled by the fan-in; statistics mean 0 and variance 1."""
    state = {}
    for name, tensor in module.state_dict().items():
        if name.endswith(("running_mean", "running_var", "num_batches_tracked")):
            state[name] = torch.full_like(tensor, 1 if name.endswith("var") else 0)
        else:
            noise = np.frombuffer(hashlib.shake_128(name.encode()).digest(4 * tensor.numel()), "<u4") / 2**32 - 0.5
            scale = 0.1 if tensor.ndim == 1 else (10 / tensor[0].numel()) ** 0.5
            state[name] = torch.from_numpy(noise * scale).float().reshape(tensor.shape)
    return state


@pytest.fixture
def card() -> ModelCard:
    """The tiny model's card."""
    return CARD


@pytest.fixture
def weights() -> dict[str, torch.Tensor]:
    """The tiny model's weights and normalisation."""
    network = ARCHITECTURES["lcnn"](**CARD.architecture_args)
    return {
        **formula_weights(network),
        "normalisation.mean": torch.tensor(-5.0),
        "normalisation.std": torch.tensor(4.0),
    }


@pytest.fixture
def pack(tmp_path: Path, weights: dict[str, torch.Tensor]) -> PackInfo:
    """The tiny model as a pack with a calibration."""
    return write_pack(tmp_path / "packs" / "tiny", CARD, weights, {"method": "none"})


@pytest.fixture
def variant(tmp_path: Path, weights: dict[str, torch.Tensor]):
    """Maker of packs that differ in their card: f(folder, **changes) -> PackInfo."""

    def make(folder: Path, **changes: object) -> PackInfo:
        return write_pack(folder, dataclasses.replace(CARD, **changes), weights)  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def imported(tmp_path_factory: pytest.TempPathFactory) -> ModelStore:
    """All published checkpoints, imported once; not to be changed. Skips where they are not there."""
    folder = shared_dir() / "checkpoints"
    if not folder.is_dir():
        pytest.skip(f"no published checkpoints at {folder} (set AUDITRACE_SHARED)")
    store = ModelStore([tmp_path_factory.mktemp("imported")])
    store.import_(folder)
    return store
