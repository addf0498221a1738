"""What a track of likelihood ratios shows, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from app.plots.score_track import LABELS, SAMPLES
from app.theme import Theme

if TYPE_CHECKING:
    from core.analysis.ratio_track import RatioTrack

CAUTION = (
    "Each value is the ratio of its stretch as a recording of its own. Stretches overlap and are never multiplied; "
    "the highest is a place to look, not the weight of the evidence: see the results."
)
"""What stands beside the ratios of stretches."""
LEGEND = (
    "Synthetic: thick line. Neural codec: dashed line. Area between thin lines: 95 % interval. "
    "Thin dashed lines across: limits of what the validation supports. "
    "Bar along the lower edge: the stretch whose ratio is read at the cursor."
)


def reasons_text(tracks: Sequence[RatioTrack]) -> str:
    """Why there are no ratios, for each question where the reasons differ."""
    reasons = {LABELS[track.question].capitalize(): track.reason for track in tracks}
    said = set(reasons.values())
    return said.pop() if len(said) == 1 else "\n".join(map(": ".join, reasons.items()))


def legend_parts(tracks: Sequence[RatioTrack], theme: Theme) -> list[str]:
    """Line styles with their words, as rich text."""
    drawn = (
        f'<span style="color:{getattr(theme, track.question)}">{SAMPLES[track.question]}</span>&nbsp;'
        f"{LABELS[track.question]}"
        for track in tracks
        if not track.reason
    )
    without = (f"{LABELS[track.question]}:&nbsp;none" for track in tracks if track.reason)
    return [*drawn, "▒&nbsp;95&nbsp;%", "╌╌&nbsp;limits", *without]


def parameters_text(track: RatioTrack) -> str:
    """How the ratios were made: `stretches of 4 s every 1 s, calibration …`."""
    params = track.params
    return f"stretches of {params.stretch_s:g} s every {params.step_s:g} s, calibration {track.calibration}"


def stretch_text(track: RatioTrack, seconds: float) -> str:
    """The ratio of the stretch whose middle is at a time; empty where there is none."""
    number = track.at(seconds)
    if number is None:
        return ""
    weight, (start, end) = track.weight(number), track.span(number)
    if weight is None:
        return f"no ratio, {start:g} to {end:g} s: {track.speech_s[number]:.1f} s of speech"
    edge = ", at the edge of what was validated" if track.verdicts[number] == "edge" else ""
    return f"{weight.brief}, {start:g} to {end:g} s{edge}"


def range_text(track: RatioTrack, start_s: float, end_s: float) -> str:
    """Lowest and highest ratio of the stretches whose middles lie in view, or why there is none."""
    if track.reason:
        return track.reason.removesuffix(".")
    seen = np.flatnonzero((track.middles_s >= start_s) & (track.middles_s <= end_s))
    with_ratio = seen[np.isfinite(track.log10_lr[seen])]
    left_out = f", {seen.size - with_ratio.size} too poor in speech" if seen.size > with_ratio.size else ""
    count = f"{seen.size} stretch{'es' * (seen.size != 1)} of {track.params.stretch_s:g} s{left_out}"
    if not with_ratio.size:
        return f"{count}, no ratio"
    ends = (with_ratio[pick(track.log10_lr[with_ratio])] for pick in (np.argmin, np.argmax))
    low, high = (weight.brief for end in ends if (weight := track.weight(int(end))) is not None)
    return f"{count}, {low}" if low == high else f"{count}, from {low} to {high.removeprefix('log10 LR ')}"
