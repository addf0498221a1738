"""Tables of conditions and of container facts, against values worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.examine_data import fake_finding, memory_recording

from core.compare.facts import facts_table
from core.compare.statistics import Entry, statistics_table


def entry(name: str, **values: float) -> Entry:
    recording = memory_recording(np.zeros((1, 16000), np.float32) + len(name), 16000, f"{name}.wav")
    condition = replace(fake_finding(recording).condition, **values)
    return Entry(name=name, recording=recording, condition=condition)


def row(rows, name: str):
    return next(row for row in rows if row.name == name)


def test_without_exemplars_differences_are_plain() -> None:
    rows = statistics_table([entry("Q1", rms_dbfs=-20.0), entry("Q2", rms_dbfs=-26.5)])
    level = row(rows, "RMS level")
    assert level.values == (-20.0, -26.5)
    assert level.differences == (0.0, pytest.approx(-6.5))
    assert not level.in_spreads


def test_three_exemplars_give_a_spread() -> None:
    known = [entry("K1", snr_db=28.0), entry("K2", snr_db=30.0), entry("K3", snr_db=32.0)]
    found = row(statistics_table([entry("Q1", snr_db=24.0), known[0]], known), "Signal to noise")
    assert (found.known_mean, found.known_spread) == (30.0, pytest.approx(2.0))
    assert found.differences == (pytest.approx(-3.0), pytest.approx(-1.0))


def test_exemplars_that_do_not_differ_give_no_spread() -> None:
    known = [entry(name) for name in ("K1", "K2", "K3")]
    found = row(statistics_table([entry("Q1", bandwidth_hz=4000.0), known[0]], known), "Bandwidth")
    assert not found.in_spreads
    assert found.differences == (0.0, 3800.0)


def test_what_was_not_measured_has_no_value() -> None:
    bare = replace(entry("Q2"), condition=None)
    found = row(statistics_table([entry("Q1"), bare]), "Bandwidth")
    assert found.values[1] is None
    assert found.differences[1] is None
    unseen = statistics_table([entry("Q1", snr_measured=False)])
    assert row(unseen, "Signal to noise").values == (None,)


def test_facts_are_equal_different_or_only_in_some() -> None:
    one, two = entry("a").recording, entry("bb").recording
    two = replace(two, stream=replace(two.stream, tags=(("title", "x"), ("title", "y")), codec="Opus"))
    one = replace(one, stream=replace(one.stream, tags=(("title", "x"),)))
    rows = {(r.section, r.name): r for r in facts_table([one, two])}
    assert rows["Sound", "Sample rate"].relation == "equal"
    assert rows["Sound", "Coding"].relation == "different"
    assert rows["Tags", "title"].relation == "equal"
    assert rows["Tags", "title (2)"].values == (None, "y")
    assert rows["Tags", "title (2)"].relation == "only in some"
    sections = [r.section for r in facts_table([one, two])]
    assert sections == sorted(sections, key=["File", "Sound", "Container facts", "Tags"].index)
