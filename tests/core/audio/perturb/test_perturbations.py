"""What holds for every perturbation, whatever it does."""

from __future__ import annotations

import json
from dataclasses import fields

import numpy as np
import pytest
import soundfile as sf

from core.audio.perturb import PERTURBATIONS, STANDARD, available, available_standards, from_record
from core.foundation.errors import CoreError, PerturbationError

RATE = 16000
WITHOUT_FILES = sorted(set(available()) - {"real_noise", "impulse_response"})


@pytest.fixture
def clips(tmp_path, monkeypatch, rng):
    """A folder of noise clips and one impulse response, through AUDITRACE_SHARED."""
    folder = tmp_path / "noise"
    folder.mkdir()
    for name, rate in (("street.wav", 16000), ("wind.flac", 44100)):
        sf.write(folder / name, 0.1 * rng.standard_normal(rate), rate)
    room = np.exp(-np.arange(4000) / 600) * rng.standard_normal(4000) * 0.1
    room[37] = 1.0
    sf.write(folder / "hall_rir.wav", np.clip(room, -1, 1), 16000)
    monkeypatch.setenv("AUDITRACE_SHARED", str(tmp_path))
    return folder


@pytest.fixture
def speech(speechlike):
    return speechlike(1.3, RATE)


def test_every_kind_says_what_it_is_and_has_legal_defaults():
    for name in PERTURBATIONS.names():
        cls = PERTURBATIONS[name]
        assert cls.name == name
        assert cls.help.endswith(".")
        assert from_record({"kind": name}) == cls()
        for item in fields(cls):
            assert item.metadata["help"].endswith("."), (name, item.name)


@pytest.mark.parametrize("name", PERTURBATIONS.names())
def test_record_is_all_the_chance_there_is(name, speech, clips):
    cls = PERTURBATIONS[name]
    if cls.lacks():
        pytest.skip(str(cls.lacks()))
    drawn = cls.draw(np.random.default_rng(5))
    again = from_record(json.loads(json.dumps(drawn.record())))
    assert again == drawn == cls.draw(np.random.default_rng(5))
    changed = drawn.apply(speech, RATE)
    np.testing.assert_array_equal(changed, again.apply(speech, RATE))
    assert changed.dtype == np.float32
    assert changed.shape == speech.shape
    assert np.isfinite(changed).all()
    if name != "resample":  # a rate above the waveform's own changes next to nothing
        assert not np.allclose(changed, speech, atol=1e-4)


@pytest.mark.parametrize("name", PERTURBATIONS.names())
@pytest.mark.parametrize("rate", [8000, 44100])
def test_short_and_silent_waveforms_come_back_at_any_rate(name, rate, rng, clips):
    cls = PERTURBATIONS[name]
    if cls.lacks():
        pytest.skip(str(cls.lacks()))
    drawn = cls.draw(rng)
    for waveform in (
        np.zeros(rate // 2, np.float32),
        rng.standard_normal(rate // 100).astype(np.float32) * 0.1,
        np.full(1, 0.5, np.float32),
    ):
        changed = drawn.apply(waveform, rate)
        assert changed.shape == waveform.shape
        assert changed.dtype == np.float32
        assert np.isfinite(changed).all()


@pytest.mark.parametrize(
    "waveform",
    [
        np.zeros(0, np.float32),
        np.zeros((2, 100), np.float32),
        np.zeros(100),
        np.full(100, np.nan, np.float32),
        np.full(100, np.inf, np.float32),
    ],
)
def test_what_is_no_waveform_is_our_error(waveform):
    with pytest.raises(PerturbationError) as error:
        PERTURBATIONS["gain"]().apply(waveform, RATE)
    assert error.value.code == "PE-004"


@pytest.mark.parametrize(
    ("record", "named"),
    [
        ({"kind": "flanger"}, "flanger"),
        ({}, "None"),
        ({"kind": "noise", "loudness": 3}, "loudness"),
        ({"kind": "noise", "snr_db": "loud"}, "snr_db"),
        ({"kind": "noise", "snr_db": float("nan")}, "snr_db"),
        ({"kind": "noise", "seed": True}, "seed"),
        ({"kind": "mp3", "kbps": 33}, "kbps"),
        ({"kind": "equaliser", "gains_db": [1, 2]}, "points"),
        ({"kind": "equaliser", "frequencies_hz": ["a"], "gains_db": [1]}, "frequencies_hz"),
    ],
)
def test_records_that_describe_nothing_are_our_error(record, named):
    with pytest.raises(PerturbationError) as error:
        from_record(record)
    assert error.value.code == "PE-001"
    assert named in error.value.what


def test_missing_coder_is_left_out_and_says_why(monkeypatch, speech):
    monkeypatch.setattr("core.audio.perturb._coders._has", lambda codec, mode: codec != "libmp3lame")
    assert "mp3" not in available()
    assert "MP3 32 kbit/s" not in [item.name for item in available_standards()]
    with pytest.raises(PerturbationError) as error:
        PERTURBATIONS["mp3"]().apply(speech, RATE)
    assert error.value.code == "PE-002"
    assert "libmp3lame" in error.value.what


def test_without_clips_the_folder_is_named(tmp_path, monkeypatch, rng):
    monkeypatch.setenv("AUDITRACE_SHARED", str(tmp_path))
    assert not {"real_noise", "impulse_response"} & set(available())
    with pytest.raises(PerturbationError) as error:
        PERTURBATIONS["real_noise"].draw(rng)
    assert error.value.code == "PE-003"
    assert str(tmp_path / "noise") in error.value.what


def test_a_clip_that_changed_is_refused(clips, speech, rng):
    drawn = PERTURBATIONS["impulse_response"].draw(rng)
    assert drawn.record()["clip"] == "hall_rir.wav"
    other = from_record(drawn.record() | {"sha256": "0" * 64})
    outside = from_record(drawn.record() | {"clip": "../noise/hall_rir.wav"})
    for wrong in (other, outside):
        with pytest.raises(CoreError) as error:
            wrong.apply(speech, RATE)
        assert error.value.code == "PE-005"


def test_standards_depend_on_name_and_clip_alone(speech, clips):
    for item in available_standards():
        first, again = (item.apply(speech[:6400], RATE, "a") for _ in range(2))
        np.testing.assert_array_equal(first, again)
    noise = STANDARD["white noise 10 dB"]
    assert noise.perturbation("a") != noise.perturbation("b")
    assert noise.perturbation("a").record()["snr_db"] == 10.0
    assert STANDARD["real noise 10 dB"].perturbation("a").record()["snr_db"] == 10.0
    assert noise.perturbation("a") != STANDARD["white noise 20 dB"].perturbation("a")
    assert STANDARD["MP3 32 kbit/s"].perturbation("a") == STANDARD["MP3 32 kbit/s"].perturbation("b")


def test_standards_keep_the_band_that_they_say_they_keep(rng, clips):
    white = (0.1 * rng.standard_normal(RATE)).astype(np.float32)

    def level_db(waveform):
        hz = np.fft.rfftfreq(len(waveform), 1 / RATE)
        return 10 * np.log10(np.mean(np.abs(np.fft.rfft(waveform)[(hz > 6000) & (hz < 7000)]) ** 2))

    for item in available_standards():
        change_db = level_db(item.apply(white, RATE, "a")) - level_db(white)
        gain_db = -12.0 if item.kind == "gain" else 0.0
        assert (change_db - gain_db > -6) == item.keeps_band, (item.name, change_db)
