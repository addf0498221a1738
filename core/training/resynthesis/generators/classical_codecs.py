"""Classical codecs: what they leave is human speech, and a detector must not take it for a neural network's."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from pathlib import Path
from typing import ClassVar

import numpy as np

from core.audio.perturb import PERTURBATIONS
from core.audio.perturb.speech_coders import NARROW_HZ
from core.training.resynthesis.base import GENERATORS, Generator, Wave


class ClassicalCodec(Generator):
    """One of the coders of `core.audio.perturb` at one of its low bit rates; without delay, as those are."""

    family = "classical-codec"
    farthest = math.inf
    """What a coder takes off the band at a low rate is its trace, and the very copy that is wanted."""
    kind: ClassVar[str]
    """Name in PERTURBATIONS."""

    def __init__(self, folder: Path):
        """Needs no weights.

        Raises:
            PerturbationError: FFmpeg has no such coder here (PE-002).
        """
        super().__init__(folder)
        if lack := PERTURBATIONS[self.kind].lacks():
            raise lack
        self.trace = self.kind

    def copy(self, waveform: Wave, rng: np.random.Generator, kbps: float | None) -> Wave:
        """Encode and decode; what else the coder has to choose is drawn."""
        record = PERTURBATIONS[self.kind].draw(rng)
        if kbps is not None and "kbps" in {item.name for item in fields(record)}:
            record = replace(record, kbps=kbps)  # type: ignore[call-arg]
        return record.apply(waveform, self.rate_hz)


@GENERATORS.register("opus")
class OpusCopy(ClassicalCodec):
    """Classical codec as human speech: Opus at 6 to 24 kbit/s, for calls or for any sound."""

    kind = "opus"
    bitrates_kbps = (6.0, 8.0, 12.0, 16.0, 24.0)


@GENERATORS.register("mp3")
class Mp3Copy(ClassicalCodec):
    """Classical codec as human speech: MP3 at 16 to 64 kbit/s."""

    kind = "mp3"
    bitrates_kbps = (16.0, 24.0, 32.0, 64.0)


@GENERATORS.register("aac")
class AacCopy(ClassicalCodec):
    """Classical codec as human speech: AAC-LC at 16 to 48 kbit/s."""

    kind = "aac"
    bitrates_kbps = (16.0, 24.0, 32.0, 48.0)


@GENERATORS.register("vorbis")
class VorbisCopy(ClassicalCodec):
    """Classical codec as human speech: Vorbis at qualities 0 to 6."""

    kind = "vorbis"


@GENERATORS.register("sbc")
class SbcCopy(ClassicalCodec):
    """Classical codec as human speech: SBC of Bluetooth at 32 to 64 kbit/s."""

    kind = "sbc"
    bitrates_kbps = (32.0, 48.0, 64.0)


@GENERATORS.register("g722")
class G722Copy(ClassicalCodec):
    """Classical codec as human speech: G.722 at 64 kbit/s."""

    kind = "g722"
    bitrates_kbps = (64.0,)


@GENERATORS.register("amr-wb")
class AmrWbCopy(ClassicalCodec):
    """Classical codec as human speech: AMR wide band at 6.6 to 15.85 kbit/s."""

    kind = "amr_wb"
    bitrates_kbps = (6.6, 8.85, 12.65, 15.85)


@GENERATORS.register("amr-nb")
class AmrNbCopy(ClassicalCodec):
    """Classical codec as human speech: AMR narrow band at 4.75 to 12.2 kbit/s, at 8 kHz."""

    kind = "amr_nb"
    rate_hz = NARROW_HZ
    bitrates_kbps = (4.75, 5.9, 7.4, 12.2)


@GENERATORS.register("gsm")
class GsmCopy(ClassicalCodec):
    """Classical codec as human speech: GSM full rate, at 8 kHz."""

    kind = "gsm"
    rate_hz = NARROW_HZ
    bitrates_kbps = (13.0,)


@GENERATORS.register("g711")
class G711Copy(ClassicalCodec):
    """Classical codec as human speech: G.711, A-law or mu-law, at 8 kHz."""

    kind = "g711"
    rate_hz = NARROW_HZ
    bitrates_kbps = (64.0,)


@GENERATORS.register("g726")
class G726Copy(ClassicalCodec):
    """Classical codec as human speech: G.726 at 24 to 40 kbit/s, at 8 kHz."""

    kind = "g726"
    rate_hz = NARROW_HZ
    bitrates_kbps = (24.0, 32.0, 40.0)
