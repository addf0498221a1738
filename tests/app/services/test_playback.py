"""What is handed to the loudspeaker is the recording, gapless; without a device time still passes."""

from __future__ import annotations

import time

import numpy as np
import pytest
from helpers.examine_data import memory_recording

from app.services.playback import NO_DEVICE, ClockOutput, Playback
from app.services.sound import Feeder, Format, Stretch, block, encode
from core.foundation.errors import AudioError


def noise(rng, seconds: float = 2.3, rate: int = 8000, channels: int = 1):
    return memory_recording(rng.uniform(-0.9, 0.9, (channels, round(seconds * rate))).astype(np.float32), rate)


def everything(feeder: Feeder, chunk: int = 1000, limit: int = 10**7) -> bytes:
    feeder.start()
    out, end = b"", time.monotonic() + 5
    while not feeder.is_finished and len(out) < limit and time.monotonic() < end:
        filled = feeder.filled_bytes
        got = feeder.take(chunk)
        silent = feeder.filled_bytes - filled
        out += got[: len(got) - silent]
        time.sleep(0.0005 if silent else 0)
    feeder.stop()
    return out


@pytest.mark.parametrize("channels", [1, 2])
def test_all_samples_in_order(rng, channels: int) -> None:
    recording = noise(rng, channels=channels)
    feeder = Feeder(Stretch(recording=recording, start_s=0.25, stop_s=2.0), Format(sample_rate=8000, channels=channels))
    heard = np.frombuffer(everything(feeder), np.float32).reshape(-1, channels).T
    np.testing.assert_array_equal(heard, recording.read(2000, 16000))


def test_loop_begins_again_without_gap(rng) -> None:
    recording = noise(rng)
    stretch = Stretch(recording=recording, start_s=0.5, stop_s=0.75, loop=True)
    heard = np.frombuffer(everything(Feeder(stretch, Format(sample_rate=8000, channels=1)), limit=4 * 7000), np.float32)
    once = recording.read(4000, 6000)[0]
    np.testing.assert_array_equal(heard[:6000], np.tile(once, 3))


def test_resampled_blocks_join_without_a_step() -> None:
    rate = 8000
    tone = np.sin(2 * np.pi * 440 * np.arange(rate * 3) / rate).astype(np.float32)
    recording = memory_recording(tone[None] * 0.5, rate)
    format_ = Format(sample_rate=44100, channels=1)
    parts = [block(recording, at, at + 0.5, format_) for at in (0.0, 0.5, 1.0, 1.5)]
    joined = np.concatenate(parts, axis=1)[0]
    assert joined.size == 2 * 44100
    expected = 0.5 * np.sin(2 * np.pi * 440 * np.arange(joined.size) / 44100)
    middle = slice(2000, -2000)
    assert np.abs(joined[middle] - expected[middle]).max() < 1e-3


def test_mean_of_the_channels_where_the_device_has_fewer(rng) -> None:
    recording = noise(rng, channels=3)
    mixed = block(recording, 0.0, 0.1, Format(sample_rate=8000, channels=2))
    expected = recording.read(0, 800).mean(axis=0)
    np.testing.assert_allclose(mixed, np.stack([expected, expected]), atol=1e-6)


def test_int16_is_rounded_and_clipped() -> None:
    samples = np.array([[0.0, 1.0, -1.0, 2.0, np.nan, 0.5]], np.float32)
    heard = np.frombuffer(encode(samples, Format(sample_rate=8000, channels=1, kind="int16")), np.int16)
    assert heard.tolist() == [0, 32767, -32767, 32767, 0, 16384]


def test_a_slow_disk_gives_silence_that_is_counted(rng) -> None:
    feeder = Feeder(Stretch(recording=noise(rng), start_s=0, stop_s=1), Format(sample_rate=8000, channels=1))
    assert feeder.take(4000) == bytes(4000)
    assert feeder.filled_bytes == 4000


def test_clock_moves_at_the_speed_of_sound(qtbot, rng) -> None:
    playback, positions = Playback(outputs=lambda stretch: (ClockOutput(stretch), NO_DEVICE)), []
    playback.position_changed.connect(positions.append)
    with qtbot.waitSignal(playback.failed, timeout=2000) as told:
        playback.play(noise(rng), 0.5, 0.9)
    began = time.monotonic()
    qtbot.waitUntil(lambda: not playback.is_playing, timeout=3000)
    assert 0.3 < time.monotonic() - began < 1.5
    assert told.args[0].code == "SY-102"
    assert positions == sorted(positions)
    assert positions[0] >= 0.5
    assert positions[-1] <= 0.9 + 1e-9


def test_no_device_is_told_once(qtbot, rng) -> None:
    playback, told = Playback(outputs=lambda stretch: (ClockOutput(stretch), NO_DEVICE)), []
    playback.failed.connect(told.append)
    for _ in range(3):
        playback.play(noise(rng))
    playback.stop()
    assert len(told) == 1


class FailingOutput(ClockOutput):
    def error(self):
        return AudioError("IN-007", "The file changed.")


def test_an_error_while_reading_stops_and_is_told(qtbot, rng) -> None:
    playback = Playback(outputs=lambda stretch: (FailingOutput(stretch), None))
    with qtbot.waitSignal(playback.failed, timeout=2000) as told:
        playback.play(noise(rng))
    assert told.args[0].code == "IN-007"
    assert not playback.is_playing


def test_a_reading_error_reaches_the_feeders_owner() -> None:
    class Broken:
        def read(self, start, stop):
            raise AudioError("IN-001", "Gone.")

        def close(self):
            pass

    recording = memory_recording(np.zeros((1, 8000), np.float32), 8000)
    object.__setattr__(recording, "pcm", Broken())
    feeder = Feeder(Stretch(recording=recording, start_s=0, stop_s=1), Format(sample_rate=8000, channels=1))
    everything(feeder)
    assert isinstance(feeder.error, AudioError)


def test_an_empty_stretch_is_not_played(qtbot, rng) -> None:
    playback = Playback(outputs=lambda stretch: (ClockOutput(stretch), None))
    playback.play(noise(rng), 1.0, 1.0)
    assert not playback.is_playing
