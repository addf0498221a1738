"""Boxes by key: the edges of what is selected, in time and in frequency, and the tool that draws boxes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.plots.tiled_lane import TiledLane
from app.viewmodels.examine import ExamineModel
from app.viewmodels.timeline import View, moved_edge

_STEPS = 100
"""Presses of a key that take a frequency edge through the view."""


class BoxEditor(QObject):
    """Changes the model's selection and band as keys ask for it."""

    tool_changed = Signal(bool)

    def __init__(self, model: ExamineModel, lane: TiledLane, parent: QObject):
        super().__init__(parent)
        self._model, self._lane = model, lane
        self._is_on = False

    @property
    def is_tool_on(self) -> bool:
        """Whether dragging in a map draws a box."""
        return self._is_on

    def toggle_tool(self) -> None:
        """Draw boxes by dragging in a map, or stretches again."""
        self._is_on = not self._is_on
        self.tool_changed.emit(self._is_on)

    def move_frequency(self, way: int, from_hz: float | None, *, shrink: bool) -> None:
        """Move a frequency edge a step up (+1) or down (-1): outwards, or inwards to shrink.

        Without a box, one grows from a frequency, or shrinks from the whole height of the view.
        """
        if self._model.recording is None:
            return
        low, high = (self._lane.height_of(edge) for edge in self._lane.band_hz)
        step = (high - low) / _STEPS
        band = self._model.band_hz or self._first_band(from_hz, shrink=shrink)
        heights = (self._lane.height_of(band[0]), self._lane.height_of(band[1]))
        moved = moved_edge(heights, way, step, shrink=shrink)
        if self._model.selection_s is None:
            self._model.set_selection(self._model.view_s)
        self._model.set_band((self._lane.hertz_at(moved[0]), self._lane.hertz_at(moved[1])))

    def shrink_time(self, way: int, step_s: float) -> None:
        """Move the start later (+1) or the end earlier (-1)."""
        if self._model.selection_s is not None:
            self._model.set_selection(moved_edge(self._model.selection_s, way, step_s, shrink=True))

    def _first_band(self, from_hz: float | None, *, shrink: bool) -> View:
        if shrink:
            return self._lane.band_hz
        hertz = from_hz if from_hz is not None else sum(self._lane.band_hz) / 2
        return hertz, hertz
