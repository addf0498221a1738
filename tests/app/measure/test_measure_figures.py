"""What the plots of measurements mark, and that their axes leave room for what stands there."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.examine_data import memory_recording
from scipy import signal

from app.pages.measure.figures import framing, ltas
from app.plots.curves.curve_plot import CurvePlot
from app.plots.curves.figure import Curve, Figure
from app.theme.palette import LIGHT
from core.measure import FramingParams, as_text, measure_framing, measure_ltas

RATE = 16_000


def of(waveform: np.ndarray):
    return memory_recording((np.rint(waveform * 32767) / 32768).astype(np.float32)[None], RATE)


def test_an_end_is_marked_where_one_was_found_and_not_otherwise(rng):
    noise = 0.1 * rng.standard_normal(4 * RATE)
    whole = measure_ltas(of(noise))
    assert [figure.marks for figure in ltas(whole)] == [(), ()]
    assert "# value Sharp end: not stated" in as_text(whole)
    gentle = measure_ltas(of(signal.sosfilt(signal.butter(24, 3500, fs=RATE, output="sos"), noise)))
    assert gentle.bandwidth.sharp_end_hz is None or gentle.drop is not None
    marks = ltas(gentle)[0].marks
    assert marks
    assert 3000 < marks[0].x < 5500


def test_what_lies_at_the_first_offset_is_not_on_the_axis(rng):
    found = measure_framing(of(0.1 * rng.standard_normal(2 * RATE)), FramingParams(frames=8), ["mp3"])
    first, along = framing(found)
    assert first.x_range[0] < -10
    assert first.x_range[1] > found.best.spacing + 10
    assert along.y_range[0] < -10


@pytest.mark.parametrize(("low", "high"), [(50.0299, 50.0301), (0.0, 1.0)])
def test_the_axis_is_as_wide_as_its_numbers(qtbot, low: float, high: float):
    plot = CurvePlot("Test", LIGHT)
    qtbot.addWidget(plot)
    plot.resize(300, 160)
    plot.show()
    x = np.linspace(0.0, 1.0, 50)
    plot.set_figure(
        Figure(
            title="Mains frequency",
            x_name="Time",
            x_unit="s",
            y_name="Frequency",
            y_unit="Hz",
            curves=(Curve(name="line", x=x, y=np.linspace(low, high, 50)),),
        )
    )
    axis = plot._left
    plot._item.layout.activate()
    ticks = axis.tickValues(low, high, axis.size().height())
    texts = [text for step, values in ticks for text in axis.tickStrings(values, 1.0, step)]
    title_px = axis.label.boundingRect().height()
    assert axis.width() >= title_px + max(plot.fontMetrics().horizontalAdvance(text) for text in texts)
