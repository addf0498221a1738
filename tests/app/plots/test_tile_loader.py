"""Loading tiles: the urgent first, late answers dropped, errors told once."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.examine_data import memory_recording
from helpers.submitting import LaterSubmit

from app.plots.spectral_sources import SpectrogramSource
from app.plots.tile_loader import TileLoader
from app.plots.tiles import TileCache, TileKey
from core.foundation.errors import FeatureError

RATE = 8000


def source() -> SpectrogramSource:
    return SpectrogramSource(memory_recording(np.zeros((1, RATE * 60), np.float32), RATE), "hann", 0.032)


@pytest.fixture
def submit() -> LaterSubmit:
    return LaterSubmit()


@pytest.fixture
def loader(qapp, submit: LaterSubmit) -> TileLoader:
    return TileLoader(submit, TileCache(), title="test", slot="test")


def keys(*indices: int, of: SpectrogramSource) -> list[TileKey]:
    return [TileKey(of, 0, index) for index in indices]


def test_all_wanted_tiles_arrive_and_then_it_rests(loader: TileLoader, submit: LaterSubmit):
    wanted = keys(0, 1, 2, of=source())
    loader.want(wanted)
    assert loader.is_busy
    submit.finish_all()
    assert all(key in loader._cache for key in wanted)
    assert not loader.is_busy


def test_nothing_is_asked_twice(loader: TileLoader, submit: LaterSubmit):
    wanted = keys(0, 1, of=source())
    loader.want(wanted)
    loader.want(wanted)
    assert len(submit.works) == 1
    submit.finish_all()
    loader.want(wanted)
    assert submit.works == []


def test_a_new_wish_replaces_the_old_one_and_its_late_answer_is_dropped(loader: TileLoader, submit: LaterSubmit):
    of = source()
    loader.want(keys(0, of=of))
    loader.want(keys(7, of=of))
    old, new = submit.works
    assert old.slot == new.slot
    old.finish()
    assert TileKey(of, 0, 0) not in loader._cache
    new.finish()
    assert TileKey(of, 0, 7) in loader._cache


def test_dropping_cancels_and_ignores_what_still_comes(loader: TileLoader, submit: LaterSubmit):
    loader.want(keys(0, of=source()))
    loader.drop()
    (work,) = submit.works
    assert work.is_cancelled
    work.finish()
    assert len(loader._cache) == 0
    assert not loader.is_busy


def test_an_error_is_told_and_not_run_into_again(loader: TileLoader, submit: LaterSubmit):
    of, errors = source(), []
    loader.failed.connect(errors.append)
    loader.want(keys(0, 1, of=of))
    submit.works.pop().fail(FeatureError("FE-001", "Too short."))
    assert [error.code for error in errors] == ["FE-001"]
    loader.want(keys(2, of=of))
    assert submit.works == []
    loader.want(keys(0, of=source()))
    assert len(submit.works) == 1
