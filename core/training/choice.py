"""Which of a run's weights are kept: those with the smallest equal error on dev, until no better ones come."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from torch import Tensor

from core.detectors.card import ModelCard
from core.detectors.network_detector import NetworkDetector
from core.foundation.errors import DataError, ModelError, TrainingError
from core.training.checkpoint import read_checkpoint, save_checkpoint
from core.training.datasets.manifest import Clip
from core.training.divergence import Losses, no_number
from core.training.evaluate import Wave, score_clips
from core.training.loop import Trainer
from core.training.metrics import equal_error
from core.training.plan import TrainingPlan
from core.training.record import Record


def dev_errors(
    card: ModelCard, weights: Mapping[str, Tensor], clips: Sequence[Clip], waveforms: Sequence[Wave]
) -> dict[str, float]:
    """Equal error rate of each question in per cent."""
    scores = score_clips(NetworkDetector(card, weights), waveforms)
    found = {}
    for column, question in enumerate(card.questions):
        used = [i for i, clip in enumerate(clips) if clip.truth(question) is not None]
        truth = [clips[i].truth(question) or 0 for i in used]
        found[question] = 100 * equal_error(scores[used, column], truth)[0]
    return found


def check_dev(card: ModelCard, clips: Sequence[Clip]) -> None:
    """Refuse clips that cannot choose.

    Raises:
        DataError: a question lacks clips for one of its answers (DA-041).
    """
    for question in card.questions:
        if not {0, 1} <= {clip.truth(question) for clip in clips}:
            raise DataError(
                "DA-041",
                f"The clips that choose the weights have none for or none against {question}.",
                means="Training cannot start.",
                do="Give dev clips of both kinds (splits, hold_out and choose_on in the plan).",
            )


class Choice:
    """Evaluates, keeps the best weights and a checkpoint to go on from, and says when to end."""

    def __init__(
        self,
        plan: TrainingPlan,
        card: ModelCard,
        dev: tuple[Sequence[Clip], Sequence[Wave]],
        path: Path,
        run: str,
        record: Record,
    ):
        """Check dev; `card` is the draft of the pack's, `path` the checkpoint, `run` names plan and data.

        Raises:
            DataError: DA-041.
        """
        check_dev(card, dev[0])
        self.plan, self._card, self._dev, self._path, self._run, self._record = plan, card, dev, path, run, record
        self.best = math.inf
        """Smallest mean equal error of all questions, per cent."""
        self.weights: dict[str, Tensor] = {}
        """Those of the best evaluation; empty before the first."""
        self.step = 0
        """Of the best evaluation."""
        self.losses = Losses()
        self.waited = 0
        """Evaluations since the best one."""

    def __call__(self, trainer: Trainer) -> bool:
        """Evaluate, keep, save; whether training should end.

        Raises:
            TrainingError: the scores are no numbers (TR-005).
        """
        weights = trainer.weights()
        errors = self._errors(weights) if trainer.world.rank == 0 else {}
        mean = trainer.world.from_first(float(np.mean(list(errors.values()))) if errors else 0.0, trainer.device)
        self._record.write("evaluation", trainer.done, eer_pct=mean, **errors)
        if not math.isfinite(mean):
            raise no_number(f"After step {trainer.done} the scores of dev were not numbers.", trainer.done)
        if mean < self.best:
            self.best, self.weights, self.step, self.waited = mean, weights, trainer.done, 0
        else:
            self.waited += 1
        self.save(trainer)
        return 0 < self.plan.patience <= self.waited

    def _errors(self, weights: Mapping[str, Tensor]) -> dict[str, float]:
        """NaN where scores are no numbers: every process must hear of it."""
        try:
            return dev_errors(self._card, weights, *self._dev)
        except ModelError:
            return dict.fromkeys(self._card.questions, math.nan)

    def save(self, trainer: Trainer) -> None:
        """Write a checkpoint; a drive that is full is told of and does not end training."""
        if trainer.world.rank:
            return
        state = {
            "best": self.best,
            "weights": self.weights,
            "step": self.step,
            "waited": self.waited,
            "losses": self.losses.state(),
            "trainer": trainer.state(),
        }
        try:
            save_checkpoint(self._path, self._run, state)
        except TrainingError as error:
            self._record.fault(trainer.done, error)

    def resume(self, trainer: Trainer) -> bool:
        """Go on from the checkpoint; whether there was one.

        Raises:
            TrainingError: it cannot be used (TR-007).
        """
        state = read_checkpoint(self._path, self._run)
        if state is None:
            return False
        trainer.resume(state["trainer"])
        self.best, self.weights, self.waited = state["best"], state["weights"], state["waited"]
        self.step = state.get("step", 0)
        if "losses" in state:  # not in checkpoints of earlier versions
            self.losses.resume(state["losses"])
        return True

    @property
    def ended(self) -> bool:
        """Whether patience is at its end already."""
        return 0 < self.plan.patience <= self.waited
