"""Training of members on human speech."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from core.foundation.progress import SILENT, Progress
from core.foundation.rng import generator
from core.training.resynthesis._hifigan import load_hifigan
from core.training.resynthesis._mel import hifigan_mel
from core.training.zoo.design import Design
from core.training.zoo.losses import Discriminator, SpectralLoss, discriminator_loss, generator_loss
from core.training.zoo.network import MEL_MEAN, MEL_SPREAD, Graft, Member, build
from core.training.zoo.quantisers import Bottleneck
from core.training.zoo.source import Wave, excitation

_BATCH, _CROP_S = 4, 0.4
_LEARNING_RATE = 2e-3
_QUANTISE_FROM, _ADVERSARIAL_FROM = 0.3, 0.65
"""Shares of the training from which the bottleneck quantises and the discriminator takes part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How long a member is trained: steps, or processor seconds; the smaller ends it."""

    steps: int = 1_000_000
    seconds: float = math.inf

    def spent(self, step: int, began: float) -> float:
        """Share spent, 0 to 1."""
        return min(1.0, max(step / self.steps, (time.process_time() - began) / self.seconds))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A trained member with the loss at its beginning and end."""

    member: Member | Graft
    steps: int
    losses: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a step is made of."""

    given: Tensor
    """Waveforms (batch, frames), or a trunk's features (batch, channels, steps)."""
    source: Tensor | None
    """(batch, 2, frames)."""
    wanted: Tensor
    """Human speech (batch, frames), whose spectra the copy shall have."""
    anchor: Tensor | None
    """Waveform (batch, frames) that the copy shall follow sample by sample."""


class Crops:
    """Random stretches of human speech, each determined by the seed and the step, with their source signals."""

    def __init__(self, design: Design, waveforms: Sequence[Wave]):
        self._design, self._frames = design, crop_frames(design)
        self._waveforms = [w for w in waveforms if len(w) > self._frames]
        rng, harmonics = generator(design.seed, "source"), design.excitation
        self._sources = [excitation(w, design.sample_rate, harmonics, rng) for w in self._waveforms if harmonics]

    def draw(self, step: int) -> Batch:
        """The batch of a step."""
        rng = generator(self._design.seed, "crop", step)
        numbers = rng.integers(0, len(self._waveforms), _BATCH)
        starts = [int(rng.integers(0, len(self._waveforms[n]) - self._frames)) for n in numbers]
        waves = _stack([self._waveforms[n][s : s + self._frames] for n, s in zip(numbers, starts, strict=True)])
        source = None
        if self._sources:
            source = _stack([self._sources[n][:, s : s + self._frames] for n, s in zip(numbers, starts, strict=True)])
        return Batch(given=waves, source=source, wanted=waves, anchor=None if self._design.kind == "mel" else waves)


