"""What clips go through before they are scored: nothing, the band-pass control, the perturbations of the sweep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.audio.perturb import STANDARD, Coding, Standard, available_standards
from core.foundation.errors import UsageError
from core.foundation.hashing import sha256_value
from core.training.evaluate import BAND, band_passed

Wave = NDArray[np.float32]
Change = Callable[[Wave, int, str], Wave]
"""Waveform (frames,), its rate in Hz, the clip's name -> what is left of it, same rate."""
CLEAN = "as is"
EVERYTHING = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One state in which all clips are scored."""

    name: str
    """E.g. `mp3 32k`."""
    kind: str
    """`clean`, `control`, or the name of the perturbation."""
    strength: str = ""
    keeps_band: bool = True
    """Whether the speech band survives, so that equal error should not more than double."""
    recipe: str = ""
    """Names the change and its parameters: with the clip's hash the key of a cached score."""
    change: Change | None = None
    coding: Coding | None = None
    """What coder a recording in this state comes from; the gate takes it for that. None for what is no coder."""


CLEAN_CONDITION = Condition(name=CLEAN, kind="clean", recipe="none")


def conditions(perturbations: Sequence[str], *, controls: bool) -> list[Condition]:
    """As is, the control, and the named part of the robustness sweep, in this order.

    Args:
        perturbations: Kinds (`mp3`), names (`MP3 32 kbit/s`), or `all` for what can be applied here.
        controls: Whether the band-pass control is among them.

    Raises:
        UsageError: there is no perturbation of that name (US-050).
        PerturbationError: its coder or its clips are missing here (PE-002, PE-003).
    """
    found = {CLEAN: CLEAN_CONDITION} | ({BAND: _BAND_CONDITION} if controls else {})
    for name in perturbations:
        found |= {one.name: _condition(one) for one in _named(name)}
    return list(found.values())


def _named(name: str) -> list[Standard]:
    if name == EVERYTHING:
        return list(available_standards())
    chosen = [one for one in STANDARD.values() if name.lower() in (one.kind, one.name.lower())]
    if not chosen:
        kinds = ", ".join(dict.fromkeys(one.kind for one in available_standards()))
        raise UsageError("US-050", f"There is no perturbation called {name}.", do=f"Choose all, or some of: {kinds}.")
    for one in chosen:
        if lack := one.lacks():
            raise lack
    return chosen


def _condition(standard: Standard) -> Condition:
    return Condition(
        name=standard.name,
        kind=standard.kind,
        strength=", ".join(f"{name} {value}" for name, value in standard.fields.items()),
        keeps_band=standard.keeps_band,
        recipe=sha256_value([standard.name, standard.kind, dict(standard.fields), "gated by its coding"]),
        change=standard.apply,
        coding=standard.coding(),
    )


_BAND_CONDITION = Condition(
    name=BAND, kind="control", recipe="band 90-7000", change=lambda waveform, rate, _: band_passed(waveform, rate)
)
