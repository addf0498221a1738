"""Difference of two spectrograms on a diverging map: colour and hatching say the sign."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.plots.colours import rgb, signed_colours
from app.plots.compose import Frame, composed
from app.plots.spectral_sources import SpectrogramSource
from app.plots.submitting import Submit
from app.plots.tiled_lane import TiledLane
from app.plots.tiles import keys_for
from app.plots.value_axis import number
from app.theme import Theme
from core.audio.recording import Recording
from core.compare.difference import level_difference

RANGES_DB = (6, 12, 20, 30, 40, 60)
_SHADES = 256
_CLEAR_DB = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two recordings on one clock, and how far they may be compared."""

    reference: Recording
    other: Recording
    """On the reference's clock; see core.compare.aligned."""
    names: tuple[str, str]
    highest_hz: float
    overlap_s: tuple[float, float]
    """Where both have sound, seconds of the reference."""
    gain_db: float = 0.0
    """Added to the other's levels."""


class DifferenceLane(TiledLane):
    """Other minus reference, dB; positive is orange, negative blue and hatched."""

    title = "Difference"

    def __init__(self, submit: Submit, *, slot: str = "compare.difference"):
        super().__init__(
            submit,
            slot=slot,
            description="Level of the second recording less that of the first, after alignment. Orange: more. "
            "Blue and hatched: less.",
        )
        self._pair: Pair | None = None
        self._other: SpectrogramSource | None = None
        self._window = ("hann", 0.043)
        self.set_range(20.0)

    def set_pair(self, pair: Pair | None, window: str = "hann", window_s: float = 0.043) -> None:
        """Show the difference of two recordings; None shows nothing."""
        self._pair, self._window = pair, (window, window_s)
        self._other = SpectrogramSource(pair.other, window, window_s) if pair else None
        self.set_source(SpectrogramSource(pair.reference, window, window_s) if pair else None)
        if pair is None:
            self.render_now()

    def marks_theme(self) -> Theme:
        """The theme itself: the map's ground is the plot's."""
        assert self._theme is not None
        return self._theme

    def render_now(self) -> None:
        """Compose both pictures on the same pixels and subtract them."""
        source, other, pair = self._source, self._other, self._pair
        start_s, end_s = self.view_s
        if not isinstance(source, SpectrogramSource) or other is None or pair is None or end_s <= start_s:
            self._message.hide()
            self._image.clear()
            self.set_summary("")
            return
        width, height = self.pixels
        low, high = self._band_hz
        self._frame = frame = Frame(
            start_s=start_s, end_s=end_s, low_hz=low, high_hz=high, width=width, height=height, scale=self._scale
        )
        level = self._level(source)
        self._want_both(source, other, level)
        one, two = (composed(s, self.cache, frame, level, smooth=True) for s in (source, other))
        hertz = frame.row_centres_hz
        self._levels = level_difference(one, two, hertz, gain_db=pair.gain_db, highest_hz=pair.highest_hz)
        times = frame.centres_s()
        self._levels[:, (times < pair.overlap_s[0]) | (times > pair.overlap_s[1])] = np.nan
        self._paint()
        self._say()

    def describe(self) -> str:
        """How much differs in view, and where most."""
        levels, frame = self._levels, self._frame
        if self._pair is None:
            return f"{self.title}. Nothing is compared."
        if levels is None or frame is None or np.isnan(levels).all():
            return f"{self.title}. {self.summary}. No place in view can be compared."
        found = levels[np.isfinite(levels)]
        parts = [
            f"{self.title}. {self.summary}.",
            f"Median of the magnitudes in view {number(float(np.median(np.abs(found))), 1)} dB;",
            f"{100 * float(np.mean(np.abs(found) > _CLEAR_DB)):.0f} % of the picture differs by more than 6 dB.",
        ]
        for word, at in (("Most", np.nanargmax(levels)), ("Least", np.nanargmin(levels))):
            row, column = np.unravel_index(int(at), levels.shape)
            parts.append(
                f"{word}: {float(levels[row, column]):+.1f} dB near {frame.centres_s()[column]:.2f} s, "
                f"{frame.row_centres_hz[row]:,.0f} Hz."
            )
        return " ".join(parts)

    def parameters(self) -> str:
        """Which is subtracted from which, window, range, matching."""
        pair = self._pair
        if pair is None:
            return ""
        first, second = pair.names
        matched = f" · levels matched by {pair.gain_db:+.1f} dB".replace("-", "−") if pair.gain_db else ""
        shape = "Gaussian" if self._window[0] == "gaussian" else "Hann"
        return (
            f"{second} less {first} · ■ more, ▨ less · ±{self.range_db:.0f} dB{matched} · "
            f"{shape} {1000 * self._window[1]:.0f} ms · compared up to {pair.highest_hz:,.0f} Hz"
        )

    def _want_both(self, source: SpectrogramSource, other: SpectrogramSource, level: int) -> None:
        start, end = (seconds * source.sample_rate for seconds in self.view_s)
        views = zip(keys_for(source, level, start, end), keys_for(other, level, start, end), strict=True)
        self.loader.want([key for pair in views for key in pair])

    def _find_top(self) -> None:
        """The middle of the map is 0 dB."""

    def _paint(self) -> None:
        self._show_scale()
        if self._levels is None or self._frame is None or self._theme is None:
            return
        self._image.show_colours(signed_colours(self._levels, self.range_db, self._theme, 1.0), self._frame.rect())
        self._show_message()

    def _show_message(self) -> None:
        super()._show_message()
        if self._pair is not None and not self.loader.is_busy and not self._problem:
            self._message.setText("The two recordings do not meet here.")

    def _show_scale(self) -> None:
        if self._pair is None or self._theme is None:
            self.bar.set_scale(None, [], "")
            return
        values = np.linspace(-self.range_db, self.range_db, _SHADES, dtype=np.float32)[:, None]
        colours = signed_colours(values, self.range_db, self._theme, 1.0)[:, 0].astype(float)
        share = colours[:, 3:] / 255
        table = (share * colours[:, :3] + (1 - share) * rgb(self._theme.plot)).astype(np.uint8)
        half = self.range_db / 2
        ticks = (-self.range_db, -half, 0.0, half, self.range_db)
        labels = [(i / 4, ("+" if tick > 0 else "") + number(tick)) for i, tick in enumerate(ticks)]
        self.bar.set_scale(table, labels, "dB")
