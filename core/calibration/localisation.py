"""What was fixed on development data to say where in a recording something is found, and how well that worked there."""

from __future__ import annotations

from dataclasses import dataclass

from core.detectors.card import Question

ENOUGH_FOUND = 0.5
"""Share of inserts of a length that must be found, there and at every longer one, for it to be stated."""
ENOUGH_INSERTS = 5
"""Fewer inserts of a length show nothing about that length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Inserts of one length and how many of them were found: at least half of each lies in regions."""

    length_s: float
    found: int
    inserts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFigures:
    """Cells of one length, counted over all recordings; None where a figure has no basis."""

    cell_s: float
    hits: int
    false_alarms: int
    misses: int
    precision: float | None
    recall: float | None
    f1: float | None
    eer: float | None
    """Of the cells' mean scores, whatever the threshold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Figures of spliced recordings whose boundaries are known."""

    data: str
    """Which recordings, in words."""
    spliced_sha256: str
    """Of their spliced.json."""
    recordings: int
    controls: int
    sources: int
    cells: tuple[CellFigures, ...]
    by_length: tuple[Found, ...]
    genuine_minutes: float
    """Length of the controls."""
    false_regions: int
    """Regions in controls."""
    false_per_minute: float | None
    """Regions in a minute of controls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Localisation:
    """How window scores of certain models become regions of a recording, for one question."""

    question: Question
    models: tuple[str, ...]
    shares: tuple[float, ...]
    """Of each model in the joined score; sum 1."""
    window_s: float
    """Length of the windows, which may be shorter than the models' own."""
    hop_s: float
    """Step of the windows and length of a cell: the resolution of boundaries."""
    relative: bool
    """Scores count from the median of the recording's speech, not from 0."""
    threshold: float
    """Mean score above which a region is one."""
    penalty: float
    """What a region costs: the sum of its cells' scores beyond the threshold must be higher."""
    min_length_s: float | None
    """Shortest insert of which at least half were found; nothing shorter is stated. None: nothing is stated at all."""
    max_false_per_minute: float
    """False regions in a minute of controls that were allowed when this was fixed."""
    measured: tuple[Located, ...] = ()
    """First on the recordings that it was fixed on."""

    @property
    def shortest_s(self) -> float | None:
        """Shortest length that is stated; None: nothing is.

        It is min_length_s, or the next beyond all lengths of which a measured set had less than half found.
        """
        if self.min_length_s is None:
            return None
        short = [
            found.length_s
            for each in self.measured
            for found in each.by_length
            if found.inserts >= ENOUGH_INSERTS and found.found < ENOUGH_FOUND * found.inserts
        ]
        longer = {found.length_s for each in self.measured for found in each.by_length} | {self.min_length_s}
        return min(
            (each for each in longer if each >= self.min_length_s and each > max(short, default=0.0)), default=None
        )

    def found_from(self, length_s: float) -> tuple[int, int]:
        """Inserts of that length and longer on the last recordings it was measured on: how many were found, of all."""
        longer = [each for each in self.measured[-1].by_length if each.length_s >= length_s] if self.measured else []
        return sum(each.found for each in longer), sum(each.inserts for each in longer)

    @property
    def refusal(self) -> str:
        """Why nothing is stated although a threshold was fixed, in a sentence with its code; empty where it is."""
        for each in self.measured:
            if (each.false_per_minute or 0.0) > self.max_false_per_minute:
                return (
                    f"AP-074: No regions, because {each.false_per_minute:.1f} false ones stood in a minute of genuine "
                    f"speech ({each.data}); at most {self.max_false_per_minute:.1f} are allowed."
                )
        return ""
