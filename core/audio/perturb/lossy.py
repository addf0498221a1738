"""Music and general coders: MP3, AAC, Opus, SBC at real bit rates; Vorbis, which has qualities only."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from core.audio.perturb._coders import Coder, Stream, decode, encode, file_kbps
from core.audio.perturb.base import PERTURBATIONS, Coding, Perturbation, Wave
from core.audio.perturb.filters import log_uniform
from core.foundation.errors import PerturbationError
from core.foundation.params import param

_MPEG_RATES_HZ = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
_BLOCK_FRAMES = 1 << 14
_OPUS_USES = ("voip", "audio")
KBPS_HELP = "Bit rate of the coded sound, without any container."


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded(Perturbation):
    """Through one of FFmpeg's coders and back; base of those that have a bit rate."""

    coder: ClassVar[Coder]
    called: ClassVar[str] = ""
    """Name of the coding in recordings, where it is not the coder's title."""

    kbps: float = param(32.0, KBPS_HELP, unit="kbit/s")

    @classmethod
    def lacks(cls) -> PerturbationError | None:
        """FFmpeg's encoder or decoder."""
        return cls.coder.lacks()

    def encoded(self, waveform: Wave, rate_hz: int) -> Stream:
        """What the encoder writes for a waveform (frames,)."""
        return encode(waveform, rate_hz, self.tuned(), round(self.kbps * 1000))

    def coding(self) -> Coding:
        """This coder at its bit rate."""
        return Coding(name=self.called or self.coder.title, kbps=self.kbps)

    def made_with(self, rate_hz: int) -> str:
        """FFmpeg's encoder as it is set."""
        return self.tuned().words(rate_hz)

    def tuned(self) -> Coder:
        """The coder with the options that follow from the record."""
        return self.coder

    def _store(self, waveform: Wave, rate_hz: int) -> tuple[NDArray[np.floating], Coding]:
        stream, told = self.encoded(waveform, rate_hz), self.coding()
        return decode(stream, rate_hz, self.coder), replace(
            told, kbps=stream.kbps(len(waveform) / rate_hz) or told.kbps
        )

    def _change(self, waveform: Wave, rate_hz: int) -> NDArray[np.floating]:
        return self._store(waveform, rate_hz)[0]


@PERTURBATIONS.register("mp3")
@dataclass(frozen=True, slots=True, kw_only=True)
class Mp3(Coded):
    """MP3 at a constant bit rate (LAME)."""

    name: ClassVar = "mp3"
    help: ClassVar = "MP3 at a constant bit rate."
    coder: ClassVar = Coder(
        title="MP3", encoder="libmp3lame", decoder="mp3float", rates_hz=_MPEG_RATES_HZ, sample_format="fltp"
    )

    kbps: float = param(
        32.0,
        KBPS_HELP + " The nearest step that the sample rate has is taken.",
        unit="kbit/s",
        choices=tuple(float(step) for step in (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 256, 320)),
    )

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """24 to 128 kbit/s."""
        return cls(kbps=float(rng.choice((24, 32, 40, 48, 56, 64, 80, 96, 112, 128))))


@PERTURBATIONS.register("aac")
@dataclass(frozen=True, slots=True, kw_only=True)
class Aac(Coded):
    """AAC-LC (FFmpeg's own encoder)."""

    name: ClassVar = "aac"
    help: ClassVar = "AAC, low-complexity profile."
    coder: ClassVar = Coder(
        title="AAC",
        encoder="aac",
        decoder="aac",
        rates_hz=_MPEG_RATES_HZ,
        sample_format="fltp",
        delay_frames=1024,
        options={"aac_coder": "fast"},
    )

    kbps: float = param(32.0, KBPS_HELP, unit="kbit/s", low=12.0, high=256.0)

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """20 to 128 kbit/s, denser at the low end."""
        return cls(kbps=log_uniform(rng, 20, 128))


