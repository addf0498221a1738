"""Manifests: what is read, what is refused, and that the bank keeps its splits apart."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from core.foundation.errors import DataError
from core.training.datasets.manifest import read_manifest

HEADER = "path,label,synthetic,neural_codec,family,generator,source,speaker,split,sample_rate,extra\n"


@pytest.fixture
def manifest(tmp_path: Path):
    def write(text: str) -> Path:
        path = tmp_path / "manifest.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_reads_labels_per_question(manifest):
    path = manifest(HEADER + "a.flac,fake,,1,codec,encodec,s,p,dev,24000,kept\n")
    clip = read_manifest(path).clips[0]
    assert (clip.truth("synthetic"), clip.truth("neural_codec"), clip.split) == (None, 1, "dev")
    assert clip.path == path.parent / "a.flac"


def test_path_and_label_are_enough(manifest):
    real, fake = read_manifest(manifest("path,label\na.wav,real\nb.wav,fake\n")).clips
    assert (real.synthetic, real.neural_codec, fake.synthetic, fake.neural_codec) == (0, 0, 1, None)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("b.flac,maybe,1,0,,,,,train,16000,", "label"),
        ("b.flac,fake,2,0,,,,,train,16000,", "synthetic"),
        (",fake,1,0,,,,,train,16000,", "path"),
        ("b.flac,fake,1,0,,,,,eval,16000,", "split"),
        ("b.flac,fake,1,0,,,,,train,high,", "sample_rate"),
        ("b.flac,fake,1,0,,,,,train,-16000,", "sample_rate"),
        ("b.flac", "label"),
        ("b.flac,fake,1", "neural_codec"),
    ],
)
def test_first_bad_line_is_named(manifest, line, word):
    path = manifest(HEADER + "a.flac,real,0,0,real,,s,p,train,16000,\n" + line + "\n" + "x,y,z\n")
    with pytest.raises(DataError) as caught:
        read_manifest(path)
    assert caught.value.code == "DA-003"
    assert caught.value.facts["line"] == 3
    assert word in caught.value.what


def test_missing_column_and_missing_file(manifest, tmp_path):
    with pytest.raises(DataError, match="DA-002"):
        read_manifest(manifest("file,label\na,real\n"))
    with pytest.raises(DataError, match="DA-001"):
        read_manifest(tmp_path / "nowhere.csv")


@pytest.mark.shared
def test_the_bank_keeps_sources_generators_and_speakers_apart(shared):
    """One voice, many sources: LJSpeech is the exception that the bank names."""
    clips = read_manifest(shared / "bank" / "manifest.csv").clips
    splits: dict[tuple[str, str], set[str]] = defaultdict(set)
    for clip in clips:
        splits["source", clip.source].add(clip.split)
        if clip.speaker and clip.label == "real" and "lj" not in clip.corpus.lower():
            splits["speaker", f"{clip.corpus}:{clip.speaker}"].add(clip.split)
    assert len(splits) > 500
    shared_sources = {name for (kind, name), found in splits.items() if kind == "source" and len(found) > 1}
    assert shared_sources == set()
    heard_before = {
        name for (kind, name), found in splits.items() if kind == "speaker" and "test" in found and len(found) > 1
    }
    assert heard_before == set()
