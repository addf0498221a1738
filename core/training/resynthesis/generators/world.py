"""WORLD: fundamental, spectral envelope and aperiodicity."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.training.resynthesis.base import GENERATORS, Generator, Wave, optional

_LAG = 12
"""Samples by which its synthesis is taken to be late at 16 kHz; speech does not bear it out or refute it.

The waveform's phase is not kept: on 13 clips the correlation peaked anywhere from -94 to 131 samples (median 31).
"""


@GENERATORS.register("world")
class World(Generator):
    """Classical source-filter vocoder.

    Source: Morise, Yokomori, Ozawa (2016), WORLD, IEICE Trans. Inf. & Syst. E99-D(7), 1877-1884.
    """

    family = "classical-vocoder"

    def __init__(self, folder: Path):
        """Needs the package pyworld."""
        super().__init__(folder)
        self._world = optional("pyworld", "pyworld")

    def copy(self, waveform: Wave, rng: np.random.Generator, kbps: float | None) -> Wave:
        """DIO and StoneMask, CheapTrick, D4C, synthesis."""
        world, rate = self._world, self.rate_hz
        x = np.pad(waveform.astype(np.float64), (0, _LAG))
        coarse, times = world.dio(x, rate)
        f0 = world.stonemask(x, coarse, times, rate)
        made = world.synthesize(f0, world.cheaptrick(x, f0, times, rate), world.d4c(x, f0, times, rate), rate)
        return made[_LAG:].astype(np.float32)
