"""Makes resources/samples anew: speech by espeak-ng, and the same with its middle third through a codec and a vocoder.

Needs espeak-ng, ffmpeg's LAME through PyAV, and the generators of AUDITRACE_SHARED (their weights do not ship).
"""

from __future__ import annotations

import csv
import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

import av
import numpy as np
import soundfile as sf
import soxr

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from core.foundation.paths import resources_dir, shared_dir  # noqa: E402
from core.foundation.rng import generator  # noqa: E402

RATE = 16000
SEED = 20261121
TEXT = (
    "Good morning. This is the recording that was left on the answering machine on Tuesday. "
    "I wanted to tell you that the parcel has arrived, and that the papers inside it are complete. "
    "Please call me back before four o'clock, because after that I shall be on the train to Leeds."
)
NOISE_DBFS = -58.0
FADE_S = 0.01


def speak(folder: Path) -> np.ndarray:
    """The text by espeak-ng's formant synthesiser, 16 kHz, peak -3 dBFS, with faint pink noise as a room would add."""
    path = folder / "espeak.wav"
    subprocess.run(["espeak-ng", "-v", "en-gb", "-s", "150", "-p", "38", "-w", str(path), TEXT], check=True)
    samples, rate = sf.read(path, dtype="float64")
    speech = soxr.resample(samples, rate, RATE, quality="HQ")
    speech *= 10 ** (-3 / 20) / np.abs(speech).max()
    return speech + pink(speech.size) * 10 ** (NOISE_DBFS / 20)


def pink(frames: int) -> np.ndarray:
    """Noise with a 1/f power spectrum and unit RMS, from the fixed seed."""
    white = np.fft.rfft(generator(SEED, "room").standard_normal(frames))
    white[1:] /= np.sqrt(np.arange(1, white.size))
    white[0] = 0
    noise = np.fft.irfft(white, frames)
    return noise / noise.std()


def resynthesise(speech: np.ndarray, name: str, folder: Path) -> np.ndarray:
    """The speech through one of the shared generators, at 16 kHz and the original's length."""
    source = folder / "source.wav"
    sf.write(source, speech, RATE, subtype="PCM_16")
    row = {"path": source.name, "label": "real", "family": "real", "speaker": "espeak", "source": "sample"}
    row |= {"split": "train", "sample_rate": RATE, "sha256": hashlib.sha256(source.read_bytes()).hexdigest()}
    manifest = folder / "manifest.csv"
    with manifest.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, row)
        writer.writeheader()
        writer.writerow(row)
    out = folder / name
    tool = shared_dir() / "generators" / "resynth"
    subprocess.run([sys.executable, str(tool), name, str(manifest), str(out), "--jobs", "1"], check=True)
    made, rate = sf.read(next(out.glob("audio/*/*.flac")), dtype="float64")
    made = made if rate == RATE else soxr.resample(made, rate, RATE, quality="HQ")
    return np.resize(made, speech.size) if made.size < speech.size else made[: speech.size]


def splice(original: np.ndarray, middle: np.ndarray, start_s: float, end_s: float) -> np.ndarray:
    """The original with start..end replaced, cross-faded over 10 ms inside the replaced stretch."""
    gate = np.zeros(original.size)
    first, last, fade = round(start_s * RATE), round(end_s * RATE), round(FADE_S * RATE)
    gate[first:last] = 1.0
    gate[first : first + fade] = np.linspace(0, 1, fade)
    gate[last - fade : last] = np.linspace(1, 0, fade)
    return original * (1 - gate) + middle * gate


def write_wav(path: Path, samples: np.ndarray) -> None:
    """16 bits with triangular dither, so that no copy is cleaner than another."""
    draw = generator(SEED, path.name)
    dither = (draw.random(samples.size) - draw.random(samples.size)) / 32768
    sf.write(path, np.clip(samples + dither, -1, 1), RATE, subtype="PCM_16")


def write_mp3(path: Path, wav: Path, kbps: int) -> None:
    """The WAV file through LAME at a constant bit rate."""
    samples, _ = sf.read(wav, dtype="int16")
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libmp3lame", rate=RATE, layout="mono", bit_rate=kbps * 1000)
        frame = av.AudioFrame.from_ndarray(samples[None].astype(np.int16), format="s16", layout="mono")
        frame.sample_rate = RATE
        resampler = av.AudioResampler(format=stream.format, layout="mono", rate=RATE, frame_size=1152)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))


def main() -> None:
    """Write the recordings; print the boundaries, which the answer sheet must name, and the hashes."""
    out = resources_dir() / "samples"
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        speech = speak(folder)
        third = speech.size / RATE / 3
        start_s, end_s = round(third, 2), round(2 * third, 2)
        write_wav(out / "Q1 answering machine.wav", speech)
        for exhibit, generator_name in (("Q2 second copy", "lyra-v2"), ("Q3 third copy", "hifigan-v2-multispeaker")):
            made = resynthesise(speech, generator_name, folder)
            write_wav(out / f"{exhibit}.wav", splice(speech, made, start_s, end_s))
        write_mp3(out / "Q4 as sent by message.mp3", out / "Q1 answering machine.wav", 48)
    print(f"replaced: {start_s} s to {end_s} s")
    for path in sorted(out.glob("Q*")):
        print(hashlib.sha256(path.read_bytes()).hexdigest(), path.name)


if __name__ == "__main__":
    main()
