"""No key does two things under any map; keys can be changed, taken over, and given back."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QKeySequenceEdit

from app.commands import ACTIONS
from app.commands.keymaps import MAPS, effective, is_reserved, normal
from app.commands.keys import RECORDING, Book
from app.main_window import MainWindow
from app.services.settings import SettingsStore
from app.widgets import dialogs
from app.widgets.key_dialog import KeyDialog, ask_key

IDS = {action.id for action in ACTIONS}


@pytest.mark.parametrize("name", MAPS)
def test_no_map_has_two_actions_on_one_key_or_forgets_an_action(name: str) -> None:
    keys = effective(ACTIONS, name, {})
    held = [normal(key) for mine in keys.values() for key in mine]
    assert [key for key, count in Counter(held).items() if count > 1] == []
    assert [key for key in held if is_reserved(key)] == []
    assert [action.id for action in ACTIONS if action.keys and not keys[action.id]] == []


@pytest.mark.parametrize("name", MAPS)
def test_a_map_names_known_actions_and_gets_what_it_wants(name: str) -> None:
    assert set(MAPS[name].keys) <= IDS
    assert set(MAPS[name].keys.items()) <= set(effective(ACTIONS, name, {}).items())


def test_keys_that_actions_bring_are_those_of_the_first_map() -> None:
    assert effective(ACTIONS, "auditrace", {}) == {action.id: action.keys for action in ACTIONS}


def book_row(window: MainWindow, action_id: str):
    return next(row for row in Book(window).rows() if row.id == action_id)


def test_another_map_reaches_the_window_and_is_remembered(opened: MainWindow, qtbot) -> None:
    opened.menus.made["view.keys.praat"].trigger()
    opened.activateWindow()
    opened.model.set_view(1.0, 3.0)
    qtbot.keyClick(opened.page, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert opened.model.view_s == (0.0, pytest.approx(6.0))
    assert opened.menus.made["view.fit"].toolTip().endswith("(Ctrl+A)")
    assert SettingsStore(opened.context.settings._path.parent).current.key_map == "praat"
    opened._leave_space_to_buttons(None, None)
    assert opened.menus.made["play.toggle"].shortcut().toString() == "Space"


def test_an_open_list_of_keys_takes_another_theme_and_says_in_words_what_is_not_possible(opened: MainWindow) -> None:
    dialog = KeyDialog(Book(opened), opened)
    dialog.show()
    opened.context.session.remove(opened.context.session.current.id)
    dialog.fill()
    seen = set()
    for name in ("light", "dark", "contrast"):
        opened.use_theme(name, remember=False)
        QApplication.processEvents()
        heads = [dialog.list.topLevelItem(at) for at in range(dialog.list.topLevelItemCount())]
        rows = [head.child(at) for head in heads for at in range(head.childCount())]
        impossible = [row for row in rows if "not now" in row.text(2)]
        assert impossible
        assert {row.foreground(0).color().name() for row in impossible} == {opened._theme.muted}
        seen.add(opened._theme.muted)
    assert len(seen) == 3
    dialog.close()


def test_a_key_is_taken_over_only_after_asking(opened: MainWindow, monkeypatch) -> None:
    asked: list[str] = []
    dialog = KeyDialog(Book(opened), opened)
    monkeypatch.setattr(dialogs, "confirm", lambda parent, title, text, yes: bool(asked.append(text)))
    dialog.give(book_row(opened, "view.fit"), "Ctrl+E")
    assert "“Zoom to the selection”" in asked[0]
    assert opened.keys_of("view.fit") == ("Ctrl+0",)
    monkeypatch.setattr(dialogs, "confirm", lambda *_: True)
    dialog.give(book_row(opened, "view.fit"), "Ctrl+E")
    assert opened.keys_of("view.fit") == ("Ctrl+E",)
    assert opened.keys_of("view.zoom_selection") == ()
    assert SettingsStore(opened.context.settings._path.parent).current.own_keys == {"view.fit": ("Ctrl+E",)}
    Book(opened).reset()
    assert opened.keys_of("view.zoom_selection") == ("Ctrl+E",)
    dialog.close()


def test_an_own_key_that_is_given_on_is_no_longer_the_firsts(opened: MainWindow) -> None:
    book = Book(opened)
    book.change("view.fit", "Ctrl+Alt+F")
    book.change("view.back", "Ctrl+Alt+F")
    assert opened.keys_of("view.fit") == ()
    assert opened.keys_of("view.back") == ("Ctrl+Alt+F",)
    book.change("view.back", None)
    assert opened.keys_of("view.back") == ("Alt+Left",)


def test_keys_of_the_recording_and_of_texts_stay_theirs(opened: MainWindow) -> None:
    dialog = KeyDialog(Book(opened), opened)
    dialog.give(book_row(opened, "view.fit"), "Ctrl+C")
    assert "cannot be given" in dialog._note.text()
    assert opened.keys_of("view.fit") == ("Ctrl+0",)
    dialog.close()


def test_the_list_has_every_action_and_says_what_is_possible(window: MainWindow) -> None:
    rows = Book(window).rows()
    assert {row.id for row in rows if row.id} == IDS
    assert not book_row(window, "view.fit").is_possible
    assert book_row(window, "file.open").is_possible
    assert any(row.group == RECORDING for row in rows)


def test_the_list_is_searched_by_words_and_by_keys(window: MainWindow) -> None:
    dialog = KeyDialog(Book(window), window)
    for words, title in (("zoom select", "Zoom to the selection"), ("Ctrl+E", "Zoom to the selection")):
        dialog.query.setText(words)
        heads = [dialog.list.topLevelItem(at) for at in range(dialog.list.topLevelItemCount())]
        found = [head.child(at).text(0) for head in heads for at in range(head.childCount())]
        assert title in found
        assert len(found) < 12
    dialog.close()


def test_a_pressed_key_is_read(window: MainWindow, qtbot, monkeypatch) -> None:
    def press(dialog) -> int:
        edit = dialog.findChild(QKeySequenceEdit)
        qtbot.keyClick(edit, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        return 1

    monkeypatch.setattr("app.widgets.key_dialog.QDialog.exec", press)
    assert ask_key(window, "Fit") == "Ctrl+F"
    assert QApplication.activeModalWidget() is None
