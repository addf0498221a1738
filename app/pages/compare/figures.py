"""The rows of the Compare page: what is on the screen, and what goes into a figure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.pages.compare.row_frame import RowFrame
from app.pages.examine.lane_frame import LaneFrame
from app.pages.examine.scrolling import ScrolledLanes
from app.plots.lane import LanePlot
from app.plots.time_ruler import TimeRuler


class RowsFigure(QWidget):
    """Scrolled rows above, the ruler below."""

    def __init__(self, scrolled: ScrolledLanes, ruler: TimeRuler, frames: Callable[[], Sequence[RowFrame | LaneFrame]]):
        super().__init__()
        self._scrolled, self._ruler, self._frames = scrolled, ruler, frames
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(scrolled, 1)
        column.addWidget(ruler)

    @contextmanager
    def printed(self) -> Iterator[None]:
        """Without controls, everything drawn anew for the size that it has now."""
        self._show(printed=True)
        try:
            yield
        finally:
            self._show(printed=False)

    def _show(self, *, printed: bool) -> None:
        policy = Qt.ScrollBarPolicy
        self._scrolled.setVerticalScrollBarPolicy(policy.ScrollBarAlwaysOff if printed else policy.ScrollBarAsNeeded)
        frames = self._frames()
        for frame in frames:
            frame.show_controls(not printed)
        lanes = [lane for frame in frames for lane in _lanes(frame) if lane.isVisibleTo(self)]
        for plot in (*lanes, self._ruler):
            plot.draw_now(printed=printed)


def _lanes(frame: RowFrame | LaneFrame) -> tuple[LanePlot, ...]:
    return frame.lanes if isinstance(frame, RowFrame) else (frame.lane,)
