"""Where an attribution is taken: a map over time and frequency from which the network's outputs follow.

`input` is the network's own: its map, or for networks on samples the short-time spectrum. The others are the waveform's
short-time spectrum, its wavelet packets, or its samples, and go through the front end to the network. For the spectrum
Z of the waveform, x = istft(Z), real and imaginary parts are the coordinates, so that the sum over both of (Z - Z0)
times the gradient, Re(conj(Z - Z0) · gradient), keeps completeness and lies on a map that can be read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from core.detectors.base import Detector
from core.explain.attribution import Baseline, Place
from core.explain.blur import Blur
from core.features.packets import packet_coefficients, packet_waveforms
from core.features.tree import packet_axes, wavelet_named
from core.foundation.errors import ExplainError

_WINDOW_S = 0.032
_WAVELET, _LEVEL = "sym5", 8
_FEATURE_BATCH, _WAVEFORM_BATCH = 4, 1
"""Inputs per pass with gradients: few, since a stop is heeded between passes and each may take a second."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Domain:
    """An input, its baseline, and the way from both to logits."""

    name: str
    inputs: torch.Tensor
    """(1, channels, bins, frames), real: magnitude times carrier."""
    baseline: torch.Tensor
    """As inputs."""
    magnitude: torch.Tensor
    """(1, channels or 1, bins, frames): what may be blurred."""
    carrier: torch.Tensor
    """Phases or signs, broadcast over the magnitude; ones where the map is its own magnitude."""
    logits: Callable[[torch.Tensor], torch.Tensor]
    """(n, classes) of (n, channels, bins, frames); keeps the gradient."""
    time_s: NDArray[np.float64]
    frequency_hz: NDArray[np.float64]
    batch: int
    """Inputs per pass."""


def domain_of(detector: Detector, waveform: torch.Tensor, baseline: Baseline, place: Place = "input") -> Domain:
    """The domain of a detector for one window (1, frames) on its device.

    Args:
        detector: The model.
        waveform: The window.
        baseline: `zero` is zero in the domain (for features: after normalisation); `silence` the map of digital
            silence; `mean` the window's mean over time and `blur` the window blurred as far as can be, both for spectra
            and packets those of the magnitudes with the input's own phase or signs.
        place: Where the attribution is taken.

    Raises:
        ExplainError: the detector's axes do not fit its map (EX-006).
    """
    axes = detector.axes(waveform.shape[1]) if place == "input" else None
    if axes is not None:
        return _input_domain(detector, waveform, baseline, axes)
    make = {"packets": _packet_domain, "samples": _sample_domain}.get(place, _spectrum_domain)
    return make(detector, waveform, baseline)


def _input_domain(
    detector: Detector,
    waveform: torch.Tensor,
    baseline: Baseline,
    axes: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> Domain:
    with torch.no_grad():
        inputs = detector.features(waveform).detach()
        if (len(axes[1]), len(axes[0])) != inputs.shape[2:]:
            raise ExplainError(
                "EX-006",
                f"The map of {detector.card.id} is {tuple(inputs.shape[2:])}, its axes say "
                f"{len(axes[1])} by {len(axes[0])}.",
                do="The model pack is faulty; get it again from where it came.",
            )
        silent = detector.features(torch.zeros_like(waveform)).detach() if baseline == "silence" else None
    ones = torch.ones_like(inputs[:, :1, :1, :1])
    return Domain(
        name="features",
        inputs=inputs,
        baseline=_start(inputs, ones, baseline) if silent is None else silent,
        magnitude=inputs,
        carrier=ones,
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

    def waveforms(inputs: torch.Tensor) -> torch.Tensor:
        spectra = torch.complex(inputs[:, 0], inputs[:, 1])
        return torch.istft(spectra, size, hop, window=window, length=frames)

    phase = torch.polar(torch.ones_like(spectrum.real), spectrum.angle())
    return _of_waveform(
        detector,
        "stft of waveform",
        torch.view_as_real(spectrum).movedim(-1, 1),
        spectrum.abs()[:, None],
        torch.view_as_real(phase).movedim(-1, 1),
        baseline,
        waveforms,
        (hop * np.arange(spectrum.shape[2]) / rate, np.arange(size // 2 + 1) * rate / size),
    )


def _packet_domain(detector: Detector, waveform: torch.Tensor, baseline: Baseline) -> Domain:
    wavelet, frames = wavelet_named(_WAVELET), waveform.shape[1]
    coefficients = packet_coefficients(waveform, wavelet, _LEVEL)[:, None]
    return _of_waveform(
        detector,
        "packets of waveform",
        coefficients,
        coefficients.abs(),
        torch.sign(coefficients),
        baseline,
        lambda inputs: packet_waveforms(inputs[:, 0], wavelet, frames),
        packet_axes(frames, detector.card.sample_rate, wavelet.dec_len, _LEVEL),
    )


def _sample_domain(detector: Detector, waveform: torch.Tensor, baseline: Baseline) -> Domain:
    rate, samples = detector.card.sample_rate, waveform[:, None, None]
    return _of_waveform(
        detector,
        "samples",
        samples,
        samples,
        torch.ones_like(samples[..., :1]),
        baseline,
        lambda inputs: inputs[:, 0, 0],
        (np.arange(waveform.shape[1]) / rate, np.array([rate / 4])),
    )


def _of_waveform(
    detector: Detector,
    name: str,
    inputs: torch.Tensor,
    magnitude: torch.Tensor,
    carrier: torch.Tensor,
    baseline: Baseline,
    waveforms: Callable[[torch.Tensor], torch.Tensor],
    axes: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> Domain:
    """A map from which a waveform follows; digital silence is its zero."""
    return Domain(
        name=name,
        inputs=inputs,
        baseline=_start(magnitude, carrier, "zero" if baseline == "silence" else baseline).expand_as(inputs),
        magnitude=magnitude,
        carrier=carrier,
        logits=lambda maps: detector.logits(detector.features(waveforms(maps))),
        time_s=axes[0],
        frequency_hz=axes[1],
        batch=_WAVEFORM_BATCH,
    )


def _start(magnitude: torch.Tensor, carrier: torch.Tensor, baseline: Baseline) -> torch.Tensor:
    """Zero, the mean over time, or the map blurred as far as can be."""
    if baseline == "mean":
        return magnitude.mean(-1, keepdim=True).expand_as(magnitude) * carrier
    if baseline == "blur":
        return Blur(magnitude).at(1.0)[0] * carrier
    return torch.zeros_like(magnitude) * carrier
