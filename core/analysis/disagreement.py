"""Where along a recording two models, or the two questions' tracks, differ most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, stats

from core.analysis.finding import DetectorResult, Finding
from core.analysis.scoring import track
from core.calibration.calibration import Calibration
from core.detectors.card import QUESTIONS, Question

Standard = Literal["log10 LR", "rank"]
SHARE = 0.2
"""Share of the track that counts as differing most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One track: a model's for a question, or a question's over all its models."""

    question: Question
    model: str = ""
    """Model id; empty for the models joined."""

    @property
    def key(self) -> str:
        """Names it among the voices of a finding."""
        return f"{self.question}|{self.model}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Neighbouring segments in which one of the two is far higher than the other."""

    start_s: float
    end_s: float
    difference: float
    """Mean of first less second, standardised."""
    first: float
    second: float
    """Mean raw scores."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Disagreement:
    """Two tracks on one scale and their difference."""

    first: Voice
    second: Voice
    edges_s: NDArray[np.float64]
    """(segments + 1,)"""
    raw: NDArray[np.float64]
    """(2, segments): scores; NaN where none."""
    standardised: NDArray[np.float64]
    """(2, segments): log10 LR by the calibration, or ranks in this recording from 0 (lowest) to 1."""
    scale: Standard
    stretches: tuple[Stretch, ...]
    """Largest difference first."""

    @property
    def difference(self) -> NDArray[np.float64]:
        """(segments,) first less second, standardised."""
        return self.standardised[0] - self.standardised[1]

    @property
    def correlation(self) -> float:
        """Spearman's rank correlation of the two tracks; NaN where one is constant or there are too few segments."""
        both = np.isfinite(self.raw).all(axis=0)
        if both.sum() < 3 or (np.ptp(self.raw[:, both], axis=1) == 0).any():
            return float("nan")
        return float(stats.spearmanr(*self.raw[:, both]).statistic)  # pyright: ignore[reportAttributeAccessIssue]


def voices(finding: Finding) -> tuple[Voice, ...]:
    """Tracks that can be compared: each question's over its models, and each model's where there are several."""
    found: list[Voice] = []
    for question in QUESTIONS:
        models = [result.card.id for result in finding.detectors if result.question == question]
        found += [Voice(question=question)] if models else []
        found += [Voice(question=question, model=model) for model in models] if len(models) > 1 else []
    return tuple(found)


def disagreement(finding: Finding, first: Voice, second: Voice, share: float = SHARE) -> Disagreement:
    """Compare two tracks of one finding.

    Both are put on the scale of the calibration (log10 LR, unbounded) where both questions have one that may be used;
    otherwise on their ranks within this recording, which say nothing of how high a score is elsewhere.

    Args:
        finding: What an examination found.
        first: One track.
        second: The other.
        share: Part (0..1) of the segments that is listed as differing most.
    """
    edges = np.array([segment.start_s for segment in finding.segments] + [finding.segments[-1].end_s])
    raw = np.stack([_raw(finding, voice, edges) for voice in (first, second)])
    found = [finding.calibrations.get(voice.question) for voice in (first, second)]
    curves = [calibration for calibration in found if calibration is not None and calibration.usable]
    if len(curves) == 2:
        values = np.stack([_log10_lr(curve, row) for curve, row in zip(curves, raw, strict=True)])
    else:
        values = np.stack([_ranks(row) for row in raw])
    return Disagreement(
        first=first,
        second=second,
        edges_s=edges,
        raw=raw,
        standardised=values,
        scale="log10 LR" if len(curves) == 2 else "rank",
        stretches=_stretches(edges, raw, values[0] - values[1], share),
    )


def _raw(finding: Finding, voice: Voice, edges: NDArray[np.float64]) -> NDArray[np.float64]:
    if not voice.model:
        values = [getattr(segment, voice.question) for segment in finding.segments]
        return np.array([np.nan if value is None else value for value in values])
    asked: Sequence[DetectorResult] = [result for result in finding.detectors if result.card.id == voice.model]
    return track(asked, voice.question, edges)


def _log10_lr(calibration: Calibration, scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """The ratio that a recording would get whose models all scored so."""
    return calibration.curve.log10_lr(np.repeat(scores[:, None], len(calibration.models), axis=1))


def _ranks(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks 0..1 of the numbers among them, ties at their mean; NaN stays."""
    ranks = np.full(scores.shape, np.nan)
    known = np.isfinite(scores)
    ranks[known] = (stats.rankdata(scores[known]) - 1) / max(known.sum() - 1, 1)
    return ranks


def _stretches(
    edges: NDArray[np.float64], raw: NDArray[np.float64], difference: NDArray[np.float64], share: float
) -> tuple[Stretch, ...]:
    known = np.isfinite(difference)
    size = np.where(known, np.abs(difference), 0.0)
    if not size.any():
        return ()
    limit = max(np.quantile(size[known], 1 - share), np.finfo(float).tiny)
    # one stretch never joins segments in which different ones are higher
    runs = [found for sign in (1, -1) for found in _runs((size >= limit) & (np.sign(difference) == sign))]
    made = [
        Stretch(
            start_s=float(edges[run.start]),
            end_s=float(edges[run.stop]),
            difference=float(difference[run].mean()),
            first=float(raw[0, run].mean()),
            second=float(raw[1, run].mean()),
        )
        for run in runs
    ]
    return tuple(sorted(made, key=lambda stretch: (-abs(stretch.difference), stretch.start_s)))


def _runs(chosen: NDArray[np.bool_]) -> list[slice]:
    labels, _ = ndimage.label(chosen)  # type: ignore[misc]
    return [found[0] for found in ndimage.find_objects(labels)]
