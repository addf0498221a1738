"""Copies of human speech: aligned and level matched, kept or refused with a reason, made once, understood when not."""

from __future__ import annotations

import csv
import errno
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
import torch
from helpers.stopping import StopAfter
from scipy import signal
from torch import Tensor, nn

from core.audio.perturb import PERTURBATIONS
from core.cli.main import main
from core.foundation.errors import CoreError, DataError, UsageError
from core.foundation.progress import Cancelled
from core.training.datasets.manifest import Clip, read_manifest, write_manifest
from core.training.resynthesis.base import GENERATORS
from core.training.resynthesis.collection import Collection
from core.training.resynthesis.copies import active_level, finish, log_mel_l1
from core.training.resynthesis.making import Order, resynthesise
from core.training.resynthesis.opening import open_generator
from core.training.resynthesis.originals import choose, with_hash
from core.training.zoo.source import fundamental

RATE = 16000


class Halver(nn.Module):
    """A user's codec that only rounds and attenuates."""

    def forward(self, x: Tensor) -> Tensor:
        return (x * 4096).round() / 8192


class Crooked(nn.Module):
    """A network that wants something else than a waveform."""

    def forward(self, x: Tensor) -> Tensor:
        return x.reshape(3, 7)


def lag(a: np.ndarray, b: np.ndarray) -> int:
    return int(np.argmax(signal.correlate(b, a, mode="full"))) - (len(a) - 1)


def tone_complex(f0: float, seconds: float = 1.0) -> np.ndarray:
    t = np.arange(round(RATE * seconds)) / RATE
    gate = 0.5 + 0.5 * np.sin(2 * np.pi * 2 * t)
    return (0.03 * gate * sum(np.cos(2 * np.pi * k * f0 * t) / k for k in range(1, 20))).astype(np.float32)


@pytest.fixture
def manifest(tmp_path: Path, speechlike) -> Path:
    """Three human clips of two sources, and one that was generated."""
    folder = tmp_path / "human"
    folder.mkdir()
    clips = []
    for name, source, label in (("a", "s1", "real"), ("b", "s1", "real"), ("c", "s2", "real"), ("d", "s2", "fake")):
        path = folder / f"{name}.flac"
        sf.write(path, speechlike(1.0, RATE), RATE)
        clips.append(
            Clip(
                path=path,
                label="real" if label == "real" else "fake",
                synthetic=0 if label == "real" else 1,
                neural_codec=0,
                source=source,
                speaker=name,
                split="train",
                sample_rate=RATE,
                seconds=1.0,
            )
        )
    write_manifest(folder / "manifest.csv", clips)
    return folder / "manifest.csv"


@pytest.fixture
def codec(tmp_path: Path) -> Path:
    path = tmp_path / "halver.pt"
    torch.jit.script(Halver()).save(str(path))  # type: ignore[union-attr]
    return path


def test_a_copy_gets_the_length_and_active_level_of_its_original(speechlike):
    original = speechlike(2.0, RATE)
    made = finish(original, 0.3 * original[:-100], RATE, np.random.default_rng(0))
    assert made.reason == ""
    assert len(made.samples) == len(original)
    assert active_level(made.samples, RATE) == pytest.approx(active_level(original, RATE), abs=0.1)
    assert made.raw_gain_db == pytest.approx(20 * np.log10(0.3), abs=0.1)
    assert np.array_equal(np.round(made.samples * 32768), made.samples * 32768)


def test_log_mel_distance_of_a_gain_is_that_gain_in_nats():
    noise = np.random.default_rng(0).normal(0, 0.1, RATE).astype(np.float32)
    assert log_mel_l1(noise, noise * np.float32(np.e), RATE) == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda x: np.zeros_like(x), "silent"),
        (lambda x: np.full_like(x, np.nan), "silent"),
        (lambda x: np.random.default_rng(0).normal(0, 0.05, len(x)).astype(np.float32), "log-mel"),
        (lambda x: 2 * x, "level"),
    ],
    ids=["silence", "no numbers", "noise", "too loud"],
)
def test_a_copy_that_teaches_nothing_is_refused_with_its_reason(speechlike, damage, words: str):
    original = speechlike(1.0, RATE)
    assert words in finish(original, damage(original), RATE, np.random.default_rng(0)).reason


