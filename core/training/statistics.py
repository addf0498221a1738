"""Mean and deviation of features over training batches, for the pack's normalisation."""

from __future__ import annotations

from collections.abc import Callable

import torch
from sklearn.preprocessing import StandardScaler
from torch import Tensor

from core.training.batches import Batches
from core.training.plan import TrainingPlan


def feature_statistics(plan: TrainingPlan, batches: Batches, features: Callable[[Tensor], Tensor]) -> dict[str, Tensor]:
    """`normalisation.mean` and `normalisation.std` of the plan's first batches.

    Args:
        plan: Says over what: one number each, or one for each channel and bin, (channels, bins).
        batches: Where the crops come from, changed as in training.
        features: Maps (n, channels, bins, frames) of waveforms.

    Returns:
        float32; a bin that never changes gets the deviation 1.

    Source: Chan, Golub, LeVeque (1983), The American Statistician 37(3), 242-247: batches are merged exactly, as
    Welford's algorithm merges single values; computed in double precision by scikit-learn.
    """
    scaler = StandardScaler()
    shape = torch.Size(())
    for step in range(plan.normalise_batches):
        maps = features(batches.make(step)[0]).cpu()
        shape = maps.shape[1:3]
        rows = maps.reshape(-1, 1) if plan.normalise == "scalar" else maps.permute(0, 3, 1, 2).flatten(2).flatten(0, 1)
        scaler.partial_fit(rows.double().numpy())
    found = {"mean": scaler.mean_, "std": scaler.scale_}
    sizes = () if plan.normalise == "scalar" else tuple(shape)
    return {f"normalisation.{name}": torch.as_tensor(v).float().reshape(sizes) for name, v in found.items()}
