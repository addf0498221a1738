"""What a figure of likelihood ratios draws: ratios on the verbal scale, and Tippett curves."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass

from core.calibration.verbal import Weight, reach
from core.detectors.card import Question
from core.foundation.hashing import canonical_json


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleRow:
    """A ratio on the verbal scale."""

    label: str
    """Exhibit and question."""
    weight: Weight


@dataclass(frozen=True, slots=True, kw_only=True)
class Tippett:
    """Ratios of a validation's clips, and the ratio of an exhibit among them."""

    question: Question
    llrs_for: tuple[float, ...]
    """log10 LRs of clips for which the first proposition is true."""
    llrs_against: tuple[float, ...]
    bounds: tuple[float, float]
    mark: float | None = None
    """log10 LR of the exhibit."""
    mark_label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioData:
    """Everything that one figure of ratios shows."""

    rows: tuple[ScaleRow, ...] = ()
    tippetts: tuple[Tippett, ...] = ()

    def sha256(self) -> str:
        """SHA-256 of all values drawn."""
        return hashlib.sha256(canonical_json(asdict(self))).hexdigest()

    @property
    def reach(self) -> int:
        """log10 LR to which the axes run on both sides."""
        return reach([row.weight for row in self.rows], [tippett.bounds for tippett in self.tippetts])
