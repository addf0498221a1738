"""A lane that shows a map over time and frequency from tiles."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

from app.plots.colours import DEFAULT_MAP, colour_table, packed_table
from app.plots.compose import Frame, composed, level_at
from app.plots.frequency_lane import FrequencyLane
from app.plots.items import Picture
from app.plots.submitting import Submit
from app.plots.tile_loader import TileLoader
from app.plots.tiles import Tile, TileCache, TileSource, coarsest_level, keys_for, level_for
from app.plots.value_axis import number, round_ticks
from app.plots.words import show_words
from app.theme import DARK, LIGHT, Theme
from core.foundation.errors import CoreError

SPEECH_TOP_HZ = 5000.0
_LOWEST_TOP_DB = -100.0
"""Below this there is nothing to be made visible."""
_LOUDEST = 99.9
"""Percentile of the whole recording's levels that an automatic top stands for."""


class TiledLane(FrequencyLane):
    """Base of spectrogram and packet map: levels in dB as colours, frequency upwards."""

    common_hz = 0.0
    """Highest frequency of an axis shared with recordings of other sample rates; 0 where it is not shared."""
    smooth = True
    """Whether cells larger than a pixel are interpolated."""

    def __init__(self, submit: Submit, *, slot: str, description: str):
        super().__init__(description=description)
        self.cache = TileCache()
        self.loader = TileLoader(
            submit, self.cache, title=f"Computing the {self.title.lower()}", slot=slot, parent=self
        )
        self.loader.arrived.connect(self.schedule)
        self.loader.busy_changed.connect(lambda _: self._say())
        self.loader.failed.connect(self._failed)
        self._source: TileSource | None = None
        self._levels: NDArray[np.float32] | None = None
        self._frame: Frame | None = None
        self._range_db, self._top_db = 80.0, 0.0
        self._auto_top = True
        self._whole: Tile | None = None
        self._map = DEFAULT_MAP
        self._problem = ""
        self._image = Picture(self.view_box)
        self._message = pg.TextItem(anchor=(0.5, 0.5))
        self._message.setParentItem(self.view_box)

    @property
    def source(self) -> TileSource | None:
        """What is shown."""
        return self._source

    @property
    def levels(self) -> NDArray[np.float32] | None:
        """(rows, columns) of the picture in dB, row 0 the lowest frequency; NaN where nothing is there yet."""
        return self._levels

    @property
    def range_db(self) -> float:
        """Levels from the darkest to the brightest colour, dB."""
        return self._range_db

    @property
    def top_db(self) -> float:
        """Level of the brightest colour."""
        return self._top_db

    @property
    def is_top_automatic(self) -> bool:
        """Whether the brightest colour follows the loudest parts of the recording."""
        return self._auto_top

    @property
    def colour_map(self) -> str:
        """Name of the colour map."""
        return self._map

    def set_source(self, source: TileSource | None) -> None:
        """Show another map. Tiles of other recordings are dropped at once."""
        self.loader.drop()
        if source is None or self._source is None or source.frames != self._source.frames:
            self.cache.clear()
        self._source, self._levels, self._problem = source, None, ""
        self._image.clear()
        self.schedule()

    @property
    def nyquist_hz(self) -> float | None:
        """Highest frequency of what is shown, or of the axis that it shares; None where nothing is shown."""
        return max(self._source.sample_rate / 2, self.common_hz) if self._source else None

    @property
    def resolution_hz(self) -> float | None:
        """Width of what each value is measured in; None where nothing is shown, or for subclasses that do not say."""
        return None

    def set_range(self, range_db: float) -> None:
        """Set the dynamic range."""
        self._range_db = min(max(range_db, 10.0), 180.0)
        self._paint()
        self._say()

    def set_top(self, top_db: float | None) -> None:
        """Set the level of the brightest colour; None takes it from the loudest parts of the recording."""
        self._auto_top, self._whole = top_db is None, None
        if top_db is not None:
            self._top_db = top_db
        self._find_top()
        self._paint()
        self._say()

    def set_colour_map(self, name: str) -> None:
        """Choose one of COLOUR_MAPS."""
        self._map = name
        self.restyle()

    def shown_map(self) -> str:
        """Name of the colour map that is drawn."""
        return self._map

    def marks_theme(self) -> Theme:
        """Light marks on maps whose low levels are dark."""
        return LIGHT if self.shown_map() == "print" else DARK

    def restyle(self) -> None:
        """Draw with the map that is to be shown, and marks that can be seen on it."""
        packed_table(self.shown_map())  # kept from now on: reading it while a recording comes would hold that up
        self._markers.set_theme(self.marks_theme(), fill=0)  # a tint would change the levels that colours stand for
        self.box.set_theme(self.marks_theme())
        self._paint()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours; the map of levels stays."""
        super().set_theme(theme)
        self.restyle()
        self._message.setColor(theme.axis)
        self._message.fill = pg.mkBrush(theme.plot)

    def level_at(self, seconds: float, hertz: float) -> float | None:
        """Level of the cell at a point, dB; None where it is not computed yet."""
        if self._source is None or not 0 <= seconds * self._source.sample_rate <= self._source.frames:
            return None
        return level_at(self._source, self.cache, self._level(self._source), seconds, hertz)

    def render_now(self) -> None:
        """Compose the picture from the tiles there are, and have the missing ones made."""
        source = self._source
        start_s, end_s = self.view_s
        if source is None or end_s <= start_s:
            self._message.hide()
            self.set_summary("")
            return
        width, height = self.pixels
        low, high = self._band_hz
        self._frame = Frame(
            start_s=start_s, end_s=end_s, low_hz=low, high_hz=high, width=width, height=height, scale=self._scale
        )
        level = self._level(source)
        self._want(source, level)
        self._levels = composed(source, self.cache, self._frame, level, smooth=self.smooth)
        self._find_top()
        self._paint()
        self._say()

    def stop(self) -> None:
        """Have no more tiles made."""
        self.loader.drop()

    def parameters(self) -> str:
        """The method and its parameters, in words; for subclasses."""
        return ""

    def describe(self) -> str:
        """What is drawn, and where the energy in view lies."""
        if self._levels is None or self._frame is None or np.isnan(self._levels).all():
            return super().describe()
        profile = np.nanmax(self._levels, axis=1)
        rows = self._frame.row_centres_hz
        loudest = int(np.nanargmax(profile))
        half_row = float(np.gradient(rows)[loudest]) / 2 if len(rows) > 1 else 0.0
        half_hz = max(half_row, (self.resolution_hz or 0.0) / 2)
        return (
            f"{super().describe()} {self._band_hz[0]:,.0f} to {self._band_hz[1]:,.0f} Hz. Strongest in view: "
            f"{number(float(np.nanmax(profile)), 1)} dBFS near {rows[loudest]:,.0f} ± {half_hz:,.0f} Hz, as drawn."
        )

    def _restore_levels(self, values: dict[str, Any]) -> None:
        """Take dynamic range and level of the brightest colour from the `state` of a subclass."""
        if isinstance(values.get("range_db"), int | float):
            self.set_range(float(values["range_db"]))
        if "top_db" in values and isinstance(values["top_db"], int | float | None):
            self.set_top(values["top_db"])

    def _want(self, source: TileSource, level: int) -> None:
        """Ask for the tile of the whole recording first, then for those in view, and later for their neighbours."""
        start, end = (seconds * source.sample_rate for seconds in self.view_s)
        span = end - start
        view = keys_for(source, level, start, end)
        near = keys_for(source, level, start - span / 2, end + span / 2)
        whole = keys_for(source, coarsest_level(source), 0, source.frames)
        self.loader.want(list(dict.fromkeys([*whole, *view])), later=near)

    def _level(self, source: TileSource) -> int:
        start, end = self.view_s
        return level_for(source, (end - start) * source.sample_rate / self.pixels[0])

    def _find_top(self) -> None:
        """The loudest parts of the whole recording, rounded up to 5 dB, where the top is automatic."""
        if self._source is None or not self._auto_top:
            return
        key = keys_for(self._source, coarsest_level(self._source), 0, 0)[0]
        tile = self.cache.get(key)
        if tile is not None and tile is not self._whole:
            self._whole = tile
            loud = np.nanpercentile(tile.values, _LOUDEST) if np.isfinite(tile.values).any() else 0.0
            self._top_db = max(float(np.ceil(loud / 5) * 5), _LOWEST_TOP_DB)

    def _paint(self) -> None:
        """Turn levels into colours."""
        self._show_scale()
        if self._levels is None or self._frame is None:
            return
        low = self._top_db - self._range_db
        shades = (self._levels - low) * np.float32(255 / self._range_db)
        np.fmin(np.fmax(shades, 0, out=shades), 255, out=shades)  # NaN becomes 0
        self._image.show_table(shades.astype(np.uint8), packed_table(self.shown_map()), self._frame.rect())
        self._show_message()

    def _show_scale(self) -> None:
        if self._source is None:
            self.bar.set_scale(None, [], "")
            return
        low = self._top_db - self._range_db
        ((_, ticks),) = round_ticks(low, self._top_db, max(self.view_box.height() - 30, 1), 22)
        labels = [((tick - low) / self._range_db, number(tick)) for tick in ticks]
        self.bar.set_scale(colour_table(self.shown_map()), labels, "dBFS")

    def _show_message(self) -> None:
        nothing = self._levels is None or bool(np.isnan(self._levels).all())
        self._message.setVisible(bool(self._problem) or nothing)
        if not self._message.isVisible():
            return
        waiting = "Computing …" if self.loader.is_busy else "Nothing to show: the samples here are no finite numbers."
        show_words(self._message, self._problem or waiting, self.view_box)

    def _failed(self, error: Exception) -> None:
        self._problem = error.message if isinstance(error, CoreError) else "This view could not be computed."
        self._show_message()

    def _say(self) -> None:
        if self._source is None:
            return
        reduction = self._source.reduction(self._level(self._source))
        busy = "computing …" if self.loader.is_busy else ""
        self.set_summary(" · ".join(part for part in (self.parameters(), reduction, busy) if part))
