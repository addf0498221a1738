"""Windows cover the whole stream, in any block sizes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.analysis.windows import batches, windows_of


def blocks_of(stream: np.ndarray, sizes: list[int]):
    at = 0
    for size in sizes:
        yield stream[at : at + size]
        at += size
    yield stream[at:]


@given(
    total=st.integers(0, 400),
    hop=st.integers(1, 20),
    ratio=st.integers(1, 5),
    sizes=st.lists(st.integers(0, 60), max_size=8),
)
def test_windows_cover_everything_and_hold_the_stream_at_their_place(total, hop, ratio, sizes):
    window = hop * ratio
    stream = np.arange(total, dtype=np.float32)
    found = list(windows_of(blocks_of(stream, sizes), window, hop))
    covered = np.zeros(total, bool)
    for w in found:
        assert w.samples.size == (window if total >= window else total)
        np.testing.assert_array_equal(w.samples, stream[w.start_frame : w.start_frame + w.samples.size])
        covered[w.start_frame : w.start_frame + w.samples.size] = True
    assert covered.all()
    starts = [w.start_frame for w in found]
    assert starts == sorted(set(starts))
    if total >= window:
        assert set(range(0, total - window + 1, hop)) <= set(starts)
        assert len(starts) <= (total - window) // hop + 2


def test_last_window_ends_with_the_stream():
    found = list(windows_of([np.zeros(25, np.float32)], 10, 5))
    assert [w.start_frame for w in found] == [0, 5, 10, 15]
    found = list(windows_of([np.zeros(27, np.float32)], 10, 5))
    assert [w.start_frame for w in found] == [0, 5, 10, 15, 17]


def test_empty_stream_has_no_window():
    assert list(windows_of([], 10, 5)) == []
    assert list(windows_of([np.zeros(0, np.float32)], 10, 5)) == []


def test_batches_keep_order_and_size():
    found = list(windows_of([np.arange(100, dtype=np.float32)], 10, 5))
    grouped = list(batches(found, 4))
    assert [len(b) for b in grouped] == [4, 4, 4, 4, 3]
    assert [w.start_frame for b in grouped for w in b] == [w.start_frame for w in found]
