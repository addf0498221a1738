"""Where in a recording: regions from overlapping windows, smoothed with change points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.finding import LocalisationResult, Region
from core.analysis.scoring import MIN_SPEECH_SHARE
from core.calibration.localisation import Localisation
from core.calibration.record import CalibrationRecord
from core.detectors.card import Question

NOT_FIXED = "AP-071: No regions, because no threshold for regions was fixed for exactly the models that were run."
NOT_FOUND = "AP-072: No regions, because on development data too few inserts of any length were found."
REFUSED = "AP-073: No regions, because the recording lies outside the conditions that the method applies to."

_TOLERANCE_S = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """Scores of one question in neighbouring cells of a recording."""

    edges_s: NDArray[np.float64]
    """(cells + 1,)"""
    scores: NDArray[np.float64]
    """(cells,); mean over the windows that hold the cell, by overlap, and over the models by their shares."""
    speech: NDArray[np.bool_]
    """(cells,); whether a quarter or more of the cell is speech."""

    def median(self, relative: bool) -> float:
        """What scores count from: 0, or their median over speech."""
        return float(np.median(self.scores[self.speech])) if relative and self.speech.any() else 0.0

    def counted(self, relative: bool) -> NDArray[np.float64]:
        """Scores from 0, or from their median over speech."""
        return self.scores - self.median(relative)


def cell_edges(duration_s: float, hop_s: float) -> NDArray[np.float64]:
    """Edges (s) of cells of `hop_s`; the last cell ends with the recording."""
    count = max(int(np.ceil(duration_s / hop_s - _TOLERANCE_S)), 1)
    return np.append(np.arange(count) * hop_s, duration_s)


def is_speech(shares: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Cells with enough speech to say something."""
    return shares >= MIN_SPEECH_SHARE


def smoothed(evidence: NDArray[np.float64], penalty: float) -> NDArray[np.bool_]:
    """The stretches of cells that together gather the most evidence, each for its price.

    The states (cells,) of a chain of two that maximise the sum of the evidence in state True less `penalty` for each
    stretch of it: where the level changes, and not each cell for itself. Time and memory grow with the cells.

    Source: Viterbi (1967), IEEE Trans. Inf. Theory 13(2), 260-269; as segmentation with a penalty for each change
    point, Killick, Fearnhead, Eckley (2012), J. Am. Stat. Assoc. 107(500), 1590-1598, section 2.
    """
    inside, outside = -np.inf, 0.0
    came_in, came_out = np.zeros(evidence.size, bool), np.zeros(evidence.size, bool)
    for i, value in enumerate(evidence.tolist()):
        came_in[i], came_out[i] = outside - penalty > inside, inside > outside
        inside, outside = max(inside, outside - penalty) + value, max(inside, outside)
    states, state = np.zeros(evidence.size, bool), inside > outside
    for i in range(evidence.size - 1, -1, -1):
        states[i] = state
        state = not came_in[i] if state else bool(came_out[i])
    return states


def stretches(cells: Cells, setting: Localisation) -> list[tuple[int, int]]:
    """First cell and the one after the last of each region, whatever its length.

    Cells without speech are no evidence either way, and no region begins or ends with one.
    """
    counted = cells.counted(setting.relative)
    states = smoothed(np.where(cells.speech, counted - setting.threshold, 0.0), setting.penalty)
    found = []
    for first, end in _runs(states):
        spoken = np.flatnonzero(cells.speech[first:end]) + first
        if spoken.size and counted[spoken].mean() > setting.threshold:
            found.append((int(spoken[0]), int(spoken[-1]) + 1))
    return found


def regions(cells: Cells, setting: Localisation) -> tuple[Region, ...]:
    """Regions of at least the length that the method was shown to find; none where it was shown to find nothing."""
    if setting.shortest_s is None:
        return ()
    made = (_region(cells, first, end, setting) for first, end in stretches(cells, setting))
    return tuple(each for each in made if each.end_s - each.start_s >= setting.shortest_s - _TOLERANCE_S)


def fixed_for(
    record: CalibrationRecord | None, models: Mapping[Question, Sequence[str]]
) -> dict[Question, Localisation]:
    """Settings made for exactly the models that answer each question."""
    known = record.localisation if record is not None else {}
    return {q: known[q] for q, ids in models.items() if q in known and sorted(known[q].models) == sorted(ids)}


def reason(setting: Localisation | None, verdict: str) -> str:
    """Why no region is stated, in a sentence with its code; empty where regions are looked for."""
    if setting is None:
        return NOT_FIXED
    if setting.shortest_s is None:
        return NOT_FOUND
    return setting.refusal or (REFUSED if verdict == "outside" else "")


def result(question: Question, cells: Cells | None, setting: Localisation | None, why_not: str) -> LocalisationResult:
    """What is said of a question: regions, or why there are none."""
    if cells is None or setting is None or why_not:
        return LocalisationResult(question=question, regions=(), setting=setting, reason=why_not)
    median = cells.median(setting.relative) if setting.relative else None
    return LocalisationResult(question=question, regions=regions(cells, setting), setting=setting, median=median)


def _region(cells: Cells, first: int, end: int, setting: Localisation) -> Region:
    spoken = cells.speech[first:end]
    return Region(
        question=setting.question,
        start_s=float(cells.edges_s[first]),
        end_s=float(cells.edges_s[end]),
        score=float(cells.counted(setting.relative)[first:end][spoken].mean()),
        resolution_s=setting.hop_s,
    )


def _runs(states: NDArray[np.bool_]) -> NDArray[np.intp]:
    """(runs, 2): first cell and the one after the last of each run of True."""
    return np.flatnonzero(np.diff(np.concatenate([[False], states, [False]]).astype(np.int8))).reshape(-1, 2)
