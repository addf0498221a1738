"""Planted leaks and shortcuts are found, and what the preparation takes away is near chance afterwards."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from core.training.datasets.checking import check
from core.training.datasets.leaks import leaks
from core.training.datasets.manifest import Clip, clip_of
from core.training.datasets.probes import in_words, probe, verdict_of
from core.training.datasets.traces import traces
from core.training.prepare import Preparation, band_limit, stretch

RATE = 16000


def speech(rng: np.random.Generator, seconds: float = 0.7) -> np.ndarray:
    """Noise in bursts: the same distribution for every clip."""
    frames = round(seconds * RATE)
    bursts = np.repeat(rng.uniform(0.2, 1, frames // 1600 + 1), 1600)[:frames]
    return (0.1 * bursts * rng.standard_normal(frames)).astype(np.float32)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> list[Clip]:
    """96 clips of 8 sources: the generated ones start with silence, are louder and have whole hops of 256 frames."""
    folder, rng = tmp_path_factory.mktemp("planted"), np.random.default_rng(5)
    clips = []
    for number in range(96):
        fake = bool(number % 2)
        waveform = speech(rng, rng.uniform(0.6, 0.8))
        if fake:
            waveform = np.concatenate([np.zeros(2400, np.float32), waveform])
            waveform = 3 * waveform[: len(waveform) // 256 * 256]
        path = folder / f"{number}.wav"
        sf.write(path, waveform, RATE)
        family = "vocoder" if fake else "real"
        clips.append(clip_of(family, path, source=f"s{number // 12}", split="train" if number < 72 else "dev"))
    return clips


def test_planted_shortcuts_are_found_and_gone_after_preparation(planted):
    report = check(planted, preparation=Preparation(crop_s=(0.2, 0.4)))
    found = {(p.trace, p.prepared): p for p in report.probes if p.question == "synthetic"}
    for trace in ("silence", "level", "length"):
        assert found[trace, False].eer_pct < 15, trace
        assert found[trace, False].verdict == "leaks"
        assert found[trace, False].parts
    for trace in ("level", "length", "sample rate"):
        assert found[trace, True].verdict not in ("leaks", "weak"), found[trace, True]
    assert found["silence", True].eer_pct > found["silence", False].eer_pct + 15
    assert report.leaks == ()
    assert report.problems == ()


def test_the_sources_that_leak_are_named(rng):
    truth = np.tile([0, 1], 60)
    sources = [f"s{number // 10}" for number in range(120)]
    features = rng.standard_normal((120, 1))
    features[:60, 0] += 6 * truth[:60]
    found = probe(features, truth, sources, "synthetic", "level", prepared=False)
    assert all(int(part.source[1:]) < 6 for part in found.parts[:4])
    assert in_words(found) == f"{found.verdict}, most by {found.parts[0].source}"
    nothing = probe(rng.standard_normal((120, 1)), truth, sources, "synthetic", "level", prepared=False)
    assert nothing.verdict in ("near chance", "cannot tell")


@pytest.mark.parametrize(
    ("interval", "verdict"),
    [
        ((20, 44.9), "leaks"),
        ((40, 49.9), "weak"),
        ((40, 60), "near chance"),
        ((23.5, 53.3), "cannot tell"),
        ((33.3, 50.0), "cannot tell"),
        ((54.4, 75.4), "worse than chance"),
    ],
)
def test_verdicts_follow_the_interval(interval, verdict):
    assert verdict_of(*interval) == verdict


def test_groups_in_two_splits_are_listed_by_kind(planted):
    clips = [replace(clip, source="", sha256=f"{n}") for n, clip in enumerate(planted[:4])]
    clips[0] = replace(clips[0], split="train", speaker="p225", corpus="vctk", generator="hifigan", sha256="same")
    clips[1] = replace(clips[1], split="test", speaker="225", corpus="valentini-vctk", generator="hifigan")
    clips[2] = replace(clips[2], split="test", sha256="same", source="page", pair_id="x")
    clips[3] = replace(clips[3], split="dev", source="page", pair_id="x")
    found = leaks(clips, pcm=["a", "b", "c", "a"])
    kinds = {leak.kind: (leak.group, dict(leak.clips)) for leak in found}
    assert kinds == {
        "file": ("same", {"train": 1, "test": 1}),
        "sound": ("a", {"train": 1, "dev": 1}),
        "source": ("page", {"test": 1, "dev": 1}),
        "speaker": ("vctk:225", {"train": 1, "test": 1}),
        "utterance": ("page:x", {"test": 1, "dev": 1}),
        "generator": ("hifigan", {"train": 1, "test": 1}),
    }


def test_too_few_clips_and_unreadable_ones_are_said(planted, tmp_path: Path):
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF")
    clips = [*planted[:6], replace(planted[0], path=broken), replace(planted[1], sha256="0" * 64)]
    report = check(clips)
    assert [problem.code for problem in report.problems] == ["DA-004", "DA-013"]
    assert [Path(path).name for path in report.changed] == [planted[1].path.name]


def test_traces_of_known_signals():
    tone = np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE).astype(np.float32)
    quiet = np.concatenate([np.zeros(1600, np.float32), tone, np.zeros(800, np.float32)])
    found = traces(quiet, RATE)
    np.testing.assert_allclose(found["silence"][:3], [0.10, 0.05, 0.15])
    assert found["level"][1] == pytest.approx(0, abs=0.01)
    assert found["length"][0] == pytest.approx(18400 / RATE)
    assert found["cut-off"][2] == pytest.approx(1.0, abs=0.05)
    coarse = traces((np.round(tone * 128) / 128).astype(np.float32), RATE)
    assert coarse["word length"][0] == 8
    assert all(np.isfinite(values).all() for values in traces(np.zeros(500, np.float32), 8000).values())


def test_band_and_stretch(rng):
    t = np.arange(RATE) / RATE
    rumble, voice, top = (np.sin(2 * np.pi * hz * t).astype(np.float32) for hz in (30, 1000, 7000))
    inside = slice(2000, -2000)
    kept = band_limit(rumble + voice + top, RATE, 100, 5000)
    np.testing.assert_allclose(kept[inside], voice[inside], atol=0.02)
    short = stretch(voice[:1000], 2500, rng)
    assert len(short) == 2500
    np.testing.assert_array_equal(short[:1000], short[1000:2000])
    assert len({float(stretch(t.astype(np.float32), 10, rng)[0]) for _ in range(20)}) > 15
