"""Detectors fitted to all crops at once: mixtures of Gaussians by EM, linear networks by logistic regression."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.mixture import GaussianMixture
from torch import Tensor, nn

from core.foundation.errors import DataError, TrainingError
from core.foundation.progress import SILENT, Progress, span
from core.training.batches import Batches
from core.training.networks import Inputs, check_lengths, network_of
from core.training.plan import TrainingPlan
from core.training.statistics import feature_statistics

_ITERATIONS, _TOLERANCE = 100, 1e-3
_LOGISTIC_ITERATIONS = 500


def fit_weights(plan: TrainingPlan, batches: Batches, progress: Progress = SILENT) -> dict[str, Tensor]:
    """Weights of a pack, fitted to the crops of all the plan's steps.

    Raises:
        TrainingError: the architecture is not one that the plan's optimiser fits (TR-011).
        DataError: a class has too few crops (DA-042).
        Cancelled: progress says so, between two iterations.
    """
    network = network_of(plan, batches.task)
    fit = _FITS.get((plan.optimiser, plan.architecture))
    if fit is None:
        raise TrainingError(
            "TR-011",
            f"{plan.optimiser} does not fit the architecture {plan.architecture}.",
            means="Training did not start.",
            do="Use em with gmm, logistic with linear, adamw or adam with all others.",
        )
    inputs = Inputs(plan, network, torch.device("cpu"))
    check_lengths(plan, network, inputs)
    if plan.normalise != "none":
        inputs.statistics = feature_statistics(plan, batches, inputs)
    maps, classes = _gather(plan, batches, inputs, span(progress, 0, 0.3))
    fit(plan, network, maps, classes, span(progress, 0.3, 1))
    return {name: tensor.detach().clone() for name, tensor in network.state_dict().items()} | inputs.statistics


def _gather(plan: TrainingPlan, batches: Batches, inputs: Inputs, progress: Progress) -> tuple[Tensor, Tensor]:
    """Maps of all steps' crops (one length: the window) and the first class each may be."""
    maps, classes = [], []
    for step in range(plan.steps):
        progress.check()
        waveforms, allowed = batches.make(step)
        maps.append(inputs(waveforms))
        classes.append(allowed.int().argmax(dim=1))
        progress.report((step + 1) / plan.steps, "gathering")
    width = min(each.shape[3] for each in maps)
    return torch.cat([each[..., :width] for each in maps]), torch.cat(classes)


def _mixtures(plan: TrainingPlan, network: nn.Module, maps: Tensor, classes: Tensor, progress: Progress) -> None:
    """EM for each class, from k-means; parameters into the network."""
    means: Any = network.means
    for number in range(means.shape[0]):
        columns = maps[classes == number].squeeze(1).transpose(1, 2).flatten(0, 1).double().numpy()
        _check_count(len(columns), means.shape[1], "columns")
        part = span(progress, number / means.shape[0], (number + 1) / means.shape[0])
        found: Any = _em(columns, means.shape[1], plan.seed, part)
        with torch.no_grad():
            for name, value in zip(
                ("log_weights", "means", "variances"),
                (np.log(found.weights_), found.means_, found.covariances_),
                strict=True,
            ):
                getattr(network, name)[number] = torch.from_numpy(value).float()


def _em(columns: NDArray[np.float64], components: int, seed: int, progress: Progress) -> GaussianMixture:
    """EM one iteration at a time, so that it can be stopped; ends as scikit-learn's own would."""
    mixture = GaussianMixture(components, covariance_type="diag", max_iter=1, warm_start=True, random_state=seed)
    before = -np.inf
    for iteration in range(_ITERATIONS):
        progress.check()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            mixture.fit(columns)
        progress.report((iteration + 1) / _ITERATIONS, "fitting")
        if abs(mixture.lower_bound_ - before) < _TOLERANCE:
            break
        before = mixture.lower_bound_
    return mixture


def _logistic(plan: TrainingPlan, network: nn.Module, maps: Tensor, classes: Tensor, progress: Progress) -> None:
    """L2 logistic regression, C = 1 / weight_decay, one class against the others; parameters into the head."""
    embed: Any = network.embed
    head: Any = network.head
    seen, truth = embed(maps).double().numpy(), classes.numpy()
    penalty = 1 / max(plan.weight_decay, 1e-9)
    with torch.no_grad():
        for number in range(head.out_features):
            progress.check()
            _check_count(int((truth == number).sum()), 1, "crops")
            found: Any = LogisticRegression(C=penalty, max_iter=_LOGISTIC_ITERATIONS, solver="liblinear")
            found.fit(seen, truth == number)
            head.weight[number] = torch.from_numpy(found.coef_[0]).float()
            head.bias[number] = float(found.intercept_[0])
            progress.report((number + 1) / head.out_features, "fitting")
        if head.out_features == 2:  # two mirrored fits: their difference would be twice the log-odds
            head.weight /= 2
            head.bias /= 2


def _check_count(count: int, needed: int, what: str) -> None:
    if count < needed:
        raise DataError(
            "DA-042",
            f"A class has {count} {what}, and {needed} are needed.",
            means="Nothing was fitted.",
            do="Use more data or steps, or fewer components.",
        )


_FITS: dict[tuple[str, str], Callable[[TrainingPlan, nn.Module, Tensor, Tensor, Progress], None]] = {
    ("em", "gmm"): _mixtures,
    ("logistic", "linear"): _logistic,
}
