"""The three states of an exhibit in words: file intact, method applicable, evidence. Never merged into one."""

from __future__ import annotations

from typing import cast

from core.calibration.verbal import Weight
from core.detectors.card import Question
from core.report import numbers
from core.report.facts import Subject, answered, asked
from core.report.wording import text


def intact(subject: Subject) -> str:
    """What is known of the file's bytes."""
    last = subject.checks[-1]
    time = numbers.moment(last.time)
    if last.equal is None:
        return text("states.intact_first", time=time)
    return text("states.intact_yes" if last.equal else "states.intact_no", time=time)


def applicable(subject: Subject) -> str:
    """Whether the methods apply, for each question."""
    if subject.run is None:
        return text("states.not_examined")
    lines = []
    for question in asked(subject.result):
        name = text(f"questions.{question}")
        lines.append(text("states.applicable_line", question=name, state=verdict(subject, question)))
    return "\n".join(lines)


def verdict(subject: Subject, question: str) -> str:
    """Whether the method applies to the question: one of three states in words."""
    if subject.is_silent:
        return text("states.silent")
    return text(f"states.{subject.result['questions'][question]['applicability']}")


def evidence(subject: Subject) -> str:
    """The likelihood ratios, or that there are none and why."""
    if subject.run is None:
        return text("states.not_examined")
    found = {question: likelihood_ratio(subject, question) for question in asked(subject.result)}
    if not any(found.values()):
        if subject.is_silent:
            return text("states.no_lr_silent")
        results = [subject.result["questions"][question] for question in found]
        refused = all(result["applicability"] == "outside" for result in results)
        calibrated = any(result.get("calibration") for result in results)
        return text(f"states.{'no_lr_refused' if refused else 'no_lr_reasons' if calibrated else 'no_lr'}")
    return "\n".join(_ratio_line(subject, question) for question in found)


def _ratio_line(subject: Subject, question: str) -> str:
    name, found = text(f"questions.{question}"), weight(subject, question)
    if found is None:
        return text("states.ratio_none_line", question=name)
    return text("states.ratio_line", question=name, words=found.words, ratio=found.ratio)


def weight(subject: Subject, question: str) -> Weight | None:
    """The likelihood ratio for a question, ready to be said; None where there is none."""
    result = subject.result["questions"][question]
    if result["log10_lr"] is None:
        return None
    return Weight(
        question=cast(Question, question),
        log10_lr=result["log10_lr"],
        interval=tuple(result["interval"]) if result["interval"] else None,
        bounds=tuple(result["bounds"]) if result["bounds"] else None,
    )


def likelihood_ratio(subject: Subject, question: str) -> str:
    """The ratio with its interval; empty where there is none."""
    found = weight(subject, question)
    return found.ratio if found else ""


def score(subject: Subject, question: str) -> str:
    """The score for a question, or that no model answers it."""
    if not answered(subject.result, question):
        return text("results.no_model")
    return numbers.score(subject.result["questions"][question]["score"])
