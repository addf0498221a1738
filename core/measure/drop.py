"""Where a long-term spectrum falls by much and stays down, and whether what lies above mirrors what lies below."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from core.measure.result import Quantity

LEAST_DROP_DB = 40.0
SPAN_HZ = 1500.0
"""Speech by itself seldom falls so far within so little, and for good."""
_LOWEST_HZ, _HIGHEST_SHARE = 2000.0, 0.9
"""Falls that end below belong to tones and hum; those that end above it, of half the rate, to anti-aliasing filters."""
_SMOOTH_HZ = 100.0
_EDGE_DB = 6.0
_FITS_FROM, _FITS_TO = 0.88, 1.1
LEAST_COHERENCE = 0.8
_SEGMENT_S, _LEAST_SEGMENTS = 0.02, 40
"""Of sounds that have nothing to do with each other, 40 half-overlapped segments reach a mean of about 0.05."""
_MIRROR_FROM, _MIRROR_TO = 1.01, 1.1
"""Images are looked for in this band, in halves of the old rate; higher up the filter has taken most of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """A fall of the long-term level, sharp or not."""

    from_hz: float
    to_hz: float
    by_db: float
    """From the highest level at or above `from_hz` to the highest above `to_hz`."""

    @property
    def told(self) -> str:
        """In words."""
        return (
            f"The level falls by {self.by_db:.0f} dB between {self.from_hz:,.0f} and {self.to_hz:,.0f} Hz and stays "
            "down up to half the sample rate."
        )

    def fits(self, old_rate: int) -> bool:
        """Whether sound that once had this rate would end here."""
        return self.from_hz <= _FITS_TO * old_rate / 2 and self.to_hz >= _FITS_FROM * old_rate / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """What lies above half an old rate is the image of what lies below."""

    old_rate_hz: int
    coherence: float

    @property
    def told(self) -> str:
        """In words."""
        half = self.old_rate_hz / 2
        return (
            f"What lies just above {half:,.0f} Hz mirrors what lies just below (coherence {self.coherence:.2f}): "
            f"images that a resampler from {self.old_rate_hz:,} Hz left. The sound itself ends at {half:,.0f} Hz or "
            "below."
        )


def lasting_drop(frequency_hz: NDArray[np.float64], level_db: NDArray[np.float64]) -> Drop | None:
    """The greatest fall within 1500 Hz after which the level stays down; None where it is less than 40 dB.

    Args:
        frequency_hz: (bins,), evenly from 0 to half the sample rate.
        level_db: (bins,), of the mean power.
    """
    ceiling = _ceiling(frequency_hz, level_db)
    reach = round(SPAN_HZ / frequency_hz[1])
    ends = np.flatnonzero((frequency_hz >= _LOWEST_HZ) & (frequency_hz <= _HIGHEST_SHARE * frequency_hz[-1]))
    ends = ends[ends >= reach]
    if not len(ends):
        return None
    falls = ceiling[ends - reach] - ceiling[ends]
    last = int(ends[np.argmax(falls)])
    by_db = float(falls.max())
    if by_db < LEAST_DROP_DB:
        return None
    inside = np.arange(last - reach, last + 1)
    first = inside[ceiling[inside] >= ceiling[last - reach] - _EDGE_DB][-1]
    end = inside[ceiling[inside] <= ceiling[last] + _EDGE_DB][0]
    return Drop(from_hz=float(frequency_hz[first]), to_hz=float(frequency_hz[end]), by_db=by_db)


def drop_facts(drop: Drop | None) -> tuple[Quantity, ...]:
    """As single values."""
    if drop is None:
        return (Quantity("Lasting fall of the level", None, "dB", None, f"none of {LEAST_DROP_DB:g} dB or more"),)
    smoothing = "smoothing over 100 Hz"
    return (
        Quantity("Lasting fall of the level", drop.by_db, "dB"),
        Quantity("Fall begins at", drop.from_hz, "Hz", _SMOOTH_HZ, smoothing),
        Quantity("Fall ends at", drop.to_hz, "Hz", _SMOOTH_HZ, smoothing),
    )


def mirror_of(waveforms: list[NDArray[np.float32]], sample_rate: int, old_rates: Iterable[int]) -> Mirror | None:
    """The clearest mirror image at half of an old rate; None where none is clear."""
    known = {old: mirror_coherence(waveforms, sample_rate, old) for old in old_rates if _fits_in(old, sample_rate)}
    clear = {old: value for old, value in known.items() if value is not None and value >= LEAST_COHERENCE}
    if not clear:
        return None
    best = max(clear, key=lambda old: clear[old])
    return Mirror(old_rate_hz=best, coherence=clear[best])


def mirror_coherence(waveforms: list[NDArray[np.float32]], sample_rate: int, old_rate: int) -> float | None:
    """How far what lies just above half an old rate is the mirror image of what lies just below; None where too short.

    An interpolation filter that is not steep leaves images: of a line at f one at the old rate less f, in step with
    it. Shifted by the old rate, the band below lies on the band above; their coherence is 1 for images and near 0 for
    sound of its own.

    Args:
        waveforms: Stretches (frames,).
        sample_rate: Hz, above the old rate's half.
        old_rate: Hz.

    Returns:
        Mean magnitude-squared coherence in the band, 0 to 1.

    Source: Carter, Knapp and Nuttall 1973, IEEE Trans. Audio Electroacoust. 21(4), 337-344; images: Crochiere and
    Rabiner 1983, Multirate Digital Signal Processing, 2.3.
    """
    size = round(_SEGMENT_S * sample_rate)
    pieces = [one for one in waveforms if len(one) >= size]
    if sum(2 * len(one) // size for one in pieces) < _LEAST_SEGMENTS:
        return None
    frequency = np.fft.fftfreq(size, 1 / sample_rate)
    band = (frequency >= _MIRROR_FROM * old_rate / 2) & (frequency <= _MIRROR_TO * old_rate / 2)
    if not band.any():
        return None
    cross, own, mirrored = np.sum([_densities(one, old_rate / sample_rate, size)[:, band] for one in pieces], axis=0)
    return float(np.mean(np.abs(cross) ** 2 / (own.real * mirrored.real + 1e-40)))


def _densities(waveform: NDArray[np.float32], shift: float, size: int) -> NDArray[np.complex128]:
    """(3, bins): cross density with the sound shifted upwards, own density, that of the shifted one; all summed."""
    shifted = waveform * np.exp(2j * np.pi * shift * np.arange(len(waveform)))
    # the half of a real sound at -f comes to the old rate less f
    pairs = ((waveform, shifted), (waveform, waveform), (shifted, shifted))
    found = [
        signal.csd(a, b, window="blackmanharris", nperseg=size, detrend=False, return_onesided=False)[1]  # type: ignore[arg-type]
        for a, b in pairs
    ]
    return len(waveform) * np.asarray(found, np.complex128)


def _fits_in(old_rate: int, sample_rate: int) -> bool:
    return _MIRROR_TO * old_rate <= sample_rate and old_rate < sample_rate


def _ceiling(frequency_hz: NDArray[np.float64], level_db: NDArray[np.float64]) -> NDArray[np.float64]:
    """Highest level from each frequency on, smoothed over 100 Hz."""
    width = max(round(_SMOOTH_HZ / frequency_hz[1]), 1)
    power = np.convolve(
        np.pad(10 ** (level_db / 10), (width // 2, width - 1 - width // 2), mode="edge"),
        np.ones(width) / width,
        "valid",
    )
    return np.maximum.accumulate(10 * np.log10(power + 1e-20)[::-1])[::-1]
