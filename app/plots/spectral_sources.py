"""What the spectrogram and the wavelet-packet map are tiled from: recipes over a recording.

A tile holds the very columns that a map of the whole recording would hold. Further out, where a column stands for more
than the method looks at, each column is the mean power of a few looks spread over it; `reduction` says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.audio.channels import mono
from core.audio.recording import Recording
from core.features import display_packets, display_spectrogram
from core.features.tree import packet_axes, wavelet_named
from core.foundation.progress import SILENT, Progress

_LOOKS = 4
"""Looks that make a column of a reduced view."""
_WHOLE_BLOCKS = 16
"""Coefficients of a packet column up to which all are averaged."""


def stretch_of(recording: Recording, start: int, stop: int, channel: str) -> NDArray[np.float32]:
    """Frames start to stop of a channel; zeros beyond the ends of the recording."""
    first, last = max(start, 0), min(stop, recording.frames)
    out = np.zeros(stop - start, np.float32)
    if last > first:
        out[first - start : last - start] = mono(recording, first, last, channel)
    return out


def mean_level(levels: NDArray[np.float32], looks: int) -> NDArray[np.float32]:
    """Levels (bins, n · looks) in dB to (bins, n): the mean power of each run of looks."""
    if looks == 1:
        return levels
    power = np.power(np.float32(10), levels / 10).reshape(len(levels), -1, looks)
    return 10 * np.log10(power.mean(axis=2))


@dataclass(frozen=True)
class _OfRecording:
    """What every source of a picture says of its recording."""

    recording: Recording

    @property
    def frames(self) -> int:
        """Length of the recording."""
        return self.recording.frames

    @property
    def sample_rate(self) -> int:
        """Of the recording, Hz."""
        return self.recording.sample_rate


@dataclass(frozen=True)
class SpectrogramSource(_OfRecording):
    """Short-time spectra of a recording."""

    window: str
    """`hann` or `gaussian`."""
    window_s: float
    """Length, as display_spectrogram takes it."""
    channel: str = "mix"

    @cached_property
    def support(self) -> int:
        """Frames that one window touches."""
        frames = max(2, round(self.window_s * self.sample_rate))
        return 2 * frames if self.window == "gaussian" else frames

    @property
    def fft_frames(self) -> int:
        """Length of the Fourier transform."""
        return 1 << (self.support - 1).bit_length()

    @property
    def bins(self) -> int:
        """Bins from 0 Hz to the Nyquist frequency."""
        return self.fft_frames // 2 + 1

    @property
    def bin_edges_hz(self) -> NDArray[np.float64]:
        """Half-way between the bins' centres."""
        return (np.arange(self.bins + 1) - 0.5) * self.sample_rate / self.fft_frames

    @property
    def base_hop(self) -> int:
        """A sixteenth of the window: closer columns would show nothing new."""
        return max(1, self.support // 16)

    def offset(self, level: int) -> float:
        """Columns are centred on multiples of the hop."""
        return 0.0

    def reduction(self, level: int) -> str:
        """How many windows stand for a column that is longer than they are."""
        hop = self.base_hop << level
        looks = self._looks(hop)
        if hop <= looks * self.support:
            return ""
        return f"reduced: mean of {looks} windows each {_short_time(hop / self.sample_rate)}"

    def columns(self, level: int, first: int, count: int, progress: Progress = SILENT) -> NDArray[np.float32]:
        """Levels in dBFS (bins, count)."""
        hop = self.base_hop << level
        looks = self._looks(hop)
        step = hop // looks
        start = first * hop - (looks - 1) * step // 2
        make = self._contiguous if step <= 2 * self.support else self._apart
        return mean_level(make(start, step, count * looks, progress), looks)

    def _looks(self, hop: int) -> int:
        return min(_LOOKS, max(1, 2 * hop // self.support))

    def _contiguous(self, start: int, step: int, count: int, progress: Progress) -> NDArray[np.float32]:
        """Windows centred on start, start + step, … of one stretch of signal."""
        progress.check()
        lead = -(-self.support // step) * step
        signal = stretch_of(self.recording, start - lead, start + count * step + self.support, self.channel)
        skip = lead // step
        return self._levels(signal, step)[:, skip : skip + count]

    def _apart(self, start: int, step: int, count: int, progress: Progress) -> NDArray[np.float32]:
        """The same where little of the signal is looked at: windows set side by side, each read by itself."""
        half = self.support // 2
        signal = np.zeros((count + 1) * self.support - half, np.float32)
        for i in range(count):
            if i % 32 == 0:
                progress.check()
            at = (i + 1) * self.support - half
            centre = start + i * step
            window = stretch_of(self.recording, centre - half, centre - half + self.support, self.channel)
            signal[at : at + self.support] = window
        return self._levels(signal, self.support)[:, 1 : count + 1]

    def _levels(self, signal: NDArray[np.float32], hop: int) -> NDArray[np.float32]:
        rate = self.sample_rate
        made = display_spectrogram(signal, rate, window_s=self.window_s, hop_s=hop / rate, window=self.window)
        return made.values


@dataclass(frozen=True)
class PacketSource(_OfRecording):
    """Wavelet packets of a recording, bands from low to high frequency."""

    wavelet: str = "sym5"
    depth: int = 8
    """Level of the packet tree: 2^depth bands."""
    channel: str = "mix"

    @property
    def bins(self) -> int:
        """Bands from 0 Hz to the Nyquist frequency."""
        return 1 << self.depth

    @property
    def bin_edges_hz(self) -> NDArray[np.float64]:
        """Limits of the bands."""
        return np.linspace(0.0, self.sample_rate / 2, self.bins + 1)

    @property
    def base_hop(self) -> int:
        """Frames a coefficient."""
        return 1 << self.depth

    @cached_property
    def _lead(self) -> int:
        """Coefficients at the start of a stretch that rest on what lies before it."""
        return wavelet_named(self.wavelet).dec_len - 2

    @cached_property
    def _first_centre(self) -> float:
        """Frame at the centre of coefficient 0."""
        taps = wavelet_named(self.wavelet).dec_len
        time_s, _ = packet_axes(self.frames, 1, taps, self.depth)
        return float(time_s[0])

    @cached_property
    def _shift(self) -> int:
        """Coefficient whose centre is nearest to frame 0."""
        return round(-self._first_centre / self.base_hop)

    def offset(self, level: int) -> float:
        """Centre of the coefficients that column 0 is the mean of."""
        looks = self._looks(level)
        return self._first_centre + self.base_hop * (self._shift - looks // 2 + (looks - 1) / 2)

    def reduction(self, level: int) -> str:
        """How many coefficients stand for a column."""
        if 1 << level == self._looks(level):
            return f"reduced: mean of {1 << level} coefficients" if level else ""
        hop_s = (self.base_hop << level) / self.sample_rate
        return f"reduced: mean of {self._looks(level)} coefficients each {_short_time(hop_s)}"

    def columns(self, level: int, first: int, count: int, progress: Progress = SILENT) -> NDArray[np.float32]:
        """Levels in dB (bands, count)."""
        looks = self._looks(level)
        start = (first << level) + self._shift - looks // 2
        if looks == 1 << level:
            return mean_level(self._run(start, count * looks, progress), looks)
        return mean_level(self._apart(start, 1 << level, count, progress), looks)

    def _looks(self, level: int) -> int:
        return 1 << level if 1 << level <= _WHOLE_BLOCKS else _LOOKS

    def _run(self, first: int, count: int, progress: Progress) -> NDArray[np.float32]:
        """Coefficients first, first + 1, … as in the tree of the whole recording, mirrored at its ends."""
        progress.check()
        hop = self.base_hop
        begin = max(0, first - self._lead)
        signal = mono(self.recording, begin * hop, min((first + count) * hop, self.frames), self.channel)
        made = self._levels(signal)
        wanted = np.arange(first, first + count) - begin
        return made[:, np.clip(wanted, 0, made.shape[1] - 1)]

    def _apart(self, first: int, step: int, count: int, progress: Progress) -> NDArray[np.float32]:
        """_LOOKS coefficients of every `step`, from short pieces of the signal set side by side."""
        hop, piece = self.base_hop, self._lead + _LOOKS
        signal = np.zeros((count, piece * hop), np.float32)
        for i in range(count):
            if i % 32 == 0:
                progress.check()
            begin = (first + i * step - self._lead) * hop
            signal[i] = stretch_of(self.recording, begin, begin + piece * hop, self.channel)
        progress.check()
        made = self._levels(signal.ravel())[:, : count * piece]
        looks = made.reshape(len(made), count, piece)[:, :, self._lead :]
        return looks.reshape(len(made), count * _LOOKS)

    def _levels(self, signal: NDArray[np.float32]) -> NDArray[np.float32]:
        return display_packets(signal, self.sample_rate, wavelet=self.wavelet, level=self.depth).values


def _short_time(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
