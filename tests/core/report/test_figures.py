"""Figures show what is there, at its time and frequency, and are readable without colour."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from PIL import Image

from core.audio import open_recording
from core.explain.attribution import Attribution
from core.report import collecting, figures
from core.report.figure_data import FigureData

RATE = 16000


def recording_of(path: Path, samples: np.ndarray, rate: int = RATE):
    sf.write(path, samples.astype(np.float32), rate, subtype="FLOAT")
    return open_recording(path)


def tone(seconds: float, hertz: float, start: float, stop: float, rate: int = RATE) -> np.ndarray:
    t = np.arange(round(seconds * rate)) / rate
    return 0.5 * np.sin(2 * np.pi * hertz * t) * ((t >= start) & (t < stop))


def attribution(start_s: float = 1.0) -> Attribution:
    values = np.random.default_rng(3).normal(size=(20, 30)).astype(np.float32)
    return Attribution(
        values=values, time_s=start_s + np.arange(30) / 30, frequency_hz=np.linspace(0, 8000, 20), model="m@0",
        question="synthetic", method="ig", baseline="zero", target="fake", steps=32, score=1.0, baseline_score=0.0,
        completeness_error=0.01, start_s=start_s, end_s=start_s + 1, domain="features",
    )  # fmt: skip


@pytest.mark.parametrize(("seconds", "columns"), [(4.0, 373), (50.0, 1200)])
def test_a_tone_stands_at_its_time_frequency_and_level(tmp_path: Path, seconds: float, columns: int) -> None:
    recording = recording_of(tmp_path / "tone.wav", tone(seconds, 3000, seconds / 4, seconds / 2))
    shown = collecting.spectrogram(recording)
    assert shown is not None
    assert shown.values.shape[1] == columns
    middle = (shown.time_s > seconds / 4 + 0.1) & (shown.time_s < seconds / 2 - 0.1)
    peak = shown.values[:, middle].argmax(axis=0)
    assert np.abs(shown.frequency_hz[peak] - 3000).max() < 20
    assert np.abs(shown.values[peak[0], middle] - 20 * np.log10(0.5)).max() < 1.5
    assert shown.values[:, shown.time_s < seconds / 4 - 0.1].max() < -100


def test_packets_put_a_tone_in_its_band(tmp_path: Path) -> None:
    recording = recording_of(tmp_path / "tone.wav", tone(3.0, 5000, 0.0, 3.0))
    shown = collecting.packets(recording)
    assert shown is not None
    loudest = shown.frequency_hz[shown.values.mean(axis=1).argmax()]
    assert abs(loudest - 5000) < 2 * RATE / 2 / 256


def test_blocks_leave_no_seam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(5).normal(0, 0.1, 7 * RATE)
    recording = recording_of(tmp_path / "noise.wav", noise)
    whole = collecting.spectrogram(recording)
    monkeypatch.setattr(collecting, "_BLOCK_S", 2.0)
    pieces = collecting.spectrogram(recording)
    assert whole is not None
    assert pieces is not None
    assert np.all(np.diff(pieces.time_s) > 0)
    assert abs(pieces.time_s.size - whole.time_s.size) <= 4
    assert abs(float(pieces.values.mean()) - float(whole.values.mean())) < 0.2
    assert pieces.values.max(axis=0).min() > -60


def test_the_mean_over_columns_is_one_of_power() -> None:
    values, centres = collecting._pooled(np.array([[0.0, -10.0, -20.0, -20.0]]), np.arange(4.0), 2)
    assert values == pytest.approx(np.array([[10 * np.log10(0.55), -20.0]]), abs=1e-5)
    assert centres == pytest.approx([0.5, 2.5])


@pytest.mark.parametrize("limit", [10, 10**9])
def test_the_envelope_has_the_extremes_of_all_channels(tmp_path: Path, monkeypatch, limit: int) -> None:
    monkeypatch.setattr(collecting, "_WHOLE_FRAMES", limit)
    samples = np.zeros((40 * RATE, 2))
    samples[10 * RATE, 0], samples[30 * RATE, 1] = 0.75, -0.5
    shown = collecting.envelope(recording_of(tmp_path / "two.wav", samples))
    assert (shown.high.max(), shown.low.min()) == (0.75, -0.5)
    assert abs(shown.high.argmax() / shown.high.size - 0.25) < 0.01
    assert abs(shown.low.argmin() / shown.low.size - 0.75) < 0.01


def test_too_short_for_packets_is_no_error(tmp_path: Path) -> None:
    recording = recording_of(tmp_path / "tiny.wav", np.array([0.5]))
    assert collecting.packets(recording) is None
    assert collecting.spectrogram(recording) is not None


@pytest.fixture
def data(tmp_path: Path, make_run) -> FigureData:
    recording = recording_of(tmp_path / "tone.wav", tone(3.0, 1000, 1.0, 2.0))
    run = make_run(tmp_path / "tone.wav")
    labels = {found["model"]: f"D{i}" for i, found in enumerate(run["analysis"]["recordings"][0]["detectors"])}
    return collecting.collect(recording, run["analysis"]["recordings"][0], labels)


def test_the_same_data_give_the_same_picture(data: FigureData) -> None:
    assert figures.render(data) == figures.render(data)


def test_the_hash_changes_with_anything_drawn(data: FigureData) -> None:
    assert data.spectrogram is not None
    louder = dataclasses.replace(data.spectrogram, values=data.spectrogram.values + np.float32(0.1))
    other = [
        dataclasses.replace(data, spectrogram=louder),
        dataclasses.replace(data, tracks=data.tracks[:1]),
        dataclasses.replace(data, end_s=data.end_s + 1),
        dataclasses.replace(data, attributions=(attribution(),)),
        dataclasses.replace(data, envelope=dataclasses.replace(data.envelope, low=data.envelope.low - 1)),
    ]
    hashes = {data.sha256(), *(changed.sha256() for changed in other)}
    assert len(hashes) == 1 + len(other)
    assert data.sha256() == dataclasses.replace(data).sha256()


def test_the_picture_has_its_size_and_is_not_blank(data: FigureData) -> None:
    picture, height_mm = figures.render(data)
    image = Image.open(io.BytesIO(picture))
    assert abs(image.width / image.height - figures.WIDTH_MM / height_mm) < 0.01
    colours = image.convert("RGB").getcolors(1 << 24)
    assert colours is not None
    assert len(colours) > 30


def test_a_figure_fits_on_a_page_with_its_caption(data: FigureData) -> None:
    shown = dataclasses.replace(data, attributions=(attribution(), dataclasses.replace(attribution(), target="real")))
    _, height_mm = figures.render(shown)
    assert height_mm <= figures.MAX_HEIGHT_MM + 1e-6


def test_the_colours_rise_in_lightness() -> None:
    """So that the map is read in grey."""
    colours = figures.COLOUR_MAP(np.linspace(0, 1, 64))[:, :3]
    lightness = colours @ [0.2126, 0.7152, 0.0722]
    assert np.all(np.diff(lightness) > 0)


def test_an_explanation_has_its_own_figure(tmp_path: Path) -> None:
    recording = recording_of(tmp_path / "tone.wav", tone(4.0, 1000, 1.0, 2.0))
    picture = figures.attribution_figure(recording, [attribution(1.0), attribution(2.0)])
    assert picture.startswith(b"\x89PNG")
    assert Image.open(io.BytesIO(picture)).width > 100
