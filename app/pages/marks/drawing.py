"""The marks in the lanes: thin lines in all of them, bars with words in a lane of their own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from app.pages.examine.lane_kinds import LaneContext, MadeLane
from app.pages.examine.page import ExaminePage
from app.plots.lane import LanePlot
from app.plots.mark_lines import MarkLines, MarkTable, ShownMark
from app.plots.marks_lane import MarksLane
from app.plots.tiled_lane import TiledLane
from app.viewmodels.marks import CODES, short_words
from core.marks import Mark

LANE = "marks"


class KeyedMarksLane(MarksLane):
    """The lane of marks with the keys of the list."""

    delete_wanted = Signal()
    type_wanted = Signal(int)

    def keyPressEvent(self, ev: QKeyEvent) -> None:
        """Delete, Return and digits for the selected mark; the rest is the page's."""
        if self.selected and ev.key() == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        elif self.selected and ev.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self.selected)
        elif self.selected and Qt.Key.Key_1 <= ev.key() <= Qt.Key.Key_9 and not ev.modifiers():
            self.type_wanted.emit(ev.key() - Qt.Key.Key_0)
        else:
            super().keyPressEvent(ev)


class MarkDrawing(QObject):
    """Draws marks into every lane of the page that there is, and into those that come later."""

    picked = Signal(str)
    opened = Signal(str)
    moved = Signal(str, float, float)
    delete_wanted = Signal()
    type_wanted = Signal(int)

    def __init__(self, page: ExaminePage):
        super().__init__(page)
        self._page = page
        self._lines: dict[LanePlot, MarkLines] = {}
        self._source: Sequence[Mark] = ()
        self._marks: tuple[ShownMark, ...] = ()
        self._table = MarkTable()
        self._selected = ""
        self._was_offered = False
        self.lane = KeyedMarksLane()
        for name in ("picked", "opened", "moved", "delete_wanted", "type_wanted"):
            getattr(self.lane, name).connect(getattr(self, name))
        page.provide_lane(LANE, self._make)
        page.stack.changed.connect(self._attach)
        self._attach()

    def show_marks(self, marks: Sequence[Mark], selected: str) -> None:
        """Show other marks; the first ones bring their lane with them."""
        if marks is not self._source:
            self._source, self._marks = marks, tuple(map(shown, marks))
            self._table = MarkTable(self._marks)
        self._selected = selected
        if marks and not self._was_offered:
            self._was_offered = True
            self._page.stack.show_lane(LANE)
        self._draw()

    def refresh_theme(self) -> None:
        """Take the colours of the lanes' theme."""
        for lane, lines in self._lines.items():
            lines.set_theme(lane.marks_theme())

    def _make(self, _: LaneContext) -> MadeLane:
        return MadeLane(self.lane)

    def _attach(self) -> None:
        """Lines for lanes that have none yet."""
        lanes = [frame.lane for frame in self._page.stack.made]
        for lane in (*lanes, self._page.overview):
            if lane not in self._lines and lane is not self.lane:
                height_of = lane.height_of if isinstance(lane, TiledLane) else None
                lines = self._lines[lane] = MarkLines(lane.view_box, height_of)
                lines.set_theme(lane.marks_theme())
                lines.show_marks(self._table, self._selected)

    def _draw(self) -> None:
        for lines in self._lines.values():
            lines.show_marks(self._table, self._selected)
        self.lane.show_marks(self._marks, self._selected)


def shown(mark: Mark) -> ShownMark:
    """A mark as lanes draw it."""
    return ShownMark(
        id=mark.id,
        start_s=mark.start_s,
        end_s=mark.end_s,
        band_hz=None if mark.low_hz is None or mark.high_hz is None else (mark.low_hz, mark.high_hz),
        label=short_words(mark),
        code=CODES[mark.type],
    )
