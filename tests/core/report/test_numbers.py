"""Values are rounded and named, and what is missing is said."""

from __future__ import annotations

import pytest

from core.report import numbers


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1.254, "+1.25"), (-0.5, "−0.50"), (0.0, "+0.00"), (None, "not measured"), (float("nan"), "not measured")],
)
def test_scores_carry_their_sign(value, expected: str) -> None:
    assert numbers.score(value) == expected


def test_values_carry_their_unit() -> None:
    assert numbers.decimals(-3.14159, 1, "dBFS") == "−3.1 dBFS"
    assert numbers.decimals(0.0004, 4) == "0.0004"
    assert numbers.decimals(float("-inf"), 1, "dB") == "not measured"


@pytest.mark.parametrize(
    ("iso", "expected"),
    [
        ("2026-11-21T09:01:02.123+00:00", "2026-11-21 09:01:02 UTC"),
        ("2026-11-21T10:01:02+01:00", "2026-11-21 09:01:02 UTC"),
        ("2026-11-21T09:01:02Z", "2026-11-21 09:01:02 UTC"),
        ("", "not recorded"),
    ],
)
def test_times_are_utc(iso: str, expected: str) -> None:
    assert numbers.moment(iso) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Q1"], "Q1"),
        (["Q1", "Q2"], "Q1 and Q2"),
        (["Q1", "Q2", "Q3"], "Q1 to Q3"),
        (["Q1", "Q2", "Q3", "Q5", "Q6", "K1"], "Q1 to Q3, Q5, Q6 and K1"),
        (["Q9", "Q10", "Q11"], "Q9 to Q11"),
        (["Q2", "K3", "Q4"], "Q2, K3 and Q4"),
        (["AB/1", "AB/2", "AB/3", "note"], "AB/1 to AB/3 and note"),
    ],
)
def test_exhibits_in_a_row_are_a_range(names: list[str], expected: str) -> None:
    assert numbers.ids(names) == expected


def test_hashes_are_shortened_in_the_middle() -> None:
    assert numbers.short_hash("0123456789abcdef" * 4) == "01234567…89abcdef"
    assert numbers.short_hash("") == "not recorded"
