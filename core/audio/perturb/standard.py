"""Fixed strengths with names: what evaluations and robustness sweeps send recordings through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.audio.perturb.base import PERTURBATIONS, Coding, Perturbation, Wave, from_record
from core.foundation.errors import PerturbationError
from core.foundation.rng import generator

_SEED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """A perturbation at a fixed strength. Its chance, where it has any, follows from its name and the clip's key."""

    name: str
    kind: str
    """Name in PERTURBATIONS."""
    fields: Mapping[str, object]
    keeps_band: bool
    """Whether speech keeps its band up to 7 kHz, so that a loss of performance is not one of bandwidth alone."""

    def lacks(self) -> PerturbationError | None:
        """Why it cannot be applied here; None where it can."""
        return PERTURBATIONS[self.kind].lacks()

    def coding(self) -> Coding | None:
        """What a recording that went through it would be coded in; None where it is no coder."""
        return from_record({"kind": self.kind, **self.fields}).coding()

    def perturbation(self, clip: str = "") -> Perturbation:
        """The very perturbation that the clip of that key gets.

        Raises:
            PerturbationError: it needs clips of noise, and there are none (PE-003).
        """
        plain = from_record({"kind": self.kind, **self.fields})
        return plain.reseeded(generator(_SEED, "standard", self.name, clip))

    def apply(self, waveform: Wave, rate_hz: int, clip: str = "") -> Wave:
        """The perturbed waveform: float32 (frames,), same length, not shifted in time.

        Args:
            waveform: float32 (frames,).
            rate_hz: Its sample rate.
            clip: Key of the clip, e.g. its SHA-256: other clips get other noise, the same one always the same.

        Raises:
            PerturbationError: see `Perturbation.apply`.
        """
        return self.perturbation(clip).apply(waveform, rate_hz)

    def stored(self, waveform: Wave, rate_hz: int, clip: str = "") -> tuple[Wave, Coding | None]:
        """What `apply` gives, and what coder a file of it would come from; see `Perturbation.stored`."""
        return self.perturbation(clip).stored(waveform, rate_hz)


def _standard(name: str, kind: str, keeps_band: bool, **fields: object) -> Standard:
    return Standard(name=name, kind=kind, fields=fields, keeps_band=keeps_band)


_TABLE = (
    _standard("MP3 128 kbit/s", "mp3", True, kbps=128.0),
    _standard("MP3 64 kbit/s", "mp3", True, kbps=64.0),
    _standard("MP3 32 kbit/s", "mp3", True, kbps=32.0),
    _standard("AAC 64 kbit/s", "aac", True, kbps=64.0),
    _standard("AAC 32 kbit/s", "aac", True, kbps=32.0),
    _standard("Vorbis q5", "vorbis", True, quality=0.5),
    _standard("Vorbis q1", "vorbis", True, quality=0.1),
    _standard("Opus 32 kbit/s", "opus", True, kbps=32.0),
    _standard("Opus 16 kbit/s", "opus", True, kbps=16.0),
    _standard("Opus 12 kbit/s", "opus", True, kbps=12.0),
    _standard("G.722 64 kbit/s", "g722", True),
    _standard("AMR wide band 12.65 kbit/s", "amr_wb", False, kbps=12.65),
    _standard("AMR narrow band 12.2 kbit/s", "amr_nb", False, kbps=12.2),
    _standard("AMR narrow band 4.75 kbit/s", "amr_nb", False, kbps=4.75),
    _standard("GSM full rate", "gsm", False),
    _standard("G.711 A-law", "g711", False, law="a-law"),
    _standard("G.711 mu-law", "g711", False, law="mu-law"),
    _standard("telephone band", "telephone", False, law="a-law"),
    _standard("resampled 8 kHz", "resample", False, rate_hz=8000),
    _standard("resampled 11.025 kHz", "resample", False, rate_hz=11025),
    _standard("resampled 24 kHz", "resample", True, rate_hz=24000),
    _standard("low-pass 5.5 kHz", "low_pass", False, cutoff_hz=5500.0),
    _standard("low-pass 3.4 kHz", "low_pass", False, cutoff_hz=3400.0),
    _standard("high-pass 300 Hz", "high_pass", True, cutoff_hz=300.0),
    _standard("white noise 30 dB", "noise", True, snr_db=30.0),
    _standard("white noise 20 dB", "noise", True, snr_db=20.0),
    _standard("white noise 10 dB", "noise", True, snr_db=10.0),
    _standard("pink noise 15 dB", "noise", True, snr_db=15.0, exponent=-1.0),
    _standard("real noise 20 dB", "real_noise", True, snr_db=20.0),
    _standard("real noise 10 dB", "real_noise", True, snr_db=10.0),
    _standard("reverberation 0.3 s", "reverb", True, rt60_s=0.3),
    _standard("reverberation 0.5 s", "reverb", True, rt60_s=0.5),
    _standard("reverberation 0.8 s", "reverb", True, rt60_s=0.8, drr_db=0.0),
    _standard("measured room", "impulse_response", True),
    _standard("packet loss 5 %", "packet_loss", True, share=0.05),
    _standard("packet loss 20 %", "packet_loss", True, share=0.2, burst=2.0),
    _standard("12 dB quieter", "gain", True, gain_db=-12.0),
    _standard("clipping 1 %", "clipping", True, share=0.01),
    _standard("clipping 10 %", "clipping", True, share=0.1),
)
STANDARD: Mapping[str, Standard] = {item.name: item for item in _TABLE}
"""Fixed strengths by name, milder before stronger within a kind."""


def available_standards() -> tuple[Standard, ...]:
    """Those that can be applied here, in the table's order: coders and clips may be missing."""
    return tuple(item for item in _TABLE if item.lacks() is None)
