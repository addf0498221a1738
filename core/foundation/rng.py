"""Random numbers from named, seeded generators: the same seed and name, the same numbers, in any order of use."""

from __future__ import annotations

import hashlib

import numpy as np


def generator(seed: int, *names: object) -> np.random.Generator:
    """A generator of its own for each (seed, names).

    Args:
        seed: The plan's seed.
        names: What the numbers are for, e.g. ("crop", clip_id, epoch).
    """
    digest = hashlib.sha256(repr(names).encode()).digest()
    return np.random.default_rng([seed, int.from_bytes(digest[:8], "little")])
