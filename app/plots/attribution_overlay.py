"""Explanation of a score, laid over the spectrogram: what the model used, not what was forged."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal

from app.plots.colours import signed_colours
from app.plots.compose import Frame
from app.plots.items import Picture, TimeLine
from app.theme import Theme
from core.explain.attribution import Attribution, aim

LEGEND = "What the model used, not what was forged"
_STRONGEST = 99.0
"""Percentile of the magnitudes that gets the full colour."""


class AttributionOverlay(QObject):
    """Draws an Attribution in a view box, over its own window only."""

    legend_changed = Signal(str)
    """What the colours mean, as rich text; empty while nothing is explained here."""

    def __init__(self, view_box: pg.ViewBox):
        super().__init__(view_box)
        self.is_visible, self.opacity = True, 0.75
        self._attribution: Attribution | None = None
        self._theme: Theme | None = None
        self._scale = 1.0
        self._image = Picture(view_box, z=-2)
        self._image.hide()
        self._edges = [TimeLine(view_box, z=-1) for _ in range(2)]

    @property
    def attribution(self) -> Attribution | None:
        """What is explained."""
        return self._attribution

    @property
    def scale(self) -> float:
        """Magnitude that gets the full colour."""
        return self._scale

    @property
    def is_shown(self) -> bool:
        """Whether there is an explanation and it is to be seen."""
        return self._attribution is not None and self.is_visible

    @property
    def legend(self) -> str:
        """What the colours mean, over which stretch, and how far the map can be relied on; rich text."""
        attribution, theme = self._attribution, self._theme
        if attribution is None or theme is None or not self.is_visible:
            return ""
        positive, negative = attribution.sides
        signs = (("■", theme.supports, positive), ("▨", theme.opposes, negative))
        signs = (("■", theme.supports, aim(attribution.question, "both")),) if attribution.is_unsigned else signs
        keys = "&nbsp; ".join(
            f'<span style="color:{colour}">{mark}</span>&nbsp;{words}' for mark, colour, words in signs
        )
        span = f"{attribution.start_s:.2f}–{attribution.end_s:.2f} s"
        return f"{keys} &nbsp;·&nbsp; {span} &nbsp;·&nbsp; {LEGEND}{_caution(attribution)}"

    @property
    def summary(self) -> str:
        """What made it, in a few words; empty while it is not to be seen."""
        found = self._attribution
        if found is None or not self.is_visible:
            return ""
        return f"explanation: {found.model.split('@')[0]}, {found.method}, baseline {found.baseline}"

    def set_attribution(self, attribution: Attribution | None) -> None:
        """Explain another window; None explains nothing."""
        self._attribution = attribution
        self.legend_changed.emit(self.legend)
        if attribution is not None and attribution.values.size:
            self._scale = float(np.percentile(np.abs(attribution.values), _STRONGEST)) or 1.0

    def configure(self, *, visible: bool | None = None, opacity: float | None = None) -> None:
        """Show or hide it, or change its opacity (0..1)."""
        if visible is not None:
            self.is_visible = visible
            self.legend_changed.emit(self.legend)
        if opacity is not None:
            self.opacity = min(max(opacity, 0.0), 1.0)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self.legend_changed.emit(self.legend)

    def render(self, frame: Frame) -> None:
        """Draw the part in view."""
        attribution, theme = self._attribution, self._theme
        shown = self.is_shown and theme is not None
        for item in (self._image, *self._edges):
            item.setVisible(shown)
        if attribution is None or theme is None or not shown:
            return
        part = frame.cut(attribution.start_s, attribution.end_s)
        self._image.setVisible(part is not None)
        if part is not None:
            colours = signed_colours(sampled(attribution, part), self._scale, theme, self.opacity)
            self._image.show_colours(colours, part.rect())
        for edge, seconds in zip(self._edges, (attribution.start_s, attribution.end_s), strict=True):
            edge.use_pen(pg.mkPen(theme.cursor, width=1, style=Qt.PenStyle.DashDotLine))
            edge.stand(seconds)

    def describe(self) -> str:
        """Model, window, and where the strongest cells lie."""
        found = self._attribution
        if found is None or not self.is_visible or not found.values.size:
            return ""
        row, column = np.unravel_index(int(np.argmax(found.values)), found.values.shape)
        return (
            f"Explanation of {found.model.split('@')[0]} for {found.start_s:.2f} to {found.end_s:.2f} s "
            f"({aim(found.question, found.target)}): strongest support near "
            f"{found.time_s[column]:.2f} s, {found.frequency_hz[row]:.0f} Hz. {LEGEND}. {found.verdict}"
        )


def _caution(attribution: Attribution) -> str:
    """What stands behind the legend of a map that is not to be relied on."""
    if attribution.is_reliable:
        return ""
    care = "! The baseline scores higher: read with care"
    words = care if attribution.needs_care else f"✗ {attribution.verdict}"
    return f" &nbsp;·&nbsp; <b>{words}</b>"


def sampled(attribution: Attribution, frame: Frame) -> NDArray[np.float32]:
    """The attribution (height, width) on a frame's pixels: the nearest cell's, NaN outside its window and bands."""
    times = frame.centres_s()
    hertz = frame.row_centres_hz
    columns = _nearest(attribution.time_s, times)
    rows = _nearest(attribution.frequency_hz, hertz)
    out = attribution.values[rows][:, columns].astype(np.float32)
    out[:, (times < attribution.start_s) | (times > attribution.end_s)] = np.nan
    centres = attribution.frequency_hz
    half = (centres[-1] - centres[-2]) / 2 if len(centres) > 1 else np.inf
    out[hertz > centres[-1] + half] = np.nan
    return out


def _nearest(centres: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.int64]:
    """Index of the nearest of some rising centres."""
    if len(centres) == 1:
        return np.zeros(len(wanted), np.int64)
    return np.searchsorted((centres[:-1] + centres[1:]) / 2, wanted)
