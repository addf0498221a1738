"""A model pack with an untrained network of a few hundred weights, for tests of everything around it."""

from __future__ import annotations

from pathlib import Path

import torch

from core.detectors import write_pack
from core.detectors.base import ARCHITECTURES
from core.detectors.card import Answer, ModelCard

ARGUMENTS = {"classes": 3, "bins": 56, "fold": 0, "widths": [4, 4, 4], "embedding": 4}
FRONT_END = {"n_fft": 128, "hop": 160, "fold": 0}

CARD = ModelCard(
    id="test/tiny",
    version="1.0",
    title="Tiny",
    summary="Untrained; for tests.",
    origin="user",
    answers=(
        Answer(question="synthetic", positive=(1,), negative=(0, 2)),
        Answer(question="neural_codec", positive=(2,), negative=(0, 1)),
    ),
    classes=("human", "synthetic", "codec"),
    architecture="trunk",
    architecture_args=ARGUMENTS,
    front_end="linephase",
    front_end_args=FRONT_END,
    sample_rate=16000,
    window_frames=32000,
    hop_frames=16000,
    short_input="as is",
    licence="none",
    limits=("For tests only.",),
)


def write_tiny_pack(folder: Path) -> ModelCard:
    """Write the pack into a folder; the weights are those of a fixed seed."""
    with torch.random.fork_rng():
        torch.manual_seed(7)
        network = ARCHITECTURES["trunk"](**ARGUMENTS)
    write_pack(folder, CARD, network.state_dict())
    return CARD
