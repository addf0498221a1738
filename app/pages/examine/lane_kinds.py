"""How each lane of the list is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QWidget

from app.plots.lane import LanePlot
from app.plots.submitting import Submit
from app.viewmodels.examine import ExamineModel


@dataclass(frozen=True, slots=True)
class LaneContext:
    """What a lane may use. It connects itself to the model for all that is not time, cursor, selection and theme."""

    model: ExamineModel
    read: Submit
    """For short work without a line in the job list."""
    compute: Submit
    """For long work, shown in the job list, where it can be cancelled."""


def nothing() -> None:
    """Follow nothing."""


@dataclass(frozen=True, slots=True)
class MadeLane:
    """A lane with the controls of its header."""

    lane: LanePlot
    controls: tuple[QWidget, ...] = ()
    follow: Callable[[], Any] = nothing
    """Brings the controls in step with the lane after its parameters were restored."""


Factory = Callable[[LaneContext], MadeLane]
FACTORIES: dict[str, Factory] = {}
"""By the name in `app.viewmodels.lanes.LANES`. A lane that needs a service is given to `ExaminePage.provide_lane`."""
