"""The measuring dock of a window."""

from __future__ import annotations

import pytest
from helpers.window import settle

from app.main_window import MainWindow
from app.pages.measure.panel import MeasurePanel


@pytest.fixture
def panel(opened: MainWindow) -> MeasurePanel:
    """The dock, open, with a recording of 6 s."""
    opened.toggle_dock("measure")
    settle(opened)
    found = opened.findChild(MeasurePanel)
    assert found is not None
    return found
