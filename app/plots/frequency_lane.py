"""A lane with frequencies upwards: which band is shown on which scale, and the time-frequency box in it."""

from __future__ import annotations

from PySide6.QtCore import Signal

from app.plots.box_mark import BoxMark
from app.plots.frequency_scale import LINEAR, SCALES, FrequencyScale, frequency_ticks
from app.plots.lane import LanePlot
from app.plots.value_axis import ValueAxis

_MIN_BAND_HZ = 50.0


class FrequencyLane(LanePlot):
    """Base of lanes whose vertical axis is frequency."""

    band_changed = Signal()

    def __init__(self, *, description: str):
        self._band_hz = (0.0, 1.0)
        self._scale: FrequencyScale = LINEAR
        super().__init__(ValueAxis("Frequency", "kHz", self._ticks), description=description)
        self._selection_s: tuple[float, float] | None = None
        self._selected_hz: tuple[float, float] | None = None
        self.box = BoxMark(self.view_box)
        self.box.asked.connect(self._edge_dragged)
        self.view_box.has_boxes = True
        self.view_box.box_dragged.connect(self._box_dragged)

    @property
    def nyquist_hz(self) -> float | None:
        """Highest frequency there is; None while that is not known. For subclasses."""
        return None

    @property
    def band_hz(self) -> tuple[float, float]:
        """Lowest and highest frequency in view."""
        return self._band_hz

    def height_of(self, hertz: float) -> float:
        """Vertical position of a frequency in the plot."""
        return float(self._scale.height(hertz))

    def hertz_at(self, height: float) -> float:
        """Frequency at a vertical position of the plot."""
        return float(self._scale.hertz(height))

    def value_at(self, height: float) -> float:
        """Frequency at a vertical position."""
        return self.hertz_at(height)

    @property
    def scale_name(self) -> str:
        """Name of the frequency axis's scale, one of SCALES."""
        return next(name for name, scale in SCALES.items() if scale is self._scale)

    def set_scale(self, name: str) -> None:
        """Spread the frequencies over the axis by one of SCALES."""
        low_hz, high_hz = self._band_hz
        if low_hz <= self._scale.lowest_hz:
            low_hz = 0.0  # an axis that began at its lowest frequency begins at that of the other
        self._scale = SCALES[name]
        self.set_band(low_hz, high_hz)
        self.axis.refresh()
        self._mark_selection()

    def set_band(self, low_hz: float, high_hz: float) -> None:
        """Show a band of frequencies, clipped to 0 … Nyquist."""
        top = high_hz if self.nyquist_hz is None else self.nyquist_hz
        span = min(max(high_hz - low_hz, _MIN_BAND_HZ), top)
        low = min(max(low_hz, 0.0), top - span)
        self._band_hz = (max(low, self._scale.lowest_hz), low + span)
        self.view_box.setYRange(*map(self.height_of, self._band_hz), padding=0)
        self.band_changed.emit()
        self.schedule()

    def set_selection(self, selection: tuple[float, float] | None) -> None:
        """Mark a stretch, or the box of it; None marks nothing."""
        self._selection_s = selection
        self._mark_selection()

    def set_selected_band(self, band_hz: tuple[float, float] | None) -> None:
        """Limit what is selected to frequencies; None means all of them."""
        self._selected_hz = band_hz
        self._mark_selection()

    def zoom_vertically(self, factor: float, about: float) -> None:
        """Zoom the frequencies about one of them."""
        low, high = map(self.height_of, self._band_hz)
        self._show_heights(about - (about - low) / factor, about + (high - about) / factor)

    def scroll_vertically(self, share: float) -> None:
        """Scroll the frequencies."""
        low, high = map(self.height_of, self._band_hz)
        by = share * (high - low)
        self._show_heights(low + by, high + by)

    def _show_heights(self, low: float, high: float) -> None:
        """Show a part of the axis, moved inside its ends; all of it where the part is larger."""
        lowest, highest = (
            self.height_of(self._scale.lowest_hz),
            self.height_of(self._band_hz[1] if self.nyquist_hz is None else self.nyquist_hz),
        )
        span = min(high - low, highest - lowest)
        low = min(max(low, lowest), highest - span)
        self.set_band(self.hertz_at(low), self.hertz_at(low + span))

    def _mark_selection(self) -> None:
        is_box = self._selection_s is not None and self._selected_hz is not None
        super().set_selection(None if is_box else self._selection_s)
        if self._selection_s is not None and self._selected_hz is not None:
            self.box.show_box(*self._selection_s, *map(self.height_of, self._selected_hz))
        else:
            self.box.hide()

    def _box_dragged(self, begun_s: float, now_s: float, begun: float, now: float) -> None:
        self._edge_dragged(*sorted((begun_s, now_s)), *sorted((begun, now)))

    def _edge_dragged(self, start_s: float, end_s: float, low: float, high: float) -> None:
        self.box_asked.emit(start_s, end_s, self.hertz_at(low), self.hertz_at(high))

    def _ticks(self, low: float, high: float, size_px: float) -> list[tuple[float, str]]:
        return frequency_ticks(self._scale, low, high, size_px)
