"""The measured state of a recording's signal, in one streamed pass without any model."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.audio.channels import ChannelMeter, analysis_channel, pick
from core.audio.coding import is_lossless
from core.audio.levels import LevelMeter
from core.audio.noise import NoiseMeter
from core.audio.recording import Condition, Recording
from core.audio.spectrum import Bandwidth, SpectrumMeter
from core.audio.speech import SpeechMeter, segments
from core.foundation.progress import SILENT, Progress

_BLOCK_SAMPLES = 1 << 20
_STANDARD_RATES_HZ = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)


def measure_condition(recording: Recording, progress: Progress = SILENT) -> Condition:
    """Measure a recording: levels over all channels, speech and spectrum on the channel that shows most.

    All numbers are finite. Silence has speech 0 s, bandwidth 0 Hz, SNR 0 dB and levels of -200 dBFS; without
    speech the SNR is 0 dB and not measured, for there is nothing to compare.

    Raises:
        AudioError: the file changed or cannot be read.
        Cancelled: through `progress`.
    """
    channel = analysis_channel(recording)
    levels, channels = LevelMeter(recording), ChannelMeter(recording.channels)
    speech, spectrum, noise = (
        SpeechMeter(recording.sample_rate),
        SpectrumMeter(recording.sample_rate),
        NoiseMeter(recording.sample_rate),
    )
    for block in _blocks(recording, progress):
        waveform = pick(block, channel)
        levels.add(block)
        channels.add(block)
        speech.add(waveform)
        spectrum.add(waveform)
        noise.add(waveform)
    found = speech.finish()
    stretches = segments(found, recording.sample_rate, recording.frames)
    reach, snr = spectrum.finish(recording.stream.bits), noise.finish(found, speech.voiced())
    measured = levels.finish()
    bits = measured.pop("effective_bits")
    return Condition(
        speech_s=sum(part.end_frame - part.start_frame for part in stretches) / recording.sample_rate,
        speech=stretches,
        bandwidth_hz=reach.hz,
        snr_db=snr.db,
        snr_measured=snr.floor_seen,
        codec=_codec_words(recording, reach),
        channel_note=channels.note(),
        effective_bits=bits if is_lossless(recording.stream.codec) else None,
        **measured,
    )


def _blocks(recording: Recording, progress: Progress) -> Iterator[NDArray[np.float32]]:
    """Blocks of whole seconds, so that the 10-ms grid runs through."""
    seconds = max(min(_BLOCK_SAMPLES // (recording.sample_rate * recording.channels), 10), 1)
    for start, block in recording.blocks(seconds * recording.sample_rate):
        progress.check()
        yield block
        progress.report(min((start + block.shape[1]) / recording.frames, 1.0), "measuring")


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
