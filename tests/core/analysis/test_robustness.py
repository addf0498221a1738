"""Perturbing one recording: the clean value, moves that can be worked out, stops, and what is missing."""

from __future__ import annotations

import threading

import numpy as np
import pytest
import soundfile as sf
from helpers.fake_detector import FakeStore
from helpers.stopping import StopAfter

from core.analysis import AnalysisPlan, examine
from core.analysis.robustness import CLEAN, DEFAULT, Outcome, estimate_s, sweep
from core.audio import open_recording
from core.audio.perturb import STANDARD
from core.foundation.errors import PerturbationError
from core.foundation.progress import Cancelled
from core.foundation.prompt import promptly


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

    def apply(self, waveform, rate_hz, clip=""):
        if self.kind == "mp3":
            raise lack
        return waveform

    monkeypatch.setattr(type(STANDARD["12 dB quieter"]), "apply", apply)
    found = sweep(recording, ["MP3 32 kbit/s", "12 dB quieter"], AnalysisPlan(), FakeStore())
    assert found.outcomes[1] == Outcome(
        name="MP3 32 kbit/s", kind="mp3", keeps_band=True, answers={}, problem=f"PE-002: {lack.what}"
    )
    assert found.moves("synthetic")[1] is None
    assert found.moves("synthetic")[2] == pytest.approx(0.0)


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
