"""Facts as rows of words: what the inspector shows of a recording, its condition, its results and the cursor."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.viewmodels.wording import (
    APPLICABILITY,
    BASELINES,
    HIGHER_MEANS,
    METHODS,
    MINUS,
    MODEL_ORIGINS,
    QUESTION_TITLES,
    QUESTIONS_ASKED,
    grouped_hash,
    signed,
)
from core.calibration.propositions import PROPOSITIONS
from core.calibration.verbal import Weight, why_none
from core.detectors.card import QUESTIONS
from core.explain.attribution import aim
from core.foundation.names import visible
from core.foundation.units import format_bytes, format_time

if TYPE_CHECKING:
    from app.viewmodels.reading import Reading
    from core.analysis.finding import DetectorResult, Finding, QuestionResult
    from core.audio.recording import Condition, Recording
    from core.calibration.calibration import Calibration
    from core.calibration.localisation import Localisation
    from core.explain.attribution import Attribution

UNCALIBRATED = "uncalibrated score, not evidence"
NOT_RECORDED = "not recorded in the file"


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value."""

    label: str
    value: str
    exact: str = ""
    """What is copied, where it differs from what is shown."""
    is_code: bool = False
    """Shown in a fixed-width font."""
    is_muted: bool = False
    """Shown grey: no evidence by itself."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the facts below it."""

    title: str
    facts: tuple[Fact, ...]


def file_sections(recording: Recording, received_name: str = "") -> list[Section]:
    """Which file it is, what the container says, and every tag.

    Args:
        recording: What was opened.
        received_name: Name of the file as received, where it is an exhibit's working copy.
    """
    file, stream = recording.id, recording.stream
    working_copy = (Fact("Working copy", file.path.name, is_code=True),) if received_name else ()
    identity = Section(
        "File",
        (
            Fact("Received as" if received_name else "Name", visible(received_name or file.path.name)),
            *working_copy,
            Fact("Folder", str(file.path.parent)),
            Fact("Size", f"{format_bytes(file.size_bytes)} ({file.size_bytes:,} bytes)", str(file.size_bytes)),
            _hash("SHA-256 of the file", file.sha256),
            _hash("SHA-256 of the samples", file.pcm_sha256),
            Fact("Samples hashed as", file.pcm_encoding),
        ),
    )
    sound = Section(
        "Sound",
        (
            Fact("Container", stream.container),
            Fact("Coding", stream.codec),
            Fact("Sample rate", f"{stream.sample_rate:,} Hz", str(stream.sample_rate)),
            Fact("Channels", str(stream.channels)),
            Fact("Length", f"{format_time(recording.duration_s)} ({stream.frames:,} frames)", str(stream.frames)),
            Fact("Bits per sample", str(stream.bits) if stream.bits else "does not apply to this coding"),
            Fact("Bit rate", f"{stream.bit_rate / 1000:,.1f} kbit/s" if stream.bit_rate else NOT_RECORDED),
            Fact("Decoder", stream.decoder),
        ),
    )
    sections = [identity, sound]
    if recording.notices:
        sections.insert(0, Section("Notices", tuple(Fact(n.code, n.message) for n in recording.notices)))
    if stream.facts:
        sections.append(Section("Container facts", _pairs(stream.facts)))
    sections.append(Section("Tags", _pairs(stream.tags) or (Fact("Tags", NOT_RECORDED),)))
    return sections


def condition_sections(condition: Condition, sample_rate: int) -> list[Section]:
    """Measured state of the signal."""
    stretches = [segment.seconds(sample_rate) for segment in condition.speech]
    level = Section(
        "Level",
        (
            Fact("Peak", _optional(condition.peak_dbfs, "{:.1f} dBFS")),
            Fact("RMS", _optional(condition.rms_dbfs, "{:.1f} dBFS")),
            Fact("Clipped samples", f"{condition.clipped_pct:.2f} %"),
            Fact("DC offset", _optional(condition.dc_offset, "{:+.5f} of full scale")),
            Fact("Effective bits", _effective_bits(condition.effective_bits)),
            Fact("Digital silence", f"{condition.digital_silence_pct:.2f} %"),
        ),
    )
    signal = Section(
        "Signal",
        (
            Fact("Speech", f"{condition.speech_s:.1f} s in {len(stretches)} stretches"),
            Fact("Bandwidth", f"{condition.bandwidth_hz:,.0f} Hz"),
            Fact("Signal to noise", _signal_to_noise(condition)),
            Fact("Coding", condition.codec or "no trace of earlier lossy coding"),
            Fact("Channels", condition.channel_note or "one channel"),
        ),
    )
    return [signal, level]


def _effective_bits(bits: float | None) -> str:
    return "not applicable: lossy coding" if bits is None else f"{bits:.1f}"


def result_sections(finding: Finding, attribution: Attribution | None = None) -> list[Section]:
    """Answer to each question, then what each detector said, then how it was made."""
    sections = [_question(result) for result in _answers(finding)]
    if attribution is not None:
        sections.insert(0, _explanation(attribution))
    details = [_detector(result) for result in finding.detectors]
    calibrations = [_calibration(found) for found in finding.calibrations.values()]
    return [*sections, *_regions(finding), _overview(finding), *calibrations, *details, _making(finding)]


