"""Codings are called by the names people use, the same from both readers."""

from __future__ import annotations

import pytest
import soundfile as sf

from core.audio import measure_condition, open_recording
from core.audio.coding import ffmpeg_coding, is_lossless, libsndfile_coding
from core.audio.perturb.lossy import Vorbis
from core.audio.perturb.speech_coders import G711, G726, Gsm


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


@pytest.mark.parametrize(
    ("file", "subtype", "perturbation"),
    [
        ("a.au", "G721_32", G726(kbps=32.0)),
        ("a.au", "G723_24", G726(kbps=24.0)),
        ("a.wav", "ULAW", G711(law="mu-law")),
        ("a.wav", "ALAW", G711(law="a-law")),
        ("a.wav", "GSM610", Gsm()),
        ("a.ogg", "VORBIS", Vorbis()),
    ],
)
def test_a_copy_through_a_coder_is_called_what_a_file_in_it_is(tmp_path, speechlike, file, subtype, perturbation):
    sf.write(tmp_path / file, speechlike(1.0), 8000, subtype=subtype)
    stream, coding = open_recording(tmp_path / file).stream, perturbation.coding()
    assert stream.codec == coding.name
    assert coding.kbps is None or stream.mean_bit_rate == pytest.approx(1000 * coding.kbps, rel=0.03)


def test_bits_in_use_do_not_apply_to_lossy_codings(encode, speechlike):
    recording = open_recording(encode("a.mp3", speechlike(1.0), 16000, "libmp3lame"))
    assert recording.stream.codec == "MP3"
    assert not is_lossless(recording.stream.codec)
    assert measure_condition(recording).effective_bits is None
