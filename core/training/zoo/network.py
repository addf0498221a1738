"""A zoo member: encoder, bottleneck and decoder, built from its design."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
import torchaudio
from torch import Tensor, nn

from core.training.resynthesis._hifigan import HifiGanNetwork
from core.training.resynthesis._mel import hifigan_mel
from core.training.zoo.design import Design
from core.training.zoo.layers import ResidualBlock, Upsample, activation, convolution, downsampler
from core.training.zoo.quantisers import Bottleneck

_FLOOR = 1e-5
MEL_MEAN, MEL_SPREAD = -5.0, 2.0
"""About those of speech at the level that members are fed with, nats."""
_FINE = 8
"""Samples a step down to which a stage has one residual convolution only: nearly all of the time goes there."""


class MelEncoder(nn.Module):
    """Log-mel spectrogram whose frame t is centred on the samples t · hop to (t + 1) · hop."""

    window: Tensor
    bank: Tensor

    def __init__(self, design: Design, outputs: int):
        super().__init__()
        self.hop = design.hop
        self.size = 1024 if design.hop <= 256 else 2048
        self.register_buffer("window", torch.hann_window(self.size))
        bank = torchaudio.functional.melscale_fbanks(
            self.size // 2 + 1, 0.0, design.sample_rate / 2, design.mel_bins, design.sample_rate, "slaney", "slaney"
        )
        self.register_buffer("bank", bank)
        self.layer = convolution(design, design.mel_bins, outputs, 3)

    def forward(self, waveform: Tensor) -> Tensor:
        """(batch, samples) to (batch, outputs, samples / hop)."""
        left = (self.size - self.hop) // 2
        padded = F.pad(waveform[:, None], (left, self.size - self.hop - left), mode="reflect")[:, 0]
        spectrum = torch.stft(padded, self.size, self.hop, window=self.window, center=False, return_complex=True)
        mel = torch.einsum("bft,fm->bmt", spectrum.abs(), self.bank)
        return self.layer((mel.clamp(min=_FLOOR).log() + 5) / 3)


class StridedEncoder(nn.Module):
    """Strided convolutions, the decoder's strides in reverse order."""

    def __init__(self, design: Design, outputs: int):
        super().__init__()
        strides = tuple(reversed(design.strides)) or (1,)
        channels = tuple(reversed(stage_channels(design, len(strides))))
        first = downsampler(design, 1, channels[0], design.head_hop) if design.head_hop > 1 else None
        steps: list[nn.Module] = [first or convolution(design, 1, channels[0], 7)]
        for stride, inputs, following in zip(strides, channels, (*channels[1:], design.width), strict=True):
            steps += [activation(design, inputs), downsampler(design, inputs, following, stride)]
        steps += [ResidualBlock(design, design.width), convolution(design, design.width, outputs, 3)]
        self.steps = nn.Sequential(*steps)

    def forward(self, waveform: Tensor) -> Tensor:
        """(batch, samples) to (batch, outputs, samples / hop)."""
        return self.steps(waveform[:, None])


class FramedEncoder(nn.Module):
    """One long strided convolution, then residual blocks at the frame rate."""

    def __init__(self, design: Design, outputs: int):
        super().__init__()
        width = 2 * design.width
        self.steps = nn.Sequential(
            downsampler(design, 1, width, design.hop, span=3),
            ResidualBlock(design, width),
            convolution(design, width, outputs, 3),
        )

    def forward(self, waveform: Tensor) -> Tensor:
        """(batch, samples) to (batch, outputs, samples / hop)."""
        return self.steps(waveform[:, None])


class InverseFourier(nn.Module):
    """Magnitude and phase to samples: inverse transform, overlap-add, division by the windows' sum.

    Source: Kaneko et al. (2022), iSTFTNet, ICASSP, arXiv:2203.02395; padding as in Siuzdak (2024), Vocos, ICLR.
    """

    window: Tensor

    def __init__(self, design: Design, inputs: int):
        super().__init__()
        self.hop = design.head_hop
        self.size = 4 * self.hop
        self.layer = convolution(design, inputs, self.size + 2, 5)
        self.register_buffer("window", torch.hann_window(self.size))

    def forward(self, x: Tensor) -> Tensor:
        """(batch, inputs, frames) to (batch, frames · hop)."""
        log_magnitude, phase = self.layer(x).float().chunk(2, 1)
        magnitude = log_magnitude.clamp(max=5).exp()
        spectrum = torch.complex(magnitude * phase.cos(), magnitude * phase.sin())
        frames = torch.fft.irfft(spectrum, self.size, dim=1) * self.window[:, None]
        return self._add(frames) / self._add((self.window**2)[:, None].expand(1, -1, x.shape[2])).clamp(min=1e-3)

    def _add(self, frames: Tensor) -> Tensor:
        length = (frames.shape[2] - 1) * self.hop + self.size
        whole = F.fold(frames, (1, length), (1, self.size), stride=(1, self.hop))[:, 0, 0]
        cut = (self.size - self.hop) // 2
        return whole[:, cut : cut + frames.shape[2] * self.hop]


