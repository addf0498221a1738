"""The measuring dock: parameters, plots, facts, buttons, readings that are typed and pinned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from helpers.waiting import PATIENCE_S
from helpers.window import settled
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QPlainTextEdit, QTableWidget, QTabWidget

from app.pages.measure.reading import ReadingsBinding
from app.plots.curves.curve_plot import CurvePlot
from app.plots.curves.figure import Curve, Figure, Mark
from app.theme.palette import LIGHT
from app.viewmodels.measures import said
from core.measure import Quantity


def test_the_spectrum_follows_the_cursor_and_harmonics_can_be_typed(panel, opened, qtbot):
    opened.model.set_cursor(2.5)
    settled(opened, lambda: panel.spectrum.result is not None and panel.spectrum.result.at_s > 2.4)
    assert panel.spectrum.result.at_s == pytest.approx(2.5, abs=1e-3)
    panel.spectrum.f0.setValue(400.0)
    figure = panel.spectrum.plots[0].figure
    assert [mark.x for mark in figure.marks[:3]] == [400.0, 800.0, 1200.0]
    assert "dBFS" in panel.describe()
    panel.tabs.setCurrentWidget(panel.spectrum)
    panel.copy_wanted.emit()
    assert "# table: Harmonics of 400.00 Hz" in QGuiApplication.clipboard().text()
    shown = panel.spectrum.facts
    texts = [shown.item(row, col).text() for row in range(shown.rowCount()) for col in (0, 1) if shown.item(row, col)]
    assert "Multiple 1" in texts
    assert any("level −" in text and "above local floor" in text for text in texts)


def test_what_is_asked_for_is_measured_shown_copied_and_kept(panel, opened):
    tab = panel.measures["quantisation"]
    panel.tabs.setCurrentWidget(tab)
    panel.measure_wanted.emit()
    assert opened.context.jobs.settle()
    assert tab.result is not None
    assert len(tab.plots[1].figure.curves[0].x) == 129
    panel.copy_wanted.emit()
    text = QGuiApplication.clipboard().text()
    assert opened.model.recording.id.sha256 in text
    assert "level (LSB)\tcount (samples)" in text
    result = tab.result
    opened.model.set_recording(opened.model.recording)
    assert tab.result is result


def test_a_typed_box_becomes_the_selection_and_is_read(panel, opened, qtbot):
    readings = panel.readings
    readings.edges["end"].setValue(2.0)
    readings.edges["start"].setValue(1.0)
    readings.edges["high"].setValue(3000.0)
    readings.edges["low"].setValue(500.0)
    assert opened.model.selection_s == (1.0, 2.0)
    assert opened.model.band_hz == (500.0, 3000.0)
    settled(opened, lambda: readings.result is not None and len(readings.result.quantities) == 8)
    values = {item.name: item.value for item in readings.result.quantities}
    assert values["Centre frequency"] == 1750.0
    opened.perform("measure.pin")
    opened.model.set_selection((1.0, 3.0))
    settled(opened, lambda: "Δ Duration: 1.0" in readings.describe())


def test_what_was_read_of_a_box_that_is_gone_is_not_shown(panel, opened):
    binding = opened.findChild(ReadingsBinding)
    opened.model.set_selection((1.0, 2.0))
    binding._read_box()
    opened.model.set_selection(None)
    binding._soon.stop()
    assert opened.context.jobs.settle()
    assert binding._box is None


def test_wrong_parameters_are_a_message_and_no_job(panel, opened, messages):
    tab = panel.measures["ltas"]
    panel.tabs.setCurrentWidget(tab)
    channel = tab.form._fields["channel"]
    assert [channel.itemText(i) for i in range(channel.count())] == ["mean of all", "1"]
    channel.addItem("8", "7")
    channel.setCurrentIndex(2)
    panel.measure_wanted.emit()
    assert opened.context.jobs.settle()
    assert messages[-1].code == "IN-021"
    assert tab.result is None


def test_every_control_has_a_name(panel):
    kinds = (QAbstractSpinBox, QComboBox, QPlainTextEdit, QTableWidget, QTabWidget, CurvePlot)
    controls = [part for kind in kinds for part in panel.findChildren(kind)]
    assert len(controls) > 40
    assert [type(part).__name__ for part in controls if not part.accessibleName()] == []


def test_saved_data_are_what_was_measured(panel, opened, tmp_path: Path):
    tab = panel.measures["quantisation"]
    panel.tabs.setCurrentWidget(tab)
    panel.measure_wanted.emit()
    assert opened.context.jobs.settle()
    opened.context.measuring.save(tab.result, tmp_path / "levels.csv")
    assert opened.context.jobs.settle()
    assert "# table: Round zero" in (tmp_path / "levels.csv").read_text(encoding="utf-8")


def test_parts_of_a_long_term_spectrum_differ_in_colour_and_dashes_and_are_named_beside_the_plot(panel, opened):
    tab = panel.measures["ltas"]
    panel.tabs.setCurrentWidget(tab)
    panel.measure_wanted.emit()
    assert opened.context.jobs.settle()
    curves = [item for item in tab.plots[0]._items if hasattr(item, "opts") and item.opts.get("pen")]
    pens = [curve.opts["pen"] for curve in curves[: len(tab.result.curves)]]
    assert len({pen.color().name() for pen in pens}) == len({pen.style() for pen in pens}) == len(tab.result.curves)
    assert all(f"{curve.part}" in tab.legends[0].text() for curve in tab.result.curves)


def test_a_framing_that_found_nothing_says_so_in_plot_and_values(panel, opened):
    tab = panel.measures["framing"]
    panel.tabs.setCurrentWidget(tab)
    panel.measure_wanted.emit()
    assert opened.context.jobs.settle(2 * PATIENCE_S)
    assert not tab.result.best.found
    assert "No coder's frames" in tab.plots[1].describe()
    values = {fact.name: fact for fact in tab.result.facts()}
    assert values["MP3, contrast"].value == pytest.approx(
        next(t for t in tab.result.traces if t.name == "mp3").best.contrast
    )
    assert values["MP3, offset"].value is None
    labels = [tab.facts.item(row, 0).text() for row in range(tab.facts.rowCount()) if tab.facts.item(row, 0)]
    assert labels.count("Channel") == 1


def test_a_plot_says_itself_and_its_cross_hair_moves_by_keys(qtbot):
    plot = CurvePlot("Test", LIGHT)
    qtbot.addWidget(plot)
    curve = Curve(name="level", x=np.arange(10.0), y=-np.arange(10.0))
    figure = Figure(
        title="Figure",
        x_name="Frequency",
        x_unit="Hz",
        y_name="Level",
        y_unit="dBFS",
        curves=(curve,),
        marks=(Mark(x=3.0, text="end"),),
    )
    plot.set_figure(figure)
    assert "From -9 to 0 dBFS. Marked: end." in plot.describe()
    assert plot.legend() == ""
    said_here: list[str] = []
    plot.pointed.connect(said_here.append)
    for _ in range(4):
        qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert said_here[-1] == "4 Hz: level -4 dBFS"


@pytest.mark.parametrize(
    ("quantity", "text"),
    [
        (Quantity("a", 1234.567, "Hz", 3.21), "1,234.6 ± 3.2 Hz"),
        (Quantity("a", -21.1534, "dBFS", 0.0998), "−21.153 ± 0.100 dBFS"),
        (Quantity("a", None, "Hz"), "not stated"),
        (Quantity("a", 12_345, "samples"), "12,345 samples"),
        (Quantity("a", "hann"), "Hann"),
        (Quantity("a", 2.0365e-5, "Hz"), "0.000020365 Hz"),
        (Quantity("a", 59.899, "dB"), "59.9 dB"),
        (Quantity("a", 5.9994, "robust standard deviations"), "6 robust standard deviations"),
        (Quantity("a", -41.64, "dBFS", 1.26), "−41.6 ± 1.3 dBFS"),
    ],
)
def test_values_have_no_more_digits_than_their_limits(quantity, text):
    assert said(quantity) == text


def test_what_cannot_be_measured_is_said_of_the_recording_by_its_name_as_received(panel, opened, messages):
    opened.model.name = "as received.wav"
    panel.tabs.setCurrentWidget(panel.measures["hum"])
    panel.measures["hum"].form._fields["frame_s"].setValue(60.0)
    panel.measure_wanted.emit()
    assert opened.context.jobs.settle()
    assert messages[-1].code == "FE-001"
    assert messages[-1].text.startswith("as received.wav: ")
    assert "6.0 s; at least 60.0 s are needed" in panel.describe()


def test_a_plot_without_a_measurement_shows_no_numbers(panel):
    plot = panel.measures["hum"].plots[0]
    assert plot.figure is None
    assert not plot.getAxis("bottom").style["showValues"]
    curve = Curve(name="level", x=np.array([-2.0, 2.0]), y=np.array([0.0, 1.0]))
    plot.set_figure(Figure(title="t", x_name="x", x_unit="Hz", y_name="y", y_unit="dB", curves=(curve,)))
    assert plot.getAxis("bottom").style["showValues"]
    assert plot.getAxis("bottom").tickStrings([-2.0], 1.0, 1.0) == ["\N{MINUS SIGN}2"]
