"""Scores over time: a step line for each question, and thin bars for the windows of each model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QLabel

from app.plots import region_words
from app.plots.colours import translucent
from app.plots.items import Curve, LevelLine
from app.plots.lane import LanePlot
from app.plots.value_axis import Tick, ValueAxis, number, round_ticks
from app.plots.words import show_words
from app.theme import Theme

if TYPE_CHECKING:  # the window must open without importing the engine's heavy floors
    from core.analysis.finding import DetectorResult, Finding, TrackSegment

Key = Literal["synthetic", "neural_codec"]
LABELS: dict[Key, str] = {"synthetic": "synthetic", "neural_codec": "neural codec"}
STYLES: dict[Key, Qt.PenStyle] = {"synthetic": Qt.PenStyle.SolidLine, "neural_codec": Qt.PenStyle.DashLine}
_HATCHES: dict[Key, Qt.BrushStyle] = {
    "synthetic": Qt.BrushStyle.BDiagPattern,
    "neural_codec": Qt.BrushStyle.FDiagPattern,
}
SAMPLES: dict[Key, str] = {"synthetic": "━━━", "neural_codec": "╍╍╍"}
_LEAST_RANGE = 4.0
_HEADROOM = 1.15
_MOST_WINDOWS = 1000
"""Windows in view above which single windows are too narrow to be seen."""
_LARGE_TEXT_PX = 24
"""Height of a line from which the legend has two: lanes that are wider than the window have another axis of time."""
EMPTY = (
    "No scores yet. Run an examination to see here, for every second, how each question is scored.\n"
    "Scores are uncalibrated log-odds: a place to look, not evidence."
)
NO_BAND = (
    "These scores have no band of uncertainty: likelihood ratios and their intervals are of stretches as long as the "
    "recordings on which the calibration was made, and stand in the lane Likelihood ratio track."
)
"""Why the track has no band: that of a longer stretch would claim what is unknown of a second."""


class ScoreLane(LanePlot):
    """Uncalibrated scores on a symmetric log-odds axis."""

    title = "Score track"

    def __init__(self):
        super().__init__(
            ValueAxis("Score", "log-odds", self._ticks),
            description="Uncalibrated score of each question over time. Higher means more synthetic.",
        )
        self._finding: Finding | None = None
        self._steps = {key: steps((), key) for key in LABELS}
        self._windows: list[tuple[Key, NDArray[np.float64]]] = []
        self._regions: list[pg.LinearRegionItem] = []
        self._zero = LevelLine(self.view_box, 0.0)
        self._bars = {key: Curve(self.view_box, "pairs", z=1) for key in LABELS}
        self._lines = {key: Curve(self.view_box, z=2) for key in LABELS}
        self.legend = QLabel()
        """Line styles in words, to stand beside the lane."""
        self._empty = pg.TextItem(anchor=(0.5, 0.5))
        self._empty_text = EMPTY
        self._empty.setParentItem(self.view_box)
        self._set_range(_LEAST_RANGE)
        self.legend.hide()

    def set_finding(self, finding: Finding | None) -> None:
        """Show other results; None explains what would be here."""
        self._finding = finding
        segments = finding.segments if finding else ()
        self._steps = {key: steps(segments, key) for key in LABELS}
        detectors = finding.detectors if finding else ()
        self._windows = [(result.question, _window_rows(result)) for result in detectors]
        self._set_range(score_range(finding) if finding else _LEAST_RANGE)
        self._set_regions(finding)
        self.legend.setVisible(finding is not None)
        self._say()
        self.schedule()

    def set_empty_text(self, text: str) -> None:
        """What is said while there are no scores to show; empty for the usual words."""
        if (text or EMPTY) != self._empty_text:
            self._empty_text = text or EMPTY
            self.schedule()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        super().set_theme(theme)
        self._zero.use_pen(pg.mkPen(theme.axis, width=1))
        for key in LABELS:
            colour = getattr(theme, key)
            self._lines[key].use_pen(pg.mkPen(colour, width=2, style=STYLES[key]))
            self._bars[key].use_pen(pg.mkPen(translucent(colour, 110), width=1))
        self._colour_regions()
        self._empty.setColor(QColor(theme.axis))
        self._write_legend()

    def render_now(self) -> None:
        """Draw the windows in view, and place the texts."""
        start, end = self.view_s
        for key, line in self._lines.items():
            line.draw(*thinned(*clipped(*self._steps[key], start, end), self.pixels[0]))
        for key, bar in self._bars.items():
            rows = [row for question, row in self._windows if question == key]
            shown = np.concatenate(rows) if rows else np.empty((0, 3))
            shown = shown[(shown[:, 0] < end) & (shown[:, 1] > start)]
            shown = shown if len(shown) <= _MOST_WINDOWS else shown[:0]
            bar.draw(np.clip(shown[:, :2], start, end).ravel(), np.repeat(shown[:, 2], 2))
        size = self.view_box.size()
        self._empty.setVisible(self._finding is None)
        self._zero.setVisible(self._finding is not None)
        if self._finding is not None:
            return
        show_words(self._empty, self._empty_text, self.view_box)
        if self._empty.boundingRect().height() > size.height():
            show_words(self._empty, self._empty_text.splitlines()[0].partition(". ")[0] + ".", self.view_box)

    def score_text(self) -> str:
        """Range of each question's scores in view."""
        start, end = self.view_s
        parts = []
        for key, label in LABELS.items():
            segments = self._finding.segments if self._finding else ()
            values = [getattr(s, key) for s in segments if s.start_s < end and s.end_s > start]
            values = [value for value in values if value is not None]
            if values:
                parts.append(f"{label} from {number(min(values), 1)} to {number(max(values), 1)}")
            else:
                parts.append(f"{label}: no statement")
        return "; ".join(parts)

    def describe(self) -> str:
        """Range of the scores in view, in words."""
        if self._finding is None:
            return f"{self.title}. {self._empty_text.splitlines()[0]}"
        return f"{super().describe()} In view: {self.score_text()}. {self._regions_text()}{NO_BAND}"

    @property
    def least_lines(self) -> float:
        """Room for the words that say what will be here."""
        return 5.0

    def _use_font(self) -> None:
        super()._use_font()
        if hasattr(self, "legend"):
            self._write_legend()

    def _ticks(self, low: float, high: float, size_px: float) -> list[Tick]:
        return signed_ticks(low, high, size_px, self.fontMetrics().height())

    def _regions_text(self) -> str:
        said = region_words.in_words(self._finding, {**LABELS}) if self._finding else ""
        return f"{said} " if said else ""

    def _set_regions(self, finding: Finding | None) -> None:
        """Stretches that the examination states, hatched."""
        for item in self._regions:
            self.view_box.removeItem(item)
        results = finding.localisation.values() if finding else ()
        self._regions = []
        for region in (region for result in results for region in result.regions):
            item = pg.LinearRegionItem((region.start_s, region.end_s), movable=False)
            item.setZValue(-10)
            item.setProperty("question", region.question)
            self.view_box.addItem(item, ignoreBounds=True)
            self._regions.append(item)
        self._colour_regions()
        self._write_legend()

    def _colour_regions(self) -> None:
        if self._theme is None:
            return
        for item in self._regions:
            colour = translucent(getattr(self._theme, item.property("question")), 90)
            item.setBrush(QBrush(colour, _HATCHES[item.property("question")]))
            for line in item.lines:
                line.setPen(pg.mkPen(colour, width=1))

    def _set_range(self, limit: float) -> None:
        self.view_box.setYRange(-limit, limit, padding=0)

    def _say(self) -> None:
        if self._finding is None:
            self.set_summary("")
            return
        models = sorted({f"{result.card.id} {result.card.version}" for result in self._finding.detectors})
        step = self._finding.plan.segment_s
        words = f"{', '.join(models)} · a value every {step:g} s"
        self.set_summary(f"uncalibrated · higher = more synthetic · {words} · calibrated: Likelihood ratio track")

    def _write_legend(self) -> None:
        if self._theme is None:
            return
        theme = self._theme
        parts = [
            f'<span style="color:{getattr(theme, key)}">{SAMPLES[key]}</span>&nbsp;{label}'
            for key, label in LABELS.items()
        ]
        parts.append(f'<span style="color:{theme.muted}">──</span>&nbsp;one model')
        if self._regions and self._finding:
            said = region_words.in_legend(self._finding)
            parts.append(f'<span style="color:{theme.muted}">▨</span>&nbsp;{said}')
        self.legend.setToolTip(self._regions_text().strip())
        self.legend.setText(legend_text(parts, self.fontMetrics().height()))
        self.legend.setAccessibleName(
            "Synthetic: thick line. Neural codec: dashed line. Windows of one model: thin line."
        )


