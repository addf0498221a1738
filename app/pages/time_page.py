"""What every page with one axis of time can be asked for: places, zoom, selection."""

from __future__ import annotations

from typing import Generic, TypeVar

from PySide6.QtWidgets import QWidget

from app.plots.time_ruler import TimeRuler
from app.viewmodels.viewing import Viewing

ZOOM_STEP = 1.5
M = TypeVar("M", bound=Viewing)


class TimePage(QWidget, Generic[M]):
    """Base of the pages: changes where one is on the axis, and knows nothing of what is shown there."""

    def __init__(self, model: M, parent: QWidget | None = None):
        super().__init__(parent)
        self.model = model
        self.ruler = TimeRuler()

    @property
    def pixel_s(self) -> float:
        """Seconds of a pixel, at least a sample."""
        start, end = self.model.view_s
        return max((end - start) / self.ruler.pixels[0], self.model.sample_s)

    def fit(self) -> None:
        """Show the whole axis."""
        self.model.fit()

    def zoom_in(self) -> None:
        """Come closer, about the cursor where it is in sight."""
        self.model.zoom(ZOOM_STEP)

    def zoom_out(self) -> None:
        """Go further away."""
        self.model.zoom(1 / ZOOM_STEP)

    def zoom_to_selection(self) -> None:
        """Show the selected stretch."""
        self.model.zoom_to_selection()

    def go_to(self, seconds: float) -> None:
        """Put the cursor at a time of the axis and bring it into sight."""
        self.model.go_to(seconds)

    def go_to_start(self) -> None:
        """Put the cursor at the beginning."""
        self.go_to(self.model.extent_s[0])

    def go_to_end(self) -> None:
        """Put the cursor at the end."""
        self.go_to(self.model.extent_s[1])

    def step_cursor(self, pixels: int) -> None:
        """Move the cursor by pixels, at least a sample each, and the view with it."""
        self.model.go_to(self.model.cursor_s + pixels * self.pixel_s)

    def extend_selection(self, pixels: int) -> None:
        """Select from the selection's other end, or the cursor, to the cursor moved by pixels."""
        cursor = self.model.cursor_s
        start, end = self.model.selection_s or (cursor, cursor)
        anchor = start if abs(cursor - end) <= abs(cursor - start) else end
        self.step_cursor(pixels)
        self.model.set_selection((anchor, self.model.cursor_s))

    def put_cursor(self, seconds: float) -> None:
        """Put the cursor where the mouse was clicked: nothing is selected any longer."""
        self.model.set_cursor(seconds)
        self.model.set_selection(None)
