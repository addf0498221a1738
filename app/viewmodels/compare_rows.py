"""A row of the Compare page, how it lies, and how that is said."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from app.viewmodels.timeline import View
from core.compare.alignment import AGREE_S, CLEAR_RATIO, Alignment, Evidence, Part
from core.foundation.units import format_time

if TYPE_CHECKING:
    from core.audio.recording import Recording

_WITHIN = f"{1000 * AGREE_S:g} ms"
LIMITS_MEAN = (
    f"A place agrees that lies within {_WITHIN} of a line through two others, and is not found where the highest peak "
    f"of the correlation is less than {CLEAR_RATIO:g} times the next. "
    "± is half of a 95 % interval (Student's t) from the scatter of all agreeing places about their line; those "
    "further off than three robust standard deviations do not move the line and count as lying at that limit. "
    "Spread is the root mean square of the column Off the line over all agreeing places."
)
OFFSET_MEANS = "The offset is where the row's 0 s lies on the first one's time; + is later."
_METHODS = {"start": "by start", "marker": "by a time in each", "correlation": "by correlation", "hand": "by hand"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Row:
    """One recording, or a stretch of one, as it lies on the first row's time."""

    exhibit_id: str
    name: str
    recording: Recording
    span_s: View | None = None
    """The stretch that is compared; None for the whole recording."""
    alignment: Alignment = field(default_factory=Alignment)
    gain_db: float | None = None
    """What makes it as loud as the first row; None where that is not known."""

    @property
    def key(self) -> str:
        """Names the row: the exhibit's id, and the stretch where it is one."""
        if self.span_s is None:
            return self.exhibit_id
        return f"{self.exhibit_id} {self.span_s[0]:.2f}–{self.span_s[1]:.2f} s"

    @property
    def part(self) -> Part:
        """What the engine compares."""
        start, stop = self.span_s or (0.0, None)
        return Part(recording=self.recording, start_s=start, stop_s=stop)

    def to_own(self, axis_s: float) -> float:
        """The recording's own time at a time of the axis."""
        return self.alignment.to_other(axis_s)

    def to_axis(self, own_s: float) -> float:
        """The axis' time at a time of the recording."""
        return self.alignment.to_reference(own_s)


def about_first(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The same rows with the first one's time as axis."""
    if not rows:
        return ()
    first = rows[0].alignment
    moved = [replace(rows[0], alignment=Alignment(), gain_db=None)]
    for row in rows[1:]:
        offset_s = first.to_other(row.to_axis(0.0))
        drift_ppm = ((1 + row.alignment.drift_ppm * 1e-6) / first.rate - 1) * 1e6
        alignment = replace(row.alignment, offset_s=offset_s, drift_ppm=drift_ppm, evidence=None)
        moved.append(replace(row, alignment=alignment, gain_db=None))
    return tuple(moved)


def signed(value: float, decimals: int) -> str:
    """`+1.50`, `−0.25`, and `0.00` for what rounds to it."""
    text = f"{value:+.{decimals}f}"
    return text.replace("-", "−") if float(text) else text[1:]


def alignment_text(row: Row) -> str:
    """Offset and drift of a row in words, the most important first."""
    alignment, evidence = row.alignment, row.alignment.evidence
    if evidence is not None and not evidence.is_reliable:
        return f"no reliable alignment · {evidence.reason}"
    error_s = evidence.offset_error_s if evidence is not None else 0.0
    exact = f" ± {error_s:.6f}" if error_s else ""
    offset = f"offset {signed(alignment.offset_s, 6)}{exact} s"
    if evidence is None:
        parts = [f"{offset} {_METHODS[alignment.method]}", *_drift(alignment)]
    else:
        parts = [offset, _agreement(evidence), *_drift(alignment), _METHODS[alignment.method]]
        parts += [f"± is half of a 95 % interval over the {evidence.agreeing} that agree"] if error_s else []
        parts.append(f"spread {evidence.spread_s * 1e6:.1f} µs, peak {evidence.peak_ratio:.1f} times the next")
        parts += ["polarity inverted"] if evidence.inverted else []
    if row.gain_db is not None:
        parts.append(f"level {signed(-row.gain_db, 1)} dB against the first")
    return " · ".join(parts)


def _agreement(evidence: Evidence) -> str:
    """How many places agree, how near that is, and what became of the others."""
    missing = sum(chunk.ratio < CLEAR_RATIO for chunk in evidence.chunks if not chunk.agrees)
    elsewhere = len(evidence.chunks) - evidence.agreeing - missing
    parts = [f"{evidence.agreeing} of {len(evidence.chunks)} places agree within {_WITHIN}"]
    parts += [f"{missing} not found"] if missing else []
    parts += [f"{elsewhere} found elsewhere"] if elsewhere else []
    return ", ".join(parts)


def alignment_means(row: Row) -> str:
    """What the numbers of `alignment_text` mean."""
    return f"{OFFSET_MEANS} {LIMITS_MEAN}" if row.alignment.evidence else OFFSET_MEANS


def _drift(alignment: Alignment) -> list[str]:
    """The drift with its limits, or how large it may be where none was found."""
    evidence = alignment.evidence
    error_ppm = evidence.drift_error_ppm if evidence is not None else 0.0
    digits = max(2, 1 - math.floor(math.log10(error_ppm))) if error_ppm else 2
    if alignment.drift_ppm:
        exact = f" ± {error_ppm:.{digits}f}" if error_ppm else ""
        return [f"drift {signed(alignment.drift_ppm, digits)}{exact} ppm"]
    return [f"no drift found, at most ±{error_ppm:.{digits}f} ppm"] if error_ppm else []


def alignment_report(row: Row) -> str:
    """All that an alignment rests on, for reading out."""
    evidence = row.alignment.evidence
    lines = [f"{row.key}: {alignment_text(row)}."]
    if evidence is not None:
        off = [format_time(chunk.time_s, 1) for chunk in evidence.chunks if not chunk.agrees]
        lines.append(f"Probability bound of so much agreement by chance: {evidence.chance:.1e}.")
        lines += [f"No agreement at about {', '.join(off)}."] if off else []
    lines.append(alignment_means(row))
    return " ".join(lines)
