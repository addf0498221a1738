"""Likelihood ratios over time: what each stretch of a recording would weigh as a recording of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel

from app.plots.items import Curve, LevelLine
from app.plots.lane import LanePlot
from app.plots.ratio_drawing import LimitLine, RatioDrawing
from app.plots.ratio_words import (
    CAUTION,
    LEGEND,
    legend_parts,
    parameters_text,
    range_text,
    reasons_text,
    stretch_text,
)
from app.plots.score_track import LABELS, Key, legend_text, signed_ticks
from app.plots.submitting import Cancellable, Submit
from app.plots.value_axis import Tick, ValueAxis
from app.plots.words import show_words
from app.theme import Theme
from core.foundation.progress import SILENT, Progress

if TYPE_CHECKING:  # the window must open without importing the engine's heavy floors
    from core.analysis.finding import Finding
    from core.analysis.ratio_track import RatioTrack

EMPTY = "No likelihood ratios yet. Run an examination to see them here."
_WAITING = "Computing …"
_FAILED = "The likelihood ratios of stretches could not be computed."
_STOPPED = "Stopped. Remove and add the lane to compute them again."
_BRIEFLY = "No likelihood ratios: the results say why."
_HEADROOM = 1.3
_HERE_PX, _HERE_AT = 3, 0.94
"""Thickness of the bar that shows which stretch is read, and how far down it is."""
_LEAST_REACH = 1.0


def compute_ratios(finding: Finding, *, progress: Progress = SILENT) -> tuple[RatioTrack, ...]:
    """Compute the ratios of stretches, off the screen's thread."""
    from core.analysis.stretches import ratio_tracks

    return ratio_tracks(finding, progress)


def ratios_text(tracks: tuple[RatioTrack, ...], *, progress: Progress = SILENT) -> str:
    """The ratios as tables, off the screen's thread."""
    from core.measure import as_text

    progress.check()
    return "\n".join(map(as_text, tracks))


