"""Lines and phase: band-limited, level-normalised log spectrum, phase advance, and a whitened fine line spectrum.

What neural decoders leave behind is seldom in the envelope of the spectrum. It is in stationary lines at fixed
frequencies and in how the phase of a bin moves on from frame to frame; both are given here at absolute frequency.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as functional
from numpy.typing import NDArray
from torch import Tensor

from core.features._spectrum import check_band
from core.features.base import FEATURES
from core.features.module import TensorFrontEnd
from core.features.params import Params as BaseParams
from core.features.params import param

_TINY = 1e-12
_BLOCK = 1024
"""Band-pass transforms have a multiple of this length: fast for any number of samples."""


@FEATURES.register("linephase")
class LinePhase(TensorFrontEnd):
    """Maps (batch, 3 + fold, bins, frames); rows are the bins from the first above 0 Hz to the band's top.

    Channels: 0 log power in units of 10 dB relative to the set level; 1 and 2 cosine and sine of the phase advance
    beyond that of the bin's centre frequency; from 3 the fine spectrum: row k, channel 3 + i is fine bin i of bin k,
    whitened along frequency, the same in all frames. Band-pass and level are part of it, so gain, rumble and the top
    of the band reach no network.

    Source: the phase advance is the instantaneous frequency's deviation from the bin's centre, from the phase
    difference of neighbouring frames; Boashash (1992), Proc. IEEE 80(4), 540-568, section on phase differencing.
    """

    name = "linephase"
    version = 2
    window: Tensor
    fine_window: Tensor
    rotation: Tensor

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Params(BaseParams):
        """Framing, band, level."""

        n_fft: int = param(512, "Length of transform and window.", unit="frames", low=64, high=8192)
        hop: int = param(160, "Step between windows.", unit="frames", low=1, high=8192)
        low_hz: float = param(90.0, "Lower end of the band.", unit="Hz", low=1.0, high=20000.0)
        high_hz: float = param(7000.0, "Upper end of the band.", unit="Hz", low=100.0, high=96000.0)
        edge_hz: float = param(30.0, "Width of the band's flanks, outside it.", unit="Hz", low=1.0, high=1000.0)
        level_dbfs: float = param(-26.0, "RMS level of each waveform in its band.", unit="dBFS", low=-90.0, high=0.0)
        floor_dbfs: float = param(
            -96.0, "RMS of white noise whose power is added to each bin.", unit="dBFS", low=-160.0, high=-20.0
        )
        fold: int = param(16, "Fine bins in a bin; 0 leaves the fine spectrum out.", low=0, high=64)
        fine_hop: int = param(2048, "Step between windows of the fine spectrum.", unit="frames", low=1, high=65536)
        envelope_bins: int = param(65, "Fine bins of the moving average that whitens; odd.", low=3, high=1025)

    def __init__(self, sample_rate: int, params: BaseParams | None = None):
        super().__init__(sample_rate, params)
        p = self.params
        check_band(p.low_hz, p.high_hz, self.sample_rate)
        self.bins = math.floor(p.high_hz / self.sample_rate * p.n_fft)
        self.constant("window", torch.hann_window(p.n_fft))
        self.constant("fine_window", torch.hann_window(p.n_fft * max(p.fold, 1)))
        turns = torch.arange(1, self.bins + 1) * p.hop % p.n_fft / p.n_fft
        self.constant("rotation", torch.polar(torch.ones(self.bins), -2 * math.pi * turns)[:, None])

    @property
    def unit(self) -> str:
        """What a value of the map is."""
        return "10 dB; cosine and sine of phase advance; 10 dB above the envelope"

    @property
    def min_frames(self) -> int:
        """Windows are centred and padded with zeros: any stretch will do."""
        return 1

    def transform(self, waveforms: Tensor) -> Tensor:
        """Maps of waveforms (batch, frames)."""
        maps, fine = self._parts(waveforms)
        return torch.cat([maps, fine[..., None].expand(-1, -1, -1, maps.shape[-1])], dim=1)

    def parts(self, waveforms: Tensor) -> tuple[Tensor, Tensor]:
        """The first three channels (batch, 3, bins, frames), and the fine spectrum (batch, fold, bins) once.

        Raises:
            FeatureError: as forward.
        """
        self.check(waveforms)
        return self._parts(waveforms)

    def _parts(self, waveforms: Tensor) -> tuple[Tensor, Tensor]:
        levelled = self.level(self.band_pass(waveforms))
        spectrum = self._stft(levelled, self.window, self.params.hop)[:, 1 : self.bins + 1]
        maps = torch.stack([self._log_power(spectrum, self.window), *self._advance(spectrum)], dim=1)
        if not self.params.fold:
            return maps, maps.new_empty(len(maps), 0, self.bins)
        return maps, self.fold(self.fine_spectrum(levelled))

    def band_pass(self, waveforms: Tensor) -> Tensor:
        """Zero-phase band-pass over the whole waveform, raised-cosine flanks; shape kept."""
        frames = waveforms.shape[-1]
        padded = (frames // _BLOCK + 2) * _BLOCK
        hz = torch.fft.rfftfreq(padded, 1 / self.sample_rate, device=waveforms.device)
        p = self.params
        rise = ((hz - p.low_hz) / p.edge_hz + 1).clamp(0, 1)
        fall = ((p.high_hz - hz) / p.edge_hz + 1).clamp(0, 1)
        gain = torch.sin(rise * (math.pi / 2)) ** 2 * torch.sin(fall * (math.pi / 2)) ** 2
        # without its mean: a step at either end would pass the band
        spectrum = torch.fft.rfft(waveforms - waveforms.mean(dim=-1, keepdim=True), padded)
        return torch.fft.irfft(spectrum * gain, padded)[..., :frames]

    def level(self, waveforms: Tensor) -> Tensor:
        """Each waveform brought to the set RMS level; digital silence stays silent."""
        power = waveforms.square().mean(dim=-1, keepdim=True)
        return waveforms * (10 ** (self.params.level_dbfs / 20) / (power + _TINY).sqrt())

    def fine_spectrum(self, levelled: Tensor) -> Tensor:
        """Mean log spectrum of fine bins less its moving average along frequency, (batch, bins · fold), in 10 dB.

        The average is taken inside the band, so that the band's edges are no lines; outside stands 0.
        """
        p = self.params
        first, width = p.fold - p.fold // 2, self.sample_rate / len(self.fine_window)
        stop = first + self.bins * p.fold
        low, high = max(math.ceil(p.low_hz / width), first), min(math.floor(p.high_hz / width) + 1, stop)
        spectrum = self._stft(levelled, self.fine_window, p.fine_hop)[:, low:high]
        log_power = self._log_power(spectrum, self.fine_window).mean(dim=-1)
        around = functional.pad(log_power[:, None], (p.envelope_bins // 2,) * 2, mode="replicate")
        whitened = log_power - functional.avg_pool1d(around, p.envelope_bins, 1)[:, 0]
        return functional.pad(whitened, (low - first, stop - high))

    def fold(self, fine: Tensor) -> Tensor:
        """Fine bins beside the bin they lie in: (batch, fold, bins) of (batch, bins · fold)."""
        return fine.unflatten(-1, (self.bins, self.params.fold)).transpose(1, 2)

    def axes(self, frames: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Centres of columns (s) and rows (Hz) for a waveform of that many frames."""
        columns = frames // self.params.hop + 1
        times = np.arange(columns) * self.params.hop / self.sample_rate
        return times, np.arange(1, self.bins + 1) * self.sample_rate / self.params.n_fft

    def _stft(self, waveforms: Tensor, window: Tensor, hop: int) -> Tensor:
        return torch.stft(
            waveforms, len(window), hop, window=window, center=True, pad_mode="constant", return_complex=True
        )

    def _log_power(self, spectrum: Tensor, window: Tensor) -> Tensor:
        floor = 10 ** (self.params.floor_dbfs / 10) * window.square().sum()
        level = 10 ** (self.params.level_dbfs / 10) * window.square().sum()
        return torch.log10((spectrum.real.square() + spectrum.imag.square() + floor) / level)

    def _advance(self, spectrum: Tensor) -> tuple[Tensor, Tensor]:
        previous = torch.cat([spectrum[..., :1], spectrum[..., :-1]], dim=-1)
        product = spectrum * previous.conj() * self.rotation
        floor = 10 ** (self.params.floor_dbfs / 10) * self.window.square().sum()
        scale = torch.rsqrt(product.real.square() + product.imag.square() + floor.square())
        return product.real * scale, product.imag * scale