class GraftCrops:
    """Random stretches of what a trunk makes of human speech; the anchor is the whole trained vocoder's output."""

    def __init__(self, graft: Graft, waveforms: Sequence[Wave]):
        self._design = graft.design
        self._steps = crop_frames(graft.design) // graft.design.tail_hop
        self._data = [
            self._prepare(graft, w) for w in waveforms if len(w) > crop_frames(graft.design) + graft.design.hop
        ]

    def draw(self, step: int) -> Batch:
        """The batch of a step."""
        rng, hop = generator(self._design.seed, "crop", step), self._design.tail_hop
        chosen = [self._data[n] for n in rng.integers(0, len(self._data), _BATCH)]
        starts = [int(rng.integers(0, features.shape[1] - self._steps)) for features, _, _ in chosen]
        places = [(d, s, slice(s * hop, (s + self._steps) * hop)) for d, s in zip(chosen, starts, strict=True)]
        return Batch(
            given=_stack([d[0][:, s : s + self._steps].astype(np.float32) for d, s, _ in places]),
            source=None,
            wanted=_stack([d[1][cut] for d, _, cut in places]),
            anchor=_stack([d[2][cut] for d, _, cut in places]),
        )

    def _prepare(self, graft: Graft, waveform: Wave) -> tuple[np.ndarray, Wave, Wave]:
        whole = waveform[: len(waveform) // graft.design.hop * graft.design.hop]
        with torch.inference_mode():
            given = torch.from_numpy(whole)[None]
            return graft.features(given)[0].half().numpy(), whole, graft.trunk(hifigan_mel(given))[0].numpy()


def crop_frames(design: Design) -> int:
    """Length of a training crop, a multiple of the hop."""
    return max(round(_CROP_S * design.sample_rate / design.hop), 4) * design.hop


def train(
    design: Design,
    waveforms: Sequence[Wave],
    budget: Budget,
    progress: Progress = SILENT,
    *,
    half: bool = False,
    trunk: Path | None = None,
) -> Fitted:
    """Train a member.

    Args:
        design: What to build.
        waveforms: Human speech at the design's rate, float32 (frames,), at about -22 dBFS, longer than 0.5 s.
        budget: When to stop.
        progress: How far it is.
        half: Compute the network in bfloat16: about twice as fast where the processor has it.
        trunk: Weights of the HiFi-GAN V2 whose first stages a graft keeps.
    """
    member = build(design)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(design.seed)
        if isinstance(member, Graft):
            crops = _graft(member, waveforms, trunk)
            losses = _run(Trainer(design, member.decoder, half), crops, budget, progress)
        else:
            losses = _run(Trainer(design, member, half, member.bottleneck), Crops(design, waveforms), budget, progress)
    member.eval()
    return Fitted(member=member, steps=len(losses), losses=tuple(losses))


def _graft(graft: Graft, waveforms: Sequence[Wave], trunk: Path | None) -> GraftCrops:
    if trunk is None:
        raise ValueError("a graft needs a trunk's weights")
    graft.trunk.load_state_dict(load_hifigan(trunk).state_dict())
    graft.eval()
    crops = GraftCrops(graft, waveforms)
    if graft.bottleneck is not None:
        with torch.inference_mode():
            mels = [hifigan_mel(torch.from_numpy(w)[None])[0].T for w in waveforms]
        graft.bottleneck.fit((torch.cat(mels) - MEL_MEAN) / MEL_SPREAD)
        graft.bottleneck.active = True
    graft.decoder.train()
    return crops


def _run(trainer: Trainer, crops: Crops | GraftCrops, budget: Budget, progress: Progress) -> list[float]:
    began, losses = time.process_time(), []
    while (spent := budget.spent(len(losses), began)) < 1:
        progress.check()
        losses.append(trainer.step(crops.draw(len(losses)), spent))
        progress.report(spent, "training")
    return losses


class Trainer:
    """Steps of one network; the discriminator joins late."""

    def __init__(self, design: Design, network: nn.Module, half: bool, bottleneck: Bottleneck | None = None):
        self._network, self._bottleneck, self._half = network, bottleneck, half
        self._done = 0
        self._spectral = SpectralLoss(design.scales, design.sample_rate)
        self._discriminator = Discriminator((512, 1024)) if design.adversarial else None
        self._optimiser = torch.optim.Adam(network.parameters(), _LEARNING_RATE, betas=(0.8, 0.99))
        if self._discriminator:
            self._judge = torch.optim.Adam(self._discriminator.parameters(), 5e-4, betas=(0.8, 0.99))

    def step(self, batch: Batch, spent: float) -> float:
        """One step, the share `spent` of the training; returns the spectral loss."""
        for group in self._optimiser.param_groups:
            group["lr"] = _rate(spent)
        if self._bottleneck is not None:
            self._bottleneck.active = spent > _QUANTISE_FROM
        with torch.autocast("cpu", torch.bfloat16, enabled=self._half):
            made, commitment = self._network(batch.given, batch.source)
        spectral = self._spectral(made, batch.wanted)
        loss = spectral + 0.25 * commitment
        if batch.anchor is not None:
            loss = loss + 10 * (made - batch.anchor).abs().mean()
        if self._discriminator and spent > _ADVERSARIAL_FROM:
            loss = loss + 0.15 * self._compete(self._discriminator, made, batch.wanted)
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._network.parameters(), 5.0)
        self._optimiser.step()
        self._done += 1
        return float(spectral.detach())

    def _compete(self, judge: Discriminator, made: Tensor, wanted: Tensor) -> Tensor:
        turn = self._done
        with torch.autocast("cpu", torch.bfloat16, enabled=self._half):
            loss = discriminator_loss(judge(wanted, turn), judge(made.detach(), turn))
        self._judge.zero_grad(set_to_none=True)
        loss.backward()
        self._judge.step()
        judge.requires_grad_(False)
        with torch.autocast("cpu", torch.bfloat16, enabled=self._half):
            answer = generator_loss(judge(wanted, turn), judge(made, turn))
        judge.requires_grad_(True)
        return answer


def _rate(spent: float) -> float:
    """A short rise, then half a cosine down to a twentieth."""
    return _LEARNING_RATE * min(1, spent / 0.02 + 0.05) * (0.05 + 0.95 * math.cos(spent * math.pi / 2) ** 2)


def _stack(arrays: Sequence[np.ndarray]) -> Tensor:
    return torch.from_numpy(np.stack(arrays))
