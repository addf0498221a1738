"""Coders of telephone networks: AMR, GSM, G.711, G.722, G.726."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from core.audio.perturb._coders import Coder
from core.audio.perturb._signals import at_rate
from core.audio.perturb.base import PERTURBATIONS, Coding, Perturbation, Wave
from core.audio.perturb.lossy import KBPS_HELP, Coded
from core.foundation.params import param

NARROW_HZ = 8000
NARROW_CODER = f"libsndfile {sf.__libsndfile_version__} at {NARROW_HZ} Hz"
_AMR_NB_KBPS = (4.75, 5.15, 5.9, 6.7, 7.4, 7.95, 10.2, 12.2)
_AMR_WB_KBPS = (6.6, 8.85, 12.65, 14.25, 15.85, 18.25, 19.85, 23.05, 23.85)
_LAWS = {"a-law": "ALAW", "mu-law": "ULAW"}
_G726 = {24.0: "G723_24", 32.0: "G721_32", 40.0: "G723_40"}


@PERTURBATIONS.register("amr_nb")
@dataclass(frozen=True, slots=True, kw_only=True)
class AmrNb(Coded):
    """AMR narrow band (3GPP TS 26.071) at 8 kHz."""

    name: ClassVar = "amr_nb"
    called: ClassVar = "AMR-NB"
    help: ClassVar = "AMR narrow band: mobile telephony of the second and third generation, voice notes."
    coder: ClassVar = Coder(
        title="AMR narrow band",
        encoder="libopencore_amrnb",
        decoder="amrnb",
        rates_hz=(NARROW_HZ,),
        sample_format="s16",
        delay_frames=40,
    )

    kbps: float = param(12.2, KBPS_HELP, unit="kbit/s", choices=_AMR_NB_KBPS)

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """Any of its rates."""
        return cls(kbps=float(rng.choice(_AMR_NB_KBPS)))


@PERTURBATIONS.register("amr_wb")
@dataclass(frozen=True, slots=True, kw_only=True)
class AmrWb(Coded):
    """AMR wide band (3GPP TS 26.171, ITU-T G.722.2) at 16 kHz."""

    name: ClassVar = "amr_wb"
    called: ClassVar = "AMR-WB"
    help: ClassVar = "AMR wide band: mobile telephony with a clearer voice."
    coder: ClassVar = Coder(
        title="AMR wide band",
        encoder="libvo_amrwbenc",
        decoder="amrwb",
        rates_hz=(16000,),
        sample_format="s16",
        delay_frames=95,
    )

    kbps: float = param(12.65, KBPS_HELP, unit="kbit/s", choices=_AMR_WB_KBPS)

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """Any of its rates."""
        return cls(kbps=float(rng.choice(_AMR_WB_KBPS)))


@PERTURBATIONS.register("g722")
@dataclass(frozen=True, slots=True, kw_only=True)
class G722(Coded):
    """ITU-T G.722 at 16 kHz and 64 kbit/s."""

    name: ClassVar = "g722"
    help: ClassVar = "G.722 at 64 kbit/s: telephones in offices and on the internet."
    coder: ClassVar = Coder(
        title="G.722", encoder="g722", decoder="g722", rates_hz=(16000,), sample_format="s16", delay_frames=22
    )

    kbps: float = param(64.0, KBPS_HELP, unit="kbit/s", choices=(64.0,))

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """There is one rate."""
        return cls()


@PERTURBATIONS.register("g726")
@dataclass(frozen=True, slots=True, kw_only=True)
class G726(Perturbation):
    """ITU-T G.726 at 8 kHz, in libsndfile under its older names G.721 (32 kbit/s) and G.723 (24 and 40 kbit/s)."""

    name: ClassVar = "g726"
    help: ClassVar = "G.726, adaptive differences of samples: cordless telephones and satellite links."

    kbps: float = param(32.0, KBPS_HELP, unit="kbit/s", choices=tuple(_G726))

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """Any of its rates."""
        return cls(kbps=float(rng.choice(tuple(_G726))))

    def coding(self) -> Coding:
        """G.726 at its bit rate."""
        return Coding(name="G.726", kbps=self.kbps)

    def made_with(self, rate_hz: int) -> str:
        """libsndfile."""
        return NARROW_CODER

    def _change(self, waveform: Wave, rate_hz: int) -> NDArray[np.floating]:
        subtype = _G726[self.kbps]
        return at_rate(waveform, rate_hz, NARROW_HZ, lambda narrow: through_file(narrow, NARROW_HZ, "AU", subtype))


@PERTURBATIONS.register("gsm")
@dataclass(frozen=True, slots=True, kw_only=True)
class Gsm(Perturbation):
    """GSM 06.10 full rate, 13 kbit/s at 8 kHz."""

    name: ClassVar = "gsm"
    help: ClassVar = "GSM full rate: mobile telephony of the second generation."

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """There is one rate."""
        return cls()

    def coding(self) -> Coding:
        """GSM at its bit rate."""
        return Coding(name="GSM 06.10", kbps=13.0)

    def made_with(self, rate_hz: int) -> str:
        """libsndfile."""
        return NARROW_CODER

    def _change(self, waveform: Wave, rate_hz: int) -> NDArray[np.floating]:
        return at_rate(waveform, rate_hz, NARROW_HZ, lambda narrow: through_file(narrow, NARROW_HZ, "WAV", "GSM610"))


@PERTURBATIONS.register("g711")
@dataclass(frozen=True, slots=True, kw_only=True)
class G711(Perturbation):
    """ITU-T G.711 at 8 kHz and 64 kbit/s."""

    name: ClassVar = "g711"
    help: ClassVar = "G.711: fixed-line telephony, eight bits on a logarithmic scale."

    law: str = param("a-law", "A-law (most of the world) or mu-law (North America, Japan).", choices=tuple(_LAWS))

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """Either law."""
        return cls(law=str(rng.choice(tuple(_LAWS))))

    def coding(self) -> Coding:
        """G.711 with its law."""
        return g711_coding(self.law)

    def made_with(self, rate_hz: int) -> str:
        """libsndfile."""
        return NARROW_CODER

    def _change(self, waveform: Wave, rate_hz: int) -> NDArray[np.floating]:
        return at_rate(waveform, rate_hz, NARROW_HZ, lambda narrow: companded(narrow, self.law))


def g711_coding(law: str) -> Coding:
    """G.711 by that law, at 64 kbit/s."""
    return Coding(name=f"G.711 {law.replace('a-law', 'A-law')}", kbps=64.0)


def companded(waveform: Wave, law: str) -> Wave:
    """Each sample (frames,) rounded as G.711 does; what exceeds full scale is cut off."""
    return through_file(waveform, NARROW_HZ, "RAW", _LAWS[law])


def through_file(waveform: Wave, rate_hz: int, container: str, subtype: str) -> Wave:
    """Written to and read from a file in memory."""
    file = io.BytesIO()
    sf.write(file, np.clip(waveform, -1, 1), rate_hz, format=container, subtype=subtype)
    file.seek(0)
    raw = {"samplerate": rate_hz, "channels": 1, "format": "RAW", "subtype": subtype} if container == "RAW" else {}
    return np.asarray(sf.read(file, dtype="float32", **raw)[0], np.float32)
