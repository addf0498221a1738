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
    speech, spectrum, power = (
        SpeechMeter(recording.sample_rate),
        SpectrumMeter(recording.sample_rate),
        _PowerMeter(recording.sample_rate),
    )
    for block in _blocks(recording, progress):
        waveform = pick(block, channel)
        levels.add(block)
        channels.add(block)
        speech.add(waveform)
        spectrum.add(waveform)
        power.add(waveform)
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

    def __init__(self, sample_rate: int) -> None:
        self._sample_rate = sample_rate
        self._means: list[NDArray[np.float64]] = []
        self._squares: list[NDArray[np.float64]] = []

    def add(self, waveform: NDArray[np.float32]) -> None:
        """Take the next whole seconds (frames,), or the end."""
        count = -(-len(waveform) * 100 // self._sample_rate)
        edges = np.minimum(np.rint(np.arange(count) * self._sample_rate / 100), len(waveform) - 1).astype(np.int64)
        lengths = np.maximum(np.diff(edges, append=len(waveform)), 1)
        exact = waveform.astype(np.float64)
        self._means.append(np.add.reduceat(exact, edges) / lengths)
        self._squares.append(np.add.reduceat(exact * exact, edges) / lengths)

    def finish(self) -> NDArray[np.float64]:
        """Power of each 10 ms about the channel's mean."""
        means, squares = np.concatenate(self._means), np.concatenate(self._squares)
        offset = means.mean()
        power = squares - 2 * offset * means + offset**2
        return np.where(squares > 0, np.maximum(power, 0), 0)


def _snr_db(power: NDArray[np.float64], speech: NDArray[np.bool_]) -> float:
    """Power of the speech frames over that of the frames between them, the latter taken off the former."""
    count = min(len(power), len(speech))
    power, speech = power[:count], speech[:count]
    if not speech.any():
        return 0.0
    noise = _noise_power(power, speech)
    signal = max(float(power[speech].mean()) - noise, 1e-20)
    return float(np.clip(10 * np.log10(signal / max(noise, 1e-20)), -_MAX_SNR_DB, _MAX_SNR_DB))


def _noise_power(power: NDArray[np.float64], speech: NDArray[np.bool_]) -> float:
    """Median power of the frames between speech; of the quietest twentieth where speech leaves hardly any."""
    pauses = power[~speech]
    if len(pauses) < max(0.02 * len(power), 10):
        return float(np.median(np.sort(power)[: max(len(power) // 20, 1)]))
    sounding = pauses[pauses > 0]  # a few stretches of digital silence do not make a recording clean
    return float(np.median(sounding if len(sounding) > len(pauses) / 4 else pauses))


def _codec_words(recording: Recording, reach: Bandwidth) -> str:
    words, end_hz, half_hz = recording.stream.codec, reach.sharp_end_hz, recording.sample_rate / 2
    if end_hz is None:
        return words
    origin = next((rate for rate in _STANDARD_RATES_HZ if 0.88 <= end_hz / (rate / 2) <= 1.02), half_hz * 2)
    likely = f"sound that once had a rate of {origin} Hz, " if origin < recording.sample_rate else ""
    return (
        f"{words}; energy ends sharply at {end_hz / 1000:.1f} kHz although the file's rate reaches "
        f"{half_hz / 1000:.1f} kHz (fits {likely}a lossy coder's low-pass or a filter; not proof of any of them)"
    )
