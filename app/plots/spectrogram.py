"""Spectrogram lane with presets in milliseconds, so that views match across sample rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.plots.attribution_overlay import AttributionOverlay
from app.plots.colours import COLOUR_MAPS
from app.plots.frequency_scale import SCALES
from app.plots.spectral_sources import SpectrogramSource
from app.plots.submitting import Submit
from app.plots.tiled_lane import SPEECH_TOP_HZ, TiledLane
from app.plots.value_axis import grouped, number
from core.audio.recording import Recording
from core.explain.attribution import Attribution
from core.features import display_resolution_hz


@dataclass(frozen=True, slots=True, kw_only=True)
class SpectrogramPreset:
    """Parameters that belong together, in milliseconds and decibels."""

    title: str
    window: str
    window_s: float
    range_db: float
    top_hz: float | None
    """Highest frequency shown; None for the Nyquist frequency."""
    top_db: float | None
    """Level of the brightest colour; None for the loudest parts of the recording."""
    purpose: str


PRESETS = {
    "authenticity": SpectrogramPreset(
        title="Authenticity overview",
        window="hann",
        window_s=0.043,
        range_db=100.0,
        top_hz=None,
        top_db=0.0,
        purpose="Cut-offs, codec shelves and steps of the background, to the Nyquist frequency",
    ),
    "broad": SpectrogramPreset(
        title="Speech, broad-band",
        window="gaussian",
        window_s=0.005,
        range_db=50.0,
        top_hz=SPEECH_TOP_HZ,
        top_db=None,
        purpose="Formants and glottal pulses: bandwidth about 260 Hz",
    ),
    "narrow": SpectrogramPreset(
        title="Speech, narrow-band",
        window="gaussian",
        window_s=0.030,
        range_db=50.0,
        top_hz=SPEECH_TOP_HZ,
        top_db=None,
        purpose="Harmonics: bandwidth about 43 Hz",
    ),
    "fine": SpectrogramPreset(
        title="Fine frequency",
        window="hann",
        window_s=0.171,
        range_db=100.0,
        top_hz=None,
        top_db=None,
        purpose="Steady tones, aliases and the lines that vocoders leave",
    ),
}
"""Source: WORKFLOW section 2; the speech presets are Praat's standard settings."""
DEFAULT_PRESET = "authenticity"
WINDOWS_S = (0.003, 0.005, 0.0075, 0.010, 0.015, 0.020, 0.030, 0.043, 0.060, 0.085, 0.120, 0.171, 0.240, 0.341)
"""Lengths that keys step through."""