def legend_text(parts: Sequence[str], line_px: int) -> str:
    """Parts of a legend beside one another; in two lines where the text is large."""
    gap = "&nbsp;&nbsp;"
    lines = (parts[:2], parts[2:]) if line_px > _LARGE_TEXT_PX else (parts,)
    return "<br>".join(map(gap.join, lines))


def steps(segments: Sequence[TrackSegment], key: Key) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Corners of a step line: each segment's value from its start to its end; NaN where it has none."""
    x = np.array([edge for segment in segments for edge in (segment.start_s, segment.end_s)], float)
    values = [getattr(segment, key) for segment in segments]
    return x, np.repeat(np.array([np.nan if value is None else value for value in values], float), 2)


def clipped(
    x: NDArray[np.float64], y: NDArray[np.float64], start_s: float, end_s: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The steps in view, cut at its ends: Qt draws no dashes on lines that reach far beyond them."""
    pairs = x.reshape(-1, 2)
    seen = np.repeat((pairs[:, 0] < end_s) & (pairs[:, 1] > start_s), 2)
    return np.clip(x[seen], start_s, end_s), y[seen]


def thinned(
    x: NDArray[np.float64], y: NDArray[np.float64], columns: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Steps that are narrower than a pixel, joined: the lowest and the highest of each run, so that none is lost."""
    run = -(-len(x) // (2 * columns))
    if run < 2:
        return x, y
    starts = np.arange(0, len(x), 2 * run)
    low, high = np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)
    return np.repeat(x[starts], 2), np.stack([low, high], axis=1).ravel()


def score_range(finding: Finding) -> float:
    """Half the height of the axis: the largest magnitude, with headroom, rounded up, at least 4."""
    scores = [getattr(segment, key) for segment in finding.segments for key in LABELS]
    scores += [window.score for result in finding.detectors for window in result.windows]
    largest = max((abs(score) for score in scores if score is not None), default=0.0)
    return max(_LEAST_RANGE, float(math.ceil(largest * _HEADROOM)))


def _window_rows(result: DetectorResult) -> NDArray[np.float64]:
    """(windows, 3): start, end, score."""
    return np.array([(w.start_s, w.end_s, w.score) for w in result.windows], float).reshape(-1, 3)


def signed_ticks(low: float, high: float, size_px: float, line_px: float) -> list[Tick]:
    """Round values with their signs, so far apart that lines of text of that height fit."""
    ((step, ticks),) = round_ticks(low, high, size_px, 1.5 * line_px)
    return [(tick, ("+" if tick > 0 else "") + number(tick, 0 if step >= 1 else 1)) for tick in ticks]
