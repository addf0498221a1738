"""The transforms that lossy coders quantise in, at every position of their frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.signal import windows

from core.measure import mp3_bank

Lines = Callable[[NDArray[np.float32]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One coder's frames: their spacing, and the spectral lines at each possible position."""

    title: str
    hop: int
    """Samples from frame to frame; positions are 0 to hop-1."""
    span: int
    """Samples from which the lines at all positions are made."""
    lines: Lines
    """(span,) samples to (positions, lines) that keep the power of white noise."""
    moves_by: int
    """Positions are told apart modulo this: coders that change their block length shift the frames by multiples."""


def _lapped(window: NDArray[np.float64]) -> Lines:
    """MDCT with a window of 2 · hop samples, at hop following positions.

    Source: Princen, Johnson and Bradley 1987, Proc. ICASSP, 2161-2164, as a folded DCT-IV.
    """
    taper = window.astype(np.float32)

    def lines(waveform: NDArray[np.float32]) -> NDArray[np.float32]:
        frames = np.lib.stride_tricks.sliding_window_view(waveform, taper.size)[: taper.size // 2] * taper
        a, b, c, d = np.split(frames, 4, axis=1)
        folded = np.concatenate([-c[:, ::-1] - d, a - b[:, ::-1]], axis=1)
        return np.asarray(fft.dct(folded, type=4, norm="ortho", axis=1), np.float32)

    return lines


def _sine(frames: int) -> NDArray[np.float64]:
    return np.sin(np.pi * (np.arange(frames) + 0.5) / frames)


def _vorbis(frames: int) -> NDArray[np.float64]:
    """Source: Vorbis I specification, 4.3.1."""
    return np.sin(np.pi / 2 * _sine(frames) ** 2)


def _grid(title: str, window: NDArray[np.float64], moves_by: int | None = None) -> Grid:
    hop = window.size // 2
    return Grid(title=title, hop=hop, span=3 * hop - 1, lines=_lapped(window), moves_by=moves_by or hop)


GRIDS: dict[str, Grid] = {
    "mp3": Grid(title="MP3", hop=mp3_bank.HOP, span=mp3_bank.SPAN, lines=mp3_bank.granule_lines, moves_by=mp3_bank.HOP),
    # ISO/IEC 14496-3, 4.6.11.3: AAC-LC has either of two window shapes; KBD with alpha 4
    "aac_kbd": _grid("AAC, KBD window", np.asarray(windows.kaiser_bessel_derived(2048, beta=4 * np.pi), np.float64)),
    "aac_sine": _grid("AAC, sine window", _sine(2048)),
    # Vorbis encoders for 44.1 and 48 kHz use blocks of 256 and 2048, for 16 kHz of 512 and 1024
    "vorbis_2048": _grid("Vorbis, blocks of 2048", _vorbis(2048), moves_by=128),
    "vorbis_1024": _grid("Vorbis, blocks of 1024", _vorbis(1024), moves_by=256),
}
