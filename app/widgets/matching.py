"""Finding things by words: parts of words; where none fits, left-out letters and slips of the finger."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

T = TypeVar("T")
_WORD = re.compile(r"[\w+\-#]+")
Alike = Callable[[str, str], float]
_REST = 0.7
"""What a word counts outside the title."""
_ALIKE = 0.75
"""Ratio of difflib above which two words of four letters or more count as the same, mistyped."""


def ranked(query: str, items: Sequence[tuple[T, str, str]]) -> list[T]:
    """The items that match, best first; all of them, as they stand, where nothing is asked for.

    Args:
        query: Words; each must be found.
        items: What is found, its title, and further text in which a word counts less.
    """
    words = _words(query)
    if not words:
        return [item for item, _, _ in items]
    return _found(words, items, _holds) or _found(words, items, _alike)


def _found(words: Sequence[str], items: Sequence[tuple[T, str, str]], alike: Alike) -> list[T]:
    scored = [(_score(words, title, rest, alike), -place, item) for place, (item, title, rest) in enumerate(items)]
    return [item for score, _, item in sorted(scored, key=lambda entry: entry[:2], reverse=True) if score > 0]


def _score(words: Sequence[str], title: str, rest: str, alike: Alike) -> float:
    """0 where a word is not found."""
    heads, others = _words(title), _words(rest)
    found = [max(_best(word, heads, alike), _REST * _best(word, others, alike)) for word in words]
    return sum(found) if min(found) > 0 else 0.0


def _best(word: str, among: Sequence[str], alike: Alike) -> float:
    return max((alike(word, other) for other in among), default=0.0)


def _holds(word: str, other: str) -> float:
    """How well a word is the other, begins it, or is a part of it."""
    if word == other:
        return 5.0
    if other.startswith(word):
        return 4.0
    return 3.0 if word in other else 0.0


def _alike(word: str, other: str) -> float:
    """The same where letters may be left out or mistyped."""
    held = _holds(word, other)
    if held or not word.isalpha():
        return held
    if len(word) >= 3 and word[0] == other[0] and _is_within(word, other):
        return 1.5
    return 1.0 if len(word) >= 4 and SequenceMatcher(None, word, other).ratio() >= _ALIKE else 0.0


def _is_within(word: str, other: str) -> bool:
    """Whether the letters stand in the other word in this order."""
    letters = iter(other)
    return all(letter in letters for letter in word)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
