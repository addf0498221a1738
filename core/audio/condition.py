"""The measured state of a recording's signal, in one streamed pass without any model."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.audio.channels import ChannelMeter, analysis_channel, pick
from core.audio.levels import LevelMeter
from core.audio.recording import Condition, Recording
from core.audio.spectrum import Bandwidth, SpectrumMeter
from core.audio.speech import SpeechMeter, segments
from core.foundation.progress import SILENT, Progress

_BLOCK_SAMPLES = 1 << 20
_MAX_SNR_DB = 100.0
_STANDARD_RATES_HZ = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)


def measure_condition(recording: Recording, progress: Progress = SILENT) -> Condition:
    """Measure a recording: levels over all channels, speech and spectrum on the channel that shows most.

    All numbers are finite. Silence has speech 0 s, bandwidth 0 Hz, SNR 0 dB and levels of -200 dBFS; without
    speech the SNR is 0 dB, for there is nothing to compare.

    Raises:
        AudioError: the file changed or cannot be read.
        Cancelled: through `progress`.
    """
    channel = analysis_channel(recording)
    levels, channels = LevelMeter(recording), ChannelMeter(recording.channels)
    speech, spectrum, power = SpeechMeter(recording.sample_rate), SpectrumMeter(recording.sample_rate), _PowerMeter()
    for block in _blocks(recording, progress):
        waveform = pick(block, channel)
        levels.add(block)
        channels.add(block)
        speech.add(waveform)
        spectrum.add(waveform)
        power.add(waveform, recording.sample_rate)
    found = speech.finish()
    stretches = segments(found, recording.sample_rate, recording.frames)
    reach = spectrum.finish(recording.stream.bits)
    return Condition(
        speech_s=sum(part.end_frame - part.start_frame for part in stretches) / recording.sample_rate,
        speech=stretches,
        bandwidth_hz=reach.hz,
        snr_db=_snr_db(power.finish(), found),
        codec=_codec_words(recording, reach),
        channel_note=channels.note(),
        **levels.finish(),
    )


def _blocks(recording: Recording, progress: Progress) -> Iterator[NDArray[np.float32]]:
    """Blocks of whole seconds, so that the 10-ms grid runs through."""
    seconds = max(min(_BLOCK_SAMPLES // (recording.sample_rate * recording.channels), 10), 1)
    for start, block in recording.blocks(seconds * recording.sample_rate):
        progress.check()
        yield block
        progress.report(min((start + block.shape[1]) / recording.frames, 1.0), "measuring")


class _PowerMeter:
    """Mean power of each 10 ms of a channel, without its offset."""

    def __init__(self) -> None:
        self._power: list[NDArray[np.float64]] = []

    def add(self, waveform: NDArray[np.float32], sample_rate: int) -> None:
        edges = np.rint(np.arange(-(-len(waveform) * 100 // sample_rate)) * sample_rate / 100).astype(np.int64)
        squares = np.square(waveform - waveform.mean(dtype=np.float64), dtype=np.float64)
        lengths = np.diff(edges, append=len(waveform))
        self._power.append(np.add.reduceat(squares, edges) / np.maximum(lengths, 1))

    def finish(self) -> NDArray[np.float64]:
        return np.concatenate(self._power)


def _snr_db(power: NDArray[np.float64], speech: NDArray[np.bool_]) -> float:
    """Power of the speech frames over that of the frames between them, the latter taken off the former."""
    count = min(len(power), len(speech))
    power, speech = power[:count], speech[:count]
    if not speech.any():
        return 0.0
    rest = power[~speech & (power > 0)]
    if len(rest) < max(0.02 * count, 10):
        rest = np.sort(power[power > 0])[: max(count // 20, 1)]
    noise = float(np.median(rest)) if len(rest) else 0.0
    signal = max(float(power[speech].mean()) - noise, 1e-20)
    return float(np.clip(10 * np.log10(signal / max(noise, 1e-20)), -_MAX_SNR_DB, _MAX_SNR_DB))


def _codec_words(recording: Recording, reach: Bandwidth) -> str:
    words = recording.stream.codec
    if not reach.sharp:
        return words
    half = recording.sample_rate / 2
    words += (
        f"; energy ends sharply at {reach.hz / 1000:.1f} kHz although the file's rate reaches {half / 1000:.1f} kHz"
    )
    origins = [
        rate for rate in _STANDARD_RATES_HZ if 0.88 <= reach.hz / (rate / 2) <= 1.0 and rate < recording.sample_rate
    ]
    likely = f"sound that once had a rate of {origins[0]} Hz, " if origins else ""
    return f"{words} (fits {likely}a lossy coder's low-pass or a filter; not proof of any of them)"
