"""The sample case from opening to the report, with nothing but keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.window import open_dialogs
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QFileDialog

from app.main_window import MainWindow
from app.widgets import dialogs
from app.widgets.palette import Palette

Key, Ctrl, Shift = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Hands:
    """Presses keys on whatever has the focus, as a person does who cannot see where that is."""

    def __init__(self, window: MainWindow, qtbot):
        self.window, self._qtbot = window, qtbot
        window.activateWindow()

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        target = QApplication.activePopupWidget() or QApplication.focusWidget() or self.window
        self._qtbot.keyClick(target, key, modifiers)
        QApplication.processEvents()

    def find(self, words: str) -> None:
        """Ctrl+K, words, Enter."""
        self.press(Key.Key_K, Ctrl)
        palette = next(w for w in open_dialogs(self.window) if isinstance(w, Palette))
        self._qtbot.keyClicks(palette.query, words)
        self._qtbot.keyClick(palette.query, Key.Key_Return)
        assert not palette.isVisible(), palette.reason.text()
        self.window.activateWindow()
        QApplication.processEvents()

    def settle(self) -> None:
        assert self.window.context.jobs.settle(60)

    def answer(self, monkeypatch, keys: Callable[[QDialog], None]) -> None:
        """Answer the next dialog with keys."""

        def answered(dialog: QDialog) -> int:
            dialog.show()
            QApplication.processEvents()
            keys(dialog)
            assert not dialog.isVisible()
            self.window.activateWindow()  # as the desktop does when a dialog has closed
            QApplication.processEvents()
            return dialog.result()

        monkeypatch.setattr(QDialog, "exec", answered)


@pytest.mark.slow
def test_the_sample_case_with_keys_only(window: MainWindow, qtbot, monkeypatch, tmp_path: Path) -> None:
    hands = Hands(window, qtbot)
    context, model = window.context, window.model

    hands.find("sample case open")
    hands.settle()
    assert len(context.session.exhibits) == 4

    # look: another exhibit, closer, further on, a time by words
    hands.find("Q2")
    assert context.session.current.id == "Q2"
    whole = model.view_s
    hands.press(Key.Key_1, Ctrl)
    hands.press(Key.Key_1, Ctrl)
    assert model.view_s[1] - model.view_s[0] < whole[1] - whole[0]
    hands.find("0:06.5")
    assert model.cursor_s == pytest.approx(6.5)

    # select two seconds with the brackets, and look at them
    hands.press(Key.Key_BracketLeft)
    hands.find("0:08.5")
    hands.press(Key.Key_BracketRight)
    assert model.selection_s == pytest.approx((6.5, 8.5))
    hands.press(Key.Key_E, Ctrl)
    assert model.view_s[0] < 6.5 + 0.01
    assert model.view_s[1] - model.view_s[0] < 4.0

    # mark what was heard, and read it in the list
    if "mark.region" in window.menus.made and hasattr(context, "marking"):
        hands.press(Key.Key_B, Ctrl)
        hands.settle()
        assert [(mark.start_s, mark.end_s) for mark in context.marking.marks(context.session.current)] == [
            pytest.approx((6.5, 8.5))
        ]

    # run the models by the dialog's own default button
    hands.answer(monkeypatch, lambda dialog: qtbot.keyClick(dialog, Key.Key_Return))
    hands.press(Key.Key_R, Ctrl)
    hands.settle()
    assert model.finding is not None

    # the next raised stretch, the view in words
    hands.press(Key.Key_N)
    monkeypatch.setattr(dialogs, "show_text", lambda parent, title, text: seen.append(text))
    seen: list[str] = []
    hands.press(Key.Key_F2)
    assert "Q2 second copy.wav" in seen[0]

    # results, figure and report to files whose names are typed
    targets = iter([tmp_path / "results.json", tmp_path / "view.svg", tmp_path / "report.pdf"])
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(next(targets)), ""))
    hands.press(Key.Key_S, Ctrl)
    hands.press(Key.Key_S, Ctrl | Shift)
    hands.press(Key.Key_E, Ctrl | Shift)
    hands.settle()
    assert sorted(path.name for path in tmp_path.glob("*.*")) == ["report.pdf", "results.json", "view.svg"]
    assert context.session.current.recording.id.sha256 in (tmp_path / "view.svg").read_text(encoding="utf-8")

    # the mark lies in no case: asked, the answer is chosen by Tab
    def agree(box: QDialog) -> None:
        for _ in range(4):
            focus = box.focusWidget()
            if isinstance(focus, QAbstractButton) and focus.text().replace("&", "") == "Close":
                break
            qtbot.keyClick(focus or box, Key.Key_Tab)
        qtbot.keyClick(box.focusWidget(), Key.Key_Space)

    hands.answer(monkeypatch, agree)
    hands.press(Key.Key_Q, Ctrl)
    assert not window.isVisible()
    assert window.hanging == ()
