"""From scanned clips to the calibration record of a pack or of a suite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.audio.perturb import Coding
from core.calibration.calibration import Calibration
from core.calibration.fitting import Fusion, fit_calibration, with_held_out
from core.calibration.record import CalibrationRecord
from core.detectors.card import QUESTIONS, ModelCard, Question
from core.evaluation.scanning import Scan, sample
from core.ood.distance import Neighbourhood, fit_neighbourhood
from core.ood.validated import LOSSLESS, fit_envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How calibrations are made."""

    method: str = "logistic"
    fusion: Fusion = "logistic"
    manifest_sha256: str = ""
    split: str = "dev"
    through: tuple[Coding, ...] = ()
    """Coders that some of the clips went through."""
    seed: int = 0

    @property
    def codings(self) -> tuple[str, ...]:
        """Codings of the clips."""
        return (LOSSLESS, *(coding.name for coding in self.through))

    @property
    def lowest_kbps(self) -> dict[str, float]:
        """Lowest bit rate of each coding that has one, kbit/s."""
        rates = sorted(((each.name, each.kbps) for each in self.through if each.kbps is not None), reverse=True)
        return dict(rates)


def make_record(
    cards: Sequence[ModelCard], scans: Sequence[Scan], training: Sequence[Scan], recipe: Recipe
) -> CalibrationRecord:
    """Calibrations of every question that the models answer, and the neighbourhood of each model.

    Args:
        cards: Of the models, whose scores are taken together.
        scans: Clips that the models were not trained on.
        training: Clips that they were trained on; where there are none, distances are not looked at.
        recipe: How.

    Raises:
        CalibrationError: the clips do not allow it (CL-001 … CL-005), or there is no such method (CL-007).
    """
    answered: dict[Question, list[str]] = {q: [card.id for card in cards if q in card.questions] for q in QUESTIONS}
    return CalibrationRecord(
        questions={q: _calibration(q, models, scans, recipe) for q, models in answered.items() if models},
        neighbourhoods={card.id: _neighbourhood(card.id, scans, training) for card in cards if training},
    )


def add_held_out(record: CalibrationRecord, scans: Sequence[Scan], words: str) -> CalibrationRecord:
    """The record with its calibrations' figures on clips of other sources, e.g. `held out: test`."""
    judged = {q: with_held_out(found, sample(scans, q, found.models), words) for q, found in record.questions.items()}
    return replace(record, questions=judged)


def card_rows(record: CalibrationRecord) -> list[dict[str, object]]:
    """What the likelihood ratios cost, as rows of a card's results."""
    return [
        {
            "set": each.data,
            "condition": "likelihood ratios",
            "question": question,
            "cllr": round(each.cllr, 3),
            "cllr_low": round(each.cllr_interval[0], 3),
            "cllr_high": round(each.cllr_interval[1], 3),
            "cllr_min": round(each.cllr_min, 3),
            "n": each.n_for + each.n_against,
            "n_for": each.n_for,
            "sources": each.sources,
        }
        for question, found in record.questions.items()
        for each in found.measured
    ]


def set_words(split: str, fixed_on: Iterable[str]) -> str:
    """What figures on a split may be called: held out only where the split fixed nothing and chose nothing.

    Args:
        split: Of the clips that are measured.
        fixed_on: Splits that coefficients or thresholds were fixed on; `train` and `dev` gave the weights.
    """
    if split in {"train", "dev", *fixed_on}:
        return f"seen before: {split}, which took part in training, choosing or fixing"
    return f"held out: {split}"


def lines(record: CalibrationRecord) -> Iterable[str]:
    """The figures in words, one line for each question and set of clips."""
    for question, found in record.questions.items():
        yield f"{question}: {found.id}, limits of log10 LR {found.bounds[0]:.2f} to {found.bounds[1]:.2f}"
        for each in found.measured:
            yield f"  {'; '.join(found.in_words(each))}"
        if found.refusal:
            yield f"  {found.refusal}"


def _calibration(question: Question, models: Sequence[str], scans: Sequence[Scan], recipe: Recipe) -> Calibration:
    used = [each.condition for each in scans if each.clip.truth(question) is not None]
    return fit_calibration(
        sample(scans, question, models),
        question,
        models,
        fit_envelope(used, recipe.codings, recipe.lowest_kbps),
        method=recipe.method,
        fusion=recipe.fusion,
        manifest_sha256=recipe.manifest_sha256,
        split=recipe.split,
        seed=recipe.seed,
    )


def _neighbourhood(model: str, scans: Sequence[Scan], training: Sequence[Scan]) -> Neighbourhood:
    found = [each.embeddings[model] for each in training]
    classes = [f"{each.clip.synthetic} {each.clip.neural_codec}" for each in training]
    return fit_neighbourhood(
        np.concatenate(found),
        np.repeat(classes, [len(windows) for windows in found]),
        np.concatenate([each.embeddings[model] for each in scans]),
    )
