"""Spliced recordings: boundaries, level, joints, controls, determinism, bad input."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from core.cli.main import main
from core.foundation.errors import DataError
from core.training.datasets.manifest import Clip, write_manifest
from core.training.datasets.spliced import read_spliced
from core.training.datasets.splicing import Part, arrange, assemble, join, pools_of, splice

RATE = 16000
GENUINE_HZ, DONOR_HZ = 300.0, 1500.0


@pytest.fixture
def clips(tmp_path) -> list[Clip]:
    """Six genuine tones of 300 Hz and two synthetic ones of 1500 Hz of one speaker, at many levels; another source."""
    made = []
    for number in range(8):
        genuine, seconds = number < 6, 2.4
        t = np.arange(round(seconds * RATE)) / RATE
        path = tmp_path / f"{number}.wav"
        sf.write(path, 0.02 * (number + 1) * np.sin(2 * np.pi * (GENUINE_HZ if genuine else DONOR_HZ) * t), RATE)
        made.append(
            Clip(
                path=path,
                label="real" if genuine else "fake",
                synthetic=0 if genuine else 1,
                neural_codec=0,
                family="real" if genuine else "tts",
                source="s",
                speaker="anna",
                corpus="c",
                split="dev",
                sample_rate=RATE,
                seconds=seconds,
                pair_id=str(number % 6),
                sha256=f"{number:064d}",
            )
        )
    return made


def pitch(wave: np.ndarray) -> float:
    """Strongest frequency in Hz."""
    return float(np.argmax(np.abs(np.fft.rfft(wave))) * RATE / len(wave))


@pytest.mark.parametrize("fade", [0, 320])
def test_boundaries_are_where_the_sound_changes(clips, fade, rng):
    parts = [Part(clip=clips[0]), Part(clip=clips[1], insert=clips[6], insert_s=0.5), Part(clip=clips[2])]
    wave, pieces = assemble(parts, fade, RATE, rng)
    assert [piece.insert for piece in pieces] == [False, False, True, False, False]
    assert (pieces[0].start_frame, pieces[-1].end_frame) == (0, len(wave))
    (inside,) = (piece for piece in pieces if piece.insert)
    assert inside.end_frame - inside.start_frame == 0.5 * RATE
    assert inside.clip == clips[6].sha256
    half = fade // 2
    for piece in pieces:
        heard = wave[piece.start_frame + half : piece.end_frame - half]
        assert pitch(heard) == pytest.approx(DONOR_HZ if piece.insert else GENUINE_HZ, abs=12)
        assert np.sqrt(np.mean(heard**2)) == pytest.approx(10 ** (-26 / 20), rel=0.05)


def test_cross_fades_click_no_more_than_the_sound_itself():
    t = np.arange(RATE) / RATE
    tone = np.sin(2 * np.pi * 200 * t).astype(np.float32)
    steepest = np.abs(np.diff(tone)).max()
    soft, bounds = join([tone, -tone, tone], 160)
    assert np.abs(np.diff(soft)).max() < 1.3 * steepest
    assert bounds == [0, RATE - 80, 2 * RATE - 240, 3 * RATE - 320]
    flat, _ = join([np.ones(1000, np.float32)] * 3, 160)
    assert flat[160:-160] == pytest.approx(1.0, abs=1e-6)
    hard, bounds = join([tone, tone[:100]], 0)
    np.testing.assert_array_equal(hard, np.concatenate([tone, tone[:100]]))
    assert bounds == [0, RATE, RATE + 100]


def test_an_insert_stands_where_its_own_sentence_was(clips, rng):
    pool = pools_of(clips, RATE)[0]
    for _ in range(10):
        (hosted,) = (part for part in arrange(pool, 1, control=False, rng=rng) if part.insert)
        assert hosted.insert.pair_id == hosted.clip.pair_id


def test_no_genuine_clip_comes_twice(clips, rng):
    pool = pools_of(clips, RATE)[0]
    for control in (False, True):
        for _ in range(20):
            parts = arrange(pool, 2, control, rng)
            used = [c.sha256 for p in parts for c in (p.clip, p.insert) if c is not None and c.label == "real"]
            assert len(used) == len(set(used))


def test_a_set_is_the_same_bytes_for_a_seed_and_controls_are_genuine(clips, tmp_path):
    first, again, other = (
        splice(clips, tmp_path / name, split="dev", count=6, seed=seed) for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    assert first == again == read_spliced(tmp_path / "a")
    assert {r.sha256 for r in first.recordings}.isdisjoint(r.sha256 for r in other.recordings)
    assert [r.control for r in first.recordings] == [False, False, True] * 2
    for each in first.recordings:
        samples, rate = sf.read(tmp_path / "a" / each.path, dtype="float32")
        assert (len(samples), rate) == (each.frames, RATE)
        inserts = [piece for piece in each.pieces if piece.insert]
        assert inserts
        assert {piece.synthetic for piece in inserts} == {0 if each.control else 1}
        for piece in inserts:
            heard = samples[piece.start_frame + 480 : piece.end_frame - 480]
            assert pitch(heard) == pytest.approx(GENUINE_HZ if each.control else DONOR_HZ, abs=12)


def test_coded_genuine_speech_and_lower_rates_stay_out(clips):
    odd = [replace(clips[0], family="classical-codec", sha256="x"), replace(clips[1], sample_rate=8000, sha256="y")]
    used = pools_of([*clips, *odd], RATE)[0]
    assert {"x", "y"}.isdisjoint(clip.sha256 for clip in (*used.genuine, *used.donors))


@pytest.mark.parametrize(("split", "count"), [("test", 3), ("dev", 0)])
def test_a_split_without_material_is_named(clips, tmp_path, split, count):
    with pytest.raises(DataError, match=f"DA-034.*{split}"):
        splice(clips, tmp_path / "out", split=split, count=count)
    assert not (tmp_path / "out").exists()


def test_changed_recordings_and_damaged_lists_are_refused(clips, tmp_path):
    made = splice(clips, tmp_path / "out", split="dev", count=1)
    sound: Path = tmp_path / "out" / made.recordings[0].path
    good = sound.read_bytes()
    sound.write_bytes(good + b"x")
    with pytest.raises(DataError, match="DA-014"):
        read_spliced(tmp_path / "out")
    sound.write_bytes(good)
    (tmp_path / "out/spliced.json").write_text('{"schema": "auditrace.spliced/1"}')
    with pytest.raises(DataError, match="DA-035"):
        read_spliced(tmp_path / "out")
    with pytest.raises(DataError, match="DA-035"):
        read_spliced(tmp_path / "nothing")


def test_the_command_says_what_it_made(clips, tmp_path, capsys):
    write_manifest(tmp_path / "manifest.csv", clips)
    out = tmp_path / "out"
    assert main(["dataset", "splice", str(tmp_path / "manifest.csv"), str(out), "--count", "3"]) == 0
    assert "3 recordings from 1 sources, 1 of them controls" in capsys.readouterr().out
    assert main(["dataset", "splice", str(tmp_path / "manifest.csv"), str(out), "--split", "test"]) != 0
