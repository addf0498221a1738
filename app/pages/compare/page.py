"""The Compare page: rows on one time axis, their difference, and what they differ in below."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QLabel, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from app.pages.compare import keys
from app.pages.compare.controls import CompareControls
from app.pages.compare.figures import RowsFigure
from app.pages.compare.results import Results
from app.pages.compare.row_frame import RowFrame
from app.pages.examine.lane_frame import LaneFrame
from app.pages.examine.scrolling import ScrolledLanes
from app.pages.exporting import ExportButton
from app.pages.time_page import TimePage
from app.plots.comparing.difference_lane import DifferenceLane, Pair
from app.plots.frequency_lane import FrequencyLane
from app.plots.lane import LanePlot
from app.plots.spectrogram import PRESETS
from app.services.exporting import Exporter
from app.services.jobs import JobRunner
from app.theme import Theme
from app.viewmodels.compare import CompareModel
from app.viewmodels.compare_rows import alignment_report
from core.foundation.units import format_time

EMPTY = (
    "Nothing is compared yet.\n\nTick two to four recordings in the list of exhibits, or press Ctrl+Alt+C on each of "
    "them; or select a stretch and choose Compare, Compare the selected stretch."
)
_DIFFERENCE_SHARE, _RESULTS_HEIGHT = 2, 230
_ROWS_WITH_FIGURES, _LINES_WITH_FIGURES, _LEAST_DIFFERENCE_PX = 2, 34, 60


class ComparePage(TimePage[CompareModel]):
    """Shows a CompareModel. Every wish of the mouse goes to the model; every change of the model comes back."""

    def __init__(self, model: CompareModel, jobs: JobRunner, exporter: Exporter, theme: Theme):
        super().__init__(model)
        self._theme = theme
        self._submit = partial(jobs.submit, pool="io", quiet=True)
        self.frames: tuple[RowFrame, ...] = ()
        self.controls = CompareControls()
        self.difference = DifferenceLane(self._submit)
        self.results = Results(exporter, theme)
        self._figure_button = ExportButton(
            exporter, "Rows", origin=lambda: self.results.origin("Rows"), figure=(self._make_figure(),)
        )
        self._lay_out()
        self._connect()
        self.set_theme(theme)
        self._rebuild()

    @property
    def is_blinking(self) -> bool:
        """Whether one row is shown at a time."""
        return self.controls.is_blinking

    def set_theme(self, theme: Theme) -> None:
        """Take another theme's colours."""
        self._theme = theme
        for part in (*self.frames, self.difference, self.ruler, self.results):
            part.set_theme(theme)

    def blink(self) -> None:
        """Show the next of the rows at the same place; the first time, leave only one of them in sight."""
        if not self.frames:
            return
        if self.is_blinking:
            self.model.step_active(1)
        self.controls.set_blink(True)

    def stop_blinking(self) -> bool:
        """Show all rows again; False where they are."""
        was = self.is_blinking
        self.controls.set_blink(False)
        return was

    def describe(self) -> str:
        """All that is on the page, in words."""
        if not self.frames:
            return EMPTY.replace("\n\n", " ")
        start, end = (round(edge, 3) + 0.0 for edge in self.model.view_s)
        head = f"{len(self.frames)} rows, {format_time(start)} to {format_time(end)} of the first one's time in view."
        shown = [frame.describe() for frame in self.frames if frame.isVisibleTo(self)]
        moved = [alignment_report(row) for row in self.model.rows[1:]]
        difference = [self.difference.describe()] if self._difference_frame.isVisibleTo(self) else []
        return "\n".join([head, *moved, *shown, *difference, self.results.describe()])

    def stop(self) -> None:
        """Have nothing more computed."""
        for frame in self.frames:
            frame.stop()
        self.difference.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, pages, ends, plus and minus, nudges."""
        if not keys.handle(self, event):
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """What nobody sees is not computed."""
        super().hideEvent(event)
        self.stop()

    def show_pair(self, pair: Pair | None) -> None:
        """Show the difference of two rows."""
        preset = PRESETS[self.controls.preset]
        self.difference.set_pair(pair, preset.window, preset.window_s)
        self._show_band()
        self.difference.set_view(*self.model.view_s)

    def _make_figure(self) -> RowsFigure:
        self._rows = QSplitter(Qt.Orientation.Vertical)
        self._rows.setChildrenCollapsible(False)
        self._rows.setHandleWidth(5)
        self.difference.setMinimumHeight(_LEAST_DIFFERENCE_PX)
        self._difference_frame = LaneFrame(self.difference)
        self._rows.addWidget(self._difference_frame)
        self._scrolled = ScrolledLanes(self._rows)
        self._scrolled.bar_width_changed.connect(self.ruler.leave_room)
        self._figure = RowsFigure(self._scrolled, self.ruler, lambda: (*self.frames, self._difference_frame))
        return self._figure

    def _lay_out(self) -> None:
        self._whole = QSplitter(Qt.Orientation.Vertical)
        self._whole.setHandleWidth(5)
        self._whole.setChildrenCollapsible(False)
        self._whole.addWidget(self._figure)
        self._whole.addWidget(self.results)
        self._whole.setStretchFactor(0, 1)
        self._whole.setSizes([500, _RESULTS_HEIGHT])
        self._offered_for = 0
        self.controls.second.addWidget(self._figure_button)
        content = QWidget()
        _column(content, self.controls, self._whole).setStretch(1, 1)
        self._empty = QLabel(EMPTY)
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setMargin(24)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(content)

    def _connect(self) -> None:
        model = self.model
        model.rows_changed.connect(self._rebuild)
        model.alignment_changed.connect(self._realign)
        model.active_changed.connect(self._show_active)
        model.view_changed.connect(self._show_view)
        model.cursor_changed.connect(self._show_cursor)
        model.selection_changed.connect(self._show_selection)
        model.playhead_changed.connect(self._show_playhead)
        for lane in (self.difference, self.ruler):
            self._obey(lane)
            lane.edges_asked.connect(model.select_stretch)
        self.difference.band_changed.connect(lambda: self._use_band(self.difference))
        self.controls.display_changed.connect(self._show_display)
        self.results.folded_changed.connect(self._share_height)
        self.controls.blink_changed.connect(lambda _: self._show_parts())
        self.controls.parts_changed.connect(self._show_parts)

    def _rebuild(self) -> None:
        kept = [frame for frame, row in zip(self.frames, self.model.rows, strict=False) if frame.row.key == row.key]
        kept = [frame for index, frame in enumerate(kept) if frame.index == index]
        for frame in set(self.frames) - set(kept):
            frame.stop()
            frame.setParent(None)
            frame.deleteLater()
        for frame, row in zip(kept, self.model.rows, strict=False):
            frame.show_row(row)
        self.frames = (*kept, *map(self._new_frame, range(len(kept), len(self.model.rows))))
        self._rows.setStretchFactor(len(self.frames), _DIFFERENCE_SHARE)
        self._rows.setSizes([200] * len(self.frames) + [180])
        self._stack.setCurrentIndex(1 if self.frames else 0)
        self.results.set_rows(self.model.rows)
        self.controls.offer_waveforms(len(self.frames))
        self._offer_figures(len(self.frames))
        self._show_display()
        self._show_parts()
        self._show_active()
        self._show_view(*self.model.view_s)
        self._show_cursor()
        self._show_selection(self.model.selection_s)

    def _offer_figures(self, rows: int) -> None:
        """Fold the figures away where the rows have no room beside them; a tab brings them back."""
        if rows != self._offered_for:
            self._offered_for = rows
            is_low = self.height() < _LINES_WITH_FIGURES * self.fontMetrics().height()
            self.results.set_folded(rows > _ROWS_WITH_FIGURES or is_low)

    def _share_height(self) -> None:
        """Give the figures their room, or the rows all of it."""
        whole = sum(self._whole.sizes())
        lower = self.results.maximumHeight() if self.results.is_folded else _RESULTS_HEIGHT
        self._whole.setSizes([max(whole - lower, 1), lower])

    def _new_frame(self, index: int) -> RowFrame:
        frame = RowFrame(self.model.rows[index], index, self._submit, self._theme)
        self._rows.insertWidget(index, frame)
        self._rows.setStretchFactor(index, 2)
        self._follow(frame)
        return frame

    def _follow(self, frame: RowFrame) -> None:
        model = self.model
        frame.chosen.connect(lambda: model.set_active(frame.index))
        frame.chosen.connect(lambda: frame.set_active(model.active == frame.index))
        frame.remove_wanted.connect(lambda: model.remove_rows([frame.row.key]))
        frame.first_wanted.connect(lambda: model.make_reference(frame.index))
        self._obey(frame)
        frame.spectrogram.band_changed.connect(lambda: self._use_band(frame.spectrogram))

    def _obey(self, part: LanePlot | RowFrame) -> None:
        """Have the mouse's wishes go to the model."""
        part.zoom_asked.connect(self.model.zoom)
        part.scroll_asked.connect(self.model.scroll)
        part.fit_asked.connect(self.model.fit)
        part.cursor_asked.connect(self.put_cursor)
        part.selection_asked.connect(self.model.select_stretch)

    def _realign(self, key: str) -> None:
        for frame, row in zip(self.frames, self.model.rows, strict=True):
            if row.key == key:
                frame.show_row(row)
                frame.set_view(*self.model.view_s)
                frame.set_cursor(self.model.cursor_s)
                frame.set_selection(self.model.selection_s)
        self.results.set_rows(self.model.rows)
        self.controls.show_row(self.model.compared)

    def _show_active(self) -> None:
        for frame in self.frames:
            frame.set_active(frame.index == self.model.active)
        self.controls.show_row(self.model.compared)
        if self.is_blinking:
            self._show_parts()

    def _show_parts(self) -> None:
        for frame in self.frames:
            frame.show_waveform(self.controls.shows_waveforms)
            frame.setVisible(not self.is_blinking or frame.index == self.model.active)
        self._difference_frame.setVisible(
            self.controls.shows_difference and len(self.frames) > 1 and not self.is_blinking
        )

    def _show_display(self) -> None:
        """Same window, colours, range and top for every row."""
        controls = self.controls
        highest = max((row.recording.sample_rate / 2 for row in self.model.rows), default=0.0)
        self.difference.common_hz = highest
        for frame in self.frames:
            lane = frame.spectrogram
            lane.common_hz = highest
            if lane.preset != controls.preset:
                lane.use_preset(controls.preset)
            lane.set_top(controls.top_db)
            lane.set_range(controls.range_db)
            lane.set_colour_map(controls.colours)
        self.difference.set_range(controls.difference_db)
        self._show_band(PRESETS[controls.preset].top_hz or highest)

    def _show_band(self, top_hz: float | None = None) -> None:
        """The same frequencies everywhere."""
        if not self.frames:
            return
        low, high = (0.0, top_hz) if top_hz else self.frames[0].spectrogram.band_hz
        for frame in self.frames:
            frame.spectrogram.set_band(low, high)
        self.difference.set_band(low, high)

    def _use_band(self, changed: FrequencyLane) -> None:
        """A lane's frequencies were zoomed or scrolled: the others follow."""
        if self.frames:
            for lane in (*(frame.spectrogram for frame in self.frames), self.difference):
                if lane.band_hz != changed.band_hz:
                    lane.set_band(*changed.band_hz)

    def _show_view(self, start_s: float, end_s: float) -> None:
        for part in (*self.frames, self.difference, self.ruler):
            part.set_view(start_s, end_s)

    def _show_cursor(self) -> None:
        for part in (*self.frames, self.difference, self.ruler):
            part.set_cursor(self.model.cursor_s)

    def _show_selection(self, selection: tuple[float, float] | None) -> None:
        for part in (*self.frames, self.difference, self.ruler):
            part.set_selection(selection)

    def _show_playhead(self, axis_s: float | None) -> None:
        for part in (*self.frames, self.difference, self.ruler):
            part.set_playhead(axis_s)


def _column(widget: QWidget, *parts: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for part in parts:
        column.addWidget(part)
    return column
