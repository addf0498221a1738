"""A detector whose scores can be worked out by hand, and a store that holds it."""

from __future__ import annotations

from dataclasses import replace

import torch

from core.detectors.card import Answer, ModelCard

CARD = ModelCard(
    id="test/level",
    version="1.0",
    title="Level meter",
    summary="Scores a window by its mean square; for tests.",
    origin="user",
    answers=(
        Answer(question="synthetic", positive=(0,), negative=(1,)),
        Answer(question="neural_codec", positive=(1,), negative=(0,)),
    ),
    classes=("loud", "quiet"),
    architecture="none",
    sample_rate=16000,
    window_frames=16000,
    hop_frames=8000,
    short_input="as is",
    limits=("For tests only.",),
)


class LevelDetector:
    """Score for `synthetic` = mean square of the window, for `neural_codec` its negative."""

    def __init__(self, card: ModelCard = CARD):
        self.card = card
        self.sha256 = "f" * 64
        self.device = torch.device("cpu")
        self.batches: list[tuple[int, ...]] = []

    def scores(self, waveforms: torch.Tensor) -> torch.Tensor:
        self.batches.append(tuple(waveforms.shape))
        power = waveforms.square().mean(dim=1)
        return torch.stack([power, -power], dim=1)[:, : len(self.card.answers)]


class FakeStore:
    """A store that holds level meters only."""

    def __init__(self, **changes):
        self.detector = LevelDetector(replace(CARD, **changes))
        self.record: dict | None = None
        """Calibration record of the level meter; None for none."""

    def default_ids(self) -> tuple[str, ...]:
        return (self.detector.card.id,)

    def load(self, model: str, device: str = "cpu") -> LevelDetector:
        return self.detector

    def calibration(self, models) -> dict | None:
        return self.record if list(models) == [self.detector.card.id] else None
