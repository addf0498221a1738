"""Parameters say their range and refuse what lies outside it; the recipe of a map is complete and hashable."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, fields

import numpy as np
import pytest
import torch

from core.features import FEATURES, feature_map, front_end
from core.features.params import too_short
from core.foundation.errors import FeatureError
from core.foundation.hashing import sha256_value

NAMES = ("fourier", "lfcc", "ltas", "mel", "mfcc", "packets", "stft")


def test_all_front_ends_are_registered() -> None:
    assert set(NAMES) <= set(FEATURES.names())


def test_importing_the_package_loads_no_torch() -> None:
    code = "import sys, core.features; sys.exit('torch' in sys.modules or 'scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_says_what_it_is(name: str) -> None:
    for item in fields(FEATURES[name].Params):
        assert item.metadata["help"].endswith("."), item.name
        assert {"unit", "low", "high", "choices"} <= set(item.metadata), item.name


@pytest.mark.parametrize("name", NAMES)
def test_parameters_survive_json_and_name_the_recipe(name: str) -> None:
    built = front_end(name, 16000)
    again = front_end(name, 16000, **json.loads(json.dumps(asdict(built.params))))  # type: ignore[attr-defined]
    assert again.spec == built.spec
    assert sha256_value(asdict(again.spec)) == sha256_value(asdict(built.spec))
    assert dict(built.spec.parameters) == asdict(built.params)  # type: ignore[attr-defined]
    assert front_end(name, 22050).spec != built.spec


@pytest.mark.parametrize("name", NAMES)
def test_front_ends_hold_nothing_that_is_saved_with_a_model(name: str) -> None:
    built = front_end(name, 16000)
    assert isinstance(built, torch.nn.Module)
    assert built.state_dict() == {}
    assert list(built.parameters()) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_batch_equals_its_rows_and_the_axes_fit(name: str, speechlike) -> None:
    built = front_end(name, 16000)
    waveforms = torch.from_numpy(np.stack([speechlike(1.0), speechlike(1.0) * 0.1]))
    maps = built(waveforms)
    assert maps.dtype == torch.float32
    assert maps.shape[0] == 2
    # the logarithm of what is nearly nothing shows the order of summation
    torch.testing.assert_close(maps[1:], built(waveforms[1:]), rtol=1e-3, atol=2e-2)
    time_s, frequency_hz = built.axes(16000)
    assert maps.shape[2:] == (len(frequency_hz), len(time_s))
    assert (np.diff(frequency_hz) > 0).all()
    assert (np.diff(time_s) > 0).all()


@pytest.mark.parametrize("name", NAMES)
def test_gradients_flow_to_the_waveform(name: str, speechlike) -> None:
    waveforms = torch.from_numpy(speechlike(1.0)[None]).requires_grad_()
    front_end(name, 16000)(waveforms).mean().backward()
    assert waveforms.grad is not None
    assert torch.isfinite(waveforms.grad).all()
    assert waveforms.grad.abs().max() > 0


@pytest.mark.parametrize("name", NAMES)
def test_silence_gives_finite_maps(name: str) -> None:
    assert np.isfinite(feature_map(name, np.zeros(16000, np.float32), 16000).values).all()


@pytest.mark.parametrize(
    ("name", "params", "code"),
    [
        ("stft", {"n_fft": 1}, "FE-002"),
        ("stft", {"n_fft": 512.0}, "FE-002"),
        ("stft", {"n_fft": True}, "FE-002"),
        ("stft", {"window": "triangle"}, "FE-002"),
        ("stft", {"power": 3.0}, "FE-002"),
        ("stft", {"offset": float("nan")}, "FE-002"),
        ("stft", {"window_frames": 1024}, "FE-002"),
        ("stft", {"hops": 3}, "FE-002"),
        ("mel", {"high_hz": 9000.0}, "FE-005"),
        ("mel", {"low_hz": 8000.0}, "FE-005"),
        ("mfcc", {"coefficients": 81}, "FE-002"),
        ("packets", {"wavelet": "sym"}, "FE-003"),
        ("packets", {"wavelet": "morl"}, "FE-003"),
        ("packets", {"level": 0}, "FE-002"),
        ("packets", {"level": 15}, "FE-002"),
        ("cqt", {}, "FE-007"),
    ],
)
def test_wrong_parameters_are_refused(name: str, params: dict[str, object], code: str) -> None:
    with pytest.raises(FeatureError) as caught:
        front_end(name, 16000, **params)
    assert caught.value.code == code
    assert caught.value.do


def test_whole_numbers_stand_for_decimals() -> None:
    assert front_end("stft", 16000, power=2).spec == front_end("stft", 16000, power=2.0).spec


@pytest.mark.parametrize("rate", [0, -16000, 22050.5, float("nan")])
def test_rates_that_are_none_are_refused(rate: float) -> None:
    with pytest.raises(FeatureError) as caught:
        front_end("stft", rate)  # type: ignore[arg-type]
    assert caught.value.code == "FE-005"


FRAMED = ("lfcc", "mel", "mfcc", "stft")


@pytest.mark.parametrize(
    ("name", "params"), [*((name, {}) for name in NAMES), *((name, {"centred": False}) for name in FRAMED)]
)
def test_the_shortest_waveform_works_and_a_shorter_one_is_refused(name: str, params: dict[str, object]) -> None:
    built = front_end(name, 16000, **params)
    shortest = built.min_frames  # type: ignore[attr-defined]
    assert torch.isfinite(built(torch.full((1, shortest), 0.1))).all()
    with pytest.raises(FeatureError) as caught:
        built(torch.zeros(1, shortest - 1))
    assert caught.value.code == "FE-001"


@pytest.mark.parametrize(
    "waveform", [np.zeros((2, 16000), np.float32), np.full(16000, np.nan, np.float32), np.array([], np.float32)]
)
def test_what_is_no_waveform_is_refused(waveform: np.ndarray) -> None:
    with pytest.raises(FeatureError) as caught:
        feature_map("stft", waveform, 16000)
    assert caught.value.code in ("FE-001", "FE-006")


def test_a_map_is_read_only_and_starts_where_the_stretch_does(speechlike) -> None:
    found = feature_map("stft", speechlike(1.0), 16000, start_s=12.5, hop_frames=160)
    assert found.time_s[0] == 12.5
    assert found.time_s[1] - found.time_s[0] == pytest.approx(0.01)
    assert found.unit == "ln power"
    with pytest.raises(ValueError):
        found.values[0, 0] = 1.0


def test_what_is_too_short_is_said_in_seconds_of_the_recording() -> None:
    assert "10.0 s; at least 16.0 s are needed" in too_short("the window", 4000, 6400, 400).what
    assert "0.001 s; at least 0.003 s are needed" in too_short("the window", 20, 45, 16000).what
    # so close that three decimals would not tell them apart
    assert "3.99993 s; at least 4.00000 s are needed" in too_short("the window", 63999, 64000, 16000).what
