"""How the sample values are spread: histogram, unused levels, common divisor, runs of zeros, offset, clipping."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from core.features.params import Params, param
from core.measure.level_grid import LevelGrid
from core.measure.result import Column, Measurement, Quantity, Table
from core.measure.zero_runs import ZeroRun

FLOAT_BITS = 24
_FEW, _WIDE_LSB = 256, 4096
"""Levels of a word of 8 bits; a narrower range holds few levels in any word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantisationParams(Params):
    """What is counted."""

    near_lsb: int = param(
        64, "Levels counted singly on each side of zero.", name="singly round zero", unit="LSB", low=8, high=1024
    )
    zero_run_s: float = param(
        0.001,
        "Shortest run of exact zeros that is counted and listed.",
        name="zero run at least",
        unit="s",
        low=0.0001,
        high=1.0,
    )
    runs: int = param(100, "Most runs of zeros in the list, longest first.", name="runs at most", low=1, high=10_000)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Quantisation(Measurement):
    """Counts of sample values, all channels together."""

    title: ClassVar[str] = "Quantisation"
    params: QuantisationParams
    bits: int
    """Word length whose steps are counted: at most 24, since samples are read as float32."""
    word_is_known: bool
    """False where the coding has no word length (lossy, float): steps are then those of 16 bits."""
    levels: NDArray[np.int64]
    """Values, in steps of `level_step` words."""
    counts: NDArray[np.int64]
    """How often each of them occurs, over the full range."""
    level_step: int
    near_counts: NDArray[np.int64]
    """Counts of the values from -near_lsb to +near_lsb."""
    divisor: int
    """Greatest common divisor of all values, in steps; 0 for silence; 1 where values lie between steps."""
    effective_bits: float
    unused_pct: float
    """Levels between the lowest and the highest that never occur."""
    dc_offset: float
    peak_dbfs: float
    clipped_pct: float
    zeros_pct: float
    """Samples in runs of zeros of the least length or longer, whether listed or not."""
    zero_runs: tuple[ZeroRun, ...]
    all_runs: int
    """Runs of zeros, those that the list has no room for too."""
    grid: LevelGrid | None
    """The coarser even grid that the values lie on but for rounding; None where there is none."""

    @property
    def different_levels(self) -> int:
        """Values that occur, in steps of `level_step` words."""
        return int(np.count_nonzero(self.counts))

    @property
    def bits_in_use(self) -> float:
        """From the distance of the levels: the word length less its log2."""
        return self.effective_bits if self.grid is None else self.bits - float(np.log2(self.grid.step))

    @property
    def near_levels(self) -> NDArray[np.int64]:
        """The values of `near_counts`, in steps."""
        return np.arange(-self.params.near_lsb, self.params.near_lsb + 1)

    def facts(self) -> tuple[Quantity, ...]:
        """Single figures."""
        lsb = 2.0 ** (self.bits - 1)
        return (
            Quantity("Word length counted", self.bits, "bit", None, self._word_about()),
            Quantity("Common divisor of all values", self.divisor, "LSB"),
            self._step_fact(),
            Quantity("Different levels", self.different_levels, "", None, f"steps of {self.level_step} LSB"),
            Quantity("Bits in use", round(self.bits_in_use, 2), "bit", None, "word length less log2 of that distance"),
            Quantity("Unused levels in the range used", self.unused_pct, "%", None, f"steps of {self.level_step} LSB"),
            Quantity("Mean (DC offset)", self.dc_offset * lsb, "LSB"),
            Quantity("Peak", self.peak_dbfs, "dBFS"),
            Quantity("Clipped samples", self.clipped_pct, "%"),
            Quantity(f"Zeros in runs of {1000 * self.params.zero_run_s:g} ms or more", self.zeros_pct, "%"),
            Quantity("Runs of zeros of that length", self.all_runs),
            Quantity("Longest run of zeros", self.zero_runs[0].length_s if self.zero_runs else 0.0, "s"),
        )

    def sentences(self) -> tuple[str, ...]:
        """What stands out, without saying why."""
        told = (self._word(), self._divisor(), self._grid(), self._gaps(), self._few(), self._hidden(), self._runs())
        return tuple(filter(None, told))

    def tables(self) -> tuple[Table, ...]:
        """Full range, round zero, runs of zeros."""
        used = self.counts > 0
        full = Table(
            "Levels that occur",
            (
                Column("level", f"{self.level_step} LSB", self.levels[used]),
                Column("count", "samples", self.counts[used]),
            ),
        )
        near = Table(
            "Round zero",
            (Column("level", "LSB", self.near_levels), Column("count", "samples", self.near_counts)),
        )
        runs = Table(
            "Runs of zeros",
            (
                Column("channel", "", [run.channel for run in self.zero_runs]),
                Column("start", "s", [run.start_s for run in self.zero_runs]),
                Column("length", "s", [run.length_s for run in self.zero_runs]),
            ),
        )
        return full, near, runs

    def _word_about(self) -> str:
        if not self.word_is_known:
            return "assumed: no word length"
        return "bits beyond the 24th are not counted" if self.bits == FLOAT_BITS else ""

    def _word(self) -> str:
        return "" if self.word_is_known else "The coding has no word length; levels are counted in steps of 16 bits."

    def _step_fact(self) -> Quantity:
        step = self.divisor if self.grid is None else self.grid.step
        return Quantity("Distance of the levels", step, "LSB", None if self.grid is None else self.grid.uncertainty)

    def _divisor(self) -> str:
        if self.divisor > 1:
            return (
                f"About {self.bits_in_use:.0f} bits are in use: all values are multiples of {self.divisor} LSB. A "
                "shorter word that was lengthened, or a whole-number gain, do this."
            )
        return ""

    def _grid(self) -> str:
        if self.grid is None or self.divisor > 1:
            return ""
        return (
            f"About {self.bits_in_use:.0f} bits are in use: the {self.different_levels:,} different levels lie "
            f"{self.grid.step:.1f} LSB apart, but for rounding. A shorter word that was lengthened with a gain does "
            "this."
        )

    def _few(self) -> str:
        """Levels of companded words are few, but not even."""
        span = np.flatnonzero(self.counts)
        is_wide = len(span) > 1 and (span[-1] - span[0]) * self.level_step >= _WIDE_LSB
        if self.is_coarser or not is_wide or self.different_levels > _FEW:
            return ""
        return (
            f"Only {self.different_levels} different levels occur, not evenly spaced: no more than a word of 8 bits "
            "holds. Companding (G.711) does this."
        )

    @property
    def is_coarser(self) -> bool:
        """Whether the values lie on a coarser even grid than the word's."""
        return self.grid is not None or self.divisor > 1

    def _hidden(self) -> str:
        if self.is_coarser or not self.counts.any():
            return ""
        return (
            "No coarser even grid of levels shows. Dither, filtering, mixing, a small gain or lossy coding hide one: "
            "whether the sound once had a shorter word cannot be told."
        )

    def _gaps(self) -> str:
        middle, reach = self.params.near_lsb, self.params.near_lsb // 2
        near = self.near_counts[middle - reach : middle + reach + 1]
        missing = int(np.count_nonzero(near == 0))
        if not self.is_coarser and missing and near.any() and self.counts.sum() > 200 * len(near):
            return f"{missing} of the {len(near)} levels nearest to zero never occur. A gain above 1 can do this."
        return ""

    def _runs(self) -> str:
        count, listed = self.all_runs, len(self.zero_runs)
        if not count:
            return ""
        runs = "1 run" if count == 1 else f"{count:,} runs"
        ends = f"; the list ends at {listed}, the longest" if listed < count else ""
        return f"{runs} of exact zeros of {1000 * self.params.zero_run_s:g} ms or more{ends}."
