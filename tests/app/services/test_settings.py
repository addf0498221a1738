"""Settings survive, keep what they do not know, and never stop the program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.services.settings import RECENT_MAX, Settings, SettingsStore


def test_defaults_without_a_file(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path)
    assert store.current == Settings()
    assert store.notice is None


def test_values_survive(tmp_path: Path) -> None:
    SettingsStore(tmp_path).change(theme="dark", recent=("a", "b"))
    store = SettingsStore(tmp_path)
    assert store.current.theme == "dark"
    assert store.current.recent == ("a", "b")


def test_unknown_keys_are_kept(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"theme": "dark", "of a later version": [1, 2]}')
    SettingsStore(tmp_path).change(theme="light")
    document = json.loads((tmp_path / "settings.json").read_text())
    assert document["of a later version"] == [1, 2]
    assert document["theme"] == "light"
    assert document["schema_version"] == 1


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", "\x00\x01", '{"theme": "dark"'])
def test_damaged_file_gives_defaults_a_notice_and_is_kept(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(text)
    store = SettingsStore(tmp_path)
    assert store.current == Settings()
    assert store.notice is not None
    assert store.notice.code == "SY-101"
    assert (tmp_path / "settings.damaged.json").read_text() == text


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_bytes(b"\xff\xfe\x80")
    assert SettingsStore(tmp_path).notice is not None


def test_wrong_values_are_named_and_the_others_used(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"theme": "pink", "recent": "x", "geometry": "AAAA"}')
    store = SettingsStore(tmp_path)
    assert store.current == Settings(geometry="AAAA")
    assert store.notice is not None
    assert "recent, theme" in store.notice.what


def test_recent_paths_newest_first_without_doubles(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path)
    for name in [*map(str, range(RECENT_MAX + 3)), "5"]:
        store.remember(tmp_path / name)
    names = [Path(path).name for path in store.current.recent]
    assert names[:2] == ["5", str(RECENT_MAX + 2)]
    assert len(names) == len(set(names)) == RECENT_MAX


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    store = SettingsStore(blocked / "inside")
    store.change(theme="dark")
    assert store.current.theme == "dark"


def test_keys_and_text_size_survive_and_only_what_fits_is_taken(tmp_path: Path) -> None:
    wanted = {"key_map": "praat", "own_keys": {"view.fit": ("Ctrl+F", "F5"), "view.back": ()}, "text_scale": 150}
    SettingsStore(tmp_path).change(**wanted)
    store = SettingsStore(tmp_path)
    assert {name: getattr(store.current, name) for name in wanted} == wanted
    document = json.loads((tmp_path / "settings.json").read_text())
    for name, wrong in (("text_scale", 130), ("text_scale", "150"), ("own_keys", {"view.fit": [1]}), ("own_keys", [])):
        (tmp_path / "settings.json").write_text(json.dumps(document | {name: wrong}))
        store = SettingsStore(tmp_path)
        assert getattr(store.current, name) == getattr(Settings(), name)
        assert name in str(store.notice)
