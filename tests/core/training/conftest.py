"""Tiny training data: clips of noise in three classes, told apart by a tone."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from core.training.plan import TrainingPlan

FRAMES = 16000
SMALL = TrainingPlan(
    name="small",
    cycles=(6,),
    batch=8,
    crop_s=(0.5, 0.6),
    window_s=0.5,
    hop_s=0.5,
    learning_rate=1e-2,
    clean=1.0,
    evaluate_every=3,
    architecture_args={"widths": (8, 8, 8), "embedding": 16, "dropout": 0.2, "fold": 0},
    front_end_args={"fold": 0},
)


@pytest.fixture
def small() -> TrainingPlan:
    """A plan for a tiny trunk."""
    return SMALL


@pytest.fixture
def tones(tmp_path: Path, rng: np.random.Generator) -> Path:
    """A manifest of 16 clips of a second: human white noise, a decoder's tone, a codec's tone; half train, half dev."""
    rows = []
    for number in range(16):
        kind = (0, 1, 0, 2)[number % 4]
        t = np.arange(FRAMES) / 16000
        tone = 0.05 * np.sin(2 * np.pi * (1000, 3000)[kind - 1] * t) if kind else 0
        sf.write(tmp_path / f"{number}.wav", 0.02 * rng.standard_normal(FRAMES) + tone, 16000)
        rows.append(
            {
                "path": f"{number}.wav",
                "label": "fake" if kind else "real",
                "synthetic": ("0", "1", "")[kind],
                "neural_codec": ("0", "0", "1")[kind],
                "family": ("real", "tts", "codec")[kind],
                "generator": ("", "one", "two")[kind],
                "source": f"s{number % 3}",
                "corpus": ("a", "b", "b")[number % 3],
                "split": "train" if number < 8 else "dev",
            }
        )
    path = tmp_path / "manifest.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path
