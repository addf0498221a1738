"""Opening: formats of libsndfile, identity, samples, threads, facts."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from helpers.stopping import NEVER, StopAfter

from core.audio import mono, open_recording
from core.audio.coding import libsndfile_coding
from core.foundation.progress import Cancelled

EXACT = [
    ("WAV", "PCM_U8", 8),
    ("WAV", "PCM_16", 16),
    ("WAV", "PCM_24", 24),
    ("WAV", "PCM_32", 32),
    ("WAV", "FLOAT", 32),
    ("WAV", "DOUBLE", 64),
    ("WAV", "ULAW", None),
    ("WAV", "ALAW", None),
    ("WAVEX", "PCM_24", 24),
    ("RF64", "PCM_16", 16),
    ("W64", "PCM_16", 16),
    ("AIFF", "PCM_S8", 8),
    ("AIFF", "PCM_16", 16),
    ("AIFF", "FLOAT", 32),
    ("AU", "PCM_16", 16),
    ("CAF", "PCM_16", 16),
    ("FLAC", "PCM_16", 16),
    ("FLAC", "PCM_24", 24),
]
BLOCKWISE = [
    ("WAV", "IMA_ADPCM"),
    ("WAV", "MS_ADPCM"),
    ("WAV", "GSM610"),
    ("CAF", "ALAC_16"),
    ("OGG", "VORBIS"),
    ("OGG", "OPUS"),
]


@pytest.fixture
def stereo(speechlike) -> np.ndarray:
    """Two unlike channels (frames, 2) of 1.3 s at 16 kHz."""
    return np.stack([speechlike(1.3), 0.5 * speechlike(1.3)[::-1]], axis=1)


@pytest.mark.parametrize(("kind", "subtype", "bits"), EXACT)
def test_exact_formats_give_the_samples_libsndfile_gives(tmp_path, stereo, kind, subtype, bits):
    path = tmp_path / f"clip.{kind.lower()}"
    sf.write(path, stereo, 16000, format=kind, subtype=subtype)
    expected = sf.read(path, dtype="float32")[0].T
    recording = open_recording(path)
    assert (recording.sample_rate, recording.channels, recording.frames) == (16000, 2, len(stereo))
    assert recording.stream.bits == bits
    assert recording.stream.codec == libsndfile_coding(kind, subtype)
    np.testing.assert_array_equal(recording.read(), expected)
    np.testing.assert_array_equal(recording.read(777, 9001), expected[:, 777:9001])
    np.testing.assert_array_equal(recording.peaks.levels[-1][1].max(axis=1), expected.max(axis=1))


@pytest.mark.parametrize(("kind", "subtype"), BLOCKWISE)
def test_any_stretch_of_other_formats_equals_that_of_the_whole(tmp_path, speechlike, kind, subtype):
    path = tmp_path / f"clip.{kind.lower()}"
    sf.write(path, speechlike(5.0), 16000, format=kind, subtype=subtype)
    expected = sf.read(path, dtype="float32")[0]
    recording = open_recording(path)
    np.testing.assert_array_equal(recording.read()[0], expected)
    for start in (0, 1, 505, 16_000, 40_001, 79_000):
        np.testing.assert_array_equal(recording.read(start, start + 900)[0], expected[start : start + 900])


def test_identity_is_the_sha256_of_the_bytes(wav):
    path = wav()
    identity = open_recording(path).id
    assert identity.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert identity.size_bytes == path.stat().st_size
    assert identity.path == path


def test_pcm_hash_is_that_of_left_justified_int32(tmp_path):
    samples = np.array([[0, 1], [-1, 32767], [-32768, 5]], np.int16)
    sf.write(tmp_path / "a.wav", samples, 8000)
    identity = open_recording(tmp_path / "a.wav").id
    expected = (samples.astype("<i4") << 16).tobytes()
    assert identity.pcm_encoding == "int32le"
    assert identity.pcm_sha256 == hashlib.sha256(expected).hexdigest()


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24"])
def test_pcm_hash_stays_when_only_the_container_changes(tmp_path, stereo, subtype):
    hashes = {}
    whole = (stereo * 2**23).astype(np.int32) << 8  # integers: each format rounds floats in its own way
    for kind in ("WAV", "FLAC", "AIFF", "CAF", "W64", "RF64"):
        sf.write(tmp_path / f"c.{kind.lower()}", whole, 16000, format=kind, subtype=subtype)
        identity = open_recording(tmp_path / f"c.{kind.lower()}").id
        hashes[kind] = identity.pcm_sha256
    assert len(set(hashes.values())) == 1, hashes


def test_pcm_hash_stays_when_16_bits_are_stored_in_more(tmp_path, stereo):
    whole = np.round(stereo * 20000).astype(np.int16)
    sf.write(tmp_path / "a.wav", whole, 16000, subtype="PCM_16")
    sf.write(tmp_path / "b.wav", whole.astype(np.int32) << 16, 16000, subtype="PCM_32")
    assert open_recording(tmp_path / "a.wav").id.pcm_sha256 == open_recording(tmp_path / "b.wav").id.pcm_sha256


def test_pcm_hash_changes_with_one_sample(tmp_path):
    samples = np.zeros(200_000, np.int16)
    sf.write(tmp_path / "a.wav", samples, 16000)
    samples[150_000] = 1
    sf.write(tmp_path / "b.wav", samples, 16000)
    assert open_recording(tmp_path / "a.wav").id.pcm_sha256 != open_recording(tmp_path / "b.wav").id.pcm_sha256


@pytest.mark.parametrize(
    ("subtype", "encoding", "dtype"), [("FLOAT", "float32le", "<f4"), ("DOUBLE", "float64le", "<f8")]
)
def test_float_files_are_hashed_as_they_are(tmp_path, speechlike, subtype, encoding, dtype):
    samples = speechlike(0.4).astype(dtype) * 1.7
    sf.write(tmp_path / "a.wav", samples, 16000, subtype=subtype)
    recording = open_recording(tmp_path / "a.wav")
    assert recording.id.pcm_encoding == encoding
    assert recording.id.pcm_sha256 == hashlib.sha256(samples.tobytes()).hexdigest()
    assert recording.read().max() == np.float32(samples.max())


@pytest.mark.parametrize("rate", [4000, 8000, 11025, 44100, 96000, 192000])
def test_any_rate_opens(tmp_path, rate):
    sf.write(tmp_path / "a.wav", np.zeros(rate // 10, np.int16), rate)
    assert open_recording(tmp_path / "a.wav").duration_s == pytest.approx(0.1, abs=1 / rate)


@pytest.mark.parametrize("channels", [1, 2, 3, 6, 8, 17])
def test_any_number_of_channels_opens_and_the_mix_is_their_mean(tmp_path, rng, channels):
    samples = rng.uniform(-0.5, 0.5, (5000, channels)).astype(np.float32)
    sf.write(tmp_path / "a.wav", samples, 16000, subtype="FLOAT")
    recording = open_recording(tmp_path / "a.wav")
    assert recording.channels == channels
    np.testing.assert_allclose(mono(recording, 0, 5000), samples.mean(axis=1), atol=1e-7)
    np.testing.assert_array_equal(mono(recording, 10, 20, str(channels - 1)), samples[10:20, -1])


def test_umlauts_and_spaces_in_the_path(tmp_path, speechlike):
    folder = tmp_path / "Akte Müller – Übung №7"
    folder.mkdir()
    sf.write(folder / "Gespräch 2 (Kopie).wav", speechlike(0.5), 16000)
    assert open_recording(folder / "Gespräch 2 (Kopie).wav").frames == 8000


@pytest.mark.parametrize("name", ["clip.raw", "clip", "clip.au", "clip.vox", "clip.mp3"])
def test_a_name_cannot_mislead_the_reader(tmp_path, wav, name):
    wav().rename(tmp_path / name)
    recording = open_recording(tmp_path / name)
    assert (recording.sample_rate, recording.frames) == (16000, 48000)
    assert [n.code for n in recording.notices] == ([] if name == "clip" else ["IN-020"])


def test_right_names_bring_no_notice(tmp_path, speechlike):
    for name in ("a.wav", "a.WAV", "a.flac", "a.ogg", "a.aiff", "a.aif"):
        sf.write(tmp_path / name, speechlike(0.5), 16000, format="AIFF" if "aif" in name else None)
        assert open_recording(tmp_path / name).notices == ()


def test_chunks_and_tags_are_facts(tmp_path, speechlike):
    with sf.SoundFile(tmp_path / "a.wav", "w", 16000, 1) as file:
        file.title, file.artist, file.comment = "Anruf", "Zoë", "am Gerät"
        file.write(speechlike(0.5))
    stream = open_recording(tmp_path / "a.wav").stream
    assert ("title", "Anruf") in stream.tags
    assert ("artist", "Zoë") in stream.tags
    facts = dict(stream.facts)
    assert facts["chunks (bytes)"].startswith("fmt (16)")
    assert "data (16000)" in facts["chunks (bytes)"]
    assert "LIST" in facts["chunks (bytes)"]
    assert stream.decoder.startswith("libsndfile 1.")


def test_reading_beyond_the_ends_is_clipped(wav):
    recording = open_recording(wav(seconds=0.1))
    assert recording.read(-100, 50).shape == (1, 50)
    assert recording.read(1500, 5000).shape == (1, 100)
    assert recording.read(5000, 6000).shape == (1, 0)
    assert recording.read(50, 20).shape == (1, 0)


@pytest.mark.parametrize("name", ["clip.wav", "clip.flac", "clip.ogg"])
def test_several_threads_read_one_recording(tmp_path, speechlike, name):
    sf.write(tmp_path / name, speechlike(4.0), 16000)
    recording = open_recording(tmp_path / name)
    whole = recording.read()
    wrong = []

    def work(seed: int) -> None:
        for start in np.random.default_rng(seed).integers(0, 60_000, 100).tolist():
            if not np.array_equal(recording.read(start, start + 2000), whole[:, start : start + 2000]):
                wrong.append(start)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_blocks_tile_the_recording(wav):
    recording = open_recording(wav(seconds=1.0))
    parts = list(recording.blocks(3001))
    assert [start for start, _ in parts] == list(range(0, 16000, 3001))
    np.testing.assert_array_equal(np.concatenate([block for _, block in parts], axis=1), recording.read())


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "a.mp3"])
def test_progress_rises_to_the_end(tmp_path, speechlike, name):
    sf.write(tmp_path / name, speechlike(60.0), 16000)
    progress = StopAfter(NEVER)
    open_recording(tmp_path / name, progress)
    assert progress.fractions == sorted(progress.fractions)
    assert progress.fractions[-1] == pytest.approx(1.0)
    assert any(0.4 < fraction < 0.8 for fraction in progress.fractions)


@pytest.mark.parametrize("name", ["clip.wav", "clip.ogg"])
def test_opening_can_be_cancelled_at_every_check(tmp_path, speechlike, home, monkeypatch, name):
    monkeypatch.setattr(
        "core.audio.opening._CHECK_S", 60.0
    )  # one check while the hash is waited for, not as many as it takes
    sf.write(tmp_path / name, speechlike(12.0), 16000)
    counter = StopAfter(NEVER)
    open_recording(tmp_path / name, counter)
    assert counter.checks >= 3
    for stop_at in range(counter.checks):
        with pytest.raises(Cancelled):
            open_recording(tmp_path / name, StopAfter(stop_at))
    assert [p for p in home.rglob("*") if p.is_file()] == []


def test_decoded_samples_leave_no_file_behind(tmp_path, speechlike, home):
    sf.write(tmp_path / "clip.ogg", speechlike(1.0), 16000)
    recording = open_recording(tmp_path / "clip.ogg")
    if sys.platform != "win32":
        assert [p for p in home.rglob("*") if p.is_file()] == []
    recording.pcm.close()
    assert [p for p in home.rglob("*") if p.is_file()] == []


def test_importing_the_floor_is_light():
    code = "import core.audio, sys; print([m for m in ('torch', 'av', 'librosa', 'scipy.ndimage') if m in sys.modules])"
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
