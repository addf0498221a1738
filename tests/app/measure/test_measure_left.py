"""The measuring dock where its recording is gone, and where it is opened again."""

from __future__ import annotations

from helpers.window import settled

from app.main_window import MainWindow
from app.pages.explain.panel import ExplainPanel
from app.pages.measure.panel import MeasurePanel
from app.services.settings import SettingsStore


def test_the_spectrum_of_a_file_that_is_gone_says_so_and_not_what_to_do(panel, opened) -> None:
    settled(opened, lambda: panel.spectrum.result is not None)
    recording = opened.context.session.current.recording
    recording.id.path.unlink()
    opened.model.set_cursor(2.5)
    settled(opened, lambda: panel.spectrum.result is None)
    assert recording.id.path.name in panel.describe()
    assert "Put the cursor" not in panel.describe()
    panel.spectrum.show_result(None)
    assert "Put the cursor" in panel.describe()


def test_the_tabs_in_front_are_remembered(panel, opened, qtbot) -> None:
    explain = opened.findChild(ExplainPanel)
    panel.tabs.setCurrentWidget(panel.measures["hum"])
    explain.show_tab("listen")
    again = MainWindow(opened.context)
    qtbot.addWidget(again)
    found = again.findChild(MeasurePanel)
    found._ensure_tabs()
    assert found.current is found.measures["hum"]
    assert again.findChild(ExplainPanel).tabs.currentIndex() == explain.tabs.currentIndex() == 2
    store = SettingsStore(opened.context.settings._path.parent)
    assert store.current.tabs == {"Measurements": "Mains hum (ENF)", "Explain": "Listen"}
