"""The palette finds by words, says what cannot be done and why, and does what was chosen."""

from __future__ import annotations

import pytest
from helpers.window import open_all, open_dialogs
from PySide6.QtCore import Qt

from app.main_window import MainWindow
from app.widgets.matching import ranked
from app.widgets.palette import Palette

TITLES = ("Zoom to the selection", "Zoom in", "Fit the whole recording", "Play the selection in a loop", "Save results")


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("zoom sel", "Zoom to the selection"),
        ("selection zoom", "Zoom to the selection"),
        ("fit", "Fit the whole recording"),
        ("recordng", "Fit the whole recording"),
        ("slctn loop", "Play the selection in a loop"),
        ("SAVE", "Save results"),
    ],
)
def test_words_in_any_order_cut_short_or_mistyped(words: str, first: str) -> None:
    assert ranked(words, [(title, title, "") for title in TITLES])[0] == first


def test_every_word_must_be_found_and_titles_go_first() -> None:
    items = [("a", "Export", "picture figure"), ("b", "Figure", "export")]
    assert ranked("figure", items) == ["b", "a"]
    assert ranked("figure banana", items) == []
    assert ranked("  ", items) == ["a", "b"]


def palette(window: MainWindow, qtbot, words: str) -> Palette:
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    found = next(w for w in open_dialogs(window) if isinstance(w, Palette))
    qtbot.keyClicks(found.query, words)
    return found


def test_enter_does_what_was_found(opened: MainWindow, qtbot) -> None:
    opened.model.set_view(1.0, 3.0)
    found = palette(opened, qtbot, "whole recording")
    assert "Ctrl+0" in found.list.item(0, 2).text()
    qtbot.keyClick(found.query, Qt.Key.Key_Return)
    assert opened.model.view_s == (0.0, pytest.approx(6.0))


def test_what_cannot_be_done_says_why_and_does_nothing(opened: MainWindow, qtbot) -> None:
    found = palette(opened, qtbot, "zoom to the selection")
    assert found.reason.text() == "Not possible now: it needs this: a stretch is selected."
    qtbot.keyClick(found.query, Qt.Key.Key_Return)
    assert found.isVisible()
    found.close()


def test_exhibits_and_times_are_found(opened: MainWindow, qtbot, wav) -> None:
    open_all(opened, [wav("two.wav", 100.0, 8000)])
    found = palette(opened, qtbot, "Q2")
    qtbot.keyClick(found.query, Qt.Key.Key_Return)
    assert opened.context.session.current.id == "Q2"
    found = palette(opened, qtbot, "1:23.5")
    qtbot.keyClick(found.query, Qt.Key.Key_Return)
    assert opened.model.cursor_s == pytest.approx(83.5)
    found = palette(opened, qtbot, "3:00")
    assert "ends at" in found.reason.text()
    found.close()


def test_arrows_choose_while_words_are_typed(opened: MainWindow, qtbot) -> None:
    found = palette(opened, qtbot, "zoom")
    first = found.chosen
    qtbot.keyClick(found.query, Qt.Key.Key_Down)
    assert found.chosen is found.shown[1]
    qtbot.keyClick(found.query, Qt.Key.Key_Up)
    assert found.chosen is first
    assert first.title in found.list.item(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    found.close()
