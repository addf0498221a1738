"""What is explained: a score of the network's outputs, turned towards the target."""

from __future__ import annotations

from collections.abc import Callable

import torch

from core.detectors.base import Detector
from core.detectors.card import ModelCard, Question
from core.explain.attribution import Scale
from core.foundation.errors import ExplainError

Score = Callable[[torch.Tensor], torch.Tensor]
"""Scores (n,) of logits (n, classes); keeps the gradient."""


def question_of(card: ModelCard, question: Question | None) -> Question:
    """The question asked for, or the model's first.

    Raises:
        ExplainError: the model does not answer it (EX-003).
    """
    if question is None:
        return card.questions[0]
    if question not in card.questions:
        raise ExplainError(
            "EX-003",
            f"The model {card.id} does not answer the question {question}.",
            do=f"Ask one that it answers: {', '.join(card.questions)}.",
        )
    return question


def score_towards(detector: Detector, question: Question, target: str, of: Scale) -> Score:
    """The score that is attributed.

    `fake` and `both` take the log-odds of the question's answer, `real` their negative, a class name the log-odds of
    that class against all others. As a probability each goes through the logistic function; for a network of two
    classes that is the softmax.

    Raises:
        ExplainError: the model has no such class (EX-004).
    """
    towards = _log_odds(detector, question, target)
    return towards if of == "score" else lambda logits: torch.sigmoid(towards(logits))


def _log_odds(detector: Detector, question: Question, target: str) -> Score:
    card = detector.card
    column = card.questions.index(question)
    if target in ("fake", "both"):
        return lambda logits: detector.answer_scores(logits)[:, column]
    if target == "real":
        return lambda logits: -detector.answer_scores(logits)[:, column]
    if target not in card.classes:
        raise ExplainError(
            "EX-004",
            f"The model {card.id} has no class called {target!r}.",
            do=f"Choose fake, real, both, or one of: {', '.join(card.classes)}.",
        )
    index = card.classes.index(target)
    return lambda logits: _against_the_rest(logits, index)


def _against_the_rest(logits: torch.Tensor, index: int) -> torch.Tensor:
    """Log-odds of one class; the logit itself where it is the only one."""
    if logits.shape[1] == 1:
        return logits[:, 0]
    rest = torch.cat([logits[:, :index], logits[:, index + 1 :]], dim=1)
    return logits[:, index] - rest.logsumexp(dim=1)
