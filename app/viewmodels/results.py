"""Results of an examination as rows of words: what the inspector shows, and what must stand beside each score."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.viewmodels.facts import Fact, Section, hash_fact
from app.viewmodels.wording import (
    APPLICABILITY,
    BASELINES,
    HIGHER_MEANS,
    METHODS,
    MODEL_ORIGINS,
    QUESTION_TITLES,
    QUESTIONS_ASKED,
    signed,
)
from core.calibration.propositions import PROPOSITIONS
from core.calibration.verbal import Weight, why_none
from core.detectors.card import QUESTIONS
from core.explain.attribution import PATH_METHODS, aim
from core.foundation.units import format_time

if TYPE_CHECKING:
    from core.analysis.finding import DetectorResult, Finding, QuestionResult
    from core.calibration.calibration import Calibration
    from core.calibration.localisation import Localisation
    from core.explain.attribution import Attribution

UNCALIBRATED = "uncalibrated score, not evidence"
_EDGE_CODES = ("AP-02", "AP-04")
"""Of reasons that put a recording at the edge."""


def result_sections(finding: Finding, attribution: Attribution | None = None) -> list[Section]:
    """Answer to each question, then what each detector said, then how it was made."""
    sections = [_question(result) for result in _answers(finding)]
    if attribution is not None:
        sections.insert(0, _explanation(attribution))
    details = [_detector(result) for result in finding.detectors]
    # the answers name their calibrations: to make the name anew takes longer than all the rest
    calibrations = [
        _calibration(calibration, finding.questions[question].calibration)
        for question, calibration in finding.calibrations.items()
        if question in finding.questions
    ]
    return [*sections, *_regions(finding), _overview(finding), *calibrations, *details, _making(finding)]


def _answers(finding: Finding) -> list[QuestionResult]:
    """In one order, whether they were computed just now or read from a case."""
    return [finding.questions[question] for question in QUESTIONS if question in finding.questions]


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the scores for a question weigh, to be seen at once."""

    title: str
    weight: Weight | None
    lines: tuple[str, ...]


def weighed(finding: Finding) -> list[Weighed]:
    """For each question the likelihood ratio in figures and words, or why there is none."""
    return [_weighed(result) for result in _answers(finding)]


def _weighed(result: QuestionResult) -> Weighed:
    title, weight = QUESTION_TITLES[result.question], weight_of(result)
    if weight is None:
        return Weighed(title, None, (why_none(result.reasons),))
    lines = [_sentence(weight.words), weight.ratio]
    if result.applicability == "edge":
        lines.append(f"At the edge of what was validated{_edge(result.reasons)}. Read the reasons below.")
    return Weighed(title, weight, tuple(lines))


def _edge(reasons: tuple[str, ...]) -> str:
    """`: 6 s of speech, more than was validated (4.8 s)`: each reason for the edge up to its first stop."""
    edges = (reason.split(": ", 1)[1] for reason in reasons if reason.startswith(_EDGE_CODES))
    said = "; ".join(re.split("[;:]", edge)[0].rstrip(".") for edge in edges)
    return f": {said}" if said else ""


def weight_of(result: QuestionResult) -> Weight | None:
    """The likelihood ratio of an answer, ready to be said; None where there is none."""
    if result.log10_lr is None:
        return None
    return Weight(question=result.question, log10_lr=result.log10_lr, interval=result.interval, bounds=result.bounds)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _question(result: QuestionResult) -> Section:
    applies = result.applicability != "outside"
    means = UNCALIBRATED if applies else f"{UNCALIBRATED}; {_why_not(result)}"
    asked = QUESTIONS_ASKED[result.question]
    facts = [
        Fact("Question", f"{asked} {HIGHER_MEANS}" if applies else asked),
        Fact("Method", APPLICABILITY[result.applicability]),
        Fact("Score", f"{signed(result.score)}, {means}", f"{result.score!r}, {means}", is_muted=True),
        *_ratio(result),
    ]
    facts += [Fact("Reason" if i == 0 else "", reason) for i, reason in enumerate(result.reasons)]
    return Section(QUESTION_TITLES[result.question], tuple(facts))


def _ratio(result: QuestionResult) -> list[Fact]:
    """The likelihood ratio with all that must stand beside it."""
    weight = weight_of(result)
    if weight is None:
        return [Fact("Likelihood ratio", "none")]
    h1, h2 = PROPOSITIONS[result.question]
    used = weight.scale
    return [
        Fact("Likelihood ratio", weight.ratio, f"{weight.ratio}; log10 LR {result.log10_lr!r}"),
        Fact("log10 LR", weight.log_ratio.removeprefix("log10 LR ")),
        Fact("Limits of the validation", weight.limits or "not known"),
        Fact("In words", f"{weight.words} ({used.name}, version {used.version})"),
        Fact("What it says", weight.sentence),
        Fact("First proposition", h1),
        Fact("Second proposition", h2),
        Fact("Calibration", result.calibration, is_code=True),
    ]