def reading_sections(reading: Reading, selection_s: tuple[float, float] | None) -> list[Section]:
    """Values at the pointer or cursor, and the selected stretch. Always the same rows, so that nothing jumps."""
    amplitude = ", ".join(_minus(f"{value:+.5f}") for value in reading.amplitude or ())
    point = Section(
        "At the cursor",
        (
            Fact("Time", _moment(reading.time_s, reading.sample_s / 2), f"{reading.time_s:.6f}"),
            Fact("Sample", f"{reading.sample:,}", str(reading.sample)),
            Fact("Amplitude", amplitude or "–"),
            Fact("Frequency", _hertz(reading.frequency_hz, reading.resolution_hz)),
            Fact("Level", _optional(reading.level_dbfs, "{:.1f} dBFS")),
            Fact("Packet band", _hertz(reading.packet_hz, reading.packet_width_hz)),
            Fact("Packet level", _optional(reading.packet_db, "{:.1f} dB")),
        ),
    )
    track = Section(
        "Uncalibrated scores here",
        (
            Fact(QUESTION_TITLES["synthetic"], _optional(reading.synthetic, "{:+.2f}")),
            Fact(QUESTION_TITLES["neural_codec"], _optional(reading.neural_codec, "{:+.2f}")),
            Fact("Attribution", _optional(reading.attribution, "{:+.3g}")),
        ),
    )
    return [point, track, _selection(selection_s, reading.sample_s)]


def _selection(selection_s: tuple[float, float] | None, sample_s: float) -> Section:
    """Each end is known to half a sample, the length to one."""
    start, end = selection_s or (None, None)
    length = None if start is None or end is None else end - start
    times = (("Start", start, sample_s / 2), ("End", end, sample_s / 2), ("Length", length, sample_s))
    facts = (Fact(name, "–" if t is None else _moment(t, by)) for name, t, by in times)
    return Section("Selection", tuple(facts))


def _moment(seconds: float, uncertainty_s: float) -> str:
    """`6.500000 ± 0.000031 s`, as the measuring dock says it."""
    if uncertainty_s <= 0:
        return format_time(seconds)
    decimals = decimals_of(uncertainty_s)
    return f"{format_time(seconds, decimals).removesuffix(' s')} ± {uncertainty_s:.{decimals}f} s"


def _hertz(value: float | None, width_hz: float | None) -> str:
    """A frequency, and half the width of what it was looked at through."""
    if value is None or not width_hz:
        return _optional(value, "{:,.0f} Hz")
    return f"{value:,.0f} ± {width_hz / 2:.0f} Hz"


def decimals_of(uncertainty: float) -> int:
    """So many that the uncertainty has two digits."""
    return min(max(1 - math.floor(math.log10(uncertainty)), 0), 8) if uncertainty > 0 else 3


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
        lines.append("At the edge of what was validated: read the reasons below.")
    return Weighed(title, weight, tuple(lines))


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


def _calibration(found: Calibration) -> Section:
    """What a calibration was made of, and how it did on clips whose truth is known."""
    facts = [
        Fact("Calibration", found.id, is_code=True),
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
    for result in sorted(finding.localisation.values(), key=lambda result: QUESTIONS.index(result.question)):
        title = QUESTION_TITLES[result.question]
        for region in result.regions:
            where = f"{format_time(region.start_s)} to {format_time(region.end_s)}"
            facts.append(Fact(title, f"{where}, mean score {signed(region.score)}, ends ±{region.resolution_s:.2f} s"))
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
        _hash("SHA-256 of the pack", result.sha256),
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
            Fact("Completeness error", _completeness(attribution)),
            Fact("Checks", attribution.verdict),
            Fact("Taken at", attribution.domain),
        ),
    )


def _signal_to_noise(condition: Condition) -> str:
    if condition.snr_measured:
        return f"{condition.snr_db:.0f} dB, estimated"
    return f"at least {condition.snr_db:.0f} dB (no pause shows the background)"


def _completeness(attribution: Attribution) -> str:
    error = f"{attribution.residual:.3f}, {100 * attribution.completeness_error:.1f} % of the difference"
    careful = "; part of the score is not explained: read the map with care"
    return error + careful if attribution.is_incomplete else error


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
            _hash("SHA-256 of the plan", plan.sha256()),
        ),
    )


def as_text(sections: list[Section]) -> str:
    """Everything as lines of `label: value`, for the clipboard."""
    return "\n".join(_lines(sections))


def _lines(sections: list[Section]) -> Iterator[str]:
    for section in sections:
        yield section.title
        for fact in section.facts:
            yield f"  {fact.label}: {fact.exact or fact.value}"


def _pairs(pairs: tuple[tuple[str, str], ...]) -> tuple[Fact, ...]:
    return tuple(Fact(name, value if value.strip() else "empty", value) for name, value in pairs)


def _hash(label: str, digest: str) -> Fact:
    return Fact(label, grouped_hash(digest), digest, is_code=True)


def _optional(value: float | None, form: str) -> str:
    return "–" if value is None else _minus(form.format(value))


def _minus(text: str) -> str:
    return text.replace("-", MINUS)
