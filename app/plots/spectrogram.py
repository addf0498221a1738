"""Spectrogram lane with presets in milliseconds, so that views match across sample rates."""

from __future__ import annotations

from dataclasses import dataclass

from app.plots.attribution_overlay import AttributionOverlay
from app.plots.spectral_sources import SpectrogramSource
from app.plots.submitting import Submit
from app.plots.tiled_lane import SPEECH_TOP_HZ, TiledLane
from app.plots.value_axis import grouped, number
from core.audio.recording import Recording
from core.explain.attribution import Attribution


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
        self.overlay = AttributionOverlay(self.view_box)
        self._recording: Recording | None = None
        self._channel = "mix"

    def set_recording(self, recording: Recording | None, channel: str = "mix") -> None:
        """Show another recording, or another channel of it."""
        self._recording, self._channel = recording, channel
        self.use_preset(self.preset)

    def use_preset(self, name: str) -> None:
        """Take window, range and band of one of PRESETS."""
        preset = PRESETS[name]
        self.preset = name
        recording = self._recording
        source = SpectrogramSource(recording, preset.window, preset.window_s, self._channel) if recording else None
        self.set_source(source)
        self.set_range(preset.range_db)
        self.set_top(preset.top_db)
        if recording is not None:
            self.set_band(0.0, preset.top_hz or recording.sample_rate / 2)

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
        shape = "Gaussian" if source.window == "gaussian" else "Hann"
        samples = f"window of {grouped(source.window_s * source.sample_rate)} samples"
        range_text = f"{self.range_db:.0f} dB below {number(self.top_db)} dBFS"
        length = f"{shape} {source.window_s * 1000:.0f} ms"
        return f"{length} · {range_text} · step from {hop_ms:.2g} ms · {samples}"
