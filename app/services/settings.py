"""What the program remembers about its user's wishes. Nothing that changes a number: that belongs in AnalysisPlan."""

from __future__ import annotations

import dataclasses
import json
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from app.theme import ThemeName
from core.foundation.errors import CoreError
from core.foundation.time_scale import TimeForm

SCHEMA_VERSION = 1
FILE_NAME = "settings.json"
RECENT_MAX = 10
TEXT_SCALES = (100, 125, 150, 175, 200)
"""Sizes of all text that are offered, per cent."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One user's settings; every field has a default that works."""

    theme: ThemeName = "system"
    recent: tuple[str, ...] = ()
    """Paths that were opened last, newest first; files or folders."""
    geometry: str = ""
    """The window's place, as Qt wrote it, in base 64."""
    key_map: str = "auditrace"
    """Name of the key map."""
    own_keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Keys that the user gave to actions, by action id."""
    text_scale: int = 100
    """Size of all text, per cent."""
    time_form: TimeForm = "time"
    """How places on the axis of a recording are written."""
    layout: str = ""
    """The docks' places, as Qt wrote them, in base 64."""
    lanes: str = ""
    """Which lanes are shown how, as JSON."""
    tabs: Mapping[str, str] = field(default_factory=dict)
    """Title of the tab that is in front, by the name of the panel."""


class SettingsStore:
    """Settings kept in one JSON file, written whole or not at all."""

    def __init__(self, folder: Path):
        self._path = folder / FILE_NAME
        self._unknown: dict[str, Any] = {}
        self.notice: CoreError | None = None
        """Why some or all settings are not those that were saved."""
        self.current = self._read()

    def change(self, **values: Any) -> None:
        """Set these fields and save; where the file cannot be written, they hold for this session."""
        self.current = dataclasses.replace(self.current, **values)
        document = self._unknown | dataclasses.asdict(self.current) | {"schema_version": SCHEMA_VERSION}
        partial = self._path.with_suffix(".part")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_text(json.dumps(document, indent=1, ensure_ascii=False), encoding="utf-8")
            os.replace(partial, self._path)
        except OSError as error:
            _log.warning("settings cannot be saved: %s", error)

    def remember(self, path: Path) -> None:
        """Put a path at the head of the recent ones."""
        text = str(path.absolute())
        others = (old for old in self.current.recent if old != text)
        self.change(recent=(text, *others)[:RECENT_MAX])

    def _read(self) -> Settings:
        try:
            document = json.loads(self._path.read_text(encoding="utf-8"))
            if not isinstance(document, dict):
                raise ValueError("no JSON object")
        except FileNotFoundError:
            return Settings()
        except (OSError, ValueError) as error:
            return self._refuse_all(error)
        known = {field.name for field in dataclasses.fields(Settings)}
        self._unknown = {key: value for key, value in document.items() if key not in known}
        right = {key: _parsed(key, value) for key, value in document.items() if key in known}
        wrong = sorted(key for key, value in right.items() if value is None)
        if wrong:
            self.notice = _notice(f"These settings had values that cannot be used: {', '.join(wrong)}.", self._path)
        return Settings(**{key: value for key, value in right.items() if value is not None})

    def _refuse_all(self, error: Exception) -> Settings:
        kept = self._path.with_name("settings.damaged.json")
        try:
            os.replace(self._path, kept)
        except OSError:
            kept = self._path
        self.notice = _notice(f"The settings file cannot be read ({error}).", kept)
        return Settings()


def _parsed(key: str, value: Any) -> Any:
    """The value in the field's type, or None where it does not fit."""
    if key == "recent":
        return tuple(value) if isinstance(value, list) and all(isinstance(x, str) for x in value) else None
    if key == "theme":
        return value if value in get_args(ThemeName) else None
    if key == "own_keys":
        return _parsed_keys(value)
    if key == "tabs":
        is_right = isinstance(value, dict) and all(isinstance(title, str) for title in value.values())
        return value if is_right else None
    if key == "time_form":
        return value if value in get_args(TimeForm) else None
    if key == "text_scale":
        return value if value in TEXT_SCALES else None
    return value if isinstance(value, str) else None


def _parsed_keys(value: Any) -> dict[str, tuple[str, ...]] | None:
    if not isinstance(value, dict):
        return None
    found = {name: tuple(keys) for name, keys in value.items() if isinstance(keys, list)}
    is_right = len(found) == len(value) and all(isinstance(key, str) for keys in found.values() for key in keys)
    return found if is_right else None


def _notice(what: str, path: Path) -> CoreError:
    return CoreError(
        "SY-101",
        what,
        means="Defaults are used in their place. No recording and no result is touched.",
        do="Set them again where needed.",
        facts={"path": str(path)},
    )
