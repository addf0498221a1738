"""Fixing threshold, penalty and shortest length of regions on spliced recordings of development data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.analysis import AnalysisPlan
from core.analysis.device import computing
from core.analysis.evidence import applicability, shares
from core.analysis.localisation import stretches
from core.analysis.locating import cells_of, short_windows
from core.audio import measure_condition, open_recording
from core.calibration.localisation import ENOUGH_FOUND, ENOUGH_INSERTS, Localisation
from core.calibration.record import CalibrationRecord
from core.detectors.base import Detector
from core.detectors.card import QUESTIONS, Question
from core.evaluation.spans import (
    Example,
    Spans,
    f1_of,
    found_by_length,
    measure_regions,
    truth_of,
)
from core.foundation.hashing import sha256_file
from core.foundation.progress import SILENT, Progress, steps
from core.training.datasets.spliced import INSERT_S, Spliced, SplicedSet

WINDOW_S, HOP_S = 1.0, 0.25
MAX_FALSE_PER_MINUTE = 1.0
PENALTIES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
QUANTILES = np.linspace(0.5, 0.99, 26)
"""Thresholds tried, as quantiles of the scores."""
_CHOICE_CELL_S = 0.5


def draft(
    detectors: Sequence[Detector], record: CalibrationRecord | None, window_s: float = WINDOW_S, hop_s: float = HOP_S
) -> dict[Question, Localisation]:
    """Settings, still open, of the questions that the models answer; shares are the calibration's."""
    known = shares(record.questions) if record is not None else {}
    drafts: dict[Question, Localisation] = {}
    for question in QUESTIONS:
        models = sorted(d.card.id for d in detectors if question in d.card.questions)
        weights = known.get(question, {})
        weights = weights if sorted(weights) == models else dict.fromkeys(models, 1 / max(len(models), 1))
        if models:
            drafts[question] = Localisation(
                question=question,
                models=tuple(models),
                shares=tuple(weights[model] for model in models),
                window_s=window_s,
                hop_s=hop_s,
                relative=False,
                threshold=0.0,
                penalty=0.0,
                min_length_s=None,
                max_false_per_minute=MAX_FALSE_PER_MINUTE,
            )
    return drafts


def scan_spliced(
    detectors: Sequence[Detector],
    record: CalibrationRecord | None,
    settings: Mapping[Question, Localisation],
    folder: Path,
    data: SplicedSet,
    progress: Progress = SILENT,
) -> dict[Question, list[Example]]:
    """Scores of all recordings, as an examination sees them but for the likeness to the training data.

    All settings have the same windows.

    Raises:
        AudioError: a recording cannot be read (IN-…, DE-…).
    """
    found: dict[Question, list[Example]] = {question: [] for question in settings}
    with computing("cpu", reference=False):
        for each in steps(data.recordings, progress, "scoring"):
            for question, example in _scan(detectors, record, settings, folder, each, data.rate_hz).items():
                found[question].append(example)
    return found


def fix(examples: Sequence[Example], setting: Localisation, max_false: float = MAX_FALSE_PER_MINUTE) -> Localisation:
    """The setting with threshold, penalty, reference and shortest length chosen on these recordings.

    The shortest length is the first of INSERT_S for which some choice, with shorter regions dropped, finds at least
    half of the inserts of that length, of which there must be ENOUGH_INSERTS, and of each longer one, with at most
    `max_false` regions in a minute of controls. Among such choices the one with the highest F1 in cells of 0.5 s is
    taken. Where there is none for any length, nothing will be stated.
    """
    setting = replace(setting, max_false_per_minute=max_false)
    tried = [(choice, [_spans(example, choice) for example in examples]) for choice in _choices(examples, setting)]
    truths = [truth_of(example, setting.question, _CHOICE_CELL_S) for example in examples]

    def f1(called: Sequence[Spans]) -> float:
        counts = np.sum([truth.count(spans) for truth, spans in zip(truths, called, strict=True)], axis=0)
        return f1_of(*counts.tolist()) or 0.0

    for length_s in INSERT_S:
        kept = [(choice, _at_least(called, length_s)) for choice, called in tried]
        good = [(choice, called) for choice, called in kept if _good(examples, called, setting, length_s)]
        if good:
            best, _ = max(good, key=lambda each: f1(each[1]))
            return replace(best, min_length_s=length_s)
    return replace(max(tried, key=lambda each: f1(each[1]))[0], min_length_s=None)


