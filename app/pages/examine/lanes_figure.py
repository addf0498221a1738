"""The lanes and their ruler: what is on the screen, and what goes into a figure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.pages.examine.lane_stack import LaneStack
from app.pages.examine.scrolling import ScrolledLanes
from app.plots.time_ruler import TimeRuler


class LanesFigure(QWidget):
    """Scrolled lanes above, the ruler below."""

    def __init__(self, stack: LaneStack, ruler: TimeRuler):
        super().__init__()
        self._stack, self._ruler = stack, ruler
        self.scrolled = ScrolledLanes(stack)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.scrolled, 1)
        column.addWidget(ruler)
        stack.brought.connect(self.scrolled.bring)

    @property
    def whole_size(self) -> QSize:
        """Size at which all lanes show, those too that have to be scrolled to."""
        hidden_px = max(self._stack.height() - self.scrolled.viewport().height(), 0)
        return self.size() + QSize(0, hidden_px)

    @contextmanager
    def printed(self) -> Iterator[None]:
        """Without controls, everything drawn anew for the size that it has now."""
        frames = self._stack.frames
        plots = [*(frame.lane for frame in frames if not frame.is_folded), self._ruler]
        self.scrolled.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for frame in frames:
            frame.show_controls(False)
        for plot in plots:
            plot.draw_now(printed=True)
        try:
            yield
        finally:
            self.scrolled.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
            for frame in frames:
                frame.show_controls(True)
            for plot in plots:
                plot.draw_now()
