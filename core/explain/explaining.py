"""One call from a window and a detector to an attribution."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import numpy as np
from numpy.typing import NDArray

from core.detectors.base import Detector
from core.detectors.card import Question
from core.explain.attribution import Attribution, Baseline, Method, Rule, Scale
from core.foundation.errors import ExplainError
from core.foundation.progress import SILENT, Progress, span
from core.foundation.threads import one_thread_each

if TYPE_CHECKING:
    import torch

    from core.explain.domains import Domain
    from core.explain.targets import Score


@one_thread_each()
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
    progress: Progress = SILENT,
) -> Attribution:
    """What one window's score rests on.

    gan-police's maps: target `real` or `fake` as the clip is, baseline `zero`, steps 200, of `probability`, rule
    `trapezoid`.

    Args:
        detector: The model.
        waveform: float32 (frames,) at detector.card.sample_rate, exactly one window.
        question: Which of the model's answers; its first if left out.
        method: `ig` (integrated gradients), `occlusion`, or `saliency`.
        target: `fake`, `real`, `both`, or a class name; see Attribution.target.
        baseline: What the input is compared with; see core.explain.domains.
        steps: Points of the path integral, 1 to 1000; for `ig` only.
        start_s: Where the window starts in the recording.
        of: Attribute the log-odds or the probability.
        rule: How the path integral is taken.
        progress: Asked between batches.

    Raises:
        ExplainError: a result that is not a number (EX-001), not one window (EX-002), unknown question (EX-003), class
            (EX-004) or option (EX-005), a faulty pack (EX-006).
    """
    from core.explain.domains import domain_of
    from core.explain.targets import question_of, score_towards

    _check_options(method, baseline, of, rule, steps)
    asked = question_of(detector.card, question)
    score = score_towards(detector, asked, target, of)
    domain = domain_of(detector, _window(detector, waveform), baseline)
    signed, evaluations = _signed_map(domain, score, method, steps, rule, span(progress, 0.0, 0.95))
    whole, start = _end_scores(domain, score)
    difference = whole - start
    error = abs(float(signed.sum()) - difference) / max(abs(difference), 1e-6)
    found = Attribution(
        values=(signed.abs() if target == "both" else signed).float().cpu().numpy(),
        time_s=start_s + domain.time_s,
        frequency_hz=domain.frequency_hz,
        model=f"{detector.card.id}@{detector.sha256}",
        question=asked,
        method=method,
        baseline=baseline,
        target=target,
        steps=evaluations,
        score=whole,
        baseline_score=start,
        completeness_error=error,
        start_s=start_s,
        end_s=start_s + waveform.size / detector.card.sample_rate,
        domain=domain.name,
        of=of,
        rule=rule,
    )
    progress.report(1.0, "explained")
    return _finite(found)


def _check_options(method: str, baseline: str, of: str, rule: str, steps: int) -> None:
    """Raise EX-005 for an option that is none."""
    for value, legal in ((method, Method), (baseline, Baseline), (of, Scale), (rule, Rule)):
        if value not in get_args(legal):
            raise ExplainError(
                "EX-005",
                f"{value!r} is no option of an explanation.",
                do=f"Choose one of: {', '.join(get_args(legal))}.",
            )
    if not 1 <= steps <= 1000:
        raise ExplainError("EX-005", f"{steps} steps cannot be taken.", do="Choose 1 to 1000 steps.")


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
    domain: Domain, score: Score, method: Method, steps: int, rule: Rule, progress: Progress
) -> tuple[torch.Tensor, int]:
    """The map (bins, frames) in double precision and how often the model was evaluated for it."""
    from core.explain.gradients import path_attribution, saliency
    from core.explain.occlusion import boxes, occlusion

    if method == "occlusion":
        return occlusion(domain, score, progress).double(), len(boxes(*domain.inputs.shape[2:]))
    if method == "saliency":
        return saliency(domain, score, progress).double(), 1
    return path_attribution(domain, score, steps, rule, progress).double(), steps


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
