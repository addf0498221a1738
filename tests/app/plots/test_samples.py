"""Samples for the screen: extremes of each pixel against a plain loop."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from helpers.examine_data import memory_recording
from helpers.stopping import StopAfter
from hypothesis import given, settings
from hypothesis import strategies as st

from app.plots.samples import Stretch, column_extremes, read_stretch
from core.foundation.progress import Cancelled


@settings(deadline=None)
@given(start=st.integers(0, 400), length=st.integers(1, 3000), columns=st.integers(1, 300), seed=st.integers(0, 99))
def test_extremes_are_those_of_the_samples(start: int, length: int, columns: int, seed: int):
    samples = np.random.default_rng(seed).standard_normal((2, 4000)).astype(np.float32)
    low, high = column_extremes(Stretch(start_frame=0, samples=samples), start, start + length, columns)
    edges = np.ceil(np.linspace(start, start + length, columns + 1)).astype(int)
    for column, (first, stop) in enumerate(pairwise(edges)):
        part = samples[:, first:stop]
        if part.shape[1] and first < 4000:
            np.testing.assert_array_equal(low[:, column], part.min(axis=1))
            np.testing.assert_array_equal(high[:, column], part.max(axis=1))
        else:
            assert np.isnan(low[:, column]).all()


def test_columns_beyond_what_was_read_are_empty():
    low, _ = column_extremes(Stretch(start_frame=100, samples=np.ones((1, 50), np.float32)), 0, 200, 4)
    assert np.isnan(low[0]).tolist() == [True, True, False, True]


def test_reading_gives_exactly_the_frames(rng: np.random.Generator):
    samples = rng.standard_normal((2, 1_200_000)).astype(np.float32)
    stretch = read_stretch(memory_recording(samples, 48000), 1000, 1_100_000)
    np.testing.assert_array_equal(stretch.samples, samples[:, 1000:1_100_000])
    assert stretch.covers(1000, 1_100_000)
    assert not stretch.covers(999, 2000)


def test_reading_can_be_stopped():
    with pytest.raises(Cancelled):
        read_stretch(memory_recording(np.zeros((1, 1000), np.float32), 8000), 0, 1000, progress=StopAfter())
