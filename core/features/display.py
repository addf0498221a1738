"""Maps for the screen, in numpy alone: showing a recording must not wait for torch."""

from __future__ import annotations

import numpy as np
import pywt
from numpy.typing import NDArray

from core.features.base import FeatureMap, FeatureSpec
from core.features.params import checked_rate, too_short
from core.features.tree import check_level, node_order, packet_axes, wavelet_named
from core.foundation.errors import FeatureError

FLOOR_DBFS = -200.0
"""What digital silence reads."""
_BLOCK_VALUES = 1 << 22


def display_spectrogram(
    waveform: NDArray[np.float32],
    sample_rate: int,
    *,
    window_s: float,
    hop_s: float,
    start_s: float = 0.0,
    window: str = "hann",
) -> FeatureMap:
    """Spectrogram in dBFS: a full-scale sine at a bin's centre reads 0 dBFS there.

    Columns are centred on multiples of the hop; beyond the ends the signal is taken as zero. Columns that touch a
    sample that is not finite are NaN.

    Args:
        waveform: (frames,), full scale ±1.
        sample_rate: Hz.
        window_s: Length of the window; of a Gaussian window the effective length, half of what it physically covers.
        hop_s: Step between columns, rounded to whole samples.
        start_s: Time of the first sample.
        window: `hann` or `gaussian`.

    Raises:
        FeatureError: no samples (FE-001), window or hop not above 0 (FE-002), not a waveform (FE-006).

    Source: Praat manual, Sound: To Spectrogram (Gaussian window exp(-12 x²) over |x| ≤ 1 of its physical length).
    """
    rate = _checked(waveform, sample_rate)
    taper = _taper(window, window_s, rate)
    hop = max(1, round(_positive("hop_s", hop_s) * rate))
    n_fft = 1 << (taper.size - 1).bit_length()
    values = _levels_dbfs(waveform, taper, hop, n_fft)
    spec = _spec("display_spectrogram", rate, window=window, window_s=window_s, hop_s=hop / rate)
    return FeatureMap(
        values=values,
        spec=spec,
        time_s=start_s + hop * np.arange(values.shape[1]) / rate,
        frequency_hz=np.arange(values.shape[0]) * rate / n_fft,
        unit="dBFS",
    )


def display_resolution_hz(sample_rate: int, *, window_s: float, window: str = "hann") -> float:
    """Equivalent noise bandwidth of that spectrogram: lines nearer to each other than this are one.

    Raises:
        FeatureError: window not above 0, or not known (FE-002).

    Source: Harris 1978, Proc. IEEE 66, 51-83, eq. 11.
    """
    taper = _taper(window, window_s, sample_rate).astype(np.float64)
    return float(sample_rate * np.sum(taper**2) / np.sum(taper) ** 2)


def display_packets(
    waveform: NDArray[np.float32],
    sample_rate: int,
    *,
    wavelet: str = "sym5",
    level: int = 8,
    start_s: float = 0.0,
) -> FeatureMap:
    """Wavelet packets of a whole stretch: power of each coefficient in dB, bands from low to high frequency.

    0 dB is the mean power that a full-scale sine has in the band that holds it. Ends are mirrored.

    Raises:
        FeatureError: too few samples (FE-001), unknown wavelet (FE-003), level outside 1..14 (FE-004).
    """
    rate = _checked(waveform, sample_rate)
    taps = wavelet_named(wavelet).dec_len
    check_level(level, waveform.size, taps, rate)
    nodes = waveform[None].astype(np.float32, copy=False)
    for _ in range(level):
        low, high = pywt.dwt(nodes, wavelet, mode="reflect", axis=-1)
        nodes = np.stack([low, high], axis=1).reshape(2 * nodes.shape[0], -1)
    power = np.square(nodes[node_order(level)]) / 2 ** (level - 1)  # a sine's mean square is half its square
    time_s, frequency_hz = packet_axes(waveform.size, rate, taps, level)
    return FeatureMap(
        values=_decibels(power),
        spec=_spec("display_packets", rate, wavelet=wavelet, level=level),
        time_s=start_s + time_s,
        frequency_hz=frequency_hz,
        unit="dBFS",
    )


def _checked(waveform: NDArray[np.float32], sample_rate: int) -> int:
    rate = checked_rate(sample_rate)
    if waveform.ndim != 1:
        raise FeatureError("FE-006", "A map is made of one channel at a time.", do="Choose one channel, or their mean.")
    if not waveform.size:
        raise too_short("a map", 0, 1, rate)
    return rate


def _positive(name: str, seconds: float) -> float:
    if not seconds > 0:
        raise FeatureError(
            "FE-002", f"{name} must be above 0, not {seconds}.", do="Choose a length in seconds above 0."
        )
    return seconds


def _taper(window: str, window_s: float, rate: int) -> NDArray[np.float32]:
    """Window scaled so that a full-scale sine comes out with magnitude 1."""
    frames = max(2, round(_positive("window_s", window_s) * rate))
    if window == "hann":
        taper = np.hanning(frames + 1)[:-1]
    elif window == "gaussian":
        x = (np.arange(2 * frames) + 0.5) / frames - 1
        taper = np.exp(-12 * x**2)
    else:
        raise FeatureError("FE-002", f"There is no window called {window!r}.", do="Choose hann or gaussian.")
    return (taper * 2 / taper.sum()).astype(np.float32)


def _levels_dbfs(
    waveform: NDArray[np.float32], taper: NDArray[np.float32], hop: int, n_fft: int
) -> NDArray[np.float32]:
    """(bins, columns) in dBFS, worked in blocks of columns to bound memory."""
    half = taper.size // 2
    padded = np.pad(waveform.astype(np.float32, copy=False), (half, taper.size - half))
    windows = np.lib.stride_tricks.sliding_window_view(padded, taper.size)[: waveform.size : hop]
    levels = np.empty((n_fft // 2 + 1, len(windows)), np.float32)
    block = max(1, _BLOCK_VALUES // n_fft)
    for first in range(0, len(windows), block):
        part = slice(first, first + block)
        with np.errstate(invalid="ignore"):  # samples that are not finite
            spectrum = np.fft.rfft(windows[part] * taper, n_fft)
            spectrum[:, [0, -1]] /= 2  # DC and Nyquist have no mirror image
            power = np.square(spectrum.real) + np.square(spectrum.imag)
        levels[:, part] = _decibels(power.T)
    return levels


def _decibels(power: NDArray[np.float32]) -> NDArray[np.float32]:
    with np.errstate(invalid="ignore"):
        return 10 * np.log10(np.maximum(power, np.float32(10 ** (FLOOR_DBFS / 10))))


def _spec(name: str, rate: int, **parameters: str | float) -> FeatureSpec:
    return FeatureSpec(name=name, version=1, sample_rate=rate, parameters=tuple(sorted(parameters.items())))
