"""One call from a window and a detector to an attribution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

import numpy as np
from numpy.typing import NDArray

from core.detectors.base import Detector
from core.detectors.card import Question
from core.explain.attribution import PATH_METHODS, Attribution, Baseline, Method, Place, Rule, Scale
from core.foundation.errors import ExplainError
from core.foundation.progress import SILENT, Progress, span
from core.foundation.threads import one_thread_each

if TYPE_CHECKING:
    import torch

    from core.explain.domains import Domain
    from core.explain.targets import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a window is explained; gan-police's maps: `real` or `fake` as the clip is, `zero`, 200 steps, `probability`,
    `trapezoid`."""

    question: Question | None = None
    """Which of the model's answers; its first if left out."""
    method: Method = "ig"
    """Integrated gradients, BlurIG (whose baseline is always `blur`), occlusion, or saliency."""
    target: str = "fake"
    """`fake`, `real`, `both`, or a class name; see Attribution.target."""
    baseline: Baseline = "zero"
    """What the input is compared with; see core.explain.domains."""
    steps: int = 32
    """Points of the path integral, 1 to 1000; for `ig` and `blurig` only."""
    of: Scale = "score"
    """Attribute the log-odds or the probability."""
    rule: Rule = "gauss-legendre"
    """How the path integral is taken; `adaptive` begins with `steps` points and adds some where it needs them."""
    place: Place = "input"
    """Where the attribution is taken."""

    def __post_init__(self) -> None:
        """Raise ExplainError for an option that is none (EX-005)."""
        options = (self.method, Method), (self.baseline, Baseline), (self.of, Scale), (self.rule, Rule)
        for value, legal in (*options, (self.place, Place)):
            if value not in get_args(legal):
                raise ExplainError(
                    "EX-005",
                    f"{value!r} is no option of an explanation.",
                    do=f"Choose one of: {', '.join(get_args(legal))}.",
                )
        if not 1 <= self.steps <= 1000:
            raise ExplainError("EX-005", f"{self.steps} steps cannot be taken.", do="Choose 1 to 1000 steps.")


def attribute(
    detector: Detector,
    waveform: NDArray[np.float32],
    *,
    question: Question | None = None,
    method: Method = "ig",
    target: str = "fake",
    baseline: Baseline = "zero",
    steps: int = 32,
    start_s: float = 0.0,
    of: Scale = "score",
    rule: Rule = "gauss-legendre",
    place: Place = "input",
    progress: Progress = SILENT,
) -> Attribution:
    """What one window's score rests on; the options are those of `Recipe`.

    Args:
        detector: The model.
        waveform: float32 (frames,) at detector.card.sample_rate, exactly one window.
        question: See Recipe, as the others.
        method: See Recipe.
        target: See Recipe.
        baseline: See Recipe.
        steps: See Recipe.
        start_s: Where the window starts in the recording.
        of: See Recipe.
        rule: See Recipe.
        place: See Recipe.
        progress: Asked between batches.

    Raises:
        ExplainError: a result that is not a number (EX-001), not one window (EX-002), unknown question (EX-003), class
            (EX-004) or option (EX-005), a faulty pack (EX-006).
    """
    recipe = Recipe(
        question=question,
        method=method,
        target=target,
        baseline=baseline,
        steps=steps,
        of=of,
        rule=rule,
        place=place,
    )
    return explain_window(detector, waveform, recipe, start_s, progress)


def explain_window(
    detector: Detector,
    waveform: NDArray[np.float32],
    recipe: Recipe,
    start_s: float = 0.0,
    progress: Progress = SILENT,
) -> Attribution:
    """As `attribute`, by a recipe."""
    with one_thread_each() as threads:
        found = _explained(detector, waveform, recipe, start_s, threads, progress)
    progress.report(1.0, "explained")
    return _finite(found)


def score_of(detector: Detector, waveform: NDArray[np.float32], recipe: Recipe) -> float:
    """The score of a window that an attribution by the recipe explains, computed in the same way."""
    import torch

    with one_thread_each(), torch.no_grad():
        domain, score, *_ = scene(detector, waveform, recipe)
        return float(score(domain.logits(domain.inputs))[0])


