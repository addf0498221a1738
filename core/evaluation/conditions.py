"""What clips go through before they are scored: nothing, the band-pass control, the perturbations of the sweep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from core.audio.perturb import STANDARD, Standard, available_standards
from core.foundation.errors import UsageError
from core.foundation.hashing import sha256_value

Wave = NDArray[np.float32]
Change = Callable[[Wave, int, str], Wave]
"""Waveform (frames,), its rate in Hz, the clip's name -> what is left of it, same rate."""
CLEAN = "as is"
BAND = "90-7000 Hz"
EVERYTHING = "all"
_LOW_HZ, _HIGH_HZ, _TAPS_S = 90.0, 7000.0, 0.128


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
        kinds = ", ".join(dict.fromkeys(one.kind for one in STANDARD.values()))
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
        recipe=sha256_value([standard.name, standard.kind, dict(standard.fields)]),
        change=standard.apply,
    )


def band_passed(waveform: Wave, rate_hz: int) -> Wave:
    """Only 90 to 7000 Hz (or what there is of it), linear phase, length kept: takes away both ends of the band."""
    taps = round(_TAPS_S * rate_hz) | 1
    if rate_hz / 2 > _HIGH_HZ + 100:
        kernel = signal.firwin(taps, (_LOW_HZ, _HIGH_HZ), pass_zero=False, fs=rate_hz)
    else:
        kernel = signal.firwin(taps, _LOW_HZ, pass_zero=False, fs=rate_hz)
    whole = signal.fftconvolve(waveform, kernel, mode="full")
    start = taps // 2
    return whole[start : start + len(waveform)].astype(np.float32)


_BAND_CONDITION = Condition(
    name=BAND, kind="control", recipe="band 90-7000", change=lambda waveform, rate, _: band_passed(waveform, rate)
)
