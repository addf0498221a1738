"""Members of a zoo as generators of copies, beside those that ship and users' own."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.training.resynthesis.base import Family, Generator, Wave
from core.training.resynthesis.opening import no_rate, open_generator
from core.training.zoo.member import copy, load

_SUFFIX = ".safetensors"


def open_any(name: str, folder: Path, rate_hz: int = 0, family: Family = "codec") -> Generator:
    """A member of a zoo where `name` is the path of one, otherwise as `open_generator`.

    Raises:
        UsageError: there is no such generator, or a rate is missing or cannot be chosen (US-020).
        DataError: a package (DA-030), weights (DA-031), or a usable file (DA-032) are missing.
    """
    path = Path(name)
    if path.suffix.lower() == _SUFFIX and path.is_file():
        member = ZooMember(path)
        if rate_hz:
            raise no_rate(path.name, member)
        return member
    return open_generator(name, folder, rate_hz, family)


class ZooMember(Generator):
    """A small vocoder or codec that `python -m core.training.zoo` made."""

    def __init__(self, path: Path):
        """Read it."""
        super().__init__(path.parent)
        self._member = load(path)
        design = self._member.design
        self.rate_hz = design.sample_rate
        self.family = "codec" if design.kind == "codec" else "vocoder"
        self.bitrates_kbps = (round(design.bitrate_kbps, 1),) if design.kind == "codec" else ()

    def copy(self, waveform: Wave, rng: np.random.Generator, kbps: float | None) -> Wave:
        """The member's copy."""
        return copy(self._member, waveform, rng)
