"""What members are trained on: spectra at several resolutions, mel bands, and a small discriminator."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
import torchaudio
from torch import Tensor, nn

_FLOOR = 1e-5


class SpectralLoss(nn.Module):
    """Mean over window lengths of spectral convergence, log magnitude difference, and mel difference (nats).

    Source: Yamamoto, Song, Kim (2020), Parallel WaveGAN, ICASSP, arXiv:1910.11480, eq. 4 to 6.
    """

    def __init__(self, scales: Sequence[int], rate_hz: int):
        super().__init__()
        self.scales = tuple(scales)
        for size in scales:
            bands = min(80, size // 16)
            bank = torchaudio.functional.melscale_fbanks(
                size // 2 + 1, 0.0, rate_hz / 2, bands, rate_hz, "slaney", "slaney"
            )
            self.register_buffer(f"bank{size}", bank)
            self.register_buffer(f"window{size}", torch.hann_window(size))

    def forward(self, made: Tensor, wanted: Tensor) -> Tensor:
        """Loss of (batch, samples) against (batch, samples)."""
        return torch.stack([self._one(made, wanted, size) for size in self.scales]).mean()

    def _one(self, made: Tensor, wanted: Tensor, size: int) -> Tensor:
        window, bank = self.get_buffer(f"window{size}"), self.get_buffer(f"bank{size}")
        a, b = (magnitude(x, size, window) for x in (made, wanted))
        convergence = (a - b).norm() / b.norm().clamp(min=1e-3)
        fine = F.l1_loss(_log(a), _log(b))
        mel = F.l1_loss(_log(torch.einsum("bft,fm->bmt", a, bank)), _log(torch.einsum("bft,fm->bmt", b, bank)))
        return 0.5 * convergence + 0.5 * fine + mel


class Discriminator(nn.Module):
    """Tells speech from copies by complex spectra at two resolutions.

    Source: Jang et al. (2021), UnivNet, Interspeech, arXiv:2106.07889, section 2.3 (fewer channels here).
    """

    def __init__(self, sizes: Sequence[int], channels: int = 12):
        super().__init__()
        self.sizes = tuple(sizes)
        self.nets = nn.ModuleList(_net(channels) for _ in sizes)

    def forward(self, waveform: Tensor, step: int) -> list[Tensor]:
        """Feature maps for (batch, samples) at one of the resolutions, which take turns; the last is the score."""
        turn = step % len(self.sizes)
        return self._maps(self.nets[turn], waveform, self.sizes[turn])

    def _maps(self, net: nn.Module, waveform: Tensor, size: int) -> list[Tensor]:
        spectrum = torch.stft(waveform, size, size // 4, window=torch.hann_window(size), return_complex=True)
        x = torch.stack([spectrum.real, spectrum.imag], 1)
        x = x / (x.square().sum(1, keepdim=True) + 1e-6) ** 0.35
        maps = []
        for layer in net:  # type: ignore[attr-defined]
            x = layer(x)
            maps.append(x)
        return maps


def discriminator_loss(real: list[Tensor], made: list[Tensor]) -> Tensor:
    """Least squares: real to 1, made to 0.

    Source: Mao et al. (2017), Least Squares Generative Adversarial Networks, ICCV, eq. 2.
    """
    return (1 - real[-1]).square().mean() + made[-1].square().mean()


def generator_loss(real: list[Tensor], made: list[Tensor]) -> Tensor:
    """Made to 1, and feature maps as those of speech."""
    near = [F.l1_loss(a, b.detach()) for a, b in zip(made[:-1], real[:-1], strict=True)]
    return (1 - made[-1]).square().mean() + 2 * torch.stack(near).mean()


def magnitude(waveform: Tensor, size: int, window: Tensor) -> Tensor:
    """(batch, samples) to magnitudes (batch, size / 2 + 1, frames), hop a quarter of the size."""
    spectrum = torch.stft(waveform, size, size // 4, window=window, return_complex=True)
    return (spectrum.real.square() + spectrum.imag.square() + 1e-9).sqrt()


def _log(x: Tensor) -> Tensor:
    return x.clamp(min=_FLOOR).log()


def _net(channels: int) -> nn.Sequential:
    def layer(inputs: int, outputs: int, stride: int) -> nn.Module:
        return nn.Sequential(nn.Conv2d(inputs, outputs, (5, 3), (stride, 1), (2, 1)), nn.LeakyReLU(0.2))

    return nn.Sequential(
        layer(2, channels, 2),
        layer(channels, channels, 2),
        layer(channels, channels, 2),
        nn.Conv2d(channels, 1, 3, 1, 1),
    )