def test_a_users_codec_makes_pairs_once(manifest: Path, codec: Path, tmp_path: Path):
    order = Order(name=str(codec), folder=tmp_path, rate_hz=RATE)
    originals = choose(read_manifest(manifest).clips, None, 0)
    first = resynthesise(order, originals, Collection(tmp_path / "out"))
    assert [made.copy is not None and made.copy.reason for made in first] == ["", "", ""]
    copies = read_manifest(tmp_path / "out" / "manifest.csv").clips
    by_hash = {made.clip.sha256: made.clip for made in first}
    for clip in copies:
        original = by_hash[clip.pair_id]
        assert (clip.label, clip.synthetic, clip.neural_codec, clip.family) == ("fake", None, 1, "codec")
        assert (clip.source, clip.speaker, clip.split) == (original.source, original.speaker, "train")
        a, b = (sf.read(path, dtype="float32")[0] for path in (original.path, clip.path))
        assert lag(a, b) == 0
        assert active_level(b, RATE) == pytest.approx(active_level(a, RATE), abs=0.1)
    written = {clip.path: clip.path.stat().st_mtime_ns for clip in copies}
    assert resynthesise(order, originals, Collection(tmp_path / "out")) == []
    assert {clip.path: clip.path.stat().st_mtime_ns for clip in copies} == written


def test_a_full_drive_is_a_message_and_what_was_made_stays(manifest: Path, codec: Path, tmp_path: Path, monkeypatch):
    order = Order(name=str(codec), folder=tmp_path, rate_hz=RATE)
    originals = choose(read_manifest(manifest).clips, None, 0)
    resynthesise(order, originals[:1], Collection(tmp_path / "out"))

    def full(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as drive:
        drive.setattr("core.foundation.files.replace_file", full)
        with pytest.raises(CoreError, match=r"SY-002.*No space left"):
            resynthesise(order, originals, Collection(tmp_path / "out"))
    assert len(resynthesise(order, originals, Collection(tmp_path / "out"))) == len(originals) - 1


def test_stopping_keeps_what_was_made(manifest: Path, codec: Path, tmp_path: Path):
    order = Order(name=str(codec), folder=tmp_path, rate_hz=RATE)
    with pytest.raises(Cancelled):
        resynthesise(
            order, choose(read_manifest(manifest).clips, None, 0), Collection(tmp_path / "out"), 1, StopAfter(1)
        )
    assert len(Collection(tmp_path / "out").clips) == 1


def test_a_lost_copy_is_made_again_and_a_refused_one_is_not(manifest: Path, codec: Path, tmp_path: Path):
    order = Order(name=str(codec), folder=tmp_path, rate_hz=RATE)
    originals = choose(read_manifest(manifest).clips, None, 0)
    collection = Collection(tmp_path / "out")
    resynthesise(order, originals[:2], collection)
    collection.refuse(with_hash(originals[2]), order.label, "silent or short")
    lost = collection.clips[0]
    lost.path.unlink()
    assert [made.clip.sha256 for made in resynthesise(order, originals, Collection(tmp_path / "out"))] == [lost.pair_id]


def test_originals_are_human_and_taken_in_turns(manifest: Path):
    clips = choose(read_manifest(manifest).clips, 2, 0)
    assert {clip.source for clip in clips} == {"s1", "s2"}
    assert len(choose(read_manifest(manifest).clips, None, 0)) == 3
    assert choose(read_manifest(manifest).clips, None, 0, "dev") == []


@pytest.mark.parametrize("name", ["griffinlim-mel", "world"])
def test_classical_vocoders_keep_the_fundamental_in_place(name: str, tmp_path: Path):
    if name == "world":
        pytest.importorskip("pyworld")
    tone = tone_complex(140.0)
    made = open_generator(name, tmp_path).copy(tone, np.random.default_rng(0), None)[: len(tone)]
    track, voiced = fundamental(made, RATE)
    assert voiced.mean() > 0.5
    assert np.median(track[voiced]) == pytest.approx(140.0, rel=0.02)
    size = 160
    envelopes = [np.abs(x).reshape(-1, size).mean(1) for x in (tone, made)]
    assert abs(lag(envelopes[0] - envelopes[0].mean(), envelopes[1] - envelopes[1].mean())) <= 1


def test_missing_packages_weights_and_files_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, codec: Path):
    monkeypatch.setitem(sys.modules, "pyworld", None)
    expected = {"world": "DA-030", "lyra-v2": "DA-031", "hifigan-v2-multispeaker": "DA-031"}
    for name, code in expected.items():
        with pytest.raises(DataError) as told:
            open_generator(name, tmp_path)
        assert told.value.code == code
    for name in ("no-such-generator", str(codec)):  # the second lacks its rate
        with pytest.raises(UsageError) as usage:
            open_generator(name, tmp_path)
        assert usage.value.code == "US-020"
    (tmp_path / "text.pt").write_text("no network")
    with pytest.raises(DataError) as text:
        open_generator(str(tmp_path / "text.pt"), tmp_path, RATE)
    assert text.value.code == "DA-032"


