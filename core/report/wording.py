"""The report's words, from resources/wording, one file for each language."""

from __future__ import annotations

import functools
import tomllib
from typing import Any

from core.foundation.paths import resources_dir

LANGUAGE = "en"


@functools.cache
def _table(language: str) -> dict[str, Any]:
    return tomllib.loads((resources_dir() / "wording" / f"{language}.toml").read_text("utf-8"))


def text(key: str, language: str = LANGUAGE, /, **values: object) -> str:
    """The words under `section.name`, with the values put in.

    Raises:
        KeyError: there are no such words, or a value is missing.
    """
    section, name = key.split(".")
    return _table(language)[section][name].strip().format(**values)


def texts(key: str, language: str = LANGUAGE) -> tuple[str, ...]:
    """The list of sentences under `section.name`."""
    section, name = key.split(".")
    return tuple(_table(language)[section][name])


def has(key: str, language: str = LANGUAGE) -> bool:
    """Whether there are words under `section.name`."""
    section, name = key.split(".")
    return name in _table(language).get(section, {})
