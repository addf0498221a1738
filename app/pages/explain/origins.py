"""What the panel's figures and tables leave the program with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from app.pages.explain import wording
from app.services.exporting import Cell, Origin, Source, Table
from app.viewmodels.explained import map_facts
from app.viewmodels.results import weight_of
from app.viewmodels.wording import METHODS, QUESTION_TITLES
from core.explain.attribution import PATH_METHODS, aim

if TYPE_CHECKING:
    from core.analysis.disagreement import Disagreement
    from core.analysis.finding import QuestionResult
    from core.analysis.robustness import Outcome, Robustness
    from core.explain.attribution import Attribution
    from core.explain.averaging import Average

_COPY = ("Perturbation", "Keeps the speech band", "Parameters", "Coder", "Coding", "Bit rate of a channel (kbit/s)")
_ANSWER = ("score", "move", "log10 LR", "95 % low", "95 % high", "at limit", "applicability", "reasons")
_NO_EVIDENCE = "Scores are uncalibrated and no evidence by themselves."


def map_origin(source: Source, found: Attribution) -> Origin:
    """Of a map's checks."""
    verdict = (found.verdict,)
    return Origin(
        title="Checks of an explanation",
        sources=(source,),
        stretch_s=(found.start_s, found.end_s),
        parameters=(*map_facts(found)[1:], ("Model pack", found.model)),
        notes=(*verdict, wording.CAPTION),
    )


def map_table(source: Source, found: Attribution) -> Table | None:
    """The deletion curves."""
    if found.checks is None:
        return None
    curve = found.checks.faithfulness
    draws = [f"Random order {i + 1}" for i in range(len(curve.by_chance))]
    rows = [
        [float(share), float(loss), *map(float, chance)]
        for share, loss, chance in zip(curve.shares, curve.by_map, curve.by_chance.T, strict=True)
    ]
    return Table(
        columns=("Share deleted", "Loss of score, map's order", *draws), rows=rows, origin=map_origin(source, found)
    )


def average_origin(sources: tuple[Source, ...], found: Average) -> Origin:
    """Of an average."""
    windows = "; ".join(f"{name} {start:.3f}–{end:.3f} s" for name, start, end in found.windows)
    return Origin(
        title="Average of explanations",
        sources=sources,
        parameters=(
            ("Model pack", found.model),
            ("Question", QUESTION_TITLES[found.question]),
            ("Method", f"{METHODS[found.method]}, at most {found.steps} points"),
            ("Target", aim(found.question, found.target)),
            ("Input", found.domain),
            ("Windows", windows),
            *_completeness(found),
        ),
        notes=(wording.CAPTION,),
    )


def _completeness(found: Average) -> tuple[tuple[str, str], ...]:
    """The median error, of methods whose maps add up to the score."""
    if found.method not in PATH_METHODS:
        return ()
    median = float(sorted(found.completeness_errors)[len(found.windows) // 2])
    return (("Median left unexplained", f"{100 * median:.1f} % of the difference"),)


def average_table(sources: tuple[Source, ...], found: Average) -> Table:
    """Per band: net with interval, for, against, either way."""
    low, high = found.interval
    rows = [
        [float(v) for v in line]
        for line in zip(found.frequency_hz, found.profile, low, high, *found.by_label, strict=True)
    ]
    return Table(
        columns=("Frequency (Hz)", "Net", "95 % low", "95 % high", "For", "Against", "Either way"),
        rows=rows,
        origin=average_origin(sources, found),
    )


def disagreement_table(source: Source, found: Disagreement, meaning: str) -> Table:
    """The list of stretches."""
    origin = Origin(
        title="Where two tracks differ most",
        sources=(source,),
        parameters=(
            ("First", wording.voice_title(found.first)),
            ("Second", wording.voice_title(found.second)),
            ("Scale of the difference", found.scale),
        ),
        notes=(meaning, _NO_EVIDENCE),
    )
    rows = [(s.start_s, s.end_s, s.difference, s.first, s.second) for s in found.stretches]
    return Table(
        columns=("From (s)", "To (s)", "Difference", "Score, first", "Score, second"), rows=rows, origin=origin
    )


def robustness_table(source: Source, found: Robustness) -> Table:
    """Scores and ratios under each perturbation, numbers as numbers, and all that repeats each row."""
    versions = ", ".join(f"{name} {version}" for name, version in found.versions.items())
    origin = Origin(
        title="Robustness of the exhibit",
        sources=(source,),
        stretch_s=(found.start_s, found.end_s),
        parameters=(
            *((f"Model {i + 1}", model) for i, model in enumerate(found.models)),
            ("Channel", found.channel),
            *((("Versions", versions),) if versions else ()),
        ),
        notes=(wording.REPEATING, wording.MOVES_MEAN, _NO_EVIDENCE),
    )
    columns = [*_COPY]
    for question in found.questions:
        columns += [f"{QUESTION_TITLES[question]}: {name}" for name in _ANSWER]
    moves = {question: found.moves(question) for question in found.questions}
    rows = []
    for i, one in enumerate(found.outcomes):
        cells = _copy(one)
        for question in found.questions:
            cells += _answer(one.answers.get(question), moves[question][i], one.problem)
        rows.append(cells)
    return Table(columns=tuple(columns), rows=rows, origin=origin)


def _copy(one: Outcome) -> list[Cell]:
    """What was done to the sound, and what the gate took it for."""
    record = json.dumps(dict(one.parameters), ensure_ascii=False) if one.parameters else ""
    coding = (one.coding.name, one.coding.kbps) if one.coding else (None, None)
    return [one.name, one.keeps_band, record, one.made_with, *coding]


def _answer(answer: QuestionResult | None, move: float | None, problem: str) -> list[Cell]:
    if answer is None:
        return [*(None for _ in _ANSWER[1:]), problem]
    interval = answer.interval or (None, None)
    weight = weight_of(answer)
    limit = weight.limit if weight else ""
    return [answer.score, move, answer.log10_lr, *interval, limit, answer.applicability, " ".join(answer.reasons)]
