"""High-efficiency AAC is told from plain AAC: configurations written bit by bit after ISO/IEC 14496-3, 1.6.2.1."""

from __future__ import annotations

import pytest

from core.audio import open_recording
from core.audio.aac import AacConfig, aac_config, aac_name

LC_24K = "0001001100001000"
"""Object type 2, 24 kHz, one channel, GASpecificConfig of 1024 lines."""
PCE = LC_24K[:9] + "0000" + "000" + "1011001110"
"""The same with channels in a program_config_element, whose bits stand where a sync word might be sought."""
SYNC = "01010110111"


def config(bits: str) -> bytes:
    return int(bits.ljust(-len(bits) % 8 + len(bits), "0"), 2).to_bytes(-(-len(bits) // 8))


@pytest.mark.parametrize(
    ("bits", "name", "rates"),
    [
        (LC_24K, "AAC", (24000, None)),
        (LC_24K + SYNC + "00101" + "0", "AAC", (24000, None)),
        (LC_24K + SYNC + "00101" + "1" + "0011", "HE-AAC", (24000, 48000)),
        (PCE + SYNC + "00101" + "1" + "0011", "HE-AAC", (24000, 48000)),
        (LC_24K + SYNC + "00101" + "1" + "0011" + "10101001000" + "1", "HE-AAC v2", (24000, 48000)),
        (LC_24K + SYNC + "00101" + "1" + "0011" + "10101001000" + "0", "HE-AAC", (24000, 48000)),
        ("0010101110010010000010000", "HE-AAC", (22050, 44100)),
        ("1110101110001010000010000", "HE-AAC v2", (22050, 44100)),
        ("001011111" + f"{20000:024b}" + "00101111" + f"{40000:024b}" + "00010000", "HE-AAC", (20000, 40000)),
        ("11111000111010000010000", "AAC-ELD", (44100, None)),
        ("11111001010001100100000", "xHE-AAC", (48000, None)),
    ],
)
def test_what_a_configuration_says(bits: str, name: str, rates: tuple[int, int | None]) -> None:
    found = aac_config(config(bits))
    assert found is not None
    assert (found.name, found.rate_hz, found.extension_hz) == (name, *rates)


def test_a_configuration_that_ends_early_says_nothing() -> None:
    whole = config("0010101110010010000010000")
    assert [aac_config(whole[:length]) for length in range(2)] == [None, None]
    assert aac_config(whole) == AacConfig(object_type=2, rate_hz=22050, has_sbr=True, extension_hz=44100)


@pytest.mark.parametrize(
    ("extradata", "profile", "name"),
    [
        (None, "HE-AAC", "HE-AAC"),
        (config(LC_24K), "HE-AACv2", "HE-AAC v2"),
        (config(LC_24K + SYNC + "0010110011"), "LC", "HE-AAC"),
        (config(LC_24K), "LC", "AAC"),
        (b"", None, "AAC"),
    ],
)
def test_header_and_profile_both_can_tell(extradata: bytes | None, profile: str | None, name: str) -> None:
    assert aac_name(extradata, profile) == name


def test_a_file_whose_header_announces_band_replication(encode, speechlike) -> None:
    path = encode("plain.m4a", speechlike(1.0, 24000), 24000, "aac")
    plain = open_recording(path).stream
    assert (plain.codec, plain.sample_rate) == ("AAC", 24000)
    assert dict(plain.facts)["AAC configuration"] == "AAC, object type 2, coded at 24000 Hz"
    without, announced = (config(LC_24K + SYNC + "00101" + end) for end in ("0", "10011"))
    assert path.read_bytes().count(without) == 1
    path.write_bytes(path.read_bytes().replace(without, announced))
    found = open_recording(path).stream
    assert (found.codec, found.sample_rate) == ("HE-AAC", 48000)
    facts = dict(found.facts)["AAC configuration"]
    assert facts == "HE-AAC, object type 2, coded at 24000 Hz, upper band replicated (SBR) to a rate of 48000 Hz"
