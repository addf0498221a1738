"""The picture from tiles: right cells at right pixels; stand-ins; nothing where there is nothing."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.examine_data import memory_recording

from app.plots.compose import Frame, composed, level_at
from app.plots.spectral_sources import PacketSource, SpectrogramSource
from app.plots.tiles import TileCache, TileKey, coarsest_level, keys_for, make_tile
from core.features import display_packets

RATE = 8000


@pytest.fixture(scope="module")
def tone() -> SpectrogramSource:
    """1 kHz at -20 dBFS, from second 4 on."""
    t = np.arange(8 * RATE) / RATE
    signal = np.where(t >= 4, 0.1 * np.sin(2 * np.pi * 1000 * t), 0.0).astype(np.float32)
    return SpectrogramSource(memory_recording(signal[None], RATE), "hann", 0.032)


def filled(source, level: int) -> TileCache:
    cache = TileCache()
    for key in keys_for(source, level, 0, source.frames):
        cache.add(make_tile(key))
    return cache


def frame(**changes: float) -> Frame:
    values = {"start_s": 0.0, "end_s": 8.0, "low_hz": 0.0, "high_hz": 4000.0, "width": 400, "height": 200}
    return Frame(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("smooth", [True, False])
def test_tone_stands_where_it_sounds(tone: SpectrogramSource, smooth: bool):
    levels = composed(tone, filled(tone, 2), frame(), 2, smooth=smooth)
    row, column = np.unravel_index(int(np.nanargmax(levels)), levels.shape)
    assert abs((row + 0.5) * 4000 / 200 - 1000) <= 20
    assert (column + 0.5) * 8 / 400 > 4
    # between two bins a picture that interpolates is up to 2 dB below the line itself, which level_at reads exactly
    assert levels.max() == pytest.approx(-20, abs=2.0 if smooth else 0.05)
    assert levels[:, :190].max() < -150


def test_level_at_reads_the_tones_level(tone: SpectrogramSource):
    cache = filled(tone, 0)
    assert level_at(tone, cache, 0, 6.0, 1000.0) == pytest.approx(-20.0, abs=0.05)
    assert level_at(tone, cache, 0, 2.0, 1000.0) == pytest.approx(-200.0)
    assert level_at(tone, cache, 0, 6.0, 5000.0) is None


def test_packet_picture_is_the_map_itself():
    signal = 0.1 * np.random.default_rng(1).standard_normal(RATE * 4).astype(np.float32)
    source = PacketSource(memory_recording(signal[None], RATE), "haar", 5)
    whole = display_packets(signal, RATE, wavelet="haar", level=5)
    part = Frame(start_s=1.0, end_s=1.5, low_hz=0.0, high_hz=4000.0, width=500, height=32)
    levels = composed(source, filled(source, 0), part, 0, smooth=False)
    nearest = np.abs(whole.time_s[None, :] - part.centres_s()[:, None]).argmin(axis=1)
    np.testing.assert_array_equal(levels, whole.values[:, nearest])


def test_coarser_tiles_stand_in_for_missing_ones(tone: SpectrogramSource):
    coarse = coarsest_level(tone)
    cache = filled(tone, coarse)
    levels = composed(tone, cache, frame(start_s=5.0, end_s=6.0), 0, smooth=True)
    assert not np.isnan(levels).any()
    assert levels.max() == pytest.approx(-20, abs=2.0)
    cache.add(make_tile(TileKey(tone, 0, keys_for(tone, 0, 5.2 * RATE, 5.2 * RATE)[0].index)))
    mixed = composed(tone, cache, frame(start_s=5.0, end_s=6.0), 0, smooth=True)
    assert not np.isnan(mixed).any()
    assert (mixed != levels).any()


def test_nothing_is_drawn_without_tiles_or_beyond_the_recording(tone: SpectrogramSource):
    assert np.isnan(composed(tone, TileCache(), frame(), 0, smooth=True)).all()
    beyond = composed(tone, filled(tone, 3), frame(start_s=-4.0, end_s=12.0), 3, smooth=True)
    assert np.isnan(beyond[:, :100]).all()
    assert np.isnan(beyond[:, 300:]).all()
    assert not np.isnan(beyond[:, 101:299]).any()


def test_no_line_is_lost_when_many_bins_share_a_pixel(tone: SpectrogramSource):
    low = composed(tone, filled(tone, 2), frame(height=9), 2, smooth=True)
    assert low.max() == pytest.approx(-20, abs=0.5)


def test_cut_keeps_whole_pixels():
    whole = frame()
    part = whole.cut(1.01, 2.0)
    assert part is not None
    assert (part.start_s, part.width) == (pytest.approx(1.0), 50)
    np.testing.assert_allclose(part.centres_s(), whole.centres_s()[50:100])
    assert whole.cut(9.0, 10.0) is None
