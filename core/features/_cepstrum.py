"""Cepstral coefficients and their time derivatives: what lfcc and mfcc share."""

from __future__ import annotations

from typing import Any

import torch
import torchaudio.functional as AF

from core.features.params import param
from core.foundation.errors import FeatureError


def deltas_param() -> Any:
    """Parameter: how many orders of derivatives follow the coefficients."""
    return param(
        0, "Orders of time derivatives that follow the coefficients: 0, 1 (delta) or 2 (double delta).", low=0, high=2
    )


def delta_width_param() -> Any:
    """Parameter: over how many frames a derivative is fitted."""
    return param(5, "Frames over which a derivative is fitted, odd.", unit="frames", choices=(3, 5, 7, 9))


def dct_matrix(coefficients: int, filters: int) -> torch.Tensor:
    """Orthonormal DCT-II (filters, coefficients).

    Raises:
        FeatureError: more coefficients than filters (FE-002).
    """
    if coefficients > filters:
        raise FeatureError(
            "FE-002",
            f"{coefficients} coefficients cannot be made of {filters} filters.",
            do="Choose at most as many coefficients as filters.",
        )
    return AF.create_dct(coefficients, filters, norm="ortho")


def cepstrum(log_bands: torch.Tensor, dct: torch.Tensor, deltas: int, delta_width: int) -> torch.Tensor:
    """Coefficients (batch, 1, coefficients * (1 + deltas), frames) of log bands (batch, 1, filters, frames).

    Derivatives are regressions over `delta_width` frames with the edge frames repeated.
    """
    orders = [torch.matmul(log_bands.transpose(-1, -2), dct).transpose(-1, -2)]
    for _ in range(deltas):
        orders.append(AF.compute_deltas(orders[-1], win_length=delta_width))
    return torch.cat(orders, dim=-2)


def pre_emphasised(waveforms: torch.Tensor, coefficient: float) -> torch.Tensor:
    """x[n] - coefficient * x[n - 1]; the first sample stays."""
    return AF.preemphasis(waveforms, coefficient) if coefficient else waveforms
