"""Mel spectrograms as the vocoders at 22.05 kHz were trained with."""

from __future__ import annotations

import functools

import torch
import torch.nn.functional as F
import torchaudio
from torch import Tensor

RATE_HZ, FFT, HOP, BANDS = 22050, 1024, 256, 80


@functools.cache
def bank(low_hz: float, high_hz: float) -> Tensor:
    """Slaney's mel filters with unit area, (513, 80)."""
    return torchaudio.functional.melscale_fbanks(FFT // 2 + 1, low_hz, high_hz, BANDS, RATE_HZ, "slaney", "slaney")


def hifigan_mel(waveform: Tensor) -> Tensor:
    """Natural logarithm of mel magnitudes, (batch, samples) to (batch, 80, ceil(samples / 256)); not centred.

    Source: Kong, Kim, Bae (2020), HiFi-GAN, the published implementation's parameters.
    """
    whole = F.pad(waveform, (0, -waveform.shape[1] % HOP))
    padded = F.pad(whole[:, None], ((FFT - HOP) // 2,) * 2, mode="reflect")[:, 0]
    spectrum = torch.stft(padded, FFT, HOP, window=torch.hann_window(FFT), center=False, return_complex=True)
    magnitude = (spectrum.abs().square() + 1e-9).sqrt()
    return torch.einsum("bft,fm->bmt", magnitude, bank(0.0, 8000.0)).clamp(min=1e-5).log()


def wavegan_mel(waveform: Tensor) -> Tensor:
    """Decadic logarithm of mel magnitudes (80, 1 + frames // 256), centred, 80 to 7600 Hz."""
    spectrum = torch.stft(waveform, FFT, HOP, window=torch.hann_window(FFT), return_complex=True)
    return (spectrum.abs().T @ bank(80.0, 7600.0)).clamp(min=1e-10).log10().T
