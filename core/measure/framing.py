"""Traces of the frames of lossy coders: at the position where a coder cut its frames, many lines are nearly zero."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from core.features.params import Params, param
from core.foundation.units import format_time
from core.measure.frame_positions import NEIGHBOURS, Position, apart
from core.measure.result import Column, Measurement, Quantity, Table

HOW_OFTEN = (
    "Known rates: 15 recordings of speech of 7 to 10 s and 60 of about 2 s, nearly all at 16 kHz, of which no coding "
    "at their rate is known, reached a contrast of at most 5.6 with any coder as they were, so that nothing was "
    "stated. The 15, coded, decoded, cut at any place and kept at 16 bits, showed frames at the right offset, and at "
    "no other, in 15, 15 and 12 of 15 for MP3 at 32, 64 and 128 kbit/s, and in all 15 for AAC at each of these rates "
    "and for Vorbis at qualities 1 and 5. Other sample rates, music, and sound that was changed after decoding were "
    "not measured."
)
"""Known rates of hits and false alarms with the default parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FramingParams(Params):
    """How frames are looked for."""

    near_zero_lsb: float = param(
        1.0,
        "A line counts as nearly zero below this; rounding to 16 bits leaves 0.3.",
        name="nearly zero below",
        unit="LSB",
        low=0.01,
        high=64.0,
    )
    frames: int = param(
        48, "Frames looked at in the whole recording, spread evenly.", name="frames looked at", low=8, high=2000
    )
    least_contrast: float = param(
        7.0,
        "A position is stated from this many robust standard deviations above those around it.",
        name="contrast at least",
        low=5.0,
        high=100.0,
    )
    local_s: float = param(
        2.0,
        "Length of the stretches in which the position is followed.",
        name="length of a stretch",
        unit="s",
        low=0.5,
        high=60.0,
    )
    local_frames: int = param(16, "Frames looked at in each of them.", name="frames a stretch", low=4, high=200)
    stretches: int = param(
        120, "Most stretches; longer recordings have gaps between them.", name="stretches at most", low=2, high=2000
    )
    channel: str = param("0", "Channel: its number from 0, or mix.")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GridTrace:
    """What one coder's grid shows."""

    name: str
    title: str
    spacing: int
    """Positions are told apart modulo this many samples."""
    lines: int
    """Spectral lines of a frame that were looked at."""
    shares: NDArray[np.float64]
    """(spacing,), share of lines nearly zero at each position."""
    best: Position
    others: tuple[Position, ...]
    """More positions that stand out: coded more than once, or joined from several codings."""
    found: bool
    times_s: NDArray[np.float64]
    """Middles of the stretches in which the position was followed; empty where none was found."""
    local: tuple[Position, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Framing(Measurement):
    """Frame positions for each coder that was looked for."""

    title: ClassVar[str] = "Coder framing"
    params: FramingParams
    traces: tuple[GridTrace, ...]
    is_coded: bool
    """Whether the file itself is lossy: then its own frames are expected to show."""

    @property
    def best(self) -> GridTrace:
        """The grid with the highest contrast."""
        return max(self.traces, key=lambda trace: trace.best.contrast)

    def facts(self) -> tuple[Quantity, ...]:
        """Contrast of each grid's clearest position, and the position where it is clear enough to be stated."""
        return tuple(fact for trace in self.traces for fact in self._facts(trace))

    def _facts(self, trace: GridTrace) -> tuple[Quantity, Quantity]:
        least = f"an offset is stated from {self.params.least_contrast:g}"
        offset = trace.best.offset if trace.found else None
        if trace.found and trace is not self.best and is_same_framing(trace, self.best):
            least = f"alternative for the same coding as {self.best.title}; {least}"
        return (
            Quantity(f"{trace.title}, contrast", trace.best.contrast, "robust standard deviations", None, least),
            Quantity(f"{trace.title}, offset", offset, f"samples of {trace.spacing}", None, least),
        )

    def sentences(self) -> tuple[str, ...]:
        """What was found, what it does not mean, and how often that is right."""
        found = [trace for trace in self.traces if trace.found]
        if not found:
            return (
                "No coder's frames found. Resampling, filtering, noise, a high bit rate or a coder that was not looked "
                "for leave none: this is no proof that the sound was never coded.",
                HOW_OFTEN,
            )
        clearest = max(found, key=lambda trace: trace.best.contrast)
        own = " The file itself is lossy, so that its own frames are expected here." if self.is_coded else ""
        stated = (
            f"Frames as those of {clearest.title} show at offset {clearest.best.offset} of {clearest.spacing} samples "
            f"(contrast {clearest.best.contrast:.0f}).{own}"
        )
        return (
            stated,
            *self._alternatives(clearest),
            *_others(clearest),
            *_changes(clearest, self.params.least_contrast),
            HOW_OFTEN,
        )

    def _alternatives(self, clearest: GridTrace) -> tuple[str, ...]:
        """What other grids show: the same framing in a related window, or frames of their own."""
        rest = [trace for trace in self.traces if trace.found and trace is not clearest]
        same = ", ".join(_listed(trace) for trace in rest if is_same_framing(trace, clearest))
        own = ", ".join(_listed(trace) for trace in rest if not is_same_framing(trace, clearest))
        return tuple(
            filter(
                None,
                (
                    same
                    and f"Alternatives for the same coding, not further ones: {same}. The same frames show more "
                    f"weakly in related windows; {clearest.title} is the nearest of those looked for.",
                    own and f"Frames at another place show for {own}: another coding may do this.",
                ),
            )
        )

    def tables(self) -> tuple[Table, ...]:
        """Shares at each position, then the position along time."""
        shares = [
            Table(
                f"{trace.title}: {trace.lines} lines",
                (
                    Column("offset", f"samples of {trace.spacing}", np.arange(trace.spacing)),
                    Column("lines nearly zero", "share", trace.shares),
                ),
            )
            for trace in self.traces
        ]
        local = [_local_table(trace) for trace in self.traces if len(trace.times_s)]
        return (*shares, *local)


def is_same_framing(trace: GridTrace, clearest: GridTrace) -> bool:
    """Whether a grid's position is that of the clearest one, as far as both tell positions apart."""
    spacing = math.gcd(trace.spacing, clearest.spacing)
    is_related = "mp3" not in (trace.name, clearest.name)
    return is_related and apart(trace.best.offset % spacing, clearest.best.offset % spacing, spacing) <= NEIGHBOURS


def _listed(trace: GridTrace) -> str:
    return f"{trace.title} (offset {trace.best.offset} of {trace.spacing}, contrast {trace.best.contrast:.0f})"


def _others(trace: GridTrace) -> tuple[str, ...]:
    if not trace.others:
        return ()
    listed = ", ".join(f"{position.offset} (contrast {position.contrast:.0f})" for position in trace.others)
    return (f"Other offsets stand out too: {listed}. More than one coding, or parts with another past, do this.",)


def _changes(trace: GridTrace, least: float) -> tuple[str, ...]:
    """Where the position changes between stretches that show one clearly, and show it at least twice."""
    clear = [(time, one.offset) for time, one in zip(trace.times_s, trace.local, strict=True) if one.contrast >= least]
    jumps = [(a, b) for a, b in pairwise(clear) if apart(a[1], b[1], trace.spacing) > NEIGHBOURS]
    if not jumps:
        return (f"Followed in {len(trace.local)} stretches, {len(clear)} show it clearly; the offset stays the same.",)
    told = "; ".join(
        f"from {a[1]} to {b[1]} between {format_time(float(a[0]))} and {format_time(float(b[0]))}" for a, b in jumps[:8]
    )
    more = f" and {len(jumps) - 8} more" if len(jumps) > 8 else ""
    return (f"The offset changes {told}{more}. Samples that were cut out or put in there do this; so do gaps.",)


def _local_table(trace: GridTrace) -> Table:
    return Table(
        f"{trace.title}: along time",
        (
            Column("time", "s", trace.times_s),
            Column("offset", f"samples of {trace.spacing}", [position.offset for position in trace.local]),
            Column("contrast", "robust standard deviations", [position.contrast for position in trace.local]),
        ),
    )
