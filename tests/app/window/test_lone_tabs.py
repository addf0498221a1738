"""A layout that is restored leaves nothing over the panels."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QTabBar

from app.main_window import MainWindow


@pytest.mark.parametrize("panels", [("marks",), ("marks", "jobs")])
def test_no_tab_of_a_closed_panel_lies_over_the_others(opened: MainWindow, qtbot, panels: tuple[str, ...]) -> None:
    for name in (*panels, *panels):
        opened.toggle_dock(name)
        QApplication.processEvents()
    opened.context.settings.change(layout=opened._desk.layout_text())
    again = MainWindow(opened.context)
    qtbot.addWidget(again)
    again.show()
    qtbot.waitExposed(again)
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    for name in (*panels, "marks", "jobs"):
        QApplication.processEvents()
        for tabs in again._desk.findChildren(QTabBar, options=direct):
            is_seen = tabs.isVisible() and tabs.geometry().intersects(again._desk.rect())
            assert not is_seen or tabs.count() > 1, [tabs.tabText(at) for at in range(tabs.count())]
            can_focus = tabs.focusPolicy() != Qt.FocusPolicy.NoFocus
            assert can_focus == (tabs.count() > 1), "Tab would go where nothing is seen"
        again.toggle_dock(name)
