"""Analysis windows, and how wide a band each of them looks at."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import windows

TAPERS = ("hann", "gaussian", "blackmanharris")
"""Hann for levels, Gaussian as Praat's, four-term Blackman-Harris for weak lines beside strong ones."""


def taper(name: str, frames: int) -> NDArray[np.float64]:
    """Window of an effective length, periodic; a Gaussian physically covers twice as much.

    Source: Harris 1978, Proc. IEEE 66, 51-83; Praat manual, Sound: To Spectrogram, for the Gaussian.
    """
    if name == "gaussian":
        x = (np.arange(2 * frames) + 0.5) / frames - 1
        return np.exp(-12 * x**2)
    return np.asarray(windows.get_window(name, frames, fftbins=True), np.float64)


def bandwidth_hz(window: NDArray[np.float64], sample_rate: int) -> float:
    """Equivalent noise bandwidth: the width of the rectangle that lets as much noise through."""
    return float(sample_rate * np.sum(window**2) / np.sum(window) ** 2)


def worst_loss_db(window: NDArray[np.float64], n_fft: int) -> float:
    """How far a tone midway between two bins reads too low, dB."""
    half_bin = np.exp(-1j * np.pi * np.arange(window.size) / n_fft)
    return float(-20 * np.log10(np.abs(np.sum(window * half_bin)) / np.sum(window)))