class Decoder(nn.Module):
    """Up-sampling stages with residual blocks; a source signal may be added at each stage."""

    def __init__(self, design: Design, inputs: int):
        super().__init__()
        channels = stage_channels(design, len(design.strides))
        rates = [design.tail_hop]
        for stride in design.strides:
            rates.append(rates[-1] // stride)
        self.first = nn.Sequential(convolution(design, inputs, design.width, 5), ResidualBlock(design, design.width))
        widths = (design.width, *channels)
        self.acts = nn.ModuleList(activation(design, c) for c in widths)
        self.ups = nn.ModuleList(
            Upsample(design, a, b, s) for a, b, s in zip(widths, channels, design.strides, strict=False)
        )
        self.blocks = nn.ModuleList(
            ResidualBlock(design, c, design.dilations if step > _FINE else (1,))
            for c, step in zip(channels, rates[1:], strict=True)
        )
        self.sources = nn.ModuleList(
            downsampler(design, 2, c, step) if step > 1 else convolution(design, 2, c, 7)
            for c, step in zip(channels, rates[1:], strict=True)
        )
        if not design.excitation:
            self.sources = nn.ModuleList()
        last = widths[len(design.strides)]
        self.head = InverseFourier(design, last) if design.head == "istft" else None
        self.last = None if self.head else convolution(design, last, 1, 7)
        self.bounded = design.bounded

    def forward(self, latent: Tensor, source: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """(batch, inputs, frames) and (batch, 2, frames · tail hop) to (batch, frames · tail hop); no commitment."""
        x = self.first(latent)
        for stage, (up, block) in enumerate(zip(self.ups, self.blocks, strict=True)):
            x = up(self.acts[stage](x))
            if source is not None and self.sources:
                x = x + self.sources[stage](source)
            x = block(x)
        x = self.acts[-1](x)
        y = self.head(x) if self.head else 0.1 * self.last(x)[:, 0].float()  # type: ignore[misc]
        return (torch.tanh(y) if self.bounded else y), y.new_zeros(())


class Member(nn.Module):
    """Waveform to its copy."""

    def __init__(self, design: Design):
        super().__init__()
        self.design = design
        kinds = {"mel": MelEncoder, "strided": StridedEncoder, "framed": FramedEncoder}
        self.bottleneck = Bottleneck(design) if design.kind != "mel" else None
        outputs = self.bottleneck.size if self.bottleneck else design.width
        self.encoder = kinds[design.encoder](design, outputs)
        self.decoder = Decoder(design, outputs)

    def forward(self, waveform: Tensor, source: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Copies (batch, samples) of waveforms (batch, samples), samples a multiple of the hop; commitment loss."""
        latent = self.encoder(waveform)
        commitment = waveform.new_zeros(())
        if self.bottleneck is not None:
            latent, commitment = self.bottleneck(latent.float())
        return self.decoder(latent, source)[0], commitment


class Graft(nn.Module):
    """A trained vocoder's first stages with a new end; of a codec, the mel spectrum is quantised in between."""

    def __init__(self, design: Design):
        super().__init__()
        self.design = design
        self.trunk = HifiGanNetwork().requires_grad_(False)
        self.bottleneck = Bottleneck(design) if design.kind == "codec" else None
        self.decoder = Decoder(design, self.trunk.widths[design.trunk])

    def features(self, waveform: Tensor) -> Tensor:
        """(batch, samples) to what the trunk's last kept stage gives, (batch, channels, samples / tail hop)."""
        mel = hifigan_mel(waveform)
        if self.bottleneck is not None and self.bottleneck.active:
            mel = MEL_SPREAD * self.bottleneck.settled((mel - MEL_MEAN) / MEL_SPREAD) + MEL_MEAN
        return self.trunk.stages(mel, self.design.trunk)

    def forward(self, waveform: Tensor, source: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """As Member."""
        return self.decoder(self.features(waveform))


def build(design: Design) -> Member | Graft:
    """The network of a design, its weights drawn from the design's seed; a trunk's are not trained yet."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(design.seed)
        return Graft(design) if design.trunk else Member(design)


def stage_channels(design: Design, stages: int) -> Sequence[int]:
    """Channels behind each up-sampler: in equal ratios from the width to `narrow`, multiples of 4."""
    ratio = (design.narrow / design.width) ** (1 / max(stages, 1))
    return tuple(max(4, round(design.width * ratio ** (k + 1) / 4) * 4) for k in range(stages))
