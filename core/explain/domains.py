"""Where an attribution is taken: a map over time and frequency from which the network's outputs follow.

For networks on features that is their input. For networks on samples it is the short-time spectrum Z of the waveform,
x = istft(Z): real and imaginary parts are the coordinates, so that the sum over both of (Z - Z0) times the gradient,
Re(conj(Z - Z0) · gradient), keeps completeness and lies on a map that can be read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from core.detectors.base import Detector
from core.explain.attribution import Baseline
from core.foundation.errors import ExplainError

_WINDOW_S = 0.032
_FEATURE_BATCH, _WAVEFORM_BATCH = 4, 1
"""Inputs per pass with gradients: few, since a stop is heeded between passes and each may take a second."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Domain:
    """An input, its baseline, and the way from both to logits."""

    name: str
    inputs: torch.Tensor
    """(1, channels, bins, frames), real."""
    baseline: torch.Tensor
    """As inputs."""
    logits: Callable[[torch.Tensor], torch.Tensor]
    """(n, classes) of (n, channels, bins, frames); keeps the gradient."""
    time_s: NDArray[np.float64]
    frequency_hz: NDArray[np.float64]
    batch: int
    """Inputs per pass."""


def domain_of(detector: Detector, waveform: torch.Tensor, baseline: Baseline) -> Domain:
    """The domain of a detector for one window (1, frames) on its device.

    Args:
        detector: The model.
        waveform: The window.
        baseline: `zero` is zero in the domain (for features: after normalisation); `silence` the map of digital
            silence; `mean` the window's mean over time, for spectra that of the magnitude with the input's own phase.

    Raises:
        ExplainError: the detector's axes do not fit its map (EX-006).
    """
    axes = detector.axes(waveform.shape[1])
    if axes is None:
        return _spectrum_domain(detector, waveform, baseline)
    with torch.no_grad():
        inputs = detector.features(waveform).detach()
        if (len(axes[1]), len(axes[0])) != inputs.shape[2:]:
            raise ExplainError(
                "EX-006",
                f"The map of {detector.card.id} is {tuple(inputs.shape[2:])}, its axes say "
                f"{len(axes[1])} by {len(axes[0])}.",
                do="The model pack is faulty; get it again from where it came.",
            )
        if baseline == "silence":
            start = detector.features(torch.zeros_like(waveform)).detach()
        else:
            start = torch.zeros_like(inputs) if baseline == "zero" else inputs.mean(-1, keepdim=True).expand_as(inputs)
    return Domain(
        name="features",
        inputs=inputs,
        baseline=start,
        logits=detector.logits,
        time_s=axes[0],
        frequency_hz=axes[1],
        batch=_FEATURE_BATCH,
    )


def _spectrum_domain(detector: Detector, waveform: torch.Tensor, baseline: Baseline) -> Domain:
    rate, frames = detector.card.sample_rate, waveform.shape[1]
    size = 1 << round(np.log2(_WINDOW_S * rate))
    hop = size // 4
    window = torch.hann_window(size, device=waveform.device)
    # zeros beyond the ends: mirroring needs more samples than a short window may have
    spectrum = torch.stft(waveform, size, hop, window=window, pad_mode="constant", return_complex=True)

    def logits(inputs: torch.Tensor) -> torch.Tensor:
        spectra = torch.complex(inputs[:, 0], inputs[:, 1])
        return detector.logits(detector.features(torch.istft(spectra, size, hop, window=window, length=frames)))

    magnitude = spectrum.abs().mean(-1, keepdim=True).expand_as(spectrum)
    start = torch.polar(magnitude, spectrum.angle()) if baseline == "mean" else torch.zeros_like(spectrum)
    return Domain(
        name="stft of waveform",
        inputs=_parts(spectrum),
        baseline=_parts(start),
        logits=logits,
        time_s=hop * np.arange(spectrum.shape[2]) / rate,
        frequency_hz=np.arange(size // 2 + 1) * rate / size,
        batch=_WAVEFORM_BATCH,
    )


def _parts(spectrum: torch.Tensor) -> torch.Tensor:
    """Real and imaginary part as channels."""
    return torch.stack([spectrum.real, spectrum.imag], dim=1)