def _calibration(found: Calibration, name: str) -> Section:
    """What a calibration was made of, and how it did on clips whose truth is known."""
    facts = [
        Fact("Calibration", name, is_code=True),
        Fact("Models", ", ".join(found.models)),
        Fact("Clips", f"{found.n_for} with the first proposition true, {found.n_against} with the second"),
        Fact("Sources", str(found.sources)),
    ]
    for measured in found.measured:
        above, below = found.at_limits_pct(measured)
        facts += [
            Fact("Measured on", measured.data),
            Fact("Cllr", _cost(measured.cllr, measured.cllr_interval)),
            Fact("Cllr_min", _cost(measured.cllr_min, measured.cllr_min_interval)),
            Fact(
                "At the limits",
                f"{above:.1f} % of clips for the second proposition at the upper, {below:.1f} % of those for the first "
                "at the lower",
            ),
        ]
    return Section(f"Calibration: {QUESTION_TITLES[found.question].lower()}", tuple(facts))


def _cost(value: float, interval: tuple[float, float]) -> str:
    return f"{value:.2f} (95 % interval {interval[0]:.2f} to {interval[1]:.2f})"


def _regions(finding: Finding) -> list[Section]:
    """Stretches that the examination states, or why it states none."""
    facts = []
    last_s = max((region.end_s for result in finding.localisation.values() for region in result.regions), default=0.0)
    for result in sorted(finding.localisation.values(), key=lambda result: QUESTIONS.index(result.question)):
        title = QUESTION_TITLES[result.question]
        for region in result.regions:
            where = " to ".join(format_time(edge, beside_s=last_s) for edge in (region.start_s, region.end_s))
            facts.append(Fact(title, f"{where}, mean score {signed(region.score)}, ends ±{region.resolution_s:.2f} s"))
        if result.regions and result.scale:
            facts.append(Fact("", f"Mean scores are {result.scale}; the track's windows are the models' own."))
        if not result.regions:
            facts.append(Fact(title, result.reason or "none stands out"))
        if result.setting and result.setting.shortest_s is not None and not result.reason:
            facts.append(Fact("", _shortest(result.setting, result.setting.shortest_s)))
    return [Section("Regions: a place to look, not evidence", tuple(facts))] if facts else []


def _shortest(setting: Localisation, shortest_s: float) -> str:
    found, inserts = setting.found_from(shortest_s)
    said = f"No statement on stretches below {shortest_s:.2f} s."
    return f"{said} Of inserts of that length or longer {found} of {inserts} were found." if inserts else said


def _why_not(result: QuestionResult) -> str:
    """What stands beside a score of a method that is not applicable."""
    return f"not applicable here: {result.reasons[0]}" if result.reasons else "not applicable here"


def _overview(finding: Finding) -> Section:
    """One line for each detector and question."""
    rows = (
        Fact(
            f"{result.card.title}, {QUESTION_TITLES[result.question].lower()}",
            signed(result.score) + (", not applicable" if _is_outside(finding, result) else ""),
            repr(result.score),
        )
        for result in finding.detectors
    )
    return Section("Detectors, uncalibrated scores", tuple(rows))


def _is_outside(finding: Finding, result: DetectorResult) -> bool:
    answer = finding.questions.get(result.question)
    return answer is not None and answer.applicability == "outside"


def _detector(result: DetectorResult) -> Section:
    scores = [window.score for window in result.windows]
    facts = [
        Fact("Score", f"{signed(result.score)}, uncalibrated", f"{result.score!r}, {UNCALIBRATED}"),
        Fact("Windows", f"{len(scores)}; from {signed(min(scores))} to {signed(max(scores))}" if scores else "none"),
        Fact("Model", result.card.id, is_code=True),
        Fact("Version", result.card.version),
        Fact("Origin", MODEL_ORIGINS[result.card.origin]),
        hash_fact("SHA-256 of the pack", result.sha256),
        *(Fact("Note", note) for note in result.notes),
        *(Fact("Limit", limit) for limit in result.card.limits),
    ]
    return Section(f"{result.card.title}: {QUESTION_TITLES[result.question].lower()}", tuple(facts))


def _explanation(attribution: Attribution) -> Section:
    where = f"{format_time(attribution.start_s)} to {format_time(attribution.end_s)}"
    return Section(
        "Explanation on the screen",
        (
            Fact("Reads as", "What the model used, not what was forged."),
            Fact("Stretch", where),
            Fact("Model", attribution.model.partition("@")[0], attribution.model, is_code=True),
            Fact("Question", QUESTION_TITLES[attribution.question]),
            Fact("Method", METHODS[attribution.method]),
            Fact("Target", aim(attribution.question, attribution.target)),
            Fact("Baseline", BASELINES[attribution.baseline]),
            Fact("Score", f"{signed(attribution.score)}; baseline {signed(attribution.baseline_score)}"),
            Fact("Left unexplained", _completeness(attribution)),
            Fact("Checks", attribution.verdict),
            Fact("Taken at", attribution.domain),
        ),
    )


def _completeness(attribution: Attribution) -> str:
    if attribution.method not in PATH_METHODS:
        return "not defined for this method"
    careful = "; more than a tenth is left unexplained: read the map with care"
    return attribution.unexplained + careful * attribution.is_incomplete


def _making(finding: Finding) -> Section:
    plan = finding.plan
    return Section(
        "How it was made",
        (
            Fact("Made at", finding.made_at),
            Fact("Software", f"Auditrace {finding.software_version}"),
            Fact("Device", finding.device + (", reference mode" if plan.reference else "")),
            Fact("Channel", "mean of all channels" if plan.channel == "mix" else plan.channel),
            Fact("Time taken", f"{finding.timings_s.get('total', 0.0):.1f} s"),
            hash_fact("SHA-256 of the plan", plan.sha256()),
        ),
    )
