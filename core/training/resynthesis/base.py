"""What every generator of copies offers, and the registry of those that ship."""

from __future__ import annotations

import importlib
import warnings
from pathlib import Path
from types import ModuleType
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from core.foundation.errors import DataError
from core.foundation.registry import Registry
from core.training.resynthesis.copies import MAX_LOG_MEL_L1

Wave = NDArray[np.float32]
Family = Literal["vocoder", "codec", "classical-vocoder", "classical-codec"]


class Generator:
    """Makes a copy of a waveform; opened once for many copies. One file in `generators` each."""

    rate_hz: int = 16000
    """Of input and output."""
    family: Family = "vocoder"
    """What its copies count as."""
    bitrates_kbps: tuple[float, ...] = ()
    """Bit rates it can work at; empty where it has none to choose."""
    pace: float = 1.0
    """How many times faster than its own rate it is run; its bit rate rises with it."""
    level_dbfs: float | None = None
    """Active level that it expects; None: any."""
    farthest: float = MAX_LOG_MEL_L1
    """Largest log-mel distance of a copy that is kept, in nats."""
    trace: str = ""
    """What its copies went through, for the column `lossy_origin`; empty keeps what the original has there."""
    weights: ClassVar[tuple[str, ...]] = ()
    """Files it needs."""

    def __init__(self, folder: Path):
        """Open the generator.

        Args:
            folder: Where its weights lie.

        Raises:
            DataError: a package (DA-030) or a file (DA-031) that it needs is missing.
        """
        missing = [name for name in self.weights if not (folder / name).is_file()]
        if missing:
            raise DataError(
                "DA-031",
                f"The weights {', '.join(missing)} are not in the folder {folder}.",
                means="This generator cannot be used.",
                do="Give the folder that holds them with --generators, or choose another generator.",
            )
        self.folder = folder

    def copy(self, waveform: Wave, rng: np.random.Generator, kbps: float | None) -> Wave:
        """The copy, without delay.

        Args:
            waveform: Float32 (frames,) at `rate_hz`.
            rng: Whatever is drawn comes from it.
            kbps: One of `bitrates_kbps`; None where there are none.

        Returns:
            Float32 (frames or more,).
        """
        raise NotImplementedError


GENERATORS: Registry[type[Generator]] = Registry("generator", "core.training.resynthesis.generators")


def optional(module: str, package: str) -> ModuleType:
    """Import a package that is not installed with the program.

    Args:
        module: What is imported.
        package: Its name for pip.

    Raises:
        DataError: it is missing (DA-030).
    """
    try:
        with warnings.catch_warnings():  # what a package deprecates is not the user's business
            warnings.simplefilter("ignore")
            return importlib.import_module(module)
    except ImportError as error:
        raise DataError(
            "DA-030",
            f"The package {package} is not installed ({error}).",
            means="This generator cannot be used.",
            do='Install it, for instance with: pip install "auditrace[resynthesis]".',
        ) from error
