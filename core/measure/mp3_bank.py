"""The hybrid filter bank of MPEG audio layer III for long blocks: 32 bands, each through an MDCT of 18 lines.

Source: ISO/IEC 11172-3:1993, C.1.3 (analysis filter bank), C.1.5.3.3 (MDCT), 2.4.3.4.10.1 (alias reduction).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

HOP = 576
_BANDS, _LINES, _TAPS = 32, 18, 512
_SLOTS = 2 * _LINES
SPAN = _TAPS - 1 + (_SLOTS - 1) * _BANDS + HOP
"""Samples that all 576 positions of one granule take."""
# Prototype low-pass filter, first half with its middle; whole steps of 2^-16 and symmetric. Taken from the impulse
# response of a decoder: a layer I stream with a single sample that is not zero gives it, times a cosine.
# fmt: off
_PROTOTYPE = (
    0, -1, -1, -1, -1, -1, -1, -2, -2, -2, -2, -3, -3, -4, -4, -5, -5, -6, -7, -7, -8, -9, -10, -11, -13, -14, -16,
    -17, -19, -21, -24, -26, -29, -31, -35, -38, -41, -45, -49, -53, -58, -63, -68, -73, -79, -85, -91, -97, -104,
    -111, -117, -125, -132, -139, -147, -154, -161, -169, -176, -183, -190, -196, -202, -208, -213, -218, -222, -225,
    -227, -228, -228, -227, -224, -221, -215, -208, -200, -189, -177, -163, -146, -127, -106, -83, -57, -29, 2, 36,
    72, 111, 153, 197, 244, 294, 347, 401, 459, 519, 581, 645, 711, 779, 848, 919, 991, 1064, 1137, 1210, 1283, 1356,
    1428, 1498, 1567, 1634, 1698, 1759, 1817, 1870, 1919, 1962, 2001, 2032, 2057, 2075, 2085, 2087, 2080, 2063, 2037,
    2000, 1952, 1893, 1822, 1739, 1644, 1535, 1414, 1280, 1131, 970, 794, 605, 402, 185, -45, -288, -545, -814, -1095,
    -1388, -1692, -2006, -2330, -2663, -3004, -3351, -3705, -4063, -4425, -4788, -5153, -5517, -5879, -6237, -6589,
    -6935, -7271, -7597, -7910, -8209, -8491, -8755, -8998, -9219, -9416, -9585, -9727, -9838, -9916, -9959, -9966,
    -9935, -9863, -9750, -9592, -9389, -9139, -8840, -8492, -8092, -7640, -7134, -6574, -5959, -5288, -4561, -3776,
    -2935, -2037, -1082, -70, 998, 2122, 3300, 4533, 5818, 7154, 8540, 9975, 11455, 12980, 14548, 16155, 17799, 19478,
    21189, 22929, 24694, 26482, 28289, 30112, 31947, 33791, 35640, 37489, 39336, 41176, 43006, 44821, 46617, 48390,
    50137, 51853, 53534, 55178, 56778, 58333, 59838, 61289, 62684, 64019, 65290, 66494, 67629, 68692, 69679, 70590,
    71420, 72169, 72835, 73415, 73908, 74313, 74630, 74856, 74992, 75038,
)
# fmt: on
_ALIAS = np.array([-0.6, -0.535, -0.33, -0.185, -0.095, -0.041, -0.0142, -0.0037])


def granule_lines(waveform: NDArray[np.float32]) -> NDArray[np.float32]:
    """Spectral lines (576 positions, 576) of granules that start at each of 576 following samples.

    The transform keeps power: rounding noise of variance v comes out with variance v.

    Args:
        waveform: (SPAN,) samples.
    """
    bands = _bands(waveform)
    slots = np.lib.stride_tricks.sliding_window_view(bands, (_SLOTS - 1) * _BANDS + 1, axis=0)[:HOP, :, ::_BANDS]
    lines = ((slots * _INVERSION) @ _MDCT.T).astype(np.float32, copy=False)
    _reduce_aliases(lines)
    return lines.reshape(HOP, HOP)


def _bands(waveform: NDArray[np.float32]) -> NDArray[np.float32]:
    """Outputs of the polyphase bank at each sample: (samples - 511, 32)."""
    windows = np.lib.stride_tricks.sliding_window_view(waveform, _TAPS)[:, ::-1]
    folded = (windows * _WINDOW).reshape(len(windows), 8, 64).sum(axis=1)
    return folded @ _COSINES.T


def _reduce_aliases(lines: NDArray[np.float32]) -> None:
    """Butterflies between neighbouring bands, in place."""
    lower, upper = lines[:, :-1, :9:-1].copy(), lines[:, 1:, :8].copy()
    lines[:, :-1, :9:-1] = lower * _CS + upper * _CA
    lines[:, 1:, :8] = upper * _CS - lower * _CA


def _window() -> NDArray[np.float32]:
    half = np.array(_PROTOTYPE, np.float64)
    taps = np.concatenate([half, half[-2:0:-1]])
    signs = np.repeat((-1.0) ** np.arange(8), 64)  # the cosine changes its sign each 64 taps
    return (taps * signs / np.sqrt(np.sum(taps**2) / 2)).astype(np.float32)


def _cosines() -> NDArray[np.float32]:
    odd = 2 * np.arange(_BANDS)[:, None] + 1
    return np.cos(odd * (np.arange(64) - 16) * np.pi / 64).astype(np.float32)


def _mdct() -> NDArray[np.float32]:
    at, line = np.arange(_SLOTS), np.arange(_LINES)[:, None]
    basis = np.cos(np.pi / 72 * (2 * at + 1 + _LINES) * (2 * line + 1))
    return (np.sqrt(2 / _LINES) * np.sin(np.pi * (at + 0.5) / _SLOTS) * basis).astype(np.float32)


def _inversion() -> NDArray[np.float32]:
    """Each second sample of each second band is inverted: their spectra run backwards."""
    signs = np.ones((_BANDS, _SLOTS), np.float32)
    signs[1::2, 1::2] = -1
    return signs


_WINDOW, _COSINES, _MDCT, _INVERSION = _window(), _cosines(), _mdct(), _inversion()
_CS = (1 / np.sqrt(1 + _ALIAS**2)).astype(np.float32)
_CA = (_ALIAS / np.sqrt(1 + _ALIAS**2)).astype(np.float32)