def test_a_network_of_another_kind_is_told(tmp_path: Path):
    path = tmp_path / "crooked.pt"
    torch.jit.script(Crooked()).save(str(path))  # type: ignore[union-attr]
    with pytest.raises(DataError) as told:
        open_generator(str(path), tmp_path, RATE).copy(np.zeros(RATE, np.float32), np.random.default_rng(0), None)
    assert told.value.code == "DA-032"


def test_the_command_makes_a_data_set_and_says_what_it_left_out(
    manifest: Path, codec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    out = tmp_path / "out"
    arguments = ["dataset", "resynthesize", str(manifest), str(out), "--generator", str(codec), "--rate", "16000"]
    assert main([*arguments, "--limit", "2"]) == 0
    assert "halver: 2 copies made" in capsys.readouterr().out
    with (out / "measures.csv").open(newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert [line["kept"] for line in lines] == ["yes", "yes"]
    assert all(float(line["log_mel_l1"]) < 1 for line in lines)
    assert main([*arguments[:4], "--generator", "nothing"]) == 2
    assert main(["dataset", "resynthesize", "--generator", "list"]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in GENERATORS.names())


@pytest.mark.parametrize("name", ["griffinlim-mel", "mp3"])
def test_a_rate_that_changes_nothing_is_refused(name: str, tmp_path: Path):
    with pytest.raises(UsageError, match="at no other rate") as told:
        open_generator(name, tmp_path, 22050)
    assert told.value.code == "US-020"


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("name", ["lyra-v2", "hifigan-v2-multispeaker", "hifigan-v2-ljspeech-int8"])
def test_published_networks_copy_without_delay(name: str, shared: Path, tmp_path: Path):
    if name != "hifigan-v2-multispeaker":
        pytest.importorskip("ai_edge_litert")
    clips = choose(read_manifest(shared / "bank" / "manifest.csv").clips, 2, 1, "train")
    collection = Collection(tmp_path / "out")
    made = resynthesise(Order(name=name, folder=shared / "generators"), clips, collection)
    assert all(m.copy is not None and m.copy.log_mel_l1 < 0.9 for m in made)
    for clip in collection.clips:
        original = next(m.clip.path for m in made if m.clip.sha256 == clip.pair_id)
        a, b = (_envelope(path) for path in (original, clip.path))
        assert abs(lag(a - a.mean(), b[: len(a)] - b.mean())) <= 1


def _envelope(path: Path) -> np.ndarray:
    """Mean magnitude of each 4 ms."""
    samples, rate = sf.read(path, dtype="float32")
    size = round(0.004 * rate)
    return np.abs(samples[: len(samples) // size * size]).reshape(-1, size).mean(1)


CLASSICAL = sorted(name for name in GENERATORS.names() if GENERATORS[name].family == "classical-codec")
HERE = [name for name in CLASSICAL if name != "amr-wb"]
"""The pinned FFmpeg has no encoder for AMR wide band."""


@pytest.mark.parametrize("name", HERE)
def test_copies_by_classical_codecs_count_as_human_speech(name: str, manifest: Path, tmp_path: Path):
    order, originals = Order(name=name, folder=tmp_path), choose(read_manifest(manifest).clips, 1, 0)
    made = resynthesise(order, originals, Collection(tmp_path / "out"))[0]
    (clip,) = read_manifest(tmp_path / "out" / "manifest.csv").clips
    assert (clip.label, clip.synthetic, clip.neural_codec, clip.family) == ("real", 0, 0, "classical-codec")
    assert (clip.source, clip.pair_id, clip.generator) == (originals[0].source, made.clip.sha256, name)
    assert clip.lossy_origin == name.replace("-", "_")
    a, b = (sf.read(path, dtype="float32")[0] for path in (originals[0].path, clip.path))
    a = signal.resample_poly(a, clip.sample_rate, RATE)
    assert len(b) == len(a)  # that no delay is left is shown where the coders are tested
    assert active_level(b, clip.sample_rate) == pytest.approx(active_level(a, clip.sample_rate), abs=0.2)
    assert choose([clip], None, 0) == []  # no copies of copies


def test_a_classical_codec_that_is_not_built_in_says_so(manifest: Path, tmp_path: Path):
    command = ["dataset", "resynthesize", str(manifest), str(tmp_path / "out"), "--generator", "amr-wb"]
    if PERTURBATIONS["amr_wb"].lacks() is None:
        pytest.skip("this FFmpeg has it")
    assert main(command) != 0
    assert not (tmp_path / "out").exists()
