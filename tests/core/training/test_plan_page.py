"""The help page of plans has every field, with its default, and no other."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

from core.foundation.tables import read_record
from core.training.plan import _RANGES, TrainingPlan

PAGE = Path(__file__).parents[3] / "resources" / "help" / "plans.md"
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| (.*?) \| (.+?) \| (.+) \|$", re.MULTILINE)


def test_every_field_is_described_with_its_default():
    rows = {name: (values, default) for name, values, _, default, _ in ROW.findall(PAGE.read_text(encoding="utf-8"))}
    assert list(rows) == [field.name for field in fields(TrainingPlan)]
    given = {name: default.strip("`") for name, (_, default) in rows.items() if name != "name"}
    text = "\n".join(f"{name} = {default}" for name, default in given.items())
    assert read_record({"name": "x"} | tomllib.loads(text), TrainingPlan) == TrainingPlan(name="x")


def test_ranges_are_those_that_are_checked():
    rows = {name: values for name, values, *_ in ROW.findall(PAGE.read_text(encoding="utf-8"))}
    for name, (low, high) in _RANGES.items():
        assert rows[name].endswith(f", {low:g} to {high:g}"), name
