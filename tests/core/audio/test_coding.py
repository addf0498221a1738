"""Codings are called by the names people use, the same from both readers."""

from __future__ import annotations

import pytest

from core.audio import measure_condition, open_recording
from core.audio.coding import ffmpeg_coding, is_lossless, libsndfile_coding


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (libsndfile_coding("FLAC", "PCM_16"), "FLAC 16 bit"),
        (ffmpeg_coding("flac", 16), "FLAC 16 bit"),
        (libsndfile_coding("WAV", "PCM_U8"), "PCM 8 bit"),
        (ffmpeg_coding("pcm_s24le", 24), "PCM 24 bit"),
        (ffmpeg_coding("pcm_f32le", 32), libsndfile_coding("WAV", "FLOAT")),
        (ffmpeg_coding("mp3"), "MP3"),
    ],
)
def test_names(words, expected):
    assert words == expected


def test_bits_in_use_do_not_apply_to_lossy_codings(encode, speechlike):
    recording = open_recording(encode("a.mp3", speechlike(1.0), 16000, "libmp3lame"))
    assert recording.stream.codec == "MP3"
    assert not is_lossless(recording.stream.codec)
    assert measure_condition(recording).effective_bits is None
