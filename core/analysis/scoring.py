"""From window scores to a file's score and a track over time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.analysis.finding import DetectorResult, TrackSegment, WindowScore
from core.audio.recording import Condition
from core.detectors.card import Question

MIN_SPEECH_SHARE = 0.25
"""A window with less speech than this says nothing about the speech."""


def speech_shares(
    windows: Sequence[tuple[float, float]], condition: Condition, sample_rate: int
) -> NDArray[np.float64]:
    """Share (0..1) of each window (start_s, end_s) that is active speech."""
    speech = [segment.seconds(sample_rate) for segment in condition.speech]
    starts, ends = [start for start, _ in speech], [end for _, end in speech]

    def share(start: float, end: float) -> float:
        near = speech[bisect_right(ends, start) : bisect_left(starts, end)]
        return sum(max(0.0, min(end, b) - max(start, a)) for a, b in near) / max(end - start, 1e-9)

    return np.array([share(start, end) for start, end in windows])


def trimmed_mean(values: NDArray[np.float64], trim: float) -> float:
    """Mean without the `trim` share of values at each end: a few odd windows do not move it.

    Source: Tukey & McLaughlin 1963; floor(trim·n) values are left out at each end.
    """
    ordered = np.sort(values)
    cut = int(trim * ordered.size)
    return float(ordered[cut : ordered.size - cut].mean())


def file_score(windows: Sequence[WindowScore], shares: NDArray[np.float64], trim: float) -> float:
    """Trimmed mean over the windows that hold speech; over all where none does."""
    scores = np.array([window.score for window in windows], np.float64)
    spoken = shares >= MIN_SPEECH_SHARE
    return trimmed_mean(scores[spoken] if spoken.any() else scores, trim)


Shares = Mapping[str, float]
"""Share (0..1, sum 1) of each model, by id, in a joined score."""


def joined(values: Sequence[NDArray[np.float64] | float], models: Sequence[str], shares: Shares | None) -> Any:
    """Values of several models as one: by their shares, or the plain mean where there are none."""
    return np.average(
        np.asarray(values), axis=0, weights=None if shares is None else [shares[model] for model in models]
    )


def track(
    results: Sequence[DetectorResult], question: Question, edges_s: NDArray[np.float64], shares: Shares | None = None
) -> NDArray[np.float64]:
    """Mean score between neighbouring edges: over the windows by overlap, then over the detectors. NaN: no detector."""
    asked = [result for result in results if result.question == question]
    if not asked:
        return np.full(edges_s.size - 1, np.nan)
    return joined([_track_of(r.windows, edges_s) for r in asked], [r.card.id for r in asked], shares)


def _track_of(windows: Sequence[WindowScore], edges_s: NDArray[np.float64]) -> NDArray[np.float64]:
    weight = np.zeros(edges_s.size - 1)
    total = np.zeros(edges_s.size - 1)
    for window in windows:
        first = max(int(np.searchsorted(edges_s, window.start_s, side="right")) - 1, 0)
        last = int(np.searchsorted(edges_s, window.end_s, side="left"))
        cells = slice(first, max(last, first + 1))
        low, high = edges_s[:-1][cells], edges_s[1:][cells]
        overlap = np.clip(np.minimum(high, window.end_s) - np.maximum(low, window.start_s), 0.0, None)
        weight[cells] += overlap
        total[cells] += overlap * window.score
    return np.divide(total, weight, out=np.full_like(total, np.nan), where=weight > 0)


def segments(
    results: Sequence[DetectorResult],
    duration_s: float,
    step_s: float,
    shares: Mapping[Question, Shares] | None = None,
) -> tuple[TrackSegment, ...]:
    """The track of both questions in steps of `step_s`; the last step ends with the file.

    Args:
        results: Of all models.
        duration_s: Of the recording.
        step_s: Length of a step.
        shares: How the models of a question are joined; alike where it says nothing of the question.
    """
    shares = shares or {}
    count = max(int(np.ceil(duration_s / step_s - 1e-9)), 1)
    edges = np.append(np.arange(count) * step_s, duration_s)
    columns = {q: track(results, q, edges, shares.get(q)) for q in ("synthetic", "neural_codec")}
    return tuple(
        TrackSegment(
            start_s=float(edges[i]),
            end_s=float(edges[i + 1]),
            synthetic=_value(columns["synthetic"][i]),
            neural_codec=_value(columns["neural_codec"][i]),
        )
        for i in range(count)
    )


def _value(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None
