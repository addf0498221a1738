"""What may happen to a recording before anyone examines it: each kind draws its parameters, then applies them.

The record is the whole of the chance in it: the same record on the same waveform gives the same samples.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
import soundfile as sf
import soxr
from numpy.typing import NDArray
from scipy import fft

Wave = NDArray[np.float32]


class Augmentation(Protocol):
    """A drawn change of a waveform."""

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """Draw the parameters."""
        ...

    def apply(self, waveform: Wave, rate_hz: int) -> Wave:
        """The changed waveform, float32, same length."""
        ...


def draw_chain(probabilities: Mapping[str, float], clean: float, rng: np.random.Generator) -> tuple[Augmentation, ...]:
    """Draw which changes a crop gets, and their parameters.

    Args:
        probabilities: Chance of each kind, in the order of application.
        clean: Chance that nothing at all is done.
        rng: Seeded generator.
    """
    if rng.random() < clean:
        return ()
    return tuple(KINDS[name].draw(rng) for name, chance in probabilities.items() if rng.random() < chance)


@dataclass(frozen=True, slots=True)
class Equaliser:
    """A smooth zero-phase frequency response: another microphone, room or tone control."""

    frequencies_hz: tuple[float, ...]
    gains_db: tuple[float, ...]

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """Seven points a little more than an octave apart, standard deviation 4 dB, and a tilt."""
        points = np.geomspace(80, 8000, 7)
        gains = rng.normal(0, 4, 7) + rng.uniform(-2, 2) * np.arange(-3, 4)
        return cls(tuple(points.tolist()), tuple(gains.tolist()))

    def apply(self, waveform: Wave, rate_hz: int) -> Wave:
        """Filter over the whole waveform."""
        points = np.log(self.frequencies_hz)
        return _filter(
            waveform, rate_hz, lambda hz: 10 ** (np.interp(np.log(np.maximum(hz, 1)), points, self.gains_db) / 20)
        )


@dataclass(frozen=True, slots=True)
class LowPass:
    """Zero-phase low-pass with a raised-cosine flank: a lower rate or a coder's band limit."""

    cutoff_hz: float
    flank_hz: float

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """Cut-off 3.2 to 7.5 kHz, denser at the low end."""
        return cls(float(np.exp(rng.uniform(np.log(3200), np.log(7500)))), float(rng.uniform(50, 600)))

    def apply(self, waveform: Wave, rate_hz: int) -> Wave:
        """Filter over the whole waveform."""
        return _filter(
            waveform,
            rate_hz,
            lambda hz: np.sin(np.clip((self.cutoff_hz - hz) / self.flank_hz + 1, 0, 1) * np.pi / 2) ** 2,
        )


@dataclass(frozen=True, slots=True)
class Notch:
    """A band lowered by 40 dB, so that no single line carries the answer."""

    centre_hz: float
    width_hz: float

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """Anywhere from 300 Hz to 6.7 kHz, 80 to 700 Hz wide."""
        return cls(float(rng.uniform(300, 6700)), float(np.exp(rng.uniform(np.log(80), np.log(700)))))

    def apply(self, waveform: Wave, rate_hz: int) -> Wave:
        """Filter over the whole waveform."""
        return _filter(
            waveform, rate_hz, lambda hz: np.where(np.abs(hz - self.centre_hz) < self.width_hz / 2, 0.01, 1.0)
        )


@dataclass(frozen=True, slots=True)
class Resample:
    """To another rate and back, with a good or a cheap resampler."""

    rate_hz: int
    quality: str

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """Rates in common use."""
        rates, qualities = (8000, 11025, 12000, 14000, 22050, 24000, 44100), ("LQ", "MQ", "HQ")
        return cls(int(rng.choice(rates)), str(rng.choice(qualities)))

    def apply(self, waveform: Wave, rate_hz: int) -> Wave:
        """There and back."""
        there = soxr.resample(waveform, rate_hz, self.rate_hz, quality=self.quality)
        return _fit(soxr.resample(there, self.rate_hz, rate_hz, quality=self.quality), len(waveform))


