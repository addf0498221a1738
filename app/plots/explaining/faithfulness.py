"""Deletion curves: what the map marks first against random orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from app.plots.explaining.base import PanelPlot

if TYPE_CHECKING:
    from core.explain.verdicts import Faithfulness


class FaithfulnessPlot(PanelPlot):
    """Loss of score over the share of the input that was deleted."""

    title = "Deletion: the map's order against random orders"

    def __init__(self):
        super().__init__()
        self._shown: Faithfulness | None = None

    def show_curve(self, curve: Faithfulness | None) -> None:
        """Show a check; None shows nothing."""
        self._shown = curve
        self.redraw()

    def describe(self) -> str:
        """The verdict of the curve."""
        return f"{self.title}. {self._shown.words}" if self._shown else f"{self.title}. Nothing is checked."

    def _arrange(self, parts: list[Any]) -> None:
        parts[0].setLabel("bottom", "deleted, % of the input")
        parts[0].setLabel("left", "loss of score")

    def _draw(self) -> None:
        curve, theme, part = self._shown, self.theme, self.parts[0]
        self.head(0, ("━━", theme.supports), "by the map", ("╍╍", theme.muted), "at random, with its range")
        if curve is None:
            return
        shares = 100 * curve.shares
        self.band(0, (shares, curve.by_chance.min(axis=0)), (shares, curve.by_chance.max(axis=0)), theme.muted)
        part.plot(shares, curve.by_chance.mean(axis=0), pen=self.line(theme.muted, Qt.PenStyle.DashLine))
        part.plot(shares, curve.by_map, pen=self.line(theme.supports, width=2.2))
        part.autoRange(padding=0.04)