class SpectrogramLane(TiledLane):
    """Levels over time and frequency, with what a model used laid over them."""

    title = "Spectrogram"

    def __init__(self, submit: Submit, *, slot: str = "examine.spectrogram"):
        super().__init__(
            submit,
            slot=slot,
            description="Level over time and frequency. An explanation of a score can be laid over it with the key O.",
        )
        self.preset = DEFAULT_PRESET
        """Name of the preset; empty once its window was changed."""
        self._window, self._window_s = PRESETS[DEFAULT_PRESET].window, PRESETS[DEFAULT_PRESET].window_s
        self._highest_hz = PRESETS[DEFAULT_PRESET].top_hz
        self.set_range(PRESETS[DEFAULT_PRESET].range_db)
        self.set_top(PRESETS[DEFAULT_PRESET].top_db)
        self.overlay = AttributionOverlay(self.view_box)
        self.overlay.legend_changed.connect(self.legend_changed)
        self._recording: Recording | None = None
        self._channel = "mix"

    def set_recording(self, recording: Recording | None, channel: str = "mix") -> None:
        """Show another recording, or another channel of it."""
        self._recording, self._channel = recording, channel
        self._use_window()
        self._show_usual_band()

    @property
    def window_s(self) -> float:
        """Length of the analysis window."""
        return self._window_s

    @property
    def resolution_hz(self) -> float | None:
        """How near two lines may be before they are one; None without a recording."""
        if self._source is None:
            return None
        return display_resolution_hz(self._source.sample_rate, window_s=self._window_s, window=self._window)

    def use_preset(self, name: str) -> None:
        """Take window, range and band of one of PRESETS."""
        preset = PRESETS[name]
        self.preset = name
        self._window, self._window_s, self._highest_hz = preset.window, preset.window_s, preset.top_hz
        self._use_window()
        self.set_range(preset.range_db)
        self.set_top(preset.top_db)
        self._show_usual_band()

    def set_window(self, window_s: float) -> None:
        """Take another length of the window; its shape, the levels and the band stay."""
        if window_s != self._window_s:
            self._take_window(self._window, window_s)

    def step_window(self, way: int) -> None:
        """Next longer (+1) or shorter (-1) of WINDOWS_S."""
        beyond = [s for s in WINDOWS_S if (s > self._window_s if way > 0 else s < self._window_s)]
        if beyond:
            self.set_window(beyond[0] if way > 0 else beyond[-1])

    def window_text(self) -> str:
        """Shape and length of the window in milliseconds, and in samples of the recording."""
        shape = "Gaussian" if self._window == "gaussian" else "Hann"
        length = f"{shape} {self._window_s * 1000:.3g} ms"
        if self._source is None:
            return length
        return f"{length} ({grouped(self._window_s * self._source.sample_rate)} samples)"

    def state(self) -> dict[str, Any]:
        """Window, levels, colours and scale of the frequencies."""
        return {
            "preset": self.preset,
            "window": self._window,
            "window_s": self._window_s,
            "range_db": self.range_db,
            "top_db": None if self.is_top_automatic else self.top_db,
            "scale": self.scale_name,
            "map": self.colour_map,
        }

    def restore(self, values: dict[str, Any]) -> None:
        """Take parameters of `state`; what does not fit is left as it is."""
        if values.get("preset") in PRESETS:
            self.use_preset(values["preset"])
        elif values.get("window") in ("hann", "gaussian") and values.get("window_s") in WINDOWS_S:
            self._take_window(values["window"], values["window_s"])
        if values.get("scale") in SCALES:
            self.set_scale(values["scale"])
        if values.get("map") in COLOUR_MAPS:
            self.set_colour_map(values["map"])
        self._restore_levels(values)

    def _take_window(self, window: str, window_s: float) -> None:
        self.preset, self._window, self._window_s = "", window, window_s
        self._use_window()
        self.band_changed.emit()

    def _use_window(self) -> None:
        recording = self._recording
        self.set_source(
            SpectrogramSource(recording, self._window, self._window_s, self._channel) if recording else None
        )

    def _show_usual_band(self) -> None:
        if self._recording is not None:
            self.set_band(0.0, self._highest_hz or self._recording.sample_rate / 2)

    def set_attribution(self, attribution: Attribution | None) -> None:
        """Lay an explanation over the map; None takes it away."""
        self.overlay.set_attribution(attribution)
        self.restyle()
        self.schedule()

    def set_overlay(self, *, visible: bool | None = None, opacity: float | None = None) -> None:
        """Show or hide the explanation, or change how strongly it covers the map."""
        self.overlay.configure(visible=visible, opacity=opacity)
        self.restyle()
        self.schedule()

    def shown_map(self) -> str:
        """Grey under an explanation, so that colours then mean nothing else."""
        return "greys" if self.overlay.is_shown and self._map != "print" else self._map

    def restyle(self) -> None:
        """Draw with the map that is to be shown, and marks and an explanation that can be seen on it."""
        self.overlay.set_theme(self.marks_theme())
        super().restyle()

    def render_now(self) -> None:
        """Draw the map and what lies over it."""
        super().render_now()
        if self._frame is not None:
            self.overlay.render(self._frame)

    def describe(self) -> str:
        """What is drawn, and what is laid over it."""
        return " ".join(part for part in (super().describe(), self.overlay.describe()) if part)

    def parameters(self) -> str:
        """Window, range and top, step, the window's samples; the most important first."""
        if not isinstance(self._source, SpectrogramSource):
            return ""
        source = self._source
        hop_ms = 1000 * source.base_hop / source.sample_rate
        range_text = f"{self.range_db:.0f} dB below {number(self.top_db)} dBFS"
        step = f"step from {hop_ms:.2g} ms ({grouped(source.base_hop)} samples)"
        scale = [] if self.scale_name == "linear" else [f"{SCALES[self.scale_name].title} frequency axis"]
        return " · ".join(filter(None, [self.window_text(), range_text, self.overlay.summary, step, *scale]))
