"""Joined recordings: what goes together, each clip once, length, level, determinism, bad input."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import soundfile as sf

from core.cli.main import main
from core.foundation.errors import DataError
from core.training.datasets.joining import group, join_clips
from core.training.datasets.manifest import Clip, read_manifest, write_manifest

RATE = 16000


@pytest.fixture
def clips(tmp_path, rng) -> list[Clip]:
    """Of one source: five clips of anna, two of bert, three by one generator, one by another."""
    made = []
    for number, (voice, generator) in enumerate(
        [("anna", "")] * 5 + [("bert", "")] * 2 + [("", "g")] * 3 + [("", "h")]
    ):
        path = tmp_path / f"{number}.wav"
        sf.write(path, 0.01 * (number + 1) * rng.standard_normal(RATE), RATE)
        made.append(
            Clip(
                path=path, label="fake" if generator else "real", synthetic=int(bool(generator)), neural_codec=0,
                family="tts" if generator else "real", generator=generator, source="s", speaker=voice, corpus="c",
                split="dev", sample_rate=RATE, seconds=1.0, sha256=f"{number:064d}",
            )
        )  # fmt: skip
    return made


def test_only_what_is_alike_goes_together_and_each_clip_once(clips):
    sets = group(clips, 2)
    assert Counter((members[0].speaker, members[0].generator) for members in sets) == {
        ("anna", ""): 2, ("bert", ""): 1, ("", "g"): 1,
    }  # fmt: skip
    assert all(len({(c.speaker, c.generator, c.label) for c in members}) == 1 for members in sets)
    used = [clip.sha256 for members in sets for clip in members]
    assert len(used) == len(set(used)) == 8


def test_recordings_are_as_long_as_their_clips_at_one_level(clips, tmp_path):
    joined = join_clips(clips, tmp_path / "out", size=2)
    read = read_manifest(tmp_path / "out" / "manifest.csv").clips
    assert [clip.truth("synthetic") for clip in read] == [clip.truth("synthetic") for clip in joined]
    for clip in read:
        samples, rate = sf.read(clip.path)
        assert len(samples) == 2 * RATE - round(0.01 * RATE)
        halves = [np.std(part) for part in (samples[:rate], samples[-rate:])]
        assert halves[0] == pytest.approx(halves[1], rel=0.05)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_pairs(clips, tmp_path):
    first, again, other = (
        {clip.sha256 for clip in join_clips(clips, tmp_path / name, size=2, seed=seed)}
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    assert first == again
    assert first != other


def test_clips_that_do_not_go_together_are_refused(clips, tmp_path):
    with pytest.raises(DataError, match="DA-036"):
        join_clips(clips, tmp_path / "out", size=6)
    assert not (tmp_path / "out").exists()


def test_command(clips, tmp_path, capsys):
    manifest = tmp_path / "manifest.csv"
    write_manifest(manifest, [*clips, replace(clips[0], split="test")])
    assert main(["dataset", "join", str(manifest), str(tmp_path / "out"), "--clips", "2"]) == 0
    assert "4 recordings of 2 clips from 1 sources, 3 of them human" in capsys.readouterr().out
    assert main(["dataset", "join", str(manifest), str(tmp_path / "none"), "--clips", "9"]) == 3
