"""How regions are found, for tests that need some setting and care about few of its values."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core.calibration.localisation import Localisation

_PLAIN = Localisation(
    question="synthetic",
    models=("m",),
    shares=(1.0,),
    window_s=1.0,
    hop_s=0.25,
    relative=False,
    threshold=0.0,
    penalty=1.0,
    min_length_s=1.0,
    max_false_per_minute=1.0,
)


def plain_setting(**values: Any) -> Localisation:
    """Windows of 1 s each 0.25 s, a threshold of 0 and regions from 1 s on, with other values where given."""
    return replace(_PLAIN, **values)
