"""The peak pyramid against direct minima and maxima."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audio.peaks import BASE_FRAMES, PeakBuilder, PeakPyramid


def pyramid(samples: np.ndarray, cuts: list[int] | None = None) -> PeakPyramid:
    builder = PeakBuilder(samples.shape[0])
    for part in np.split(samples, sorted(cuts or []), axis=1):
        builder.add(part)
    return builder.finish()


@st.composite
def signals(draw: st.DrawFn) -> tuple[np.ndarray, list[int]]:
    frames = draw(st.one_of(st.integers(0, 3), st.integers(4, 6000), st.sampled_from([256, 1024, 1025, 4096, 4097])))
    channels = draw(st.integers(1, 3))
    samples = np.random.default_rng(draw(st.integers(0, 2**32))).standard_normal((channels, frames)).astype(np.float32)
    cuts = draw(st.lists(st.integers(0, frames), max_size=5))
    return samples, cuts


@given(signals())
@settings(deadline=None)
def test_each_level_holds_the_extremes_of_its_blocks(signal: tuple[np.ndarray, list[int]]):
    samples, cuts = signal
    result = pyramid(samples, cuts)
    assert result.frames == samples.shape[1]
    for number, (low, high) in enumerate(result.levels):
        starts = np.arange(0, samples.shape[1], BASE_FRAMES * 4**number)
        assert low.shape == high.shape == (len(samples), len(starts))
        if len(starts):
            np.testing.assert_array_equal(low, np.minimum.reduceat(samples, starts, axis=1))
            np.testing.assert_array_equal(high, np.maximum.reduceat(samples, starts, axis=1))


@given(signals(), st.floats(-0.3, 1.2), st.floats(0.001, 1.5), st.integers(1, 60))
@settings(deadline=None, max_examples=300)
def test_envelope_holds_each_column_and_reaches_at_most_a_block_further(
    signal: tuple[np.ndarray, list[int]], start: float, length: float, columns: int
):
    samples, cuts = signal
    frames = samples.shape[1]
    start_frame, stop_frame = start * frames, (start + length) * frames
    low, high = pyramid(samples, cuts).envelope(start_frame, stop_frame, columns)
    assert low.shape == high.shape == (len(samples), columns)
    width = (stop_frame - start_frame) / columns
    reach = max(width, BASE_FRAMES)
    for column in range(columns):
        left, right = start_frame + column * width, start_frame + (column + 1) * width
        inner = samples[:, max(int(np.ceil(left)), 0) : max(int(np.floor(right)), 0)]
        outer = samples[:, max(int(np.floor(left - reach)), 0) : max(int(np.ceil(right + reach)), 0)]
        if inner.shape[1]:
            assert (low[:, column] <= inner.min(axis=1)).all()
            assert (high[:, column] >= inner.max(axis=1)).all()
        if np.isfinite(low[:, column]).all():
            assert (low[:, column] >= outer.min(axis=1)).all()
            assert (high[:, column] <= outer.max(axis=1)).all()


def test_columns_outside_the_recording_are_nan():
    low, high = pyramid(np.ones((1, 1000), np.float32)).envelope(-1000, 2000, 3)
    np.testing.assert_array_equal(low, [[np.nan, 1, np.nan]])
    np.testing.assert_array_equal(high, [[np.nan, 1, np.nan]])


def test_whole_hour_is_one_column_of_its_extremes():
    samples = np.zeros((2, 500_000), np.float32)
    samples[0, 123_456], samples[1, 499_999] = -0.75, 0.5
    low, high = pyramid(samples).envelope(0, 500_000, 1)
    np.testing.assert_array_equal(low[:, 0], [-0.75, 0])
    np.testing.assert_array_equal(high[:, 0], [0, 0.5])


@pytest.mark.parametrize("at", [0, 255, 256, 1023, 99_999])
def test_a_click_of_one_sample_shows_at_every_zoom(at: int):
    samples = np.zeros((1, 100_000), np.float32)
    samples[0, at] = 1.0
    peaks = pyramid(samples)
    for columns in (1, 7, 100, 390):
        assert peaks.envelope(0, 100_000, columns)[1].max() == 1.0
