"""What a plot of curves shows, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from numpy.typing import NDArray

Style = Literal["solid", "dash", "dot", "dash-dot", "points", "bars"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """One line. Style tells lines apart without colour."""

    name: str
    x: NDArray[Any]
    y: NDArray[Any]
    """Values that are not finite leave a gap."""
    style: Style = "solid"
    is_main: bool = True
    """Others are drawn thinner and paler."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place on the horizontal axis."""

    x: float
    text: str = ""
    height: float = 0.16
    """Where its words stand, as a share of the plot's height from below: away from the curves."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Figure:
    """Curves with their axes."""

    title: str
    x_name: str
    x_unit: str
    y_name: str
    y_unit: str
    curves: tuple[Curve, ...] = ()
    marks: tuple[Mark, ...] = ()
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    log_y: bool = False
    """Values are drawn by their decimal logarithm; zeros are left out."""
    note: str = ""
    """What stands in place of curves where there are none."""
