"""Regions against known boundaries: cells called right, inserts found, regions in genuine speech."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.localisation import Cells, cell_edges, regions
from core.calibration.localisation import CellFigures, Found, Localisation, Located
from core.detectors.card import Question
from core.evaluation.measures import number
from core.training.datasets.spliced import Spliced
from core.training.metrics import equal_error

CELLS_S = (0.5, 1.0)
"""Cells in which precision, recall and F1 are counted."""
FOUND_SHARE = 0.5
"""Share of an insert that regions must cover for it to be found."""
Spans = Sequence[tuple[float, float]]
_TOLERANCE_S = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Example:
    """One spliced recording with its scores for one question."""

    recording: Spliced
    rate_hz: int
    cells: Cells
    applicable: bool
    """Whether anything would be said of it at all."""

    @property
    def duration_s(self) -> float:
        """Of the recording."""
        return self.recording.frames / self.rate_hz

    def spans(self, question: Question, truth: int | None) -> list[tuple[float, float]]:
        """Start and end (s) of the pieces that count as that."""
        pieces = (piece for piece in self.recording.pieces if piece.truth(question) == truth)
        return [(piece.start_frame / self.rate_hz, piece.end_frame / self.rate_hz) for piece in pieces]

    def called(self, setting: Localisation) -> list[tuple[float, float]]:
        """Start and end (s) of what would be stated."""
        found = regions(self.cells, setting) if self.applicable else ()
        return [(region.start_s, region.end_s) for region in found]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Truth:
    """What the cells of a recording count as. A cell is `wanted` where any of an insert for the proposition lies in it;
    cells with any of a piece that is not used for the question are left out.

    Source: segment-based counting, Mesaros, Heittola, Virtanen (2016), Appl. Sci. 6(6), 162, section 3; labels of
    cells as in PartialSpoof, Zhang et al. (2023), IEEE/ACM TASLP 31, 813-825, section III.
    """

    edges_s: NDArray[np.float64]
    wanted: NDArray[np.bool_]
    used: NDArray[np.bool_]

    def count(self, called: Spans) -> NDArray[np.int64]:
        """Hits, false alarms and misses of spans that were called."""
        claimed = touched(self.edges_s, called)
        pairs = (claimed & self.wanted, claimed & ~self.wanted, ~claimed & self.wanted)
        return np.array([np.count_nonzero(cells & self.used) for cells in pairs])


def truth_of(example: Example, question: Question, cell_s: float) -> Truth:
    """The cells of a recording and what they count as."""
    edges = cell_edges(example.duration_s, cell_s)
    unused = touched(edges, example.spans(question, None))
    return Truth(edges_s=edges, wanted=touched(edges, example.spans(question, 1)), used=~unused)


def touched(edges_s: NDArray[np.float64], spans: Spans) -> NDArray[np.bool_]:
    """Cells (n,) between edges (n + 1,) that any span reaches into."""
    if not spans:
        return np.zeros(edges_s.size - 1, bool)
    starts, ends = np.array(spans).T
    overlap = np.minimum(edges_s[1:, None], ends) - np.maximum(edges_s[:-1, None], starts)
    return np.any(overlap > _TOLERANCE_S, axis=1)


def is_found(insert: tuple[float, float], called: Spans) -> bool:
    """Whether at least half of an insert lies in spans that were called."""
    start, end = insert
    covered = sum(max(0.0, min(end, b) - max(start, a)) for a, b in called)
    return covered >= FOUND_SHARE * (end - start) - _TOLERANCE_S


def found_by_length(examples: Sequence[Example], called: Sequence[Spans], question: Question) -> tuple[Found, ...]:
    """Inserts of each length (to 0.1 s), and how many of them were found."""
    tally: dict[float, list[bool]] = {}
    for example, spans in zip(examples, called, strict=True):
        for insert in example.spans(question, 1):
            tally.setdefault(round(insert[1] - insert[0], 1), []).append(is_found(insert, spans))
    return tuple(Found(length_s=s, found=sum(each), inserts=len(each)) for s, each in sorted(tally.items()))


def f1_of(hits: float, false_alarms: float, misses: float) -> float | None:
    """Harmonic mean of precision and recall; None where nothing is wanted and nothing called."""
    total = 2 * hits + false_alarms + misses
    return 2 * hits / total if total else None


def measure_regions(examples: Sequence[Example], setting: Localisation, data: str, spliced_sha256: str = "") -> Located:
    """All figures of recordings at a setting that was fixed elsewhere, or on these."""
    called = [example.called(setting) for example in examples]
    controls = [(e, spans) for e, spans in zip(examples, called, strict=True) if e.recording.control]
    minutes = sum(example.duration_s for example, _ in controls) / 60
    false_regions = sum(len(spans) for _, spans in controls)
    return Located(
        data=data,
        spliced_sha256=spliced_sha256,
        recordings=len(examples),
        controls=len(controls),
        sources=len({example.recording.source for example in examples}),
        cells=tuple(_cells(examples, called, setting, cell_s) for cell_s in CELLS_S),
        by_length=found_by_length(examples, called, setting.question),
        genuine_minutes=round(minutes, 3),
        false_regions=false_regions,
        false_per_minute=false_regions / minutes if minutes else None,
    )


def _cells(examples: Sequence[Example], called: Sequence[Spans], setting: Localisation, cell_s: float) -> CellFigures:
    truths = [truth_of(example, setting.question, cell_s) for example in examples]
    counts = [truth.count(spans) for truth, spans in zip(truths, called, strict=True)]
    hits, alarms, misses = np.sum(counts, axis=0).tolist() if counts else (0, 0, 0)
    scored = [_scored(example, truth, setting) for example, truth in zip(examples, truths, strict=True)]
    scores, wanted = (np.concatenate(each) for each in zip(*scored, strict=True))
    return CellFigures(
        cell_s=cell_s,
        hits=hits,
        false_alarms=alarms,
        misses=misses,
        precision=hits / (hits + alarms) if hits + alarms else None,
        recall=hits / (hits + misses) if hits + misses else None,
        f1=f1_of(hits, alarms, misses),
        eer=number(equal_error(scores, wanted)[0]),
    )


def _scored(example: Example, truth: Truth, setting: Localisation) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Mean score of the speech in each cell that is used and holds any, and whether it is wanted."""
    fine = (example.cells.edges_s[:-1] + example.cells.edges_s[1:]) / 2
    cell = np.searchsorted(truth.edges_s, fine, side="right") - 1
    spoken, size = example.cells.speech, truth.used.size
    held = np.bincount(cell[spoken], minlength=size)
    total = np.bincount(cell[spoken], example.cells.counted(setting.relative)[spoken], minlength=size)
    kept = truth.used & (held > 0)
    return total[kept] / held[kept], truth.wanted[kept]
