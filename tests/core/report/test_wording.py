"""The words lie in one file: none is missing, none is idle."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import core.report
from core.detectors.card import QUESTIONS
from core.report import wording

SOURCES = "\n".join(path.read_text("utf-8") for path in Path(core.report.__path__[0]).rglob("*.py"))
TABLE = wording._table(wording.LANGUAGE)
KEYS = {f"{section}.{name}" for section, entries in TABLE.items() for name in entries}


def patterns() -> list[str]:
    """Every key the program asks for, with a wild card where a part is put in."""
    literal = re.findall(r'"([a-z]+\.[a-z0-9_{}.\[\]\' ]+)"', SOURCES)
    return [re.sub(r"\\{.*?\\}", ".+", re.escape(key)) for key in literal if key.split(".")[0] in TABLE]


def test_every_key_the_program_names_has_words() -> None:
    missing = [key for key in patterns() if not any(re.fullmatch(key, known) for known in KEYS)]
    assert missing == []


def test_no_words_are_idle() -> None:
    asked = patterns()
    # names that come from data: limitations and hash checks
    from_data = re.compile(r"limitations\.|exhibits\.(check_|questioned|known)|condition\.|methods\.plan_")
    idle = [key for key in KEYS if not from_data.match(key) and not any(re.fullmatch(one, key) for one in asked)]
    assert idle == []


@pytest.mark.parametrize("question", QUESTIONS)
def test_both_questions_have_their_propositions(question: str) -> None:
    for key in (f"questions.{question}", f"questions.{question}_full", f"scope.{question}_h1", f"scope.{question}_h2"):
        assert wording.text(key)


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        wording.text("report.page", page=1)


def test_values_named_like_parameters_can_be_put_in() -> None:
    assert wording.text("report.subject", number="7") == "Case 7"
