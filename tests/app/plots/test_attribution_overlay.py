"""The explanation over the spectrogram: only over its own window, at the right place."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pyqtgraph as pg
import pytest
from helpers.examine_data import fake_attribution, fake_checks

from app.plots.attribution_overlay import LEGEND, AttributionOverlay, sampled
from app.plots.compose import Frame
from app.theme import DARK


def frame(start_s: float = 0.0, end_s: float = 10.0) -> Frame:
    return Frame(start_s=start_s, end_s=end_s, low_hz=0.0, high_hz=10000.0, width=500, height=100)


def test_only_its_window_and_its_bands_are_covered():
    values = sampled(fake_attribution(start_s=2.0, end_s=6.0), frame())
    times = frame().centres_s()
    inside = (times >= 2.0) & (times <= 6.0)
    assert np.isnan(values[:, ~inside]).all()
    rows_hz = (np.arange(100) + 0.5) * 100
    assert not np.isnan(values[rows_hz < 8000][:, inside]).any()
    assert np.isnan(values[rows_hz > 8100][:, inside]).all()


def test_each_pixel_has_the_nearest_cells_value():
    attribution = fake_attribution(start_s=2.0, end_s=6.0, bins=40, frames=30)
    values = sampled(attribution, frame())
    column, row = 217, 33
    time_s, hertz = frame().centres_s()[column], (row + 0.5) * 100
    near = (np.abs(attribution.frequency_hz - hertz).argmin(), np.abs(attribution.time_s - time_s).argmin())
    assert values[row, column] == attribution.values[near]


@pytest.fixture
def overlay(qapp) -> Iterator[AttributionOverlay]:
    view_box = pg.ViewBox()
    made = AttributionOverlay(view_box)
    made.set_theme(DARK)
    made.set_attribution(fake_attribution(start_s=2.0, end_s=6.0))
    yield made
    del view_box


def test_strongest_support_is_drawn_in_its_colour(overlay: AttributionOverlay):
    overlay.render(frame())
    image = overlay._image.image
    assert image.shape == (100, 200, 4)
    row, column = np.unravel_index(int(image[..., 3].argmax()), image.shape[:2])
    assert tuple(image[row, column, :3]) == (0xF0, 0x96, 0x3C)


def test_it_can_be_hidden_and_is_not_there_outside_its_window(overlay: AttributionOverlay):
    overlay.configure(visible=False)
    overlay.render(frame())
    assert not overlay._image.isVisible()
    assert overlay.describe() == ""
    overlay.configure(visible=True)
    overlay.render(frame(7.0, 9.0))
    assert not overlay._image.isVisible()
    assert LEGEND in overlay.describe()


def test_opacity_scales_every_pixel(overlay: AttributionOverlay):
    overlay.configure(opacity=1.0)
    overlay.render(frame())
    full = overlay._image.image[..., 3].max()
    overlay.configure(opacity=0.5)
    overlay.render(frame())
    assert overlay._image.image[..., 3].max() == pytest.approx(full / 2, abs=1)


def test_the_legend_says_both_sides_and_what_calls_for_care(overlay: AttributionOverlay):
    assert "towards synthetic" in overlay.legend
    assert "against it" in overlay.legend
    found = dataclasses.replace(fake_attribution(), checks=fake_checks(), target="real", baseline_score=3.0)
    overlay.set_attribution(found)
    assert "against synthetic" in overlay.legend
    assert "The baseline scores higher" in overlay.legend
    overlay.set_attribution(dataclasses.replace(found, none_is_lower=True))
    assert "✗ Do not rely on this map" in overlay.legend
    overlay.configure(visible=False)
    assert overlay.legend == ""