@dataclass(frozen=True, slots=True)
class Lossy:
    """Through a classical lossy coder: MP3, Vorbis or Opus."""

    container: str
    subtype: str
    compression: float
    """libsndfile's compression level, 0 (best) to 1."""

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """Any of the three; middle to low bit rates."""
        container, subtype = (("MP3", "MPEG_LAYER_III"), ("OGG", "VORBIS"), ("OGG", "OPUS"))[int(rng.integers(3))]
        return cls(container, subtype, float(rng.uniform(0.2, 0.9)))

    def apply(self, waveform: Wave, rate_hz: int) -> Wave:
        """Encode and decode in memory; the coder's delay is left in, the length is kept."""
        peak = max(float(np.abs(waveform).max(initial=0)), 1e-9)
        file = io.BytesIO()
        sf.write(
            file,
            waveform * (0.7 / peak),
            rate_hz,
            format=self.container,
            subtype=self.subtype,
            compression_level=self.compression,
        )
        file.seek(0)
        decoded, rate = sf.read(file, dtype="float32")
        back = decoded if rate == rate_hz else soxr.resample(decoded, rate, rate_hz)
        return _fit(back * np.float32(peak / 0.7), len(waveform))


@dataclass(frozen=True, slots=True)
class Noise:
    """Stationary noise with a spectral tilt."""

    snr_db: float
    exponent: float
    """Power goes with frequency to this exponent: 0 white, -1 pink, -2 brown."""
    seed: int

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """8 to 50 dB below the speech."""
        return cls(float(rng.uniform(8, 50)), float(rng.uniform(-2, 0.3)), int(rng.integers(2**31)))

    def apply(self, waveform: Wave, rate_hz: int) -> Wave:
        """Add it."""
        white = np.random.default_rng(self.seed).standard_normal(len(waveform), np.float32)
        noise = _filter(white, rate_hz, lambda hz: np.maximum(hz, 50) ** (self.exponent / 2))
        gain = _rms(waveform) / max(_rms(noise), 1e-12) * 10 ** (-self.snr_db / 20)
        return (waveform + noise * np.float32(gain)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class TimeMask:
    """A stretch lowered by 30 dB."""

    start: float
    """Where it starts, share of the length."""
    seconds: float

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """30 to 250 ms, anywhere."""
        return cls(float(rng.uniform(0, 0.95)), float(rng.uniform(0.03, 0.25)))

    def apply(self, waveform: Wave, rate_hz: int) -> Wave:
        """Lower it, with flanks of 5 ms."""
        first = int(self.start * len(waveform))
        gain = np.ones(len(waveform), np.float32)
        gain[first : first + int(self.seconds * rate_hz)] = 10 ** (-30 / 20)
        flank = np.hanning(rate_hz // 100)
        smooth = np.convolve(np.pad(gain, len(flank), mode="edge"), flank / flank.sum(), mode="same")
        return waveform * smooth[len(flank) : -len(flank)].astype(np.float32)


KINDS: Mapping[str, type[Augmentation]] = {
    "equaliser": Equaliser,
    "low_pass": LowPass,
    "notch": Notch,
    "resample": Resample,
    "lossy": Lossy,
    "noise": Noise,
    "time_mask": TimeMask,
}
"""Kinds by the name that plans use."""


def _filter(waveform: Wave, rate_hz: int, response: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Wave:
    """Zero-phase filter whose gain at each frequency (Hz) `response` gives."""
    size = fft.next_fast_len(len(waveform) + 1024, real=True) or len(waveform)
    gain = response(np.asarray(fft.rfftfreq(size, 1 / rate_hz), np.float64)).astype(np.float32)
    return np.asarray(fft.irfft(np.asarray(fft.rfft(waveform, size)) * gain, size), np.float32)[: len(waveform)]


def _fit(waveform: Wave, frames: int) -> Wave:
    short = max(frames - len(waveform), 0)
    return np.pad(waveform[:frames], (0, short)).astype(np.float32)


def _rms(waveform: Wave) -> float:
    return float(np.sqrt(np.mean(np.square(waveform, dtype=np.float64))))
