"""What leaves the program says what it was made from; numbers come back with all their digits; nothing is cut off."""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyqtgraph as pg
import pytest
from helpers.examine_data import fake_attribution, fake_checks, fake_finding
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QGuiApplication, QImage
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QSplitter

from app.main_window import MainWindow
from app.pages.exporting import ExportButton
from app.services.exporting import Exporter, Origin, Source, Table, source_of, table_text
from app.widgets import dialogs
from app.widgets.figure import DPI, figure
from core.foundation.version import version

SHA = "0123456789abcdef" * 4
ORIGIN = Origin(
    title="Level over time",
    sources=(Source(id="Q1", name="Müller, 1.wav", sha256=SHA),),
    stretch_s=(1.5, 3.25),
    parameters=(("Window", "Hann 43 ms"), ("Range", "100 dB")),
    notes=("A score is no evidence.",),
    made_at=datetime(2026, 11, 21, 10, 0, tzinfo=UTC),
)
ROWS = ((0.1, -23.456789012345678), (1 / 3, None), (2.0, "no speech, too short"))
TABLE = Table(columns=("Time (s)", "Level (dBFS)"), rows=ROWS, origin=ORIGIN)


def test_a_table_says_what_it_was_made_from_and_gives_back_its_numbers() -> None:
    lines = table_text(TABLE).splitlines()
    heads = [line for line in lines if line.startswith("# ")]
    assert f"# File Q1: Müller, 1.wav, SHA-256 {SHA}" in heads
    assert "# Stretch: 1.500 s – 3.250 s (Δ 1.750 s)" in heads
    assert {"# Window: Hann 43 ms", "# Note: A score is no evidence."} <= set(heads)
    assert any(version() in head for head in heads)
    names, *rows = csv.reader(line for line in lines if not line.startswith("# "))
    assert names == ["Time (s)", "Level (dBFS)"]
    assert [(float(time), value) for time, value in rows] == [
        (0.1, repr(ROWS[0][1])),
        (1 / 3, ""),
        (2.0, "no speech, too short"),
    ]


def test_caption_and_metadata_hold_the_whole_hash() -> None:
    assert SHA in "\n".join(ORIGIN.caption())
    assert any(SHA in value for _, value in ORIGIN.facts())


@pytest.fixture
def clipped(qtbot) -> Iterator[QLabel]:
    """A widget of which its scroll area shows one corner."""
    area = QScrollArea()
    qtbot.addWidget(area)
    content = QLabel("·")
    content.setStyleSheet("background: #ffffff; border-right: 40px solid #ff0000;")
    content.setFixedSize(1200, 600)
    content.setAccessibleName("Wide")
    area.setWidget(content)
    area.resize(200, 100)
    area.show()
    yield content
    area.close()


def test_a_png_has_300_dpi_all_of_the_widget_a_strip_and_its_facts(clipped: QLabel) -> None:
    image = QImage.fromData(figure(clipped, "png", ORIGIN.caption(), ORIGIN.facts())())
    assert round(image.dotsPerMeterX() * 0.0254) == DPI
    assert image.width() == 1200 * DPI // 96
    assert image.height() > 600 * DPI // 96 + 100
    assert image.pixelColor(image.width() - 40, 900).name() == "#ff0000"
    assert SHA in image.text("File Q1")
    assert image.text("Window") == "Hann 43 ms"


def test_svg_and_pdf_hold_the_facts(clipped: QLabel) -> None:
    drawing = figure(clipped, "svg", ORIGIN.caption(), ORIGIN.facts())().decode("utf-8")
    assert drawing.count(f"SHA-256 {SHA}") == 2
    page = figure(clipped, "pdf", ORIGIN.caption(), ORIGIN.facts())()
    assert page[:5] == b"%PDF-"
    assert b"origin.txt" in page or "origin.txt".encode("utf-16-be") in page


def test_the_page_of_a_pdf_is_as_large_as_its_figure(clipped: QLabel, tmp_path: Path) -> None:
    path = tmp_path / "figure.pdf"
    path.write_bytes(figure(clipped, "pdf", ORIGIN.caption(), ORIGIN.facts())())
    document = QPdfDocument()
    document.load(str(path))
    assert document.pageCount() == 1
    assert document.pagePointSize(0).width() == pytest.approx(1200 * 72 / 96, abs=1)
    assert "Level over time" in document.getAllText(0).text()


def test_a_small_panel_is_enlarged_for_its_figure_and_stays_as_it_was(qtbot) -> None:
    label = QLabel("small")
    qtbot.addWidget(label)
    label.resize(100, 40)
    image = QImage.fromData(figure(label, "png", (), ())())
    assert image.width() == pytest.approx(900 * DPI / 96, abs=1)
    assert (label.width(), label.height()) == (100, 40)


def test_a_figure_shows_nothing_that_is_dragged(qtbot) -> None:
    split = QSplitter()
    qtbot.addWidget(split)
    for colour in ("background: white", "background: white"):
        part = QLabel("")
        part.setStyleSheet(colour)
        split.addWidget(part)
    split.setStyleSheet("QSplitter::handle { background: black }")
    split.resize(900, 480)
    split.show()
    picture = QImage.fromData(figure(split, "png", (), ())())
    middle = picture.height() // 2
    darkest = min(picture.pixelColor(x, middle).value() for x in range(picture.width()))
    assert darkest > 200
    assert split.handle(1).isVisible()


