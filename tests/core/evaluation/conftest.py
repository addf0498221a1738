"""A small data set whose figures follow from its levels, and a scorer that measures the level."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from helpers.fake_detector import CARD, LevelDetector

from core.evaluation.scorers import ModelScorer

COLUMNS = (
    "path",
    "label",
    "synthetic",
    "neural_codec",
    "family",
    "generator",
    "source",
    "speaker",
    "split",
    "language",
)
LEVELS = {"real": (0.1, 0.2, 0.3, 0.45), "fake": (0.4, 0.5, 0.6, 0.7)}
"""Of test; one of four on each side is on the wrong side of any threshold between 0.4 and 0.45."""


@pytest.fixture
def manifest(tmp_path: Path, rng: np.random.Generator) -> Path:
    """Eight clips of test and four of dev: noise of known level; louder = more synthetic for the level meter."""
    folder = tmp_path / "small"
    folder.mkdir()
    rows = []
    for split, levels in (("test", LEVELS), ("dev", {"real": (0.1, 0.2), "fake": (0.3, 0.5)})):
        for label, values in levels.items():
            for number, level in enumerate(values):
                name = f"{split} {label} {number}.wav"
                noise = rng.standard_normal(16000)
                sf.write(folder / name, level * noise / np.sqrt(np.mean(noise**2)) / 4, 16000, subtype="FLOAT")
                real = label == "real"
                rows.append(
                    {
                        "path": name,
                        "label": label,
                        "synthetic": 0 if real else 1,
                        "neural_codec": 0 if real else "",
                        "family": "real" if real else "tts",
                        "generator": "" if real else f"voice {number % 2}",
                        "source": f"source {number % 2}",
                        "speaker": f"speaker {number}",
                        "split": split,
                        "language": "en" if number else "",
                    }
                )
    path = folder / "manifest.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def meter() -> ModelScorer:
    return ModelScorer(LevelDetector(CARD), 0.1)  # type: ignore[arg-type]
