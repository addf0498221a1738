"""Whatever bytes a file holds: a Recording or an AudioError, nothing else."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile as sf
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.audio import measure_condition, open_recording
from core.foundation.errors import AudioError

LIBSNDFILE = {"wav": "PCM_16", "rf64": "PCM_24", "w64": "FLOAT", "aiff": "PCM_16", "flac": "PCM_16", "ogg": "VORBIS"}
FFMPEG = {"mp3": "libmp3lame", "m4a": "aac", "webm": "libopus", "wma": "wmav2", "avi": "pcm_s16le", "aac": "aac"}
MUXERS = {"m4a": "ipod", "wma": "asf", "aac": "adts"}


@cache
def seed(kind: str) -> bytes:
    """A short valid file of that kind."""
    samples = (0.3 * np.sin(np.arange(6000) * 0.11)).astype(np.float32)
    buffer = io.BytesIO()
    if kind in LIBSNDFILE:
        sf.write(buffer, samples, 16000, format=kind.upper(), subtype=LIBSNDFILE[kind])
        return buffer.getvalue()
    rate = 48000 if kind == "webm" else 44100
    with av.open(buffer, "w", format=MUXERS.get(kind, kind)) as container:
        stream = container.add_stream(FFMPEG[kind], rate=rate, layout="mono")
        stream.codec_context.bit_rate = 64_000
        frame = av.AudioFrame.from_ndarray((samples * 32767).astype(np.int16)[None], format="s16", layout="mono")
        frame.sample_rate = rate
        context = stream.codec_context
        resampler = av.AudioResampler(context.format, context.layout, rate, context.frame_size or 1024)
        for part in [*resampler.resample(frame), *resampler.resample(None), None]:
            container.mux(stream.encode(part))
    return buffer.getvalue()


def recording_or_error(path: Path) -> None:
    """Open, read and measure; any exception but AudioError fails the test."""
    try:
        recording = open_recording(path)
    except AudioError as error:
        if error.code[:3] not in ("IN-", "DE-"):
            raise
        return
    samples = recording.read(0, 2000)
    assert samples.shape == (recording.channels, min(recording.frames, 2000))
    assert np.isfinite(samples).all()
    if recording.frames * recording.channels < 100_000:
        condition = measure_condition(recording)
        assert np.isfinite([condition.snr_db, condition.bandwidth_hz, condition.effective_bits or 0.0]).all()
    recording.pcm.close()


@given(data=st.binary(min_size=1, max_size=3000))
@example(data=b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0data\4\0\0\0abcd")
@example(data=b"\xff\xfb\x90\x64" * 500)
@settings(deadline=None, max_examples=60)
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes):
    path = tmp_path_factory.mktemp("fuzz") / "x.wav"
    path.write_bytes(data)
    recording_or_error(path)


@given(
    kind=st.sampled_from([*LIBSNDFILE, *FFMPEG]),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=12),
    in_head=st.booleans(),
    keep=st.one_of(st.just(1.0), st.floats(0, 1)),
    tail=st.binary(max_size=40),
)
@settings(deadline=None, max_examples=200)
def test_damaged_files(tmp_path_factory: pytest.TempPathFactory, kind, changes, in_head, keep, tail):
    data = bytearray(seed(kind))
    reach = min(len(data), 200) if in_head else len(data)
    for where, value in changes:
        data[min(int(where * reach), reach - 1)] = value
    path = tmp_path_factory.mktemp("fuzz") / f"x.{kind}"
    path.write_bytes(bytes(data[: max(int(len(data) * keep), 1)]) + tail)
    recording_or_error(path)


@pytest.mark.parametrize("kind", [*LIBSNDFILE, *FFMPEG])
def test_the_undamaged_seeds_open(tmp_path, kind):
    (tmp_path / f"x.{kind}").write_bytes(seed(kind))
    recording = open_recording(tmp_path / f"x.{kind}")
    assert recording.frames >= 4000
    assert recording.notices == ()