def test_a_figures_caption_says_what_its_headers_say(opened: MainWindow, monkeypatch) -> None:
    lane, said = opened.page.waveform, []
    draw = lane.draw_now
    monkeypatch.setattr(lane, "draw_now", lambda *, printed=False: said.append((draw(printed=printed), lane.summary)))
    for name in ("level", "f0", "bandwidth", "snr", "hum"):
        opened.menus.made[f"view.lane.{name}"].trigger()
    for _ in range(5):
        QApplication.processEvents()
    assert opened.page.figure_size.height() > opened.page.figure.height(), "the lanes have a scroll bar"
    on_screen = lane.summary
    caption = dict(opened.page.parameters)[lane.title]
    said.clear()
    figure(opened.page.figure, "png", (), (), least=opened.page.figure_size)
    assert said[0][1] == caption
    assert caption != on_screen
    _names_models_and_explanation(opened, monkeypatch)


def _names_models_and_explanation(opened: MainWindow, monkeypatch) -> None:
    """The view saved while an explanation lies over it says what made that, as long as it can be seen."""
    exhibit, saved = opened.context.session.exhibits[0], []
    found = dataclasses.replace(fake_attribution(0.5, 1.5), checks=fake_checks())
    opened.context.session.update(exhibit.id, finding=fake_finding(exhibit.recording), attribution=found)
    monkeypatch.setattr("app.commands.exporting.save_figure", lambda *given, **_: saved.append(dict(given[3].facts())))
    for visible in (True, False):
        opened.page.spectrogram.set_overlay(visible=visible)
        opened.perform("file.save_figure")
    shown, hidden = saved
    words = shown["Explanation laid over the spectrogram"]
    parts = ("0" * 64, "Integrated gradients, 32 points", "compared with: zeros", "target: towards synthetic")
    assert [part for part in (*parts, found.verdict) if part not in words] == []
    assert "explanation: auditrace/test, ig, baseline zero" in shown["Spectrogram"]
    assert shown["Models of the scores"] == hidden["Models of the scores"]
    assert ["xplanation" in str(facts) for facts in saved] == [True, False]
    assert "auditrace/test 1 ·" in shown["Score track"]


def test_the_button_saves_figure_and_table_and_copies(opened: MainWindow, qtbot, monkeypatch, tmp_path: Path) -> None:
    exporter: Exporter = opened.context.exporter
    asked: list[str] = []
    targets = iter([tmp_path / "a.svg", tmp_path / "b", tmp_path / "c"])
    monkeypatch.setattr(
        dialogs, "ask_target", lambda parent, title, proposed, _: asked.append(proposed) or next(targets)
    )
    button = ExportButton(exporter, "Level", origin=lambda: ORIGIN, figure=[opened.page], table=lambda: TABLE)
    qtbot.addWidget(button)
    button.save_figure()
    button.save_figure()
    button.save_table()
    button.copy_table()
    assert opened.context.jobs.settle()
    assert sorted(path.name for path in tmp_path.glob("[abc]*")) == ["a.svg", "b.png", "c.csv"]
    assert Path(asked[0]).name == "Q1-level-over-time.png"
    assert (tmp_path / "c.csv").read_text(encoding="utf-8").splitlines()[0] == "# Title: Level over time"
    assert "Level (dBFS)" in QGuiApplication.clipboard().text()
    source = source_of(opened.context.session.current)
    assert source.sha256 == opened.context.session.current.recording.id.sha256
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_plots_lines_are_as_wide_in_every_figure_and_stay_inside(qtbot) -> None:
    plot: Any = pg.PlotWidget()
    qtbot.addWidget(plot)
    plot.resize(900, 480)
    plot.hideAxis("left")
    plot.hideAxis("bottom")
    plot.setBackground("w")
    plot.addItem(pg.LinearRegionItem((0.6, 0.9), brush=QBrush(QColor("blue"), Qt.BrushStyle.BDiagPattern)))
    plot.plot([0.0, 1000.0], [0.5, 0.5], pen=pg.mkPen("r", width=2))
    plot.setRange(xRange=(0, 1), yRange=(0, 1), padding=0)
    drawing = figure(plot, "svg", (), ())()
    assert b"vector-effect" not in drawing
    image = QImage.fromData(figure(plot, "png", (), ())())
    column = [image.pixelColor(image.width() // 4, y) for y in range(image.height())]
    assert sum(colour.red() > 200 > colour.green() for colour in column) in range(5, 9)
    row = [image.pixelColor(x, image.height() // 4) for x in range(image.width() * 6 // 10, image.width() * 9 // 10)]
    stripes = sum(a != b for a, b in pairwise(colour.blue() > colour.red() + 20 for colour in row))
    assert stripes > 40


def test_what_reaches_over_a_plots_edge_is_cut_off_in_a_png(qtbot) -> None:
    plots: Any = pg.GraphicsLayoutWidget()
    qtbot.addWidget(plots)
    plots.resize(900, 480)
    plots.setBackground("w")
    upper, lower = (plots.addPlot(row=row, col=0) for row in (0, 1))
    upper.plot([0.0, 1.0], [0.5, -50.0], pen=pg.mkPen("r", width=3))
    for plot in (upper, lower):
        plot.setRange(xRange=(0, 1), yRange=(0, 1), padding=0)
    image = QImage.fromData(figure(plots, "png", (), ())())
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    reds, _ = np.nonzero((pixels[..., 0] > 200) & (pixels[..., 1] < 120))
    assert reds.size
    assert reds.max() < image.height() / 2 + 10