def fixed_record(
    record: CalibrationRecord | None,
    settings: Mapping[Question, Localisation],
    scanned: Mapping[Question, Sequence[Example]],
    folder: Path,
    data: SplicedSet,
    max_false: float = MAX_FALSE_PER_MINUTE,
) -> CalibrationRecord:
    """The record with regions fixed on these recordings, and their figures on the same; the rest stays."""
    fixed = {q: fix(scanned[q], setting, max_false) for q, setting in settings.items()}
    record = replace(record or CalibrationRecord(questions={}), localisation=fixed)
    return measured_record(record, scanned, folder, f"fixed on: {data.split}", first=True)


def measured_record(
    record: CalibrationRecord,
    scanned: Mapping[Question, Sequence[Example]],
    folder: Path,
    words: str,
    *,
    first: bool = False,
) -> CalibrationRecord:
    """The record with figures of these recordings added to each setting, after those that it was fixed with."""
    sha256 = sha256_file(folder / SplicedSet.FILE)
    judged = dict(record.localisation)
    for question, setting in record.localisation.items():
        found = measure_regions(scanned[question], setting, words, sha256)
        judged[question] = replace(setting, measured=(found,) if first else (*setting.measured, found))
    return replace(record, localisation=judged)


def _scan(
    detectors: Sequence[Detector],
    record: CalibrationRecord | None,
    settings: Mapping[Question, Localisation],
    folder: Path,
    each: Spliced,
    rate_hz: int,
) -> dict[Question, Example]:
    recording = open_recording(folder / each.path)
    condition = measure_condition(recording)
    window_s, hop_s = next((setting.window_s, setting.hop_s) for setting in settings.values())
    results = short_windows(detectors, recording, condition, window_s, hop_s, AnalysisPlan())
    examples: dict[Question, Example] = {}
    for question, setting in settings.items():
        asked = [result for result in results if result.question == question]
        calibration = record.questions.get(question) if record is not None else None
        domain = applicability(asked, calibration, condition, recording.stream, {})
        examples[question] = Example(
            recording=each,
            rate_hz=rate_hz,
            cells=cells_of(results, setting, recording, condition),
            applicable=domain.verdict != "outside",
        )
    return examples


def _choices(examples: Sequence[Example], setting: Localisation) -> list[Localisation]:
    """What is tried: both references, thresholds over the range of the scores, penalties."""
    choices: list[Localisation] = []
    for relative in (False, True):
        scores = np.concatenate([e.cells.counted(relative)[e.cells.speech] for e in examples])
        thresholds = np.unique(np.quantile(scores, QUANTILES).round(3)) if scores.size else np.zeros(1)
        choices += [
            replace(setting, relative=relative, threshold=float(threshold), penalty=penalty)
            for threshold in thresholds
            for penalty in PENALTIES
        ]
    return choices


def _spans(example: Example, choice: Localisation) -> list[tuple[float, float]]:
    """Regions of any length."""
    edges = example.cells.edges_s
    found = stretches(example.cells, choice) if example.applicable else []
    return [(float(edges[first]), float(edges[end])) for first, end in found]


def _at_least(called: Sequence[Spans], length_s: float) -> list[list[tuple[float, float]]]:
    return [[(start, end) for start, end in spans if end - start >= length_s - 1e-6] for spans in called]


def _good(examples: Sequence[Example], called: Sequence[Spans], setting: Localisation, length_s: float) -> bool:
    controls = [(e.duration_s, len(spans)) for e, spans in zip(examples, called, strict=True) if e.recording.control]
    seconds, alarms = sum(s for s, _ in controls), sum(n for _, n in controls)
    if alarms > setting.max_false_per_minute * seconds / 60:
        return False
    lengths = [each for each in found_by_length(examples, called, setting.question) if each.length_s >= length_s]
    shown = any(each.length_s == length_s and each.inserts >= ENOUGH_INSERTS for each in lengths)
    return shown and all(each.found >= ENOUGH_FOUND * each.inserts for each in lengths)
