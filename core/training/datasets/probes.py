"""How much of the answer traces of the file alone give away: probes that see nothing of the speech.

A logistic regression and a few small trees are cross-validated so that the source of a clip is never among those they
were fitted on. An equal error rate of 50 % is chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from core.detectors.card import Question
from core.foundation.errors import DataError
from core.foundation.rng import generator
from core.training.metrics import cluster_interval, equal_error

MIN_CLIPS = 40
"""Of each side of a question; with fewer a probe says nothing."""
_FOLDS = 4
_LEAK_PCT = 45.0
"""A probe whose interval lies below is above chance."""
_NEAR_PCT = (40.0, 60.0)
"""A probe is near chance where its whole interval lies within and holds 50."""
_DRAWS = 200

Verdict = Literal["leaks", "weak", "near chance", "worse than chance", "cannot tell"]
VERDICTS = (
    "leaks: the interval ends below 45, so that a detector can learn the trace in place of the voice; weak: it ends "
    "below 50; near chance: it holds 50 and lies within 40 to 60; worse than chance: it begins above 50, the trace "
    "goes the other way in other sources; cannot tell: all else, too few clips or sources for the interval to say."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one source adds to a probe."""

    source: str
    clips: int
    right_pct: float
    """Clips on the right side of the probe's threshold."""
    share: float
    """Of all clips judged right beyond chance, how many come from here; those of all sources add up to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What one trace gives away of one question."""

    question: Question
    trace: str
    prepared: bool
    """Whether crops were measured as training sees them, or the files as they are."""
    model: str
    """The better one of the two."""
    eer_pct: float
    low: float
    """Lower end of the 95 % interval of eer_pct, sources drawn again."""
    high: float
    verdict: Verdict
    parts: tuple[Part, ...]
    """The sources that give most away, strongest first; empty where the trace gives nothing away."""


def probe(
    features: NDArray[np.float64],
    truth: NDArray[np.int64],
    sources: Sequence[str],
    question: Question,
    trace: str,
    *,
    prepared: bool,
) -> Probe:
    """Fit and measure a probe.

    Args:
        features: (clips, values) of one trace.
        truth: 1 for, 0 against the question's first proposition.
        sources: Of each clip.
        question: What is asked.
        trace: Name of the trace.
        prepared: Whether the features are of prepared crops.

    Raises:
        DataError: too few clips of a side, or too few sources (DA-013).
    """
    _check_enough(truth, sources, question)
    with threadpool_limits(1):  # small fits split over busy cores take several times as long
        scored = {name: _scores(model, features, truth, sources) for name, model in _models().items()}
    rates = {name: equal_error(scores, truth) for name, scores in scored.items()}
    best = min(rates, key=lambda name: rates[name][0])
    scores, (rate, threshold) = scored[best], rates[best]
    rng = generator(0, "probe", question, trace, prepared)
    low, high = cluster_interval(lambda drawn: equal_error(scores[drawn], truth[drawn])[0], sources, rng, _DRAWS)
    verdict = verdict_of(100 * low, 100 * high)
    right = (scores > threshold) == (truth == 1)
    return Probe(
        question=question,
        trace=trace,
        prepared=prepared,
        model=best,
        eer_pct=round(100 * rate, 1),
        low=round(100 * low, 1),
        high=round(100 * high, 1),
        verdict=verdict,
        parts=_parts(right, sources) if verdict in ("leaks", "weak", "cannot tell") else (),
    )


def _models() -> dict[str, object]:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    linear = make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced", max_iter=1000))
    trees = HistGradientBoostingClassifier(
        max_iter=40,
        max_depth=3,
        class_weight="balanced",
        early_stopping=False,  # type: ignore[arg-type]
        random_state=0,
    )
    return {"linear": linear, "trees": trees}


def _scores(
    model: object, features: NDArray[np.float64], truth: NDArray[np.int64], sources: Sequence[str]
) -> NDArray[np.float64]:
    from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict

    folds = StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=0)
    chances = cross_val_predict(model, features, truth, groups=sources, cv=folds, method="predict_proba")
    return np.asarray(chances, np.float64)[:, 1]


def _check_enough(truth: NDArray[np.int64], sources: Sequence[str], question: Question) -> None:
    fewest = min(int(np.sum(truth == side)) for side in (0, 1))
    per_side = min(len({s for s, t in zip(sources, truth, strict=True) if t == side}) for side in (0, 1))
    if fewest < MIN_CLIPS or per_side < _FOLDS:
        raise DataError(
            "DA-013",
            f"Shortcuts cannot be looked for ({question}): one side has {fewest} clips of {per_side} sources.",
            means=f"A probe needs {MIN_CLIPS} clips of {_FOLDS} sources on each side.",
            do="Add data, or join manifests.",
        )


def verdict_of(low_pct: float, high_pct: float) -> Verdict:
    """What the 95 % interval of a probe's equal error rate says; see VERDICTS."""
    if high_pct < 50:
        return "leaks" if high_pct < _LEAK_PCT else "weak"
    if low_pct > 50:
        return "worse than chance"
    return "near chance" if _NEAR_PCT[0] <= low_pct and high_pct <= _NEAR_PCT[1] else "cannot tell"


def in_words(found: Probe) -> str:
    """The verdict, and which source gives most away where one does."""
    if found.verdict not in ("leaks", "weak") or not found.parts:
        return found.verdict
    return f"{found.verdict}, most by {found.parts[0].source}"


def _parts(right: NDArray[np.bool_], sources: Sequence[str]) -> tuple[Part, ...]:
    names, of = np.unique(np.asarray(sources), return_inverse=True)
    beyond = max(float(np.sum(right - 0.5)), 0.5)
    parts = [
        Part(
            source=str(name),
            clips=int(np.sum(of == index)),
            right_pct=round(100 * float(right[of == index].mean()), 1),
            share=round(float(np.sum(right[of == index] - 0.5)) / beyond, 3),
        )
        for index, name in enumerate(names)
    ]
    return tuple(sorted(parts, key=lambda part: -part.share)[:5])
