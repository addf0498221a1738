"""Which AAC it is: high-efficiency profiles make the upper band from the lower one, plain AAC codes all of it.

Source: ISO/IEC 14496-3:2019, 1.6.2.1 AudioSpecificConfig, 1.6.3 its semantics, 1.6.5 signalling of SBR and PS.
"""

from __future__ import annotations

from dataclasses import dataclass

_ESCAPE_TYPE, _SBR, _PS = 31, 5, 29
_SYNC_SBR, _SYNC_PS = 0x2B7, 0x548
_RATES_HZ = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)
_EXPLICIT_RATE = 15
_NAMES = {23: "AAC-LD", 39: "AAC-ELD", 42: "xHE-AAC"}
"""Of object types that are neither plain nor with SBR."""
_BY_PROFILE = {
    "HE-AAC": "HE-AAC",
    "HE-AACv2": "HE-AAC v2",
    "LD": "AAC-LD",
    "ELD": "AAC-ELD",
    "xHE-AAC": "xHE-AAC",
}
"""As FFmpeg names profiles; it knows one that is signalled by the sound alone once it has decoded some."""


class _Bits:
    """Reads bits from the highest on; past the end there is nothing to read."""

    def __init__(self, data: bytes):
        self._value, self._left = int.from_bytes(data), 8 * len(data)

    @property
    def left(self) -> int:
        return self._left

    def peek(self, count: int) -> int:
        if count > self._left:
            raise EOFError
        return (self._value >> (self._left - count)) & ((1 << count) - 1)

    def read(self, count: int) -> int:
        found = self.peek(count)
        self._left -= count
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class AacConfig:
    """What an AudioSpecificConfig says."""

    object_type: int
    """Of the core: 2 is AAC-LC."""
    rate_hz: int | None
    """At which the core codes; None for a reserved value."""
    has_sbr: bool = False
    """Spectral band replication: the upper band is made from the lower one and a few values."""
    has_ps: bool = False
    """Parametric stereo: the second channel is made from the first and a few values."""
    extension_hz: int | None = None
    """Rate of the sound with the replicated band; None where it is not stated."""

    @property
    def name(self) -> str:
        """`AAC`, `HE-AAC`, `HE-AAC v2`, …"""
        if self.has_sbr:
            return "HE-AAC v2" if self.has_ps else "HE-AAC"
        return _NAMES.get(self.object_type, "AAC")

    @property
    def words(self) -> str:
        """For the facts of a container."""
        parts = [f"{self.name}, object type {self.object_type}"]
        parts += [f"coded at {self.rate_hz} Hz"] if self.rate_hz else []
        reach = f" to a rate of {self.extension_hz} Hz" if self.extension_hz else ""
        parts += [f"upper band replicated (SBR){reach}"] if self.has_sbr else []
        parts += ["parametric stereo"] if self.has_ps else []
        return ", ".join(parts)


def aac_config(data: bytes) -> AacConfig | None:
    """What the bytes of an AudioSpecificConfig say; None where they end before they say it.

    The config behind the channels differs from type to type, and may hold a program_config_element. The sync word of a
    backward compatible extension is therefore looked for from there on, bit by bit, as FFmpeg does.
    """
    bits = _Bits(data)
    try:
        kind, rate_hz, _channels = _type(bits), _rate(bits), bits.read(4)
        if kind in (_SBR, _PS):
            extension_hz = _rate(bits)
            core = _type(bits)
            return AacConfig(
                object_type=core, rate_hz=rate_hz, has_sbr=True, has_ps=kind == _PS, extension_hz=extension_hz
            )
    except EOFError:
        return None
    return _with_extension(kind, rate_hz, bits)


def aac_name(extradata: bytes | None, profile: str | None) -> str:
    """Name of an AAC coding by its config, or else by the profile that the decoder found."""
    config = aac_config(extradata) if extradata else None
    if config is not None and config.name != "AAC":
        return config.name
    return _BY_PROFILE.get(profile or "", "AAC")


def _with_extension(kind: int, rate_hz: int | None, bits: _Bits) -> AacConfig:
    plain = AacConfig(object_type=kind, rate_hz=rate_hz)
    if kind in _NAMES:
        return plain
    try:
        while bits.peek(11) != _SYNC_SBR:
            bits.read(1)
        bits.read(11)
        if _type(bits) != _SBR or not bits.read(1):
            return plain
        extension_hz = _rate(bits)
    except EOFError:
        return plain
    has_ps = bits.left >= 12 and bits.read(11) == _SYNC_PS and bool(bits.read(1))
    return AacConfig(object_type=kind, rate_hz=rate_hz, has_sbr=True, has_ps=has_ps, extension_hz=extension_hz)


def _type(bits: _Bits) -> int:
    kind = bits.read(5)
    return 32 + bits.read(6) if kind == _ESCAPE_TYPE else kind


def _rate(bits: _Bits) -> int | None:
    index = bits.read(4)
    if index == _EXPLICIT_RATE:
        return bits.read(24)
    return _RATES_HZ[index] if index < len(_RATES_HZ) else None