def recipe_of(found: Attribution) -> Recipe:
    """The recipe of an attribution; an adaptive path begins anew with the usual number of points."""
    places: dict[str, Place] = {
        "stft of waveform": "spectrum",
        "packets of waveform": "packets",
        "samples": "samples",
    }
    is_path = found.method in PATH_METHODS
    return Recipe(
        question=found.question,
        method=found.method,
        target=found.target,
        baseline=found.baseline,
        steps=found.steps if is_path and found.rule != "adaptive" else Recipe().steps,
        of=found.of,
        rule=found.rule,
        place=places.get(found.domain, "input"),
    )


def scene(
    detector: Detector, waveform: NDArray[np.float32], recipe: Recipe
) -> tuple[Domain, Score, Question, Baseline]:
    """Where a window is explained, the score that is, and the question and baseline that are meant."""
    from core.explain.domains import domain_of
    from core.explain.targets import question_of, score_towards

    asked = question_of(detector.card, recipe.question)
    baseline: Baseline = "blur" if recipe.method == "blurig" else recipe.baseline
    score = score_towards(detector, asked, recipe.target, recipe.of)
    return domain_of(detector, _window(detector, waveform), baseline, recipe.place), score, asked, baseline


def _explained(
    detector: Detector,
    waveform: NDArray[np.float32],
    recipe: Recipe,
    start_s: float,
    threads: int,
    progress: Progress,
) -> Attribution:
    domain, score, asked, baseline = scene(detector, waveform, recipe)
    signed, evaluations = _signed_map(domain, score, recipe, threads, span(progress, 0.0, 0.95))
    whole, start = _end_scores(domain, score)
    difference = whole - start
    error = abs(float(signed.sum()) - difference) / max(abs(difference), 1e-6)
    return Attribution(
        values=(signed.abs() if recipe.target == "both" else signed).float().cpu().numpy(),
        time_s=start_s + domain.time_s,
        frequency_hz=domain.frequency_hz,
        model=f"{detector.card.id}@{detector.sha256}",
        question=asked,
        method=recipe.method,
        baseline=baseline,
        target=recipe.target,
        steps=evaluations,
        score=whole,
        baseline_score=start,
        completeness_error=error,
        start_s=start_s,
        end_s=start_s + waveform.size / detector.card.sample_rate,
        domain=domain.name,
        of=recipe.of,
        rule=recipe.rule,
    )


def _window(detector: Detector, waveform: NDArray[np.float32]) -> torch.Tensor:
    """The window as a batch of one on the detector's device."""
    import torch

    card = detector.card
    right = (
        0 < waveform.size <= card.window_frames if card.short_input == "as is" else waveform.size == card.window_frames
    )
    if waveform.ndim != 1 or not right or not np.isfinite(waveform).all():
        raise ExplainError(
            "EX-002",
            f"An explanation needs one window of {card.window_frames} finite samples at {card.sample_rate} Hz.",
            do="Choose a stretch of sound samples that is as long as the model's window.",
            facts={"shape": list(waveform.shape)},
        )
    return torch.tensor(waveform, dtype=torch.float32, device=detector.device)[None]


def _signed_map(
    domain: Domain, score: Score, recipe: Recipe, threads: int, progress: Progress
) -> tuple[torch.Tensor, int]:
    """The map (bins, frames) in double precision and how many points or boxes it took."""
    from core.explain.gradients import path_attribution, saliency
    from core.explain.occlusion import boxes, occlusion

    if recipe.method == "occlusion":
        return occlusion(domain, score, progress).double(), len(boxes(*domain.inputs.shape[2:]))
    if recipe.method == "saliency":
        return saliency(domain, score, progress).double(), 1
    return path_attribution(domain, score, recipe.method, recipe.steps, recipe.rule, threads, progress)


def _end_scores(domain: Domain, score: Score) -> tuple[float, float]:
    """Scores of the input and of the baseline."""
    import torch

    with torch.no_grad():
        whole, start = (float(score(domain.logits(maps))[0]) for maps in (domain.inputs, domain.baseline))
    return whole, start


def _finite(found: Attribution) -> Attribution:
    """The attribution itself.

    Raises:
        ExplainError: something in it is not a number (EX-001).
    """
    if np.isfinite(found.values).all() and np.isfinite([found.score, found.baseline_score]).all():
        return found
    raise ExplainError(
        "EX-001",
        f"The model {found.model} gave something that is not a number while it was explained.",
        means="There is no explanation of this window; the score itself is not affected.",
        do="Try another baseline or method, or another stretch.",
    )
