"""Tiles: the very columns that a map of the whole recording has; coverage; a cache within its budget."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.examine_data import memory_recording
from hypothesis import given
from hypothesis import strategies as st

from app.plots.spectral_sources import PacketSource, SpectrogramSource, mean_level
from app.plots.tiles import (
    Tile,
    TileCache,
    TileKey,
    TileSource,
    coarsest_level,
    column_count,
    hop_frames,
    keys_for,
    level_for,
    make_tile,
    make_tiles,
    tile_columns,
)
from core.features import display_packets, display_spectrogram
from core.foundation.progress import SILENT

RATE = 8000


@pytest.fixture(scope="module")
def noise() -> np.ndarray:
    return 0.1 * np.random.default_rng(5).standard_normal(RATE * 9 + 77).astype(np.float32)


def all_tiles(source: TileSource, level: int) -> np.ndarray:
    last = (column_count(source, level) - 1) // tile_columns(source)
    return np.concatenate([make_tile(TileKey(source, level, i)).values for i in range(last + 1)], axis=1)


@pytest.mark.parametrize(("window", "window_s"), [("hann", 0.043), ("gaussian", 0.005), ("hann", 0.171)])
def test_spectrogram_tiles_are_the_whole_recordings_columns(noise: np.ndarray, window: str, window_s: float):
    source = SpectrogramSource(memory_recording(noise[None], RATE), window, window_s)
    hop_s = source.base_hop / RATE
    whole = display_spectrogram(noise, RATE, window_s=window_s, hop_s=hop_s, window=window)
    np.testing.assert_array_equal(all_tiles(source, 0), whole.values)
    assert source.bins == len(whole.frequency_hz)
    np.testing.assert_allclose((source.bin_edges_hz[1:] + source.bin_edges_hz[:-1]) / 2, whole.frequency_hz)


@pytest.mark.parametrize("wavelet", ["sym5", "haar", "coif4"])
def test_packet_tiles_are_the_whole_recordings_coefficients(noise: np.ndarray, wavelet: str):
    source = PacketSource(memory_recording(noise[None], RATE), wavelet)
    whole = display_packets(noise, RATE, wavelet=wavelet, level=8)
    tiles = all_tiles(source, 0)
    first = round((source.offset(0) - whole.time_s[0] * RATE) / source.base_hop)
    np.testing.assert_allclose(whole.time_s[first] * RATE, source.offset(0), atol=1e-6)
    np.testing.assert_array_equal(tiles, whole.values[:, first : first + tiles.shape[1]])
    assert abs(source.offset(0)) <= source.base_hop / 2


def test_reduced_columns_are_mean_power_of_the_looks(noise: np.ndarray):
    source = SpectrogramSource(memory_recording(noise[None], RATE), "hann", 0.01)
    level = 6
    hop = hop_frames(source, level)
    fine = display_spectrogram(noise, RATE, window_s=0.01, hop_s=1 / RATE)
    column = 20
    looks = [round(column * hop + (i - 1.5) * hop / 4) for i in range(4)]
    expected = 10 * np.log10(np.mean(10 ** (fine.values[:, looks].astype(float) / 10), axis=1))
    np.testing.assert_allclose(source.columns(level, column, 1)[:, 0], expected, atol=1e-3)
    assert "4 windows" in source.reduction(level + 3)
    assert source.reduction(0) == ""


def test_windows_read_apart_are_those_of_one_stretch(noise: np.ndarray):
    source = SpectrogramSource(memory_recording(noise[None], RATE), "gaussian", 0.02)
    together = source._contiguous(1000, 3000, 12, SILENT)
    np.testing.assert_array_equal(source._apart(1000, 3000, 12, SILENT), together)


def test_packets_read_apart_are_those_of_one_stretch(noise: np.ndarray):
    source = PacketSource(memory_recording(noise[None], RATE))
    np.testing.assert_array_equal(source._apart(30, 64, 2, SILENT)[:, :4], source._run(30, 4, SILENT))


def test_mean_level_averages_power_not_decibels():
    assert mean_level(np.array([[0.0, -200.0]], np.float32), 2)[0, 0] == pytest.approx(-3.01, abs=0.01)


@given(
    frames=st.integers(1, 10**9),
    start=st.floats(0, 1),
    span=st.floats(0.001, 1),
    frames_per_pixel=st.floats(0.01, 1e6),
)
def test_tiles_cover_the_view(frames: int, start: float, span: float, frames_per_pixel: float):
    source = LongSource(frames)
    level = level_for(source, frames_per_pixel)
    assert level <= coarsest_level(source)
    begin, end = start * frames, min(start + span, 1.0) * frames
    indices = sorted(key.index for key in keys_for(source, level, begin, end))
    width = tile_columns(source) * hop_frames(source, level)
    assert indices == list(range(indices[0], indices[-1] + 1))
    assert indices[0] * width <= begin
    assert (indices[-1] + 1) * width >= min(end, frames - 1)


def test_one_tile_holds_everything_at_the_coarsest_level():
    source = LongSource(48000 * 36000)
    assert len(keys_for(source, coarsest_level(source), 0, source.frames)) == 1
    assert len(keys_for(source, coarsest_level(source) - 1, 0, source.frames)) == 2


def test_work_is_handed_over_in_small_parts(noise: np.ndarray, monkeypatch: pytest.MonkeyPatch):
    times = iter([0.0, 0.05, 0.2, 0.3])
    monkeypatch.setattr("app.plots.tiles.time.monotonic", lambda: next(times))
    source = SpectrogramSource(memory_recording(noise[None], RATE), "hann", 0.01)
    keys = [TileKey(source, 0, i) for i in range(4)]
    assert [tile.key for tile in make_tiles(keys)] == keys[:2]


def test_cache_keeps_to_its_budget_and_drops_the_longest_unused():
    cache = TileCache(budget_bytes=3 * 400)
    source = LongSource(10**9)
    keys = [TileKey(source, 0, i) for i in range(5)]
    for key in keys[:3]:
        cache.add(Tile(key, np.zeros((10, 10), np.float32)))
    assert cache.get(keys[0]) is not None
    cache.add(Tile(keys[3], np.zeros((10, 10), np.float32)))
    assert [key in cache for key in keys] == [True, False, True, True, False]
    assert cache.size_bytes == 1200
    cache.add(Tile(keys[3], np.zeros((10, 10), np.float32)))
    assert cache.size_bytes == 1200


def test_cache_knows_of_which_levels_it_has_tiles():
    cache, source = TileCache(budget_bytes=400), LongSource(10**9)
    for level in (2, 3):
        cache.add(Tile(TileKey(source, level, 0), np.zeros((10, 10), np.float32)))
        assert [n for n in range(5) if cache.has_level(source, n)] == [level]
    assert not cache.has_level(LongSource(10**8), 3)
    cache.clear()
    assert not cache.has_level(source, 3)


class LongSource:
    """A source of any length that computes nothing."""

    sample_rate, bins, base_hop = 48000, 513, 128

    def __init__(self, frames: int):
        self.frames = frames

    @property
    def bin_edges_hz(self) -> np.ndarray:
        return np.linspace(0, 24000, 514)

    def offset(self, level: int) -> float:
        return 0.0

    def reduction(self, level: int) -> str:
        return ""

    def columns(self, level: int, first: int, count: int, progress: object) -> np.ndarray:
        return np.full((513, count), float(level), np.float32)


def test_what_is_made_of_a_tile_is_made_once_for_each_way_and_goes_with_it():
    cache, source, made = TileCache(), LongSource(48000), []

    def doubled(values):
        made.append(1)
        return 2 * values

    key = TileKey(source, 0, 0)
    assert cache.derived(key, "twice", doubled) is None
    cache.add(make_tile(key))
    first = cache.derived(key, "twice", doubled)
    assert cache.derived(key, "twice", doubled) is first
    assert len(made) == 1
    cache.clear()
    assert cache.derived(key, "twice", doubled) is None
