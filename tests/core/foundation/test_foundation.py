"""Registry, hashing, progress, units and random numbers."""

from __future__ import annotations

import hashlib
import sys
from types import ModuleType

import numpy as np
import pytest
from helpers.stopping import NEVER, StopAfter
from hypothesis import given
from hypothesis import strategies as st

from core.foundation.errors import CoreError, IntegrityError
from core.foundation.hashing import canonical_json, sha256_file, sha256_value
from core.foundation.paths import shared_dir, user_models_dir
from core.foundation.progress import SILENT, Cancelled, span, steps
from core.foundation.registry import Registry
from core.foundation.rng import generator
from core.foundation.units import dbfs, format_bytes, format_time, time_decimals


@pytest.fixture
def empty_package(monkeypatch):
    package = ModuleType("made_up_package")
    package.__path__ = []
    monkeypatch.setitem(sys.modules, "made_up_package", package)
    return "made_up_package"


def test_registry_refuses_a_second_item_of_the_same_name(empty_package):
    registry: Registry[int] = Registry("thing", empty_package)
    registry.register("a")(1)
    with pytest.raises(ValueError, match="two items"):
        registry.register("a")(2)


def test_registry_names_what_there_is(empty_package):
    registry: Registry[int] = Registry("thing", empty_package)
    registry.register("b")(2)
    registry.register("a")(1)
    assert registry.names() == ["a", "b"]
    assert "c" not in registry
    with pytest.raises(KeyError, match="there are: a, b"):
        registry["c"]


@given(st.binary(max_size=3000))
def test_file_hash_is_that_of_its_bytes(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("hash") / "file"
    path.write_bytes(data)
    assert sha256_file(path) == hashlib.sha256(data).hexdigest()


def test_hashing_a_file_can_be_cancelled(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"x")
    with pytest.raises(Cancelled):
        sha256_file(path, StopAfter(0))


def test_value_hash_does_not_depend_on_key_order():
    assert sha256_value({"a": 1, "b": [1.5, "ü"]}) == sha256_value({"b": [1.5, "ü"], "a": 1})
    assert canonical_json({"b": 1, "a": "ü"}) == '{"a":"ü","b":1}'.encode()
    with pytest.raises(ValueError):
        canonical_json({"a": float("nan")})


def test_span_maps_a_part_to_the_whole():
    whole = StopAfter(NEVER)
    part = span(span(whole, 0.5, 1.0), 0.0, 0.5)
    part.report(0.0)
    part.report(1.0)
    part.report(7.0)
    assert whole.fractions == [0.5, 0.75, 0.75]


def test_steps_report_and_stop():
    whole = StopAfter(2)
    seen = []
    with pytest.raises(Cancelled):
        for item in steps([1, 2, 3], whole):
            seen.append(item)
    assert seen == [1, 2]
    assert whole.fractions == pytest.approx([1 / 3, 2 / 3])
    assert list(steps([4, 5], SILENT)) == [4, 5]


def test_cancelled_is_no_error_of_ours():
    assert not issubclass(Cancelled, CoreError)
    assert issubclass(IntegrityError, CoreError)


def test_error_says_what_it_means_and_what_to_do():
    error = CoreError("EV-003", "The file changed.", means="Work is locked.", do="Restore it.")
    assert str(error) == "EV-003: The file changed. Work is locked. Restore it."
    assert error.message == "The file changed. Work is locked. Restore it."


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(12.34, "12.340 s"), (59.9999, "60.000 s"), (847.22, "14:07.220"), (3723.4, "1:02:03.400"), (0, "0.000 s")],
)
def test_times_are_readable(seconds, text):
    assert format_time(seconds) == text


def test_times_of_a_list_have_the_form_of_the_longest() -> None:
    assert [format_time(s, 1, beside_s=84.0) for s in (0.0, 21.5, 84.0)] == ["0:00.0", "0:21.5", "1:24.0"]
    assert [format_time(s, 1, beside_s=3723.4) for s in (21.5, 84.0)] == ["0:00:21.5", "0:01:24.0"]


@pytest.mark.parametrize(("span_s", "decimals"), [(7200.0, 3), (1.0, 3), (0.999, 3), (0.05, 4), (0.00113, 5), (0.0, 3)])
def test_times_of_a_narrow_view_have_three_digits_of_its_width(span_s: float, decimals: int) -> None:
    assert time_decimals(span_s) == decimals


def test_levels_and_sizes():
    assert dbfs(1.0) == 0.0
    assert dbfs(0.1) == pytest.approx(-20.0)
    assert dbfs(0.0) == -np.inf
    assert format_bytes(999) == "999 B"
    assert format_bytes(345_600_000) == "345.6 MB"


def test_generators_depend_on_seed_and_name_only():
    first = generator(1, "crop", "a").random(4)
    np.testing.assert_array_equal(first, generator(1, "crop", "a").random(4))
    assert not np.allclose(first, generator(1, "crop", "b").random(4))
    assert not np.allclose(first, generator(2, "crop", "a").random(4))


def test_folders_follow_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("AUDITRACE_HOME", str(tmp_path))
    monkeypatch.setenv("AUDITRACE_SHARED", str(tmp_path / "s"))
    assert user_models_dir() == tmp_path / "models"
    assert shared_dir() == tmp_path / "s"
