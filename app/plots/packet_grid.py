"""Wavelet-packet map: power of every coefficient of a packet tree, bands from low to high frequency."""

from __future__ import annotations

from typing import Any

from app.plots.spectral_sources import PacketSource
from app.plots.submitting import Submit
from app.plots.tiled_lane import TiledLane
from app.plots.value_axis import number
from core.audio.recording import Recording

WAVELETS = ("sym5", "haar", "db8", "coif4")
DEPTH = 8


class PacketLane(TiledLane):
    """Leaf energy of a wavelet-packet tree; cells are drawn as they are, without interpolation."""

    title = "Wavelet packets"
    smooth = False

    def __init__(self, submit: Submit, *, slot: str = "examine.packets"):
        super().__init__(
            submit,
            slot=slot,
            description=f"Power of wavelet-packet coefficients over time, in {1 << DEPTH} bands of rising frequency.",
        )
        self.wavelet = WAVELETS[0]
        self._recording: Recording | None = None
        self._channel = "mix"

    def set_recording(self, recording: Recording | None, channel: str = "mix") -> None:
        """Show another recording, or another channel of it."""
        self._recording, self._channel = recording, channel
        self.use_wavelet(self.wavelet)

    def use_wavelet(self, name: str) -> None:
        """Take one of WAVELETS."""
        self.wavelet = name
        recording = self._recording
        self.set_source(PacketSource(recording, name, DEPTH, self._channel) if recording else None)
        if recording is not None:
            self.set_band(0.0, recording.sample_rate / 2)
        self.set_top(None if self.is_top_automatic else self.top_db)

    def state(self) -> dict[str, Any]:
        """Wavelet and levels; the colours are the spectrogram's."""
        return {
            "wavelet": self.wavelet,
            "range_db": self.range_db,
            "top_db": None if self.is_top_automatic else self.top_db,
        }

    def restore(self, values: dict[str, Any]) -> None:
        """Take parameters of `state`; what does not fit is left as it is."""
        if values.get("wavelet") in WAVELETS and values["wavelet"] != self.wavelet:
            self.use_wavelet(values["wavelet"])
        self._restore_levels(values)

    def packet_at(self, seconds: float, hertz: float) -> tuple[float, float] | None:
        """Centre of the band at a frequency, Hz, and its level at a time, dB; None where it is not computed yet."""
        level = self.level_at(seconds, hertz)
        if level is None or self._recording is None:
            return None
        width = self._recording.sample_rate / 2 / (1 << DEPTH)
        return (int(hertz / width) + 0.5) * width, level

    @property
    def band_width_hz(self) -> float | None:
        """Width of each band; None without a recording."""
        return self._recording.sample_rate / 2 / (1 << DEPTH) if self._recording else None

    @property
    def resolution_hz(self) -> float | None:
        """As wide as a band."""
        return self.band_width_hz

    def parameters(self) -> str:
        """Wavelet, depth, range, size of a cell; the most important first."""
        if self._source is None:
            return ""
        rate = self._source.sample_rate
        bands = 1 << DEPTH
        cell = f"{bands} bands of {rate / 2 / bands:.3g} Hz × {1000 * bands / rate:.3g} ms"
        range_text = f"{self.range_db:.0f} dB below {number(self.top_db)} dBFS"
        return f"{self.wavelet}, level {DEPTH} · {range_text} · {cell}"
