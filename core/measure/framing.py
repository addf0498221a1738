"""Traces of the frames of lossy coders: at the position where a coder cut its frames, many lines are nearly zero."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from core.audio.channels import mono
from core.audio.coding import is_lossless
from core.audio.recording import Recording
from core.features.params import Params, param, too_short
from core.foundation.progress import SILENT, Progress, span, steps
from core.foundation.units import format_time
from core.measure.grids import GRIDS, Grid
from core.measure.result import Column, Measurement, Origin, Quantity, Table

_CANDIDATES = 3
"""Of so many stretches the loudest one is used: rounding hides the trace in quiet ones."""
_LOWEST_SHARE = 0.02
_MOST_ZERO = 0.5
"""Lines that are nearly zero at most positions lie above the sound's end and say nothing."""
_LEAST_LINES = 16
_NEIGHBOURS = 2
_MAD = 1.4826
"""Standard deviations in a median absolute deviation of normal values."""
_OTHER_SHARE = 1 / 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FramingParams(Params):
    """How frames are looked for."""

    near_zero_lsb: float = param(
        1.0, "A line counts as nearly zero below this; rounding to 16 bits leaves 0.3.", unit="LSB", low=0.01, high=64.0
    )
    frames: int = param(48, "Frames looked at in the whole recording, spread evenly.", low=8, high=2000)
    least_contrast: float = param(
        7.0, "A position is stated from this many robust standard deviations above the others.", low=5.0, high=100.0
    )
    local_s: float = param(
        2.0, "Length of the stretches in which the position is followed.", unit="s", low=0.5, high=60.0
    )
    local_frames: int = param(16, "Frames looked at in each of them.", low=4, high=200)
    stretches: int = param(120, "Most stretches; longer recordings have gaps between them.", low=2, high=2000)
    channel: str = param("0", "Channel: its number from 0, or mix.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a coder may have cut."""

    offset: int
    """Samples from the start of the recording to the nearest frame, modulo the spacing told apart."""
    share: float
    """Of lines nearly zero there."""
    contrast: float
    """Robust standard deviations above the other positions."""


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
        """Best position and contrast of each grid."""
        return tuple(
            Quantity(
                trace.title,
                trace.best.offset if trace.found else None,
                f"samples of {trace.spacing}",
                None,
                f"contrast {trace.best.contrast:.1f}; stated from {self.params.least_contrast:g}",
            )
            for trace in self.traces
        )

    def sentences(self) -> tuple[str, ...]:
        """What was found, and what it does not mean."""
        found = [trace for trace in self.traces if trace.found]
        if not found:
            return (
                "No coder's frames found. Resampling, filtering, noise, a high bit rate or a coder that was not looked "
                "for leave none: this is no proof that the sound was never coded.",
            )
        clearest = max(found, key=lambda trace: trace.best.contrast)
        own = " The file itself is lossy, so that its own frames are expected here." if self.is_coded else ""
        stated = (
            f"Frames as those of {clearest.title} show at offset {clearest.best.offset} of {clearest.spacing} samples "
            f"(contrast {clearest.best.contrast:.0f}).{own}"
        )
        return (stated, *_others(clearest), *_changes(clearest, self.params.least_contrast))

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


def measure_framing(
    recording: Recording,
    params: FramingParams | None = None,
    names: Sequence[str] = tuple(GRIDS),
    progress: Progress = SILENT,
) -> Framing:
    """Look for the frames of lossy coders in the decoded samples.

    Each grid's transform is taken at every position; at the one a coder used, lines it had set to zero come out as
    rounding noise only. Counted are lines below a threshold, in bands that are not empty anyway.

    Raises:
        FeatureError: the recording is shorter than a frame (FE-001).
        AudioError: there is no such channel (IN-021), or the file changed.
        Cancelled: through `progress`.

    Source: Yang, Shi and Huang 2009, Proc. ACM MM&Sec, 117-124 (MP3); Korycki 2014, Forensic Sci. Int. 238, 33-46.
    """
    params = params or FramingParams()
    traces = []
    for at, name in enumerate(names):
        part = span(progress, at / len(names), (at + 1) / len(names))
        traces.append(_trace(recording, name, GRIDS[name], params, part))
    return Framing(
        origin=Origin.of(recording, channel=params.channel),
        params=params,
        traces=tuple(traces),
        is_coded=not is_lossless(recording.stream.codec),
    )


def _trace(recording: Recording, name: str, grid: Grid, params: FramingParams, progress: Progress) -> GridTrace:
    message = f"looking for frames of {grid.title}"
    reader = _Reader(recording, grid, params)
    whole = reader.shares(0, recording.frames, params.frames, span(progress, 0.0, 0.4), message)
    found = positions(whole.shares)
    is_found = found[0].contrast >= params.least_contrast
    times, local = _follow(reader, span(progress, 0.4, 1.0), message) if is_found else (np.empty(0), ())
    least = max(params.least_contrast, _OTHER_SHARE * found[0].contrast)
    progress.report(1.0, message)
    return GridTrace(
        name=name,
        title=grid.title,
        spacing=grid.moves_by,
        lines=whole.lines,
        shares=whole.shares,
        best=found[0],
        others=tuple(position for position in found[1:] if position.contrast >= least),
        found=is_found,
        times_s=times,
        local=local,
    )


def _follow(reader: _Reader, progress: Progress, message: str) -> tuple[NDArray[np.float64], tuple[Position, ...]]:
    """Best position in stretches along time."""
    rate, params, frames = reader.recording.sample_rate, reader.params, reader.recording.frames
    length = min(max(round(params.local_s * rate), reader.grid.span + reader.grid.hop), frames)
    count = min(max(frames // length, 1), params.stretches)
    starts = np.linspace(0, frames - length, count).astype(int).tolist()
    local = []
    for start in steps(starts, progress, message):
        shares = reader.shares(start, start + length, params.local_frames)
        local.append(positions(shares.shares)[0])
    return (np.array(starts) + length / 2) / rate, tuple(local)


@dataclass(frozen=True, slots=True, eq=False)
class _Shares:
    shares: NDArray[np.float64]
    lines: int


class _Reader:
    """Counts lines that are nearly zero."""

    def __init__(self, recording: Recording, grid: Grid, params: FramingParams):
        self.recording, self.grid, self.params = recording, grid, params
        if recording.frames < grid.span:
            raise too_short("a frame", recording.frames, grid.span, recording.sample_rate)

    def shares(self, start: int, stop: int, frames: int, progress: Progress = SILENT, message: str = "") -> _Shares:
        """Share of lines nearly zero at each position, from the loud ones among frames spread over a stretch."""
        hop, limit = self.grid.hop, self.params.near_zero_lsb * 2.0**-15
        counts, taken = np.zeros((hop, hop), np.int32), 0
        for waveform in self._loud(start, stop, frames, progress, message):
            counts += np.abs(self.grid.lines(waveform)) < limit
            taken += 1
        used = _telling(counts, taken)
        if used.sum() < _LEAST_LINES:
            return _Shares(np.zeros(self.grid.moves_by), 0)
        shares = counts[:, used].sum(axis=1) / (taken * used.sum())
        return _Shares(shares.reshape(-1, self.grid.moves_by).max(axis=0), int(used.sum()))

    def _loud(
        self, start: int, stop: int, frames: int, progress: Progress, message: str
    ) -> Iterator[NDArray[np.float32]]:
        hop, size = self.grid.hop, self.grid.span
        last = max(stop - size, start)
        starts = -(-np.linspace(start, last, _CANDIDATES * frames).astype(int) // hop) * hop
        starts = np.unique(np.minimum(starts, (self.recording.frames - size) // hop * hop))
        groups = np.array_split(starts, min(frames, len(starts)))
        for group in steps(groups, progress, message):
            stretches = [mono(self.recording, at, at + size, self.params.channel) for at in group.tolist()]
            loudest = max(stretches, key=lambda one: float(one @ one))
            if loudest.any():
                yield loudest


def _telling(counts: NDArray[np.int32], taken: int) -> NDArray[np.bool_]:
    """Lines in which something sounds."""
    used = counts.mean(axis=0) < _MOST_ZERO * max(taken, 1)
    used[: max(round(_LOWEST_SHARE * len(used)), 1)] = False
    return used & (taken > 0)


def positions(shares: NDArray[np.float64]) -> list[Position]:
    """Positions by falling share, each at least three samples from a better one; at most five."""
    middle = float(np.median(shares))
    scale = max(_MAD * float(np.median(np.abs(shares - middle))), 1e-6 + 0.002 * middle)
    found: list[Position] = []
    for at in np.argsort(-shares, kind="stable")[:64].tolist():
        apart = [min((at - other.offset) % len(shares), (other.offset - at) % len(shares)) for other in found]
        if all(distance > _NEIGHBOURS for distance in apart):
            share = float(shares[at])
            found.append(Position(offset=at, share=share, contrast=(share - middle) / scale))
    return found[:5]


def _others(trace: GridTrace) -> tuple[str, ...]:
    if not trace.others:
        return ()
    listed = ", ".join(f"{position.offset} (contrast {position.contrast:.0f})" for position in trace.others)
    return (f"Other offsets stand out too: {listed}. More than one coding, or parts with another past, do this.",)


def _changes(trace: GridTrace, least: float) -> tuple[str, ...]:
    """Where the position changes between stretches that show one clearly, and show it at least twice."""
    clear = [(time, one.offset) for time, one in zip(trace.times_s, trace.local, strict=True) if one.contrast >= least]
    jumps = [(a, b) for a, b in pairwise(clear) if _apart(a[1], b[1], trace.spacing) > _NEIGHBOURS]
    if not jumps:
        return (f"Followed in {len(trace.local)} stretches, {len(clear)} show it clearly; the offset stays the same.",)
    told = "; ".join(
        f"from {a[1]} to {b[1]} between {format_time(float(a[0]))} and {format_time(float(b[0]))}" for a, b in jumps[:8]
    )
    more = f" and {len(jumps) - 8} more" if len(jumps) > 8 else ""
    return (f"The offset changes {told}{more}. Samples that were cut out or put in there do this; so do gaps.",)


def _apart(first: int, second: int, spacing: int) -> int:
    return min((first - second) % spacing, (second - first) % spacing)


def _local_table(trace: GridTrace) -> Table:
    return Table(
        f"{trace.title}: along time",
        (
            Column("time", "s", trace.times_s),
            Column("offset", f"samples of {trace.spacing}", [position.offset for position in trace.local]),
            Column("contrast", "robust standard deviations", [position.contrast for position in trace.local]),
        ),
    )
