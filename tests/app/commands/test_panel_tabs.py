"""Everything that can be measured or explained is found by the words of the field, and opens with the focus in it."""

from __future__ import annotations

from dataclasses import fields

import pytest
from PySide6.QtWidgets import QApplication

from app.commands import ACTIONS, find, panels
from app.commands.keys import Book
from app.main_window import MainWindow
from app.viewmodels.lanes import LANES
from app.widgets.matching import ranked

TABS = [action.id for action in ACTIONS if ".tab." in action.id]
ITEMS = [(a.id, a.plain_title, f"{a.menu} {a.tip} {a.keywords}") for a in ACTIONS]
WANTED = {
    "measure.tab.hum": "ENF, hum, mains, 50 Hz, electric network frequency",
    "measure.tab.quantisation": "quantisation, quantization, bit depth, histogram, DC offset, digital silence",
    "measure.tab.framing": "framing, double compression, MP3 frames, MDCT, codec traces",
    "measure.tab.rates": "sample rate, sample rate history, history, resampling",
    "measure.tab.repeats": "repeat, repeated, copy-move, duplicates",
    "measure.tab.harmonics": "harmonic, harmonic cursor, overtones",
    "measure.tab.spectrum": "spectrum, spectrum at cursor, FFT, window shape",
    "measure.tab.ltas": "LTAS, long-term average spectrum, PSD, percentiles",
    "measure.tab.readings": "readings, level at cursor",
    "measure.copy": "copy data",
    "explain.tab.map": "saliency, occlusion, integrated gradients, blurig, faithful, faithfulness, sanity, attribution",
    "examine.explain": "saliency, occlusion, gradients, attribution",
    "explain.tab.listen": "counterfactual",
    "explain.tab.disagreement": "disagree, disagreement",
    "explain.tab.robustness": "robust, robustness, perturbation",
    "explain.tab.average": "average",
    "compare.tab.alignment": "drift, clock",
    "compare.tab.facts": "metadata",
    "inspector.tab.file": "hash, SHA-256",
    "view.lane.speech": "VAD, voice activity",
    "view.lane.f0": "F0, pitch",
    "view.lane.snr": "SNR, signal to noise",
    "view.lane.bandwidth": "bandwidth",
    "view.lane.hum": "ENF",
    "view.lane.loudness": "LUFS",
    "view.layout_reset": "layout, reset layout",
    "play.compare": "ABX, A/B/X, blind test",
    "help.keys": "shortcuts",
    "view.text.larger": "settings",
    "view.theme.dark": "settings, preferences, dark mode",
    "file.quit": "close, exit",
}


@pytest.mark.parametrize(("action_id", "query"), [(a, w.strip()) for a, ws in WANTED.items() for w in ws.split(",")])
def test_the_fields_words_find_it_among_the_first(action_id: str, query: str) -> None:
    assert action_id in ranked(query, ITEMS)[:12]


def test_words_that_are_found_whole_bring_nothing_that_only_resembles_them() -> None:
    assert {*ranked("LTAS", ITEMS)} == {"measure.tab.ltas", "compare.tab.spectra"}
    assert "examine.run" not in ranked("SNR", ITEMS)


def test_every_lane_and_every_parameter_of_a_measurement_is_found() -> None:
    from core import measure
    from core.measure.result import plain_name

    assert [lane.name for lane in LANES if ranked(f"{lane.title} lane", ITEMS)[0] != f"view.lane.{lane.name}"] == []
    kinds = {
        "spectrum": measure.SpectrumParams,
        "ltas": measure.LtasParams,
        "quantisation": measure.QuantisationParams,
        "hum": measure.HumParams,
        "framing": measure.FramingParams,
        "rates": measure.RateParams,
        "repeats": measure.RepeatParams,
    }
    for name, kind in kinds.items():
        for item in fields(kind):
            assert f"measure.tab.{name}" in ranked(plain_name(item.name), ITEMS), (name, item.name)


def test_a_tab_opens_with_the_focus_in_it(opened: MainWindow) -> None:
    opened.activateWindow()
    opened.perform("compare.toggle")
    for action_id in TABS:
        opened.perform(action_id)
        panel, _, name = action_id.split(".")
        focus = QApplication.focusWidget()
        part = opened._compare.results if panel == "compare" else opened._docks[panel].widget()
        assert part.isAncestorOf(focus), action_id
        assert focus.isVisible(), action_id
        tabs = getattr(part, "tabs", part)
        assert tabs.currentWidget().isAncestorOf(focus), action_id
        assert name != "harmonics" or focus is part.spectrum.f0


def test_keys_are_listed_by_area(opened: MainWindow) -> None:
    groups = {row.id: row.group for row in Book(opened).rows()}
    assert {groups[f"measure.tab.{name}"] for name, _, _ in panels.MEASURE} == {"Measure"}
    assert {groups[f"explain.tab.{name}"] for name, _, _ in panels.EXPLAIN} == {"Explain"}


def test_a_bare_number_is_a_time_only_where_the_recording_has_it(opened: MainWindow) -> None:
    assert find._times(opened, "200") == ()
    assert [entry.title for entry in find._times(opened, "2.5")] == ["Go to 2.500 s"]
    assert "ends at" in find._times(opened, "3:20")[0].obstacle


def test_data_that_are_not_there_are_not_copied(opened: MainWindow, messages) -> None:
    opened.perform("measure.tab.ltas")
    opened.perform("measure.copy")
    assert messages[-1].text.startswith("There are no data yet")


def test_the_layout_goes_back_to_the_first(opened: MainWindow) -> None:
    opened.toggle_dock("explain")
    opened.toggle_dock("exhibits")
    opened._docks["inspector"].setFloating(True)
    opened.perform("view.layout_reset")
    assert opened.is_dock_open("exhibits")
    assert not opened.is_dock_open("explain")
    assert not opened._docks["inspector"].isFloating()
