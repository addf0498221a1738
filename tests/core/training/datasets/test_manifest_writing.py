"""Manifests that are written are read again as they were."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.training.datasets.manifest import Clip, clip_of, read_manifest, write_manifest


def test_what_is_written_is_read_again(tmp_path: Path):
    clips = (
        clip_of("real", tmp_path / "sound" / "a, b.wav", speaker="p225", split="train", language="en"),
        clip_of("codec", tmp_path / "c.wav", generator="encodec", bitrate_kbps="1.5", split="test", pair_id="x"),
        Clip(path=tmp_path / "d.wav", label="fake", split="dev", seconds=1.25, sample_rate=8000, sha256="0" * 64),
    )
    clips = tuple(replace(clip, extra=(("license", clip.path.stem),)) for clip in clips)
    path = tmp_path / "out" / "manifest.csv"
    write_manifest(path, clips)
    again = read_manifest(path).clips
    assert [clip.path.resolve() for clip in again] == [clip.path for clip in clips]
    assert [replace(clip, path=Path()) for clip in again] == [replace(clip, path=Path()) for clip in clips]


def test_manifests_can_be_moved_with_their_sound(tmp_path: Path):
    write_manifest(tmp_path / "here" / "m.csv", [clip_of("real", tmp_path / "here" / "sound" / "a.wav", split="dev")])
    assert (tmp_path / "here" / "m.csv").read_text().splitlines()[1].startswith("sound/a.wav,real,0,0,real,")
