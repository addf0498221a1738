"""Bottlenecks of zoo codecs: residual and plain vector quantisation, finite scalar quantisation."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.training.zoo.design import Design

_FIT_ROWS, _FSQ_SPREAD = 6000, 0.7
_DECAY = 0.95
_DEAD = 0.3
"""A code used less than this often a batch, on average, is put where a latent lies."""


class Codebook(nn.Module):
    """Codes that follow the latents they stand for.

    Source: van den Oord, Vinyals, Kavukcuoglu (2017), Neural Discrete Representation Learning, appendix A.1.
    """

    codes: Tensor
    counts: Tensor
    ready: Tensor

    def __init__(self, codes: int, size: int):
        super().__init__()
        self.register_buffer("codes", torch.zeros(codes, size))
        self.register_buffer("counts", torch.ones(codes))
        self.register_buffer("ready", torch.tensor(False))

    def forward(self, x: Tensor) -> Tensor:
        """The nearest code of each row of x (rows, size); in training the codes are drawn towards the rows."""
        x = x.detach()
        if self.training and not self.ready:
            self.codes.copy_(self._some(x, len(self.codes)))
            self.ready.fill_(True)
        nearest = torch.cdist(x, self.codes).argmin(1)
        if self.training:
            self._follow(x, nearest)
        return self.codes[nearest]

    def fit(self, rows: Tensor, rounds: int = 4) -> None:
        """Place the codes among rows (rows, size) at once, by Lloyd's method."""
        self.codes.copy_(self._some(rows, len(self.codes)))
        self.ready.fill_(True)
        for _ in range(rounds):
            nearest = torch.cdist(rows, self.codes).argmin(1)
            counts = torch.bincount(nearest, minlength=len(self.codes))
            sums = torch.zeros_like(self.codes).index_add_(0, nearest, rows)
            used = counts > 0
            self.codes[used] = sums[used] / counts[used, None]

    def _follow(self, x: Tensor, nearest: Tensor) -> None:
        counts = torch.bincount(nearest, minlength=len(self.codes)).to(x)
        sums = torch.zeros_like(self.codes).index_add_(0, nearest, x)
        means = sums / counts.clamp(min=1)[:, None]
        pull = (1 - _DECAY) * (counts > 0)[:, None]
        self.codes.add_((means - self.codes) * pull.clamp(max=1) * 2)
        self.counts.mul_(_DECAY).add_(counts, alpha=1 - _DECAY)
        dead = torch.nonzero(self.counts < _DEAD * 0.1).flatten()
        if len(dead):
            self.codes[dead] = self._some(x, len(dead))
            self.counts[dead] = 1.0

    def _some(self, x: Tensor, count: int) -> Tensor:
        return x[torch.randint(len(x), (count,))]


class Residual(nn.Module):
    """Each codebook quantises what the ones before it left.

    Source: Zeghidour et al. (2021), SoundStream, IEEE/ACM TASLP 30, doi:10.1109/TASLP.2021.3129994, section III-C.
    """

    def __init__(self, levels: Sequence[int], size: int):
        super().__init__()
        self.books = nn.ModuleList(Codebook(n, size) for n in levels)

    def forward(self, x: Tensor) -> Tensor:
        """Quantise rows (rows, size)."""
        done = torch.zeros_like(x)
        for book in self.books:
            done = done + book(x - done)
        return done

    def fit(self, rows: Tensor) -> None:
        """Place all codes among rows (rows, size)."""
        for book in self.books:
            book.fit(rows)  # type: ignore[operator]
            rows = rows - book(rows)


class Grouped(nn.Module):
    """Plain vector quantisation, one codebook for each group of numbers."""

    def __init__(self, levels: Sequence[int], size: int):
        super().__init__()
        sizes = [len(part) for part in torch.arange(size).tensor_split(len(levels))]
        self.sizes = sizes
        self.books = nn.ModuleList(Codebook(n, part) for n, part in zip(levels, sizes, strict=True))

    def forward(self, x: Tensor) -> Tensor:
        """Quantise rows (rows, size)."""
        return torch.cat([book(part) for book, part in zip(self.books, x.split(self.sizes, 1), strict=True)], 1)

    def fit(self, rows: Tensor) -> None:
        """Place all codes among rows (rows, size)."""
        for book, part in zip(self.books, rows.split(self.sizes, 1), strict=True):
            book.fit(part)  # type: ignore[operator]


class FiniteScalar(nn.Module):
    """Each number bounded and rounded to a few steps.

    Source: Mentzer et al. (2024), Finite Scalar Quantization: VQ-VAE Made Simple, ICLR, section 3.1.
    """

    steps: Tensor

    def __init__(self, levels: Sequence[int]):
        super().__init__()
        self.register_buffer("steps", torch.tensor(levels, dtype=torch.float32))

    def forward(self, x: Tensor) -> Tensor:
        """Rows (rows, len(levels)) to the levels' middles in -1..1; the gradient passes the rounding."""
        bounded = torch.tanh(x)
        place = ((bounded + 1) / 2 * self.steps).floor().clamp(max=self.steps - 1)
        return bounded + ((2 * place + 1) / self.steps - 1 - bounded).detach()


class Bottleneck(nn.Module):
    """Between encoder and decoder: projection, quantiser, projection; without a quantiser some noise in training."""

    axes: Tensor
    back: Tensor

    def __init__(self, design: Design):
        super().__init__()
        self.kind, self.active = design.quantiser, False
        self.size = len(design.levels) if self.kind == "fsq" else design.latent
        if self.kind == "rvq":
            self.quantise: nn.Module = Residual(design.levels, self.size)
        elif self.kind == "vq":
            self.quantise = Grouped(design.levels, self.size)
        elif self.kind == "fsq":
            self.quantise = FiniteScalar(design.levels)
            self.register_buffer("axes", torch.zeros(design.latent, self.size))
            self.register_buffer("back", torch.zeros(self.size, design.latent))

    def fit(self, rows: Tensor) -> None:
        """Settle all codes on rows (rows, latent) at once; scalars are of the principal components."""
        chosen = rows[torch.randperm(len(rows))[:_FIT_ROWS]]
        if self.kind == "fsq":
            _, values, axes = torch.linalg.svd(chosen, full_matrices=False)
            spread = values[: self.size] / math.sqrt(len(chosen))
            self.axes = axes[: self.size].T * (_FSQ_SPREAD / spread)
            self.back = axes[: self.size] * (spread / _FSQ_SPREAD)[:, None]
        else:
            self.quantise.fit(chosen)  # type: ignore[operator]

    def settled(self, x: Tensor) -> Tensor:
        """Quantised (batch, latent, frames), after `fit`."""
        rows = x.transpose(1, 2).reshape(-1, x.shape[1])
        made = self.quantise(rows @ self.axes) @ self.back if self.kind == "fsq" else self.quantise(rows)
        return made.reshape(x.shape[0], -1, x.shape[1]).transpose(1, 2)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Quantised (batch, size, frames) and the commitment loss, a scalar; both continuous until `active`."""
        nothing = x.new_zeros(())
        if not self.kind:
            return (x + 0.05 * torch.randn_like(x) if self.training else x), nothing
        if not self.active:
            return (torch.tanh(x) if self.kind == "fsq" else x), nothing
        rows = x.transpose(1, 2).reshape(-1, self.size)
        quantised = self.quantise(rows)
        commitment = nothing if self.kind == "fsq" else F.mse_loss(rows, quantised.detach())
        passed = quantised if self.kind == "fsq" else rows + (quantised - rows).detach()
        return passed.reshape(x.shape[0], -1, self.size).transpose(1, 2), commitment
