"""The words lie in one file: none is missing, none is idle."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import core.report
from core.detectors.card import QUESTIONS
from core.report import wording

SOURCES = [ast.parse(path.read_text("utf-8")) for path in Path(core.report.__path__[0]).rglob("*.py")]
TABLE = wording._table(wording.LANGUAGE)
KEYS = {f"{section}.{name}" for section, entries in TABLE.items() for name in entries}


def patterns() -> list[str]:
    """Every key the program may ask for, with a wild card where a part is put in."""
    nodes = [node for source in SOURCES for node in ast.walk(source)]
    joined = [node for node in nodes if isinstance(node, ast.JoinedStr)]
    pieces = {part for node in joined for part in node.values}
    found = ["".join(_pattern(part) for part in node.values) for node in joined]
    found += [_pattern(node) for node in nodes if isinstance(node, ast.Constant) and node not in pieces]
    return [one for one in found if re.match(rf"(?:{'|'.join(TABLE)})\\\.", one)]


def _pattern(node: ast.expr) -> str:
    return re.escape(str(node.value)) if isinstance(node, ast.Constant) else ".+"


def test_every_key_the_program_names_has_words() -> None:
    missing = [key for key in patterns() if not any(re.fullmatch(key, known) for known in KEYS)]
    assert missing == []


def test_no_words_are_idle() -> None:
    asked = patterns()
    idle = [key for key in KEYS if not any(re.fullmatch(one, key) for one in asked)]
    assert idle == []


@pytest.mark.parametrize("question", QUESTIONS)
def test_both_questions_have_their_words(question: str) -> None:
    for key in (f"questions.{question}", f"questions.{question}_full"):
        assert wording.text(key)


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        wording.text("report.page", page=1)


def test_values_named_like_parameters_can_be_put_in() -> None:
    assert wording.text("report.subject", number="7") == "Case 7"
