"""Two clips made one, with their labels: mixup and cutmix. The share of the first is drawn from a beta distribution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from core.audio.perturb.base import Wave

Labels = NDArray[np.float32]


class Mixer(Protocol):
    """A drawn way to mix two clips of one length."""

    @classmethod
    def draw(cls, rng: np.random.Generator, alpha: float = 0.4) -> Self:
        """Draw it; alpha is the beta distribution's, and 1 makes all shares alike."""
        ...

    def mix(self, first: Wave, second: Wave) -> tuple[Wave, float]:
        """The mixed clip (frames,) and the share of the first in it, 0..1."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixup:
    """The sum of both, weighted.

    Source: Zhang, Cisse, Dauphin, Lopez-Paz (2018), mixup: Beyond Empirical Risk Minimization, ICLR, section 2.
    """

    name: ClassVar = "mixup"
    help: ClassVar = "Two clips sound together, each with its share."
    share: float

    @classmethod
    def draw(cls, rng: np.random.Generator, alpha: float = 0.4) -> Self:
        """Draw the share of the first."""
        return cls(share=float(rng.beta(alpha, alpha)))

    def mix(self, first: Wave, second: Wave) -> tuple[Wave, float]:
        """share · first + (1 - share) · second."""
        share = np.float32(self.share)
        return (share * first + (1 - share) * second).astype(np.float32), self.share


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutmix:
    """A stretch of the first replaced by the same stretch of the second.

    Source: Yun et al. (2019), CutMix, ICCV, section 3; along time.
    """

    name: ClassVar = "cutmix"
    help: ClassVar = "A stretch of a clip is replaced by one of another."
    share: float
    start: float
    """Where the stretch starts, as a share of the room that it has."""

    @classmethod
    def draw(cls, rng: np.random.Generator, alpha: float = 0.4) -> Self:
        """Draw the share of the first, and where the second is set in."""
        return cls(share=float(rng.beta(alpha, alpha)), start=float(rng.random()))

    def mix(self, first: Wave, second: Wave) -> tuple[Wave, float]:
        """The share that is returned is that of the frames that are the first's."""
        frames = len(first)
        length = round((1 - self.share) * frames)
        begin = round(self.start * (frames - length))
        mixed = first.copy()
        mixed[begin : begin + length] = second[begin : begin + length]
        return mixed, 1 - length / frames


MIXERS: dict[str, type[Mixup] | type[Cutmix]] = {mixer.name: mixer for mixer in (Mixup, Cutmix)}
"""Ways to mix by name."""


def mix_batch(
    mixer: type[Mixer], waveforms: Wave, labels: Labels, rng: np.random.Generator, alpha: float = 0.4
) -> tuple[Wave, Labels]:
    """Each clip of a batch mixed with another one of it, by a draw of its own.

    Args:
        mixer: From MIXERS.
        waveforms: float32 (batch, frames).
        labels: Soft labels float32 (batch, classes).
        rng: Seeded generator.
        alpha: Of the beta distribution of shares.

    Returns:
        Waveforms and labels of the same shapes; a label is the mean of both clips', weighted by their shares.
    """
    partners = rng.permutation(len(waveforms))
    pairs = [mixer.draw(rng, alpha).mix(waveforms[i], waveforms[j]) for i, j in enumerate(partners)]
    shares = np.array([share for _, share in pairs], np.float32)[:, None]
    soft = shares * labels + (1 - shares) * labels[partners]
    return np.stack([mixed for mixed, _ in pairs]), soft.astype(np.float32)