class RatioLane(LanePlot):
    """log10 likelihood ratios of stretches with their 95 % intervals, within the limits of the validation."""

    title = "Likelihood ratio track"
    has_data = True

    def __init__(self, compute: Submit):
        super().__init__(
            ValueAxis("log10 LR", "", self._ticks),
            description="Likelihood ratio that each stretch of the recording would have as a recording of its own.",
        )
        self._compute = compute
        self._finding: Finding | None = None
        self._tracks: tuple[RatioTrack, ...] | None = None
        self._job: Cancellable | None = None
        self._asked = 0
        self._empty_text = EMPTY
        self._problem = ""
        self._reach = _LEAST_REACH
        self._cursor_s: float | None = None
        self._drawings = [RatioDrawing(self.view_box, key) for key in LABELS]
        self._here = Curve(self.view_box, "pairs", z=3)
        self._zero = LevelLine(self.view_box, 0.0)
        self._limits: list[LimitLine] = []
        self._message = pg.TextItem(anchor=(0.5, 0.5))
        self._message.setParentItem(self.view_box)
        self.legend = QLabel()
        """Line styles in words, to stand beside the lane."""
        self.legend.setAccessibleName(LEGEND)
        self.legend.setToolTip(LEGEND)
        self._show(None)

    @property
    def tracks(self) -> tuple[RatioTrack, ...]:
        """What is drawn, or why nothing is; none before they are computed."""
        return self._tracks or ()

    @property
    def least_lines(self) -> float:
        """Room for the words that say why there is nothing."""
        return 5.5

    def set_finding(self, finding: Finding | None) -> None:
        """Show other results; None explains what would be here."""
        self.stop()
        self._finding, self._problem = finding, ""
        self._show(None)

    def set_empty_text(self, text: str) -> None:
        """What is said while there are no results; empty for the usual words."""
        if (text or EMPTY) != self._empty_text:
            self._empty_text = text or EMPTY
            self.schedule()

    def set_cursor(self, seconds: float | None) -> None:
        """Move the cursor, and show and read the stretch about it."""
        super().set_cursor(seconds)
        self._cursor_s = seconds
        self._show_stretch()
        self._say()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        super().set_theme(theme)
        self._zero.use_pen(pg.mkPen(theme.axis, width=1))
        self._here.use_pen(pg.mkPen(theme.axis, width=_HERE_PX, cap=Qt.PenCapStyle.FlatCap))
        for line in self._limits:
            line.use_theme(theme)
        for drawing in self._drawings:
            drawing.use_theme(theme)
        self._message.setColor(theme.axis)
        self._write_legend()

    def showEvent(self, ev: QShowEvent) -> None:
        """Have the words stand above from the beginning: they would move the lane when the ratios come."""
        super().showEvent(ev)
        self.legend_changed.emit(CAUTION)

    def stop(self) -> None:
        """Have nothing more computed."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
            self.schedule()  # it is asked for again once somebody sees it

    def copy_data(self, put: Callable[[str], None]) -> None:
        """Hand over all stretches as tables with their provenance."""
        if self._tracks:
            self._compute(f"Copying: {self.title.lower()}", ratios_text, self._tracks, on_done=put)

    def render_now(self) -> None:
        """Draw what is in view; where the ratios are not known yet, have them computed."""
        if self._tracks is None:
            self._request()
        for drawing in self._drawings:
            drawing.draw(self._of(drawing.key), self.view_s, self.pixels[0])
        words = self._words()
        self._message.setVisible(bool(words))
        if words:
            show_words(self._message, words, self.view_box)
            if self._message.boundingRect().height() > self.view_box.height():
                show_words(self._message, _BRIEFLY if self._finding else words.partition("\n")[0], self.view_box)

    def describe(self) -> str:
        """Range of the ratios in view, and what they are and are not, in words."""
        words = self._words()
        if words:
            return f"{self.title}. {words.replace(chr(10), ' ')}"
        here = "" if self._cursor_s is None else self.value_text(self._cursor_s)
        at_cursor = f" At the cursor: {here}." if here else ""
        ranges = (f"{LABELS[track.question]}: {range_text(track, *self.view_s)}" for track in self.tracks)
        means = " ".join(self._drawn()[0].sentences())
        return f"{self.title}.{at_cursor} In view: {'; '.join(ranges)}. {means}"

    def value_text(self, seconds: float) -> str:
        """The ratios of the stretch whose middle is at a time, in words; empty where there is none."""
        drawn = self._drawn()
        texts = ((LABELS[track.question], stretch_text(track, seconds)) for track in drawn)
        return "; ".join(f"{label}: {text}" if len(drawn) > 1 else text for label, text in texts if text)

    def _use_font(self) -> None:
        super()._use_font()
        if hasattr(self, "legend"):
            self._write_legend()

    def _ticks(self, low: float, high: float, size_px: float) -> list[Tick]:
        return signed_ticks(low, high, size_px, self.fontMetrics().height()) if self._drawn() else []

    def _request(self) -> None:
        finding = self._finding
        if finding is None or self._job is not None or self._problem:
            return
        asked = self._asked = self._asked + 1
        self._job = self._compute(
            f"Computing: {self.title.lower()}",
            compute_ratios,
            finding,
            slot="examine.ratios",
            on_done=partial(self._arrived, finding),
            on_fail=lambda _: self._give_up(asked, _FAILED),
            on_cancel=lambda: self._give_up(asked, _STOPPED),
        )

    def _arrived(self, finding: Finding, tracks: tuple[RatioTrack, ...]) -> None:
        if finding is self._finding:
            self._job = None
            self._show(tracks)

    def _give_up(self, asked: int, words: str) -> None:
        if asked == self._asked and self._job is not None:  # else it was stopped by us
            self._job, self._problem = None, words
            self.schedule()

    def _show(self, tracks: tuple[RatioTrack, ...] | None) -> None:
        self._tracks = tracks
        has_ratios = bool(self._drawn())
        if not has_ratios:
            for drawing in self._drawings:
                drawing.draw(None, self.view_s, 1)
        self._place_limits()
        self.axis.refresh()
        self._zero.setVisible(has_ratios)
        self.legend.setVisible(has_ratios)
        self._write_legend()
        self.set_cursor(self._cursor_s)
        self.schedule()

    def _place_limits(self) -> None:
        for line in self._limits:
            line.remove()
        bounds = {bound for track in self._drawn() for bound in track.bounds or ()}
        self._limits = [LimitLine(self.view_box, bound) for bound in sorted(bounds)]
        if self._theme is not None:
            for line in self._limits:
                line.use_theme(self._theme)
        self._reach = _HEADROOM * max([_LEAST_REACH, *map(abs, bounds)])
        self.view_box.setYRange(-self._reach, self._reach, padding=0)

    def _drawn(self) -> list[RatioTrack]:
        """Those of the questions that have ratios."""
        return [track for track in self.tracks if not track.reason]

    def _of(self, key: Key) -> RatioTrack | None:
        return next((track for track in self._drawn() if track.question == key), None)

    def _words(self) -> str:
        """Why nothing is drawn; empty where something is."""
        if self._finding is None:
            return self._empty_text
        if self._tracks is None:
            return self._problem or _WAITING
        return "" if self._drawn() else reasons_text(self._tracks)

    def _show_stretch(self) -> None:
        """Along the lower edge, the stretch whose ratio is read at the cursor."""
        at = self._cursor_s
        numbers = [(track, track.at(at)) for track in self._drawn() if at is not None]
        ends = np.array(sorted({track.span(number) for track, number in numbers if number is not None})).ravel()
        self._here.draw(ends, np.full(ends.size, -_HERE_AT * self._reach))

    def _say(self) -> None:
        drawn = self._drawn()
        if not drawn:
            self.set_summary("")
            return
        here = "" if self._cursor_s is None else self.value_text(self._cursor_s)
        made = (f"{LABELS[track.question]}: {parameters_text(track)}" for track in drawn)
        self.set_summary(" · ".join(filter(None, (here, *made))))

    def _write_legend(self) -> None:
        if self._theme is None:
            return
        self.legend.setText(legend_text(legend_parts(self.tracks, self._theme), self.fontMetrics().height()))
