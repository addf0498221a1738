"""How clips are put into groups: by what made them, where they come from, how they sound."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from core.training.datasets.manifest import Clip

_EDGES_S = (0.0, 1.0, 2.0, 4.0, 10.0, 60.0)
NOT_STATED = "not stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadClip:
    """A clip of the manifest with what was found when it was read."""

    clip: Clip
    data: str
    """Name of its data set."""
    sha256: str
    """Of its file."""
    seconds: float
    sample_rate: int
    """Of its file, Hz."""

    @property
    def original_rate(self) -> int:
        """The manifest's rate of the original where it says so, else that of the file."""
        return self.clip.sample_rate or self.sample_rate

    @property
    def speaker(self) -> str:
        """Whom to draw again in a bootstrap: the speaker, or the source where nobody names the speaker."""
        return f"{self.clip.corpus}/{self.clip.speaker}" if self.clip.speaker else f"source:{self.clip.source}"


def length_bin(seconds: float) -> str:
    """E.g. `1-2 s`: lower end included, upper end not."""
    for low, high in pairwise(_EDGES_S):
        if seconds < high:
            return f"{low:g}-{high:g} s"
    return f"{_EDGES_S[-1]:g} s and more"


DIMENSIONS: Mapping[str, Callable[[ReadClip], str]] = {
    "generator": lambda read: read.clip.generator or ("human speech" if read.clip.label == "real" else NOT_STATED),
    "family": lambda read: read.clip.family or NOT_STATED,
    "source": lambda read: read.clip.source or NOT_STATED,
    "language": lambda read: read.clip.language or NOT_STATED,
    "channel": lambda read: read.clip.lossy_origin or NOT_STATED,
    "length": lambda read: length_bin(read.seconds),
    "original rate": lambda read: f"{read.original_rate} Hz",
}
"""What figures are broken down by."""
