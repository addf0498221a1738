"""Codings that only FFmpeg reads: round trips through files that FFmpeg wrote."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile as sf

from core.audio import measure_condition, open_recording
from core.foundation.errors import AudioError

LOSSY = [
    ("a.m4a", "aac", 44100, 2, "aac"),
    ("a.mp4", "aac", 48000, 6, "aac"),
    ("b.mp4", "aac", 48000, 8, "aac"),
    ("b.webm", "libopus", 48000, 8, "opus"),
    ("a.aac", "aac", 44100, 1, "aac"),
    ("a.mp3", "libmp3lame", 44100, 2, "mp3float"),
    ("b.mp3", "libmp3lame", 16000, 1, "mp3float"),
    ("a.opus", "libopus", 48000, 2, "opus"),
    ("a.webm", "libopus", 48000, 1, "opus"),
    ("a.wma", "wmav2", 44100, 1, "wma 2"),
    ("a.amr", "libopencore_amrnb", 8000, 1, "amrnb"),
    ("a.3gp", "libopencore_amrnb", 8000, 1, "amrnb"),
    ("a.ac3", "ac3", 48000, 2, "ac3"),
    ("g.wav", "g722", 16000, 1, "g722"),
]
LOSSLESS = [("a.m4a", "alac"), ("a.mov", "pcm_s16be"), ("a.wv", "wavpack"), ("a.tta", "tta"), ("a.mka", "flac")]


def aligned_correlation(found: np.ndarray, expected: np.ndarray, reach: int = 6000) -> float:
    """Highest correlation of two waveforms over shifts of up to `reach` frames."""
    size = 1 << int(np.ceil(np.log2(len(found) + len(expected))))
    cross = np.fft.irfft(np.fft.rfft(found, size) * np.conj(np.fft.rfft(expected, size)), size)
    best = max(cross[:reach].max(), cross[-reach:].max())
    return float(best / (np.linalg.norm(found) * np.linalg.norm(expected)))


@pytest.mark.parametrize(("name", "codec", "rate", "channels", "decoded_as"), LOSSY)
def test_lossy_codings_give_back_the_sound(encode, speechlike, name, codec, rate, channels, decoded_as):
    voice = speechlike(2.0, rate)
    rows = np.stack([voice * (1 - 0.1 * n) for n in range(channels)])
    recording = open_recording(encode(name, rows, rate, codec, bit_rate=12_200 if "amr" in codec else 96_000))
    assert (recording.sample_rate, recording.channels) == (rate, channels)
    assert recording.stream.codec.lower().replace("-", "").replace(".", "").startswith(decoded_as.removesuffix("float"))
    assert recording.stream.bits is None or codec == "g722"
    assert recording.duration_s == pytest.approx(2.0, abs=0.15)
    least = 0.45 if "amr" in codec else 0.9  # AMR keeps the spectrum rather than the wave
    assert aligned_correlation(recording.read()[0], voice) > least
    assert recording.notices == ()


@pytest.mark.parametrize(("name", "codec"), LOSSLESS)
def test_lossless_codings_keep_the_pcm_hash(encode, tmp_path, speechlike, name, codec):
    rows = np.stack([speechlike(1.1), speechlike(1.1)[::-1]])
    sf.write(tmp_path / "plain.wav", np.round(rows.T * 32768).astype(np.int16), 16000)
    plain = open_recording(tmp_path / "plain.wav")
    other = open_recording(encode(name, rows, 16000, codec))
    assert other.stream.decoder.startswith("FFmpeg libavcodec")
    assert other.stream.bits == 16
    assert other.id.pcm_sha256 == plain.id.pcm_sha256
    np.testing.assert_array_equal(other.read(), plain.read())


@pytest.mark.parametrize(("subtype", "codec"), [("PCM_U8", "pcm_u8"), ("PCM_24", "pcm_s24le"), ("FLOAT", "pcm_f32le")])
def test_both_readers_hash_alike(tmp_path, speechlike, subtype, codec):
    sf.write(tmp_path / "plain.wav", speechlike(0.7), 16000, subtype=subtype)
    with av.open(str(tmp_path / "plain.wav")) as source, av.open(str(tmp_path / "same.mka"), "w") as target:
        stream = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(source.streams.audio[0]):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    plain, same = open_recording(tmp_path / "plain.wav"), open_recording(tmp_path / "same.mka")
    assert same.stream.codec == plain.stream.codec
    assert same.stream.bits == plain.stream.bits
    assert (same.id.pcm_sha256, same.id.pcm_encoding) == (plain.id.pcm_sha256, plain.id.pcm_encoding)


@pytest.mark.parametrize("name", ["film.mp4", "film.mov", "film.avi", "film.mkv"])
def test_the_sound_of_a_film_is_taken(encode, speechlike, name):
    codec = "pcm_s16le" if name.endswith("avi") else "aac"
    recording = open_recording(encode(name, speechlike(1.0, 44100), 44100, codec, video=True))
    assert recording.duration_s == pytest.approx(1.0, abs=0.1)
    assert "video" in dict(recording.stream.facts)["streams"]
    assert "IN-020" not in [notice.code for notice in recording.notices]


def test_any_stretch_equals_that_of_one_decoding(encode, speechlike):
    path = encode("a.m4a", speechlike(5.0, 44100), 44100, "aac")
    with av.open(str(path)) as container:
        whole = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    recording = open_recording(path)
    assert recording.id.pcm_sha256 == hashlib.sha256(whole[0].astype("<f4").tobytes()).hexdigest()
    np.testing.assert_array_equal(recording.read(), whole)
    for start in (0, 1, 1023, 99_999, 220_000):
        np.testing.assert_array_equal(recording.read(start, start + 5000), whole[:, start : start + 5000])


def test_tags_are_kept_verbatim(encode, speechlike):
    tags = {"title": "Übergabe 14:05", "comment": "line 1; line 2", "encoder_note": "x"}
    path = encode("a.mka", speechlike(0.5), 16000, "pcm_s16le", tags=tags)
    found = {key.lower(): value for key, value in open_recording(path).stream.tags}
    assert tags.items() <= found.items()
    assert any("lavf" in value.lower() for value in found.values())


def test_creation_time_and_declared_times_are_facts(encode, speechlike):
    path = encode("a.m4a", speechlike(1.0), 16000, "aac", tags={"creation_time": "2021-03-04T05:06:07Z"})
    stream = open_recording(path).stream
    assert ("creation_time", "2021-03-04T05:06:07.000000Z") in stream.tags
    facts = dict(stream.facts)
    assert facts["declared duration"].startswith("1.0")
    assert "mdat" in facts["chunks (bytes)"]
    assert facts["streams"].startswith("0 audio aac LC, 16000 Hz, mono")


def test_further_sound_streams_are_told(encode, speechlike):
    recording = open_recording(encode("a.mka", speechlike(0.5), 16000, "pcm_s16le", streams=3))
    assert [notice.code for notice in recording.notices] == ["DE-025"]
    assert "2 more sound streams" in recording.notices[0].message


def test_film_without_sound(tmp_path):
    with av.open(str(tmp_path / "mute.mp4"), "w") as container:
        stream = container.add_stream("mpeg4", rate=10, width=32, height=32, pix_fmt="yuv420p")
        frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
        container.mux(stream.encode(frame.reformat(format="yuv420p")))
        container.mux(stream.encode(None))
    with pytest.raises(AudioError) as caught:
        open_recording(tmp_path / "mute.mp4")
    assert caught.value.code == "IN-008"


def test_a_jump_of_the_clock_is_told(tmp_path):
    with av.open(str(tmp_path / "a.mka"), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        for index in range(50):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), format="s16", layout="mono")
            frame.sample_rate, frame.pts = 8000, 800 * index + (4000 if index >= 20 else 0)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    recording = open_recording(tmp_path / "a.mka")
    assert recording.frames == 40_000
    jumps = [notice for notice in recording.notices if notice.code == "DE-023"]
    assert len(jumps) == 1
    assert "jumps 1 time, first at 2.000 s by +0.500 s" in jumps[0].message


def cut(path: Path, share: float) -> Path:
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.mp3", "libmp3lame"), ("a.mka", "flac"), ("a.webm", "libopus"), ("a.wma", "wmav2"), ("a.opus", "libopus")],
)
def test_a_cut_file_is_read_as_far_as_it_goes_and_told(encode, speechlike, name, codec):
    path = cut(encode(name, speechlike(6.0, 48000), 48000, codec), 0.5)
    recording = open_recording(path)
    assert 1.5 < recording.duration_s < 4.5
    assert "DE-020" in [notice.code for notice in recording.notices]
    assert aligned_correlation(recording.read()[0], speechlike(6.0, 48000)[: recording.frames]) > 0.8


def test_damage_in_the_middle_is_told_and_the_rest_is_read(encode, speechlike):
    path = encode("a.m4a", speechlike(6.0, 44100), 44100, "aac")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 400] = b"\xff" * 400
    path.write_bytes(data)
    recording = open_recording(path)
    assert recording.duration_s > 5.5
    damage = [notice.message for notice in recording.notices if notice.code == "DE-020"]
    assert len(damage) == 1
    at = re.search(r"cannot be decoded, the first at (\d\.\d+) s", damage[0])
    assert at is not None
    assert 2.0 < float(at[1]) < 4.0


def test_remains_of_another_stream_do_not_decide_the_format(encode, speechlike):
    plain = {"write_xing": "0", "id3v2_version": "0"}
    mono = encode("mono.mp3", speechlike(1.0, 44100), 44100, "libmp3lame", container_options=plain).read_bytes()
    rows = np.stack([speechlike(2.0, 44100)] * 2)
    path = encode("a.mp3", rows, 44100, "libmp3lame", container_options=plain)
    path.write_bytes(mono[: len(mono) // 10] + path.read_bytes())
    recording = open_recording(path)
    assert recording.channels == 2
    assert recording.duration_s == pytest.approx(2.0, abs=0.1)
    assert "DE-020" in [notice.code for notice in recording.notices]


def test_a_change_of_format_ends_the_recording_and_is_told(encode, speechlike):
    plain = {"write_xing": "0", "id3v2_version": "0"}
    mono = encode("mono.mp3", speechlike(1.0, 44100), 44100, "libmp3lame", container_options=plain).read_bytes()
    path = encode("a.mp3", np.stack([speechlike(2.0, 44100)] * 2), 44100, "libmp3lame", container_options=plain)
    path.write_bytes(path.read_bytes() + mono)
    recording = open_recording(path)
    assert (recording.channels, round(recording.duration_s)) == (2, 2)
    assert "DE-024" in [notice.code for notice in recording.notices]


def test_ffmpeg_is_silent_about_damage(encode, speechlike, capfd):
    path = encode("a.m4a", speechlike(3.0, 44100), 44100, "aac")
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 400] = b"\xff" * 400
    path.write_bytes(data)
    open_recording(path)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://192.0.2.1/a.ts\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile secret.wav\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
    ],
)
def test_playlists_open_no_other_file(tmp_path, wav, text):
    wav("secret.wav")
    (tmp_path / "list.wav").write_text(text)
    with pytest.raises(AudioError) as caught:
        open_recording(tmp_path / "list.wav")
    assert caught.value.code == "IN-006"


def test_condition_of_a_compressed_recording(encode, speechlike: Callable[..., np.ndarray]):
    condition = measure_condition(open_recording(encode("a.m4a", speechlike(6.0, 44100), 44100, "aac")))
    assert condition.speech_s > 2
    assert condition.codec.startswith("AAC")
