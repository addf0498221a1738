"""Panels have titles as large as the text, are closed and floated by their buttons, and leave room for the lanes."""

from __future__ import annotations

import pytest
from helpers.window import settle
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QTabBar, QToolButton

from app.main_window import MainWindow


def title_part(window: MainWindow, name: str) -> QToolButton:
    parts = window._docks["measure"].titleBarWidget().findChildren(QToolButton)
    return next(part for part in parts if part.accessibleName() == name)


def title_words(window: MainWindow) -> QLabel:
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    (words,) = window._docks["measure"].titleBarWidget().findChildren(QLabel, options=direct)
    return words


@pytest.fixture
def measuring(opened: MainWindow) -> MainWindow:
    opened.resize(1440, 900)
    opened.toggle_dock("measure")
    settle(opened)
    return opened


def test_a_double_click_on_a_title_and_its_buttons_float_and_close_its_panel(measuring: MainWindow) -> None:
    dock = measuring._docks["measure"]
    QTest.mouseDClick(title_words(measuring), Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert dock.isFloating()
    for floats in (False, True, False):
        QTest.mouseClick(title_part(measuring, "Float Measure"), Qt.MouseButton.LeftButton)
        assert dock.isFloating() is floats
    QTest.mouseClick(title_part(measuring, "Close Measure"), Qt.MouseButton.LeftButton)
    assert not measuring.is_dock_open("measure")


def test_large_text_makes_titles_and_tabs_grow_and_panels_and_lanes_still_fit(measuring: MainWindow) -> None:
    words, close = title_words(measuring), title_part(measuring, "Close Measure")
    before = words.sizeHint().height(), close.iconSize().height()
    measuring.use_text_scale(200)
    bars = {bar.font().pointSizeF() for bar in measuring.findChildren(QTabBar)}
    wanted = {QApplication.font().pointSizeF()}
    after = words.sizeHint().height(), close.iconSize().height()
    measuring.context.errors.tell("Written: somewhere")
    for _ in range(5):
        QApplication.processEvents()
    desk = measuring._desk
    least, has = desk.minimumSizeHint().height(), desk.height()
    stack = measuring.page.stack
    widths = stack.width(), measuring.page._figure.scrolled.viewport().width()
    shown = measuring.page.overview.isVisible()
    measuring.use_text_scale(100)
    assert bars == wanted, "those of closed panels too"
    assert after[0] > 1.8 * before[0]
    assert after[1] > 1.3 * before[1]
    assert least <= has
    assert widths[0] == widths[1], "wider lanes would not stand above the ruler's times"
    assert not shown, "in a low page the lanes need the height"


def test_the_panels_below_keep_their_height_while_they_are_closed(measuring: MainWindow) -> None:
    desk, dock = measuring._desk, measuring._docks["measure"]
    assert dock.height() > 0.3 * desk.height()
    desk.resizeDocks([dock], [250], Qt.Orientation.Vertical)
    QApplication.processEvents()
    left = dock.height()
    measuring.toggle_dock("measure")
    QApplication.processEvents()
    measuring.toggle_dock("marks")
    QApplication.processEvents()
    assert measuring._docks["marks"].height() == pytest.approx(left, abs=2)
