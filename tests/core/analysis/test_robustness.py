"""Perturbing one recording: the clean value, moves that can be worked out, stops, and what is missing."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import replace

import numpy as np
import pytest
import soundfile as sf
from helpers.calibrations import straight
from helpers.fake_detector import FakeStore
from helpers.stopping import StopAfter

from core.analysis import AnalysisPlan, examine
from core.analysis.finding import QuestionResult
from core.analysis.robustness import CLEAN, DEFAULT, Outcome, Robustness, estimate_s
from core.analysis.sweeping import sweep
from core.audio import open_recording
from core.audio.memory import derived
from core.audio.perturb import STANDARD, from_record
from core.audio.recording import StreamFacts
from core.calibration import CalibrationRecord
from core.foundation.errors import PerturbationError
from core.foundation.progress import Cancelled
from core.foundation.prompt import promptly
from core.ood.validated import Envelope


@pytest.fixture
def recording(tmp_path):
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(48000) / 16000)
    sf.write(tmp_path / "tone.wav", tone, 16000, subtype="FLOAT")
    return open_recording(tmp_path / "tone.wav")


def test_a_level_meter_moves_as_the_level_does(recording) -> None:
    found = sweep(recording, ["12 dB quieter"], AnalysisPlan(), FakeStore())
    clean, quieter = (one.answers["synthetic"].score for one in found.outcomes)
    assert clean == pytest.approx(0.125, rel=1e-3)
    assert quieter == pytest.approx(0.125 * 10 ** (-1.2), rel=1e-2)
    assert found.moves("synthetic")[0] == 0.0
    assert found.moves("synthetic")[1] == pytest.approx(quieter - clean)
    assert [one.name for one in found.outcomes] == [CLEAN, "12 dB quieter"]
    assert "stays on its side of 0" in found.summary("synthetic")
    assert found.clean.answers["synthetic"].log10_lr is None
    assert found.clean.answers["synthetic"].reasons


def test_only_the_stretch_is_heard(tmp_path) -> None:
    samples = np.concatenate([np.zeros(16000), 0.5 * np.ones(16000)])
    sf.write(tmp_path / "step.wav", samples, 16000, subtype="FLOAT")
    found = sweep(open_recording(tmp_path / "step.wav"), [], AnalysisPlan(), FakeStore(), (1.0, 2.0))
    assert found.clean.answers["synthetic"].score == pytest.approx(0.25)
    assert (found.start_s, found.end_s) == (1.0, 2.0)


@pytest.mark.parametrize("channel", ["mix", "1"])
@pytest.mark.parametrize("rate", [16000, 22050])
def test_as_it_is_the_whole_has_the_score_of_an_examination(tmp_path, rate: int, channel: str) -> None:
    """It ends within a window, which a model that resamples windows one by one anchors at the end."""
    rng = np.random.default_rng(3)
    samples = rng.standard_normal((round(7.3 * 16000), 2)) * np.linspace(0.01, 0.3, round(7.3 * 16000))[:, None]
    sf.write(tmp_path / "noise.wav", samples, 16000, subtype="FLOAT")
    recording, plan = open_recording(tmp_path / "noise.wav"), AnalysisPlan(channel=channel)
    store = FakeStore(sample_rate=rate, window_frames=rate, hop_frames=rate, resampling="window")
    examined = examine(recording, plan, store)
    whole = sweep(recording, ["12 dB quieter"], plan, store)
    cut = sweep(recording, [], plan, store, (0.0, 7.2999))
    assert whole.clean.answers["synthetic"].score == examined.questions["synthetic"].score
    # a stretch is heard as a copy of its samples, and there are as many windows
    assert cut.clean.answers["synthetic"].score == pytest.approx(examined.questions["synthetic"].score, rel=1e-3)
    quieter = whole.outcomes[1].answers["synthetic"].score
    assert quieter == pytest.approx(examined.questions["synthetic"].score * 10 ** (-1.2), rel=1e-3)


def test_what_is_missing_here_says_so_and_the_others_go_on(recording, monkeypatch) -> None:
    lack = PerturbationError("PE-002", "There is no coder of that kind here.")

    def stored(self, waveform, rate_hz, clip=""):
        if self.kind == "mp3":
            raise lack
        return waveform, None

    monkeypatch.setattr(type(STANDARD["12 dB quieter"]), "stored", stored)
    found = sweep(recording, ["MP3 32 kbit/s", "12 dB quieter"], AnalysisPlan(), FakeStore())
    assert found.outcomes[1] == Outcome(
        name="MP3 32 kbit/s", kind="mp3", keeps_band=True, answers={}, problem=f"PE-002: {lack.what}"
    )
    assert found.moves("synthetic")[1] is None
    assert found.moves("synthetic")[2] == pytest.approx(0.0)


@pytest.fixture
def gated() -> FakeStore:
    """A suite that was validated on MP3 from 57.6 kbit/s and Opus from 18.7 kbit/s, and gives ratios within."""
    store = FakeStore()
    lowest = (("MP3", 64.0), ("Opus", 24.0))
    bounds = Envelope(codecs=("MP3", "Opus", "lossless"), lowest_kbps=lowest)
    store.record = CalibrationRecord(questions={"synthetic": straight(envelope=bounds)}).to_json()
    return store


@pytest.fixture
def speech(tmp_path, speechlike):
    sf.write(tmp_path / "speech.wav", speechlike(3.0), 16000, subtype="FLOAT")
    return open_recording(tmp_path / "speech.wav")


@pytest.mark.parametrize(
    ("name", "codec", "kbps", "code"),
    [
        ("MP3 128 kbit/s", "MP3", 128, ""),
        ("MP3 32 kbit/s", "MP3", 32, "AP-037"),
        ("Opus 32 kbit/s", "Opus", 32, ""),
        ("Opus 16 kbit/s", "Opus", 16, "AP-037"),
        ("AAC 64 kbit/s", "AAC", 64, "AP-035"),
        ("telephone band", "G.711 A-law", 64, "AP-035"),
    ],
)
def test_a_coded_copy_meets_the_gate_that_a_file_in_that_coding_meets(speech, gated, name, codec, kbps, code) -> None:
    samples = STANDARD[name].apply(speech.read(0, 48000)[0], 16000, speech.id.sha256)
    outcome = sweep(speech, [name], AnalysisPlan(), gated).outcomes[1]
    assert outcome.coding is not None
    counted = 1000 * (outcome.coding.kbps or 0)
    assert counted == pytest.approx(1000 * kbps, rel=0.3)
    stream = StreamFacts(container="x", codec=codec, sample_rate=16000, channels=1, frames=48000, mean_bit_rate=counted)
    file = replace(derived(speech, samples[None]), stream=stream)
    asked, expected = outcome.answers["synthetic"], examine(file, AnalysisPlan(), gated).questions["synthetic"]
    assert (asked.applicability, asked.reasons) == (expected.applicability, expected.reasons)
    assert (asked.log10_lr, asked.interval) == (expected.log10_lr, expected.interval)
    assert (asked.log10_lr is None) == bool(code)
    assert any(reason.startswith(code) for reason in asked.reasons) or not code


def test_bits_are_counted_as_in_a_file_that_the_same_encoder_wrote(speech, gated, tmp_path) -> None:
    sf.write(tmp_path / "a.ogg", speech.read(0, 48000)[0], 16000, subtype="VORBIS", compression_level=0.9)
    file = open_recording(tmp_path / "a.ogg")
    copy = sweep(speech, ["Vorbis q1"], AnalysisPlan(), gated).outcomes[1]
    assert copy.coding is not None
    assert file.stream.mean_bit_rate == pytest.approx(1000 * (copy.coding.kbps or 0), rel=0.01)
    refused = examine(file, AnalysisPlan(), gated).questions["synthetic"].reasons
    assert refused == copy.answers["synthetic"].reasons
    assert refused[0].startswith("AP-035: the coding is Vorbis, ")


def test_a_second_coder_does_not_take_back_the_first(speech, gated) -> None:
    poor = replace(speech.stream, codec="MP3", mean_bit_rate=32_000.0)
    found = sweep(replace(speech, stream=poor), ["MP3 128 kbit/s", "12 dB quieter"], AnalysisPlan(), gated)
    assert [one.answers["synthetic"].log10_lr for one in found.outcomes] == [None] * 3
    assert all(
        one.answers["synthetic"].reasons[0].startswith("AP-037: the coding is MP3, 32") for one in found.outcomes
    )


def test_what_is_said_of_a_copy_makes_it_again(speech, gated) -> None:
    names = ["Opus 16 kbit/s", "GSM full rate", "white noise 20 dB", "reverberation 0.3 s", "packet loss 5 %"]
    found = sweep(speech, names, AnalysisPlan(), gated)
    assert len(found.outcomes) == 6
    sound = speech.read(0, 48000)[0]
    for one in found.outcomes[1:]:
        again = from_record(json.loads(json.dumps(dict(one.parameters)))).apply(sound, 16000)
        np.testing.assert_array_equal(again, STANDARD[one.name].apply(sound, 16000, speech.id.sha256))
    assert "libopus at 16000 Hz" in found.outcomes[1].made_with
    assert "application voip" in found.outcomes[1].made_with
    assert all(re.search(r"[0-9]+\.[0-9]+\.[0-9]+", one.made_with) for one in found.outcomes[1:3])


def test_a_move_that_is_read_is_that_of_the_scores_as_they_are_read() -> None:
    scores = {"as it is": 0.2251, "hiss": 0.1749}
    outcomes = [
        Outcome(name=name, kind="noise", keeps_band=True, answers={"synthetic": answered(score)})
        for name, score in scores.items()
    ]
    found = Robustness(outcomes=tuple(outcomes), models=(), sha256="", start_s=0.0, end_s=1.0)
    assert found.moves("synthetic")[1] == pytest.approx(-0.0502)
    shown = [f"{score:+.2f}" for score in scores.values()]
    assert f"{found.moves('synthetic', 2)[1]:+.2f}" == f"{float(shown[1]) - float(shown[0]):+.2f}"


def answered(score: float) -> QuestionResult:
    return QuestionResult(question="synthetic", score=score)


def test_a_stop_is_heeded_while_the_work_cannot_ask() -> None:
    release, ended = threading.Event(), threading.Event()

    def work() -> None:
        release.wait(60)
        ended.set()

    with pytest.raises(Cancelled):
        promptly(work, StopAfter(1))
    assert not ended.is_set()
    release.set()


def test_the_default_set_exists_and_its_time_grows_with_it() -> None:
    assert set(DEFAULT) <= set(STANDARD)
    assert estimate_s(60, 10, 1, took_s=2.0, of_s=60.0) == pytest.approx(11 * 2 + 10 * 60 / 60)
