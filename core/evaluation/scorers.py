"""What gives a clip its scores: one model by itself, or the whole examination with the suite that ships."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from core.analysis import AnalysisPlan, examine
from core.analysis.scoring import trimmed_mean
from core.analysis.windows import windows_of
from core.audio import Recording, mono
from core.audio.perturb import Coding, Wave
from core.calibration.verbal import Weight
from core.detectors.card import QUESTIONS, ModelCard, Question
from core.detectors.pack import read_pack
from core.detectors.pack_files import CARD
from core.detectors.preparing import file_waveform, fit_window, window_batch
from core.evaluation.changed import changed
from core.foundation.hashing import sha256_value

if TYPE_CHECKING:
    from core.analysis.finding import QuestionResult
    from core.detectors import Detector, ModelStore

SUITE = "suite"
"""Stands for the suite that ships where a model is named."""
_BATCH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One answer to one question about one clip."""

    score: float
    log10_lr: float | None = None
    """None for a model by itself, and where the gate refuses."""
    applicability: str = ""
    """inside, edge or outside; empty for a model by itself, which knows no gate."""
    at_limit: int = 0
    """1 where the ratio stands at the upper limit of what the calibration may state, -1 at the lower."""


class Scorer(Protocol):
    """Something that answers questions about a clip."""

    name: str
    title: str
    version: str
    sha256: str
    """Names weights, card and calibration together."""
    recipe: str
    """How windows become a clip's score."""
    questions: tuple[Question, ...]
    cards: tuple[ModelCard, ...]

    def score(
        self, recording: Recording, waveform: Wave | None, coding: Coding | None = None
    ) -> Mapping[Question, Scored]:
        """Answers about a recording, or about a changed waveform (frames,) at its rate that went through a coder."""
        ...


class ModelScorer:
    """One model: trimmed mean of its windows' scores, cut and prepared as in an examination.

    Windows without speech are not left out: the clips of data sets are short.
    """

    def __init__(self, detector: Detector, trim: float):
        """Take a detector, and the share of windows left out at each end."""
        self._detector, self._trim = detector, trim
        card = detector.card
        self.name, self.title, self.version, self.sha256 = card.id, card.title, card.version, detector.sha256
        self.questions, self.cards, self.recipe = card.questions, (card,), f"trimmed mean {trim}"

    def score(
        self, recording: Recording, waveform: Wave | None, coding: Coding | None = None
    ) -> Mapping[Question, Scored]:
        """Score of each question the model answers; a coding says nothing to it."""
        sound = mono(recording, 0, recording.frames) if waveform is None else waveform
        scores = self._scores(sound, recording.sample_rate)
        return {
            question: Scored(score=trimmed_mean(scores[:, column], self._trim))
            for column, question in enumerate(self.questions)
        }

    def _scores(self, waveform: Wave, rate: int) -> NDArray[np.float64]:
        """Scores (windows, answers)."""
        import torch

        card = self._detector.card
        prepared = file_waveform(card, waveform, rate)
        cut_rate = card.sample_rate if card.resampling == "file" else rate
        window = round(card.window_s * cut_rate)
        hop = window // (card.window_frames // card.hop_frames)
        windows = torch.from_numpy(np.stack([w.samples for w in windows_of([prepared], window, hop)]))
        with torch.inference_mode():
            ready = fit_window(card, window_batch(card, windows, cut_rate)).to(self._detector.device)
            found = [self._detector.scores(part) for part in ready.split(_BATCH)]
        return torch.cat(found).double().cpu().numpy()


class SuiteScorer:
    """The whole examination: the suite's models, fusion, calibration and applicability gate."""

    def __init__(self, store: ModelStore, device: str = "cpu"):
        """Take the store whose suite is run.

        Raises:
            ModelError: the suite is empty or damaged (MO-…).
        """
        ids = store.default_ids()
        self._store, self._plan = store, AnalysisPlan(models=ids, device=device)
        packs = [store.get(model) for model in ids]
        self.name, self.title, self.version = SUITE, "The suite that ships", ""
        self.sha256 = sha256_value([[pack.sha256 for pack in packs], store.calibration(ids)])
        self.cards, self.recipe = tuple(pack.card for pack in packs), f"{self._plan.sha256()}, with limits"
        self.questions: tuple[Question, ...] = tuple(
            q for q in QUESTIONS if any(q in card.questions for card in self.cards)
        )

    def score(
        self, recording: Recording, waveform: Wave | None, coding: Coding | None = None
    ) -> Mapping[Question, Scored]:
        """Score, likelihood ratio and applicability of each question, as an examination gives them."""
        if waveform is None:
            return self._examined(recording)
        with changed(waveform, recording.sample_rate, coding) as copy:
            return self._examined(copy)

    def _examined(self, recording: Recording) -> Mapping[Question, Scored]:
        found = examine(recording, self._plan, self._store).questions
        return {
            question: Scored(
                score=found[question].score,
                log10_lr=found[question].log10_lr,
                applicability=found[question].applicability,
                at_limit=_at_limit(found[question]),
            )
            for question in self.questions
        }


def _at_limit(answer: QuestionResult) -> int:
    if answer.log10_lr is None:
        return 0
    weight = Weight(question=answer.question, log10_lr=answer.log10_lr, bounds=answer.bounds)
    return {"at least": 1, "at most": -1}.get(weight.limit, 0)


def open_scorer(name: str, store: ModelStore, device: str, trim: float) -> Scorer:
    """The scorer of a model's id, of a pack's folder, or of `suite`.

    Raises:
        ModelError: there is none, or it is damaged (MO-…).
    """
    if name == SUITE:
        return SuiteScorer(store, device)
    folder = Path(name)
    if (folder / CARD).is_file():
        store = type(store)((folder.resolve().parent,))
        name = read_pack(folder).card.id
    return ModelScorer(store.load(name, device), trim)
