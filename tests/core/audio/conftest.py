"""Fixtures of the audio floor's tests: recordings in memory, files written by FFmpeg, noise of a known band."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from core.audio.peaks import PeakBuilder
from core.audio.recording import FileId, Recording, StreamFacts

_LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}


class ArraySource:
    """Samples that lie in memory."""

    def __init__(self, samples: NDArray[np.float32]):
        self._samples = samples

    def read(self, start_frame: int, stop_frame: int) -> NDArray[np.float32]:
        return self._samples[:, max(start_frame, 0) : max(stop_frame, 0)]

    def close(self) -> None:
        pass


@pytest.fixture
def in_memory() -> Callable[..., Recording]:
    """Maker of recordings without a file: f(samples (frames,) or (channels, frames), rate, bits=None)."""

    def make(samples: NDArray, rate: int = 16000, bits: int | None = None) -> Recording:
        rows = np.atleast_2d(np.asarray(samples, np.float32))
        encoding = "int32le" if bits else "float32le"
        builder = PeakBuilder(len(rows))
        builder.add(rows)
        return Recording(
            id=FileId(path=Path("memory"), size_bytes=0, sha256="", pcm_sha256="", pcm_encoding=encoding),
            stream=StreamFacts(
                container="", codec="PCM", sample_rate=rate, channels=len(rows), frames=rows.shape[1], bits=bits
            ),
            peaks=builder.finish(),
            pcm=ArraySource(rows),
        )

    return make


@pytest.fixture
def encode(tmp_path: Path) -> Callable[..., Path]:
    """Writer of files with FFmpeg: f(name, samples (channels, frames) ±1, rate, codec, **options) -> Path.

    Skips where this FFmpeg lacks the encoder.
    """

    def write(
        name: str,
        samples: NDArray,
        rate: int,
        codec: str,
        *,
        bit_rate: int = 96_000,
        tags: dict[str, str] | None = None,
        options: dict[str, str] | None = None,
        container_options: dict[str, str] | None = None,
        video: bool = False,
        streams: int = 1,
    ) -> Path:
        try:
            av.codec.Codec(codec, "w")
        except av.codec.codec.UnknownCodecError:
            pytest.skip(f"this FFmpeg has no encoder {codec}")
        path = tmp_path / name
        rows = np.atleast_2d(samples)
        with av.open(str(path), "w", container_options=container_options or {}) as container:
            container.metadata.update(tags or {})
            picture = container.add_stream("mpeg4", rate=10, width=32, height=32, pix_fmt="yuv420p") if video else None
            sounds = [
                container.add_stream(codec, rate=rate, layout=_LAYOUTS[len(rows)], options=options or {})
                for _ in range(streams)
            ]
            for stream in sounds:
                stream.codec_context.bit_rate = bit_rate
                names = [form.name for form in stream.codec_context.codec.audio_formats or []]
                stream.codec_context.format = next((n for n in ("s16", "s16p") if n in names), names[0])
            if picture is not None:
                _write_picture(container, picture, rows.shape[1] / rate)
            for stream in sounds:
                _write_sound(container, stream, rows, rate)
        return path

    return write


def _write_picture(container, stream, seconds: float) -> None:
    for index in range(round(seconds * 10)):
        frame = av.VideoFrame.from_ndarray(np.full((32, 32, 3), index % 255, np.uint8), format="rgb24")
        container.mux(stream.encode(frame.reformat(format="yuv420p")))
    container.mux(stream.encode(None))


def _write_sound(container, stream, rows: NDArray, rate: int) -> None:
    packed = np.ascontiguousarray(np.round(np.clip(rows, -1, 1 - 2**-15) * 32768).astype(np.int16).T).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(packed, format="s16", layout=_LAYOUTS[len(rows)])
    frame.sample_rate = rate
    frame.pts = 0
    resampler = av.AudioResampler(
        format=stream.codec_context.format,
        layout=stream.codec_context.layout,
        rate=rate,
        frame_size=stream.codec_context.frame_size or 1024,
    )
    for part in [*resampler.resample(frame), *resampler.resample(None)]:
        container.mux(stream.encode(part))
    container.mux(stream.encode(None))


@pytest.fixture
def band_noise(rng: np.random.Generator) -> Callable[..., NDArray[np.float32]]:
    """Maker of noise that ends at a frequency: f(seconds, rate, cut_hz, level) -> float32 (frames,)."""

    def make(seconds: float, rate: int, cut_hz: float | None = None, level: float = 0.1) -> NDArray[np.float32]:
        spectrum = np.fft.rfft(rng.standard_normal(round(seconds * rate)))
        if cut_hz:
            spectrum[np.fft.rfftfreq(round(seconds * rate), 1 / rate) > cut_hz] = 0
        noise = np.fft.irfft(spectrum, round(seconds * rate))
        return (level * noise / noise.std()).astype(np.float32)

    return make
