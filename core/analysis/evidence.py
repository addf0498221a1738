"""From scores to the answer of a question: fusion, applicability gate, likelihood ratio, and the reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from core.analysis.finding import DetectorResult, QuestionResult
from core.analysis.scoring import Shares, joined
from core.audio.recording import Condition, StreamFacts
from core.calibration.calibration import Calibration, LikelihoodRatio
from core.calibration.record import CalibrationRecord, read_record
from core.calibration.verbal import two_figures
from core.detectors.card import Question
from core.ood import envelope, validated
from core.ood.envelope import DomainCheck

if TYPE_CHECKING:
    from core.detectors import ModelStore

NO_MODEL = "No model that answers this question was run."
UNCALIBRATED = "No likelihood ratio, because the score is not calibrated."
OTHER_MODELS = (
    "AP-061: No likelihood ratio, because no calibration was made for exactly the models that were run; "
    "the suite that ships has one, or a single model may have its own."
)
TOO_LONG = "AP-064"
_TOO_LONG = (
    TOO_LONG + ": No likelihood ratio for the recording as a whole, because it holds {speech_s:.0f} s of speech and no "
    "recording of the validation held more than {longest_s:.1f} s: longer recordings need not be of one kind "
    "throughout. On the screen, the likelihood ratio track gives those of stretches."
)
MOST_TIMES_LONGER = 10.0
"""A convention: how much more speech than any recording of the validation one may hold and still get a ratio as a
whole."""
OUTSIDE = "AP-063: No likelihood ratio, because the recording lies outside the conditions the method was validated for."


def record_of(store: ModelStore, models: Sequence[str]) -> CalibrationRecord | None:
    """The calibration record made for exactly these models together; None where there is none.

    Raises:
        ModelError: a model or the suite is damaged (MO-…).
        CalibrationError: the record cannot be read (CL-006).
    """
    values = store.calibration(models)
    return read_record(values) if values is not None else None


def matching(record: CalibrationRecord | None, results: Sequence[DetectorResult]) -> dict[Question, Calibration]:
    """Calibrations whose models are exactly those that answered their question."""
    calibrations = record.questions if record is not None else {}
    return {q: found for q, found in calibrations.items() if sorted(found.models) == sorted(_models(results, q))}


def shares(calibrations: Mapping[Question, Calibration]) -> dict[Question, Shares]:
    """How each question's models are joined."""
    return {q: dict(zip(found.models, found.shares, strict=True)) for q, found in calibrations.items()}


def applicability(
    results: Sequence[DetectorResult],
    calibration: Calibration | None,
    condition: Condition,
    stream: StreamFacts,
    unlike: Mapping[str, DomainCheck],
) -> DomainCheck:
    """General limits, those of the models, those that the calibration was validated in, and likeness to the training.

    Args:
        results: Of one question.
        calibration: Of that question.
        condition: Measured on the recording.
        stream: Of the recording.
        unlike: How the recording lies to the training data of a model, by its id.
    """
    cards, is_validated = [result.card for result in results], calibration is not None
    checks = [envelope.check(cards, condition, stream, validated=is_validated)]
    if calibration is not None:
        checks.append(validated.compare(calibration.envelope, condition, stream))
    return envelope.joined([*checks, *(unlike[r.card.id] for r in results if r.card.id in unlike)])


def answer(
    question: Question,
    results: Sequence[DetectorResult],
    calibration: Calibration | None,
    domain: DomainCheck,
    speech_s: float,
) -> QuestionResult:
    """The answer to a question: the models' scores joined, and a likelihood ratio or the reason why there is none.

    Args:
        question: What is asked.
        results: Of the models that answer it; there may be none.
        calibration: Made for exactly these models; None without one.
        domain: Whether the method applies.
        speech_s: Speech that the recording holds, seconds.
    """
    if not results:
        return QuestionResult(question=question, score=0.0, applicability="outside", reasons=(NO_MODEL,))
    scores = {result.card.id: result.score for result in results}
    weights = shares({question: calibration})[question] if calibration else None
    refusal = _refusal(calibration, domain, speech_s, len(results))
    ratio = calibration.calibrate([scores[m] for m in calibration.models]) if calibration and not refusal else None
    return QuestionResult(
        question=question,
        score=float(joined(list(scores.values()), list(scores), weights)),
        log10_lr=ratio.log10_lr if ratio else None,
        interval=ratio.interval if ratio else None,
        bounds=ratio.bounds if ratio else None,
        applicability=domain.verdict,
        reasons=(*domain.reasons, *([refusal] if refusal else []), *(_limit(ratio) if ratio else ())),
        calibration=calibration.id if calibration else "",
    )


def _refusal(calibration: Calibration | None, domain: DomainCheck, speech_s: float, models: int) -> str:
    if calibration is None:
        return UNCALIBRATED if models == 1 else OTHER_MODELS
    if calibration.refusal or domain.verdict == "outside":
        return calibration.refusal or OUTSIDE
    longest_s = calibration.envelope.longest_speech_s
    too_long = 0 < MOST_TIMES_LONGER * longest_s < speech_s
    return _TOO_LONG.format(speech_s=speech_s, longest_s=longest_s) if too_long else ""


def _limit(ratio: LikelihoodRatio) -> tuple[str, ...]:
    if not ratio.bound_hit:
        return ()
    end, words = ("upper", "at least") if ratio.bound_hit == "upper" else ("lower", "at most")
    value = two_figures(10**ratio.log10_lr)
    return (
        f"AP-062: the ratio is at the {end} end of what may be stated: {words} {value} "
        f"(log10 LR {ratio.log10_lr:.1f}). A stronger ratio was computed than the validation supports.",
    )


def _models(results: Sequence[DetectorResult], question: Question) -> list[str]:
    return [result.card.id for result in results if result.question == question]