@PERTURBATIONS.register("opus")
@dataclass(frozen=True, slots=True, kw_only=True)
class Opus(Coded):
    """Opus (libopus)."""

    name: ClassVar = "opus"
    help: ClassVar = "Opus, as messengers and calls over the internet use it."
    coder: ClassVar = Coder(
        title="Opus",
        encoder="libopus",
        decoder="libopus",
        rates_hz=(8000, 12000, 16000, 24000, 48000),
        sample_format="flt",
        # complexity 5, as on telephones: half the time of 10
        options={"vbr": "constrained", "compression_level": "5"},
    )

    kbps: float = param(16.0, KBPS_HELP, unit="kbit/s", low=6.0, high=256.0)
    application: str = param(
        "voip",
        "What it is tuned to: calls and messages (linear prediction more often), or any sound.",
        choices=_OPUS_USES,
    )

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """12 to 60 kbit/s, half of it below 21; either application."""
        return cls(kbps=float(12 * 5 ** (rng.random() ** 1.5)), application=str(rng.choice(_OPUS_USES)))

    def tuned(self) -> Coder:
        """With the application."""
        return replace(self.coder, options={**self.coder.options, "application": self.application})


@PERTURBATIONS.register("sbc")
@dataclass(frozen=True, slots=True, kw_only=True)
class Sbc(Coded):
    """SBC (Bluetooth A2DP 1.3, appendix B; mSBC of hands-free calls is SBC at 16 kHz and about 60 kbit/s)."""

    name: ClassVar = "sbc"
    help: ClassVar = "SBC, the sub-band coder of Bluetooth headphones and hands-free sets."
    coder: ClassVar = Coder(
        title="SBC",
        encoder="sbc",
        decoder="sbc",
        rates_hz=(16000, 32000, 44100, 48000),
        sample_format="s16",
        delay_frames=73,
    )

    kbps: float = param(64.0, KBPS_HELP, unit="kbit/s", low=32.0, high=128.0)

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """40 to 96 kbit/s."""
        return cls(kbps=log_uniform(rng, 40, 96))


@PERTURBATIONS.register("vorbis")
@dataclass(frozen=True, slots=True, kw_only=True)
class Vorbis(Perturbation):
    """Ogg Vorbis (libvorbis in libsndfile)."""

    name: ClassVar = "vorbis"
    help: ClassVar = "Ogg Vorbis, whose bit rate follows from a quality."

    quality: float = param(0.1, "Quality of libvorbis: 0.1 is q1, 1 is q10.", low=0.0, high=1.0)

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """q0 to q6."""
        return cls(quality=rng.uniform(0.0, 0.6))

    def coding(self) -> Coding:
        """Vorbis; its bit rate follows from the sound."""
        return Coding(name="Vorbis")

    def made_with(self, rate_hz: int) -> str:
        """The libvorbis in libsndfile."""
        return f"libvorbis at {rate_hz} Hz, in libsndfile {sf.__libsndfile_version__}"

    def _store(self, waveform: Wave, rate_hz: int) -> tuple[NDArray[np.floating], Coding]:
        file = io.BytesIO()
        scaled = waveform / max(float(np.abs(waveform).max()), 1.0)
        settings = {"format": "OGG", "subtype": "VORBIS", "compression_level": 1 - self.quality}
        with sf.SoundFile(file, "w", rate_hz, 1, **settings) as sound:
            for at in range(0, len(scaled), _BLOCK_FRAMES):  # libvorbis keeps a whole block on the stack
                sound.write(scaled[at : at + _BLOCK_FRAMES])
        kbps = file_kbps(file, len(scaled) / rate_hz)
        file.seek(0)
        return np.asarray(sf.read(file, dtype="float32")[0], np.float32), replace(self.coding(), kbps=kbps)

    def _change(self, waveform: Wave, rate_hz: int) -> NDArray[np.floating]:
        return self._store(waveform, rate_hz)[0]
