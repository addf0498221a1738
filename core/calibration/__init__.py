"""From scores to likelihood ratios: calibration, fusion, bounds, and how well they were validated.

Names are imported when first used, so that giving a ratio needs neither lir nor scikit-learn.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.calibration.calibration import Calibration, LikelihoodRatio
    from core.calibration.curve import CALIBRATORS, Curve
    from core.calibration.fitting import fit_calibration, with_held_out
    from core.calibration.measured import Measured, measure
    from core.calibration.propositions import PROPOSITIONS
    from core.calibration.record import CalibrationRecord, read_record
    from core.calibration.sample import Sample

__all__ = [
    "CALIBRATORS",
    "PROPOSITIONS",
    "Calibration",
    "CalibrationRecord",
    "Curve",
    "LikelihoodRatio",
    "Measured",
    "Sample",
    "fit_calibration",
    "measure",
    "read_record",
    "with_held_out",
]

_HOMES = {
    **dict.fromkeys(("Calibration", "LikelihoodRatio"), "calibration"),
    **dict.fromkeys(("CALIBRATORS", "Curve"), "curve"),
    **dict.fromkeys(("fit_calibration", "with_held_out"), "fitting"),
    **dict.fromkeys(("Measured", "measure"), "measured"),
    **dict.fromkeys(("CalibrationRecord", "read_record"), "record"),
    "PROPOSITIONS": "propositions",
    "Sample": "sample",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
