"""The mean bit rate is counted over a lossy recording's packets, whatever its container declares or carries beside."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile as sf

from core.audio import open_recording
from core.audio.perturb.lossy import Mp3
from core.foundation.paths import resources_dir


def test_it_is_that_of_the_sound_alone(tmp_path):
    mp3 = next((resources_dir() / "samples").rglob("*.mp3"))
    plain = open_recording(mp3).stream
    assert plain.mean_bit_rate == pytest.approx(48_000, rel=0.02)  # as it was coded
    tagged = tmp_path / "tagged.mp3"  # 64 KiB of padding in an ID3v2.4 tag before the first packet
    tagged.write_bytes(b"ID3\x04\x00\x00\x00\x04\x00\x00" + bytes(1 << 16) + mp3.read_bytes())
    assert open_recording(tagged).stream.mean_bit_rate == plain.mean_bit_rate


def _mp3(rng, kbps: float, rate_hz: int) -> bytes:
    """A second of noise as bare MPEG frames."""
    noise = 0.1 * rng.standard_normal(rate_hz).astype(np.float32)
    return b"".join(bytes(packet) for packet in Mp3(kbps=kbps).encoded(noise, rate_hz).packets)


@pytest.mark.parametrize("what", ["another rate", "zeros", "noise", "damage"])
def test_what_was_not_decoded_does_not_raise_it(tmp_path, rng, what):
    plain = _mp3(rng, 32, 16_000) * 4
    path = tmp_path / "sound.mp3"
    half = len(plain) // 2
    path.write_bytes(
        {
            "another rate": plain + _mp3(rng, 320, 48_000) * 4,
            "zeros": plain + bytes(100_000),
            "noise": plain + rng.bytes(100_000),
            "damage": plain[:half] + rng.bytes(20_000) + plain[half:],
        }[what]
    )
    recording = open_recording(path)
    assert recording.sample_rate == 16_000
    assert recording.stream.mean_bit_rate == pytest.approx(32_000, rel=0.05)


@pytest.mark.parametrize("subtype", ["OPUS", "VORBIS"])
def test_a_rate_that_varies_is_its_mean(tmp_path, rng, subtype):
    path = tmp_path / "sound.ogg"
    sf.write(path, 0.1 * rng.standard_normal(48000 * 4).astype(np.float32), 48000, format="OGG", subtype=subtype)
    found = open_recording(path).stream.mean_bit_rate
    whole = 8 * path.stat().st_size / 4
    assert 0.85 * whole < found <= whole  # the container adds a few per cent


def test_lossless_recordings_have_none(wav):
    assert open_recording(wav()).stream.mean_bit_rate is None
