"""The design of a zoo member: what is drawn by chance about a small vocoder or codec."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal, TypeVar

import numpy as np

from core.foundation.hashing import sha256_value

Kind = Literal["mel", "latent", "codec"]
Upsampling = Literal["transposed", "nearest", "linear", "shuffle"]
Head = Literal["waveform", "istft"]
Quantiser = Literal["", "rvq", "fsq", "vq"]

T = TypeVar("T")

_RATES_HZ = (16000, 16000, 22050, 24000)
_GRAFT_RATES_HZ = (16000, 16000, 18000, 20000, 22050, 22050, 24000, 24000)
_HOPS = (64, 80, 96, 128, 160, 192, 200, 240, 256, 300, 320, 384, 480, 512)
TRUNK_FACTOR, TRUNK_HOP = 8, 256
_FRAME_RATES_HZ = (45, 260)
_CODEC_KBPS = (6.0, 40.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Everything that makes one member differ from another, JSON-compatible."""

    kind: Kind
    """What the decoder is given: a mel spectrogram, a learned continuous latent, or a codec's codes."""
    sample_rate: int
    trunk: int
    """Stages kept from a trained HiFi-GAN V2, each up by 8; 0: everything is new."""
    strides: tuple[int, ...]
    """Up-sampling factors of the decoder, first to last; their product and `head_hop` is the hop."""
    upsampling: Upsampling
    head: Head
    head_hop: int
    """Hop of the inverse short-time Fourier transform at the end; 1 without."""
    excitation: int
    """Harmonics of the fundamental that the decoder is fed with at every stage; 0: no source signal."""
    encoder: Literal["mel", "strided", "framed"]
    width: int
    """Channels at the frame rate."""
    narrow: int
    """Channels of the last stage."""
    kernel: int
    up_kernel: int
    """Kernel of an up-sampler: in strides for transposed convolutions, otherwise 2 n + 1 samples."""
    dilations: tuple[int, ...]
    block: Literal["dilated", "parallel", "depthwise"]
    activation: Literal["leaky", "elu", "silu", "snake"]
    norm: Literal["none", "weight", "channel"]
    mel_bins: int
    latent: int
    """Numbers a frame between encoder and decoder."""
    quantiser: Quantiser
    levels: tuple[int, ...]
    """Codes of each codebook (rvq, vq) or steps of each number (fsq)."""
    bounded: bool
    """Output through tanh."""
    adversarial: bool
    scales: tuple[int, ...]
    """Window lengths of the spectral losses, in samples."""
    seed: int

    @property
    def hop(self) -> int:
        """Samples a frame."""
        return TRUNK_FACTOR**self.trunk * self.tail_hop

    @property
    def tail_hop(self) -> int:
        """Samples that the decoder makes of each of its input's frames."""
        return math.prod(self.strides) * self.head_hop

    @property
    def bitrate_kbps(self) -> float:
        """Bits of all codes of a frame times frames a second, in kbit/s; 0 without a quantiser."""
        return sum(math.log2(n) for n in self.levels) * self.sample_rate / self.hop / 1000

    @property
    def name(self) -> str:
        """Short and stable: equal designs have equal names."""
        return f"zoo-{sha256_value(self.as_json())[:8]}"

    def as_json(self) -> dict[str, object]:
        """All fields, tuples as lists."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}

    @classmethod
    def from_json(cls, values: dict[str, object]) -> Design:
        """The inverse of `as_json`."""
        return cls(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})  # type: ignore[arg-type]

    @classmethod
    def draw_graft(cls, rng: np.random.Generator) -> Design:
        """Draw a design whose first stages are those of a trained HiFi-GAN V2, at any sampling rate."""
        kind: Kind = _one(("mel", "codec"), rng, (0.55, 0.45))
        rate, trunk = _one(_GRAFT_RATES_HZ, rng), _one((1, 2), rng, (0.35, 0.65))
        factor = TRUNK_HOP // TRUNK_FACTOR**trunk
        head: Head = _one(("waveform", "istft"), rng, (0.6, 0.4)) if trunk == 1 else "waveform"
        head_hop = _one((8, 16), rng) if head == "istft" else 1
        strides = draw_strides(factor // head_hop, rng)
        quantiser: Quantiser = _one(("rvq", "fsq", "vq"), rng, (0.5, 0.2, 0.3)) if kind == "codec" else ""
        return replace(
            cls.draw(rng),
            kind=kind,
            sample_rate=rate,
            trunk=trunk,
            strides=strides,
            head=head,
            head_hop=head_hop,
            excitation=0,
            encoder="mel",
            width=_one((24, 32, 48) if trunk == 2 else (48, 64), rng),
            mel_bins=80,
            latent=80,
            quantiser=quantiser,
            levels=draw_levels(quantiser, rate / TRUNK_HOP, 80, rng),
        )

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Design:
        """Draw a design that can be built; two thirds of the members are vocoders."""
        kind: Kind = _one(("mel", "latent", "codec"), rng, (0.3, 0.3, 0.4))
        rate = _one(_RATES_HZ, rng)
        hop = _one([h for h in _HOPS if _FRAME_RATES_HZ[0] <= rate / h <= _FRAME_RATES_HZ[1]], rng)
        head: Head = _one(("waveform", "istft"), rng, (0.65, 0.35))
        head_hop = _one([h for h in (4, 5, 8, 16, 20, 32) if hop % h == 0], rng) if head == "istft" else 1
        latent = _one((16, 24, 32, 48, 64), rng)
        quantiser: Quantiser = _one(("rvq", "fsq", "vq"), rng, (0.5, 0.35, 0.15)) if kind == "codec" else ""
        encoder = "mel" if kind == "mel" else _one(("strided", "framed"), rng)
        return cls(
            kind=kind,
            sample_rate=rate,
            trunk=0,
            strides=draw_strides(hop // head_hop, rng),
            upsampling=_one(("transposed", "nearest", "linear", "shuffle"), rng, (0.4, 0.2, 0.15, 0.25)),
            head=head,
            head_hop=head_hop,
            excitation=_one((0, 1, 8), rng, (0.25, 0.25, 0.5)) if kind == "mel" else 0,
            encoder=encoder,
            width=_one((64, 96, 128, 160), rng),
            narrow=_one((8, 12, 16), rng),
            kernel=_one((3, 5, 7), rng),
            up_kernel=_one((2, 3, 4), rng),
            dilations=_one(((1,), (1, 3), (1, 2), (1, 3, 5)), rng),
            block=_one(("dilated", "parallel", "depthwise"), rng, (0.5, 0.25, 0.25)),
            activation=_one(("leaky", "elu", "silu", "snake"), rng),
            norm=_one(("none", "weight", "channel"), rng, (0.4, 0.4, 0.2)),
            mel_bins=_one((64, 80, 100, 128), rng),
            latent=latent,
            quantiser=quantiser,
            levels=draw_levels(quantiser, rate / hop, latent, rng),
            bounded=bool(rng.random() < 0.5),
            adversarial=bool(rng.random() < 0.6),
            scales=_one(((512, 1024, 2048), (256, 512, 1024), (256, 1024), (320, 800, 1920)), rng),
            seed=int(rng.integers(2**31)),
        )


def draw_strides(factor: int, rng: np.random.Generator) -> tuple[int, ...]:
    """Split a factor into stages of 2 to 16 in random order.

    Args:
        factor: What the stages multiply to; 1 gives no stage.
        rng: Seeded generator.
    """
    strides: list[int] = []
    while factor > 1:
        choices = [s for s in range(2, 17) if factor % s == 0]
        stride = int(rng.choice(choices)) if choices else factor
        strides.append(stride)
        factor //= stride
    return tuple(int(s) for s in rng.permutation(strides))


def draw_levels(quantiser: Quantiser, frames_per_s: float, latent: int, rng: np.random.Generator) -> tuple[int, ...]:
    """Codebooks whose bit rate is log-uniform over 6 to 40 kbit/s, as near as the quantiser allows."""
    if not quantiser:
        return ()
    kbps = math.exp(rng.uniform(*np.log(_CODEC_KBPS)))
    bits = kbps * 1000 / frames_per_s
    if quantiser == "fsq":
        steps = _one((3, 4, 5, 8, 16), rng)
        return (steps,) * min(max(round(bits / math.log2(steps)), 2), latent)
    codes = _one((256, 512, 1024), rng)
    return (codes,) * min(max(round(bits / math.log2(codes)), 1), 32 if quantiser == "rvq" else latent // 2)


def _one(choices: Sequence[T], rng: np.random.Generator, chances: Sequence[float] | None = None) -> T:
    return choices[int(rng.choice(len(choices), p=chances))]
