"""What keys and menus ask of the main screen alone: frequencies, boxes, the spectrogram's display."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.pages.examine.announcing import announce
from app.pages.examine.boxes import BoxEditor
from app.pages.examine.controls import SpectrogramControls
from app.pages.examine.lane_stack import LaneStack
from app.pages.examine.pointer import PointerReader
from app.pages.time_page import ZOOM_STEP, TimePage
from app.plots.lane import LanePlot
from app.plots.spectrogram import SpectrogramLane
from app.plots.tiled_lane import TiledLane
from app.viewmodels.examine import ExamineModel

_VERTICAL_STEP = 0.1


class Steering(TimePage[ExamineModel]):
    """Base of the page: changes the model and the lane in use, and knows nothing of how they are laid out."""

    spectrogram: SpectrogramLane
    controls: SpectrogramControls
    stack: LaneStack
    boxes: BoxEditor
    pointer: PointerReader

    def __init__(self, model: ExamineModel, parent: QWidget | None = None):
        super().__init__(model, parent)
        self._frequency_hz: float | None = None

    def scroll(self, views: float) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Move the view by a multiple of its width; positive = later."""
        self.model.scroll(views)

    def toggle_overlay(self) -> None:
        """Show or hide the explanation over the spectrogram."""
        self.controls.overlay.toggle()

    def step_opacity(self) -> None:
        """Next opacity of the explanation."""
        self.controls.overlay.step_opacity()

    def step_range(self, way: int) -> None:
        """Next larger (+1) or smaller (-1) dynamic range of the spectrogram."""
        self.controls.step_range(way)
        announce(self.spectrogram, f"Dynamic range {self.spectrogram.range_db:.0f} dB")

    def shrink_selection(self, way: int) -> None:
        """Move the selection's start a pixel later (+1), or its end a pixel earlier (-1)."""
        self.boxes.shrink_time(way, self.pixel_s)

    def move_frequency_edge(self, way: int, *, shrink: bool) -> None:
        """Move the upper (+1) or lower (-1) edge of the selected box outwards; to shrink, the other one inwards."""
        self.boxes.move_frequency(way, self._frequency_hz, shrink=shrink)

    def step_frequency(self, rows: int) -> None:
        """Move the cross-hair of the reading up or down by pixels of the spectrogram."""
        lane = self.spectrogram
        low, high = map(lane.height_of, lane.band_hz)
        at = lane.height_of(self._frequency_hz) if self._frequency_hz is not None else (low + high) / 2
        moved = at + 4 * rows * (high - low) / lane.pixels[1]
        self._frequency_hz = lane.hertz_at(min(max(moved, low), high))
        self._read_cursor()

    def zoom_frequencies(self, way: int) -> None:
        """Zoom the vertical axis of the lane in use, maps about the reading's frequency."""
        lane = self._vertical_lane()
        low, high = lane.view_box.viewRange()[1]
        about = (low + high) / 2
        if isinstance(lane, TiledLane) and self._frequency_hz is not None:
            about = min(max(lane.height_of(self._frequency_hz), low), high)
        lane.zoom_vertically(ZOOM_STEP**way, about)

    def scroll_frequencies(self, way: int) -> None:
        """Scroll the vertical axis of the lane in use."""
        self._vertical_lane().scroll_vertically(way * _VERTICAL_STEP)

    def step_window(self, way: int) -> None:
        """Next longer (+1) or shorter (-1) window of the spectrogram; its length is announced."""
        self.spectrogram.step_window(way)
        self.controls.follow()
        announce(self.spectrogram, f"Window {self.spectrogram.window_text()}")

    def _vertical_lane(self) -> LanePlot:
        frame = self.stack.current
        return frame.lane if frame is not None else self.spectrogram

    def _read_cursor(self) -> None:
        self.pointer.point(self.model.cursor_s, self._frequency_hz)
