"""Tabs below the rows: spectra, conditions, container facts, fingerprints, and what the alignment rests on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSizePolicy, QTabWidget, QToolButton, QVBoxLayout, QWidget

from app.pages.compare.tables import NOTHING, SideBySide, curve_table, show_facts, show_statistics, text_table
from app.pages.exporting import ExportButton
from app.plots.comparing.curves import Curve, CurvesPlot
from app.plots.value_axis import number
from app.services.exporting import Exporter, Origin, Source, Table
from app.theme import Theme
from app.viewmodels.compare_rows import OFFSET_MEANS, Row, alignment_means, alignment_text
from app.widgets.build import label, named
from core.compare.alignment import CLEAR_RATIO, Chunk

if TYPE_CHECKING:
    from core.compare.facts import FactRow
    from core.compare.fingerprint import Fingerprint
    from core.compare.spectra import Spectrum
    from core.compare.statistics import Statistic

AGREES = "agrees"
_TARGET_PX = 24
_ANY_HEIGHT = 16_777_215
LEADS = {
    "spectra": "Mean power density over time. Microphone, room, coder and voice all shape it; "
    "a difference is no finding by itself.",
    "statistics": "Measured on the whole of each recording. "
    "Three or more known recordings give the spread to compare with.",
    "facts": "As the containers say; they can be written by anyone. Equal entries do not make recordings related.",
    "fingerprints": "Mean log energy of 256 wavelet-packet leaves. "
    "Distance: root mean square over the leaves both have, level taken out.",
    "alignment": "Places of the first row that were looked for in the others. "
    "Those that do not agree were edited, or are hidden by noise.",
}


class Results(QTabWidget):
    """Shows what it is given; says what is needed for the tab in front."""

    needed = Signal()
    """The tab in front, or what it shows, has changed."""
    speech_only_changed = Signal(bool)
    folded_changed = Signal()
    """The figures were folded away below their tabs, or shown."""

    def __init__(self, exporter: Exporter, theme: Theme):
        super().__init__()
        self.setDocumentMode(True)
        self.setAccessibleName("Comparison in figures")
        self._exporter = exporter
        self._rows: tuple[Row, ...] = ()
        self.spectra = CurvesPlot("Long-term average spectra", "dB re FS²/Hz")
        self.fingerprints = CurvesPlot("Wavelet-packet fingerprints", "mean log power, dBFS")
        self.statistics = SideBySide("Measured conditions side by side")
        self.facts = SideBySide("Container facts side by side")
        self.alignment = SideBySide("What the alignment rests on")
        self._speech = QCheckBox("Speech only")
        self._speech.setMinimumHeight(_TARGET_PX)
        self._speech.setToolTip("Only windows that lie in active speech")
        self._speech.toggled.connect(self.speech_only_changed)
        self._differing = QCheckBox("Differing only")
        self._differing.setMinimumHeight(_TARGET_PX)
        self._differing.setChecked(True)
        self._differing.setToolTip("Leave out what is equal in all")
        self._differing.toggled.connect(lambda _: self._show_facts())
        self._fact_rows: Sequence[FactRow] = ()
        self._spectra_note, self._packets_note = _note(), _note()
        self._alignment_note = label(role="muted", wrap=True)
        self._is_folded = False
        self._pages: list[QWidget] = []
        self._fold = named(QToolButton(), "Figures of the comparison", "Fold the figures away, or show them")
        self._fold.setAutoRaise(True)
        self._fold.setMinimumSize(_TARGET_PX, _TARGET_PX)
        self._fold.clicked.connect(lambda: self.set_folded(not self._is_folded))
        self.setCornerWidget(self._fold)
        self.tabBar().setAccessibleName("Comparison in figures")
        self._add("spectra", "Spectra", self.spectra, self._speech, self._spectra_note)
        self._add("statistics", "Statistics", self.statistics)
        self._add("facts", "Metadata", self.facts, self._differing)
        self._add("fingerprints", "Fingerprints", self.fingerprints, self._packets_note)
        self._add("alignment", "Alignment", self.alignment, self._alignment_note)
        self.spectra.reading_changed.connect(self._spectra_read)
        self.fingerprints.reading_changed.connect(self._packets_read)
        self.currentChanged.connect(lambda _: self.needed.emit())
        self.currentChanged.connect(lambda _: self.set_folded(False))
        self.tabBarClicked.connect(lambda _: self.set_folded(False))
        self.set_folded(False)
        self.set_theme(theme)

    @property
    def is_folded(self) -> bool:
        """Whether only the tabs are in sight."""
        return self._is_folded

    def set_folded(self, folded: bool) -> None:
        """Leave only the tabs in sight, or show what is below them."""
        self._is_folded = folded
        self._fold.setArrowType(Qt.ArrowType.UpArrow if folded else Qt.ArrowType.DownArrow)
        self._fold.setAccessibleDescription("folded away" if folded else "shown")
        self.setMaximumHeight(self.tabBar().sizeHint().height() + 2 if folded else _ANY_HEIGHT)
        for page in self._pages:
            page.setEnabled(not folded)  # Tab does not go where nothing is seen
        self.folded_changed.emit()

    @property
    def tab(self) -> str:
        """Name of the tab in front."""
        return list(LEADS)[self.currentIndex()]

    @property
    def speech_only(self) -> bool:
        """Whether spectra are of speech alone."""
        return self._speech.isChecked()

    def show_tab(self, name: str) -> QWidget:
        """Bring a tab to the front; gives what is in it."""
        self.setCurrentIndex(list(LEADS).index(name))
        self.set_folded(False)
        return self.currentWidget()

    def set_theme(self, theme: Theme) -> None:
        """Take another theme's colours."""
        self.spectra.set_theme(theme)
        self.fingerprints.set_theme(theme)
        self._spectra_read("")
        self._packets_read("")

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Compare these from now on."""
        self._rows = tuple(rows)
        self.show_alignment()
        if not rows:
            self.spectra.set_curves(())
            self.fingerprints.set_curves(())

    def show_spectra(self, spectra: Sequence[Spectrum], *, matched: bool) -> None:
        """Draw average spectra, in the order of the rows."""
        first = spectra[0]
        curves = [
            Curve(
                name=row.key,
                frequency_hz=spectrum.frequency_hz,
                level_db=spectrum.mean_db.astype(float),
                difference_db=spectrum.less(first, level_matched=matched) if i else np.zeros(0),
                note=spectrum.problem or f"{spectrum.windows:,} windows",
            )
            for i, (row, spectrum) in enumerate(zip(self._rows, spectra, strict=True))
        ]
        self.spectra.set_curves(curves)
        self._spectra_read("")

    def show_fingerprints(self, found: Sequence[Fingerprint]) -> None:
        """Draw fingerprints, in the order of the rows, as far as each reaches."""
        curves = []
        for i, (row, one) in enumerate(zip(self._rows, found, strict=True)):
            level = np.where(one.frequency_hz <= one.highest_hz, one.mean_db, np.nan).astype(float)
            distance = one.distance_db(found[0]) if i else None
            difference = np.zeros(0)
            if i:
                reach = one.frequency_hz <= min(one.highest_hz, found[0].highest_hz)
                plain = (one.mean_db - found[0].mean_db).astype(float)
                difference = np.where(reach, plain - (np.median(plain[reach]) if reach.any() else 0.0), np.nan)
            note = f"{one.columns} coefficients a leaf"
            note += "" if distance is None else f", distance {distance:.1f} dB"
            curves.append(
                Curve(name=row.key, frequency_hz=one.frequency_hz, level_db=level, difference_db=difference, note=note)
            )
        self.fingerprints.set_curves(curves)
        self._packets_read("")

    def show_statistics(self, rows: Sequence[Statistic]) -> None:
        """Fill the table of conditions."""
        show_statistics(self.statistics, [row.key for row in self._rows], rows)

    def show_facts(self, rows: Sequence[FactRow]) -> None:
        """Fill the table of container facts."""
        self._fact_rows = rows
        self._show_facts()

    def show_alignment(self) -> None:
        """List the places that were looked for."""
        lines = [
            [row.key, f"{chunk.time_s:.3f} s", *_verdict(row, chunk), f"{chunk.ratio:.2f}"]
            for row in self._rows[1:]
            for chunk in (row.alignment.evidence.chunks if row.alignment.evidence else ())
        ]
        columns = ("Row", "Place in the first", "Result", "Off the line", "Peak over the next")
        self.alignment.fill(columns, lines, bold=[line[2] != AGREES for line in lines])
        texts = [f"{row.key}: {alignment_text(row)}" for row in self._rows[1:]]
        self._alignment_note.setText("\n".join([*texts, OFFSET_MEANS]) if texts else "Nothing to align.")
        self._alignment_note.setToolTip(self._means())

    def _means(self) -> str:
        """What is said of the alignments means; empty where there are none."""
        return max(map(alignment_means, self._rows[1:]), key=len, default="")

    def describe(self) -> str:
        """The tab in front, in words."""
        shown = {
            "spectra": self.spectra,
            "statistics": self.statistics,
            "facts": self.facts,
            "fingerprints": self.fingerprints,
            "alignment": self.alignment,
        }[self.tab]
        return shown.describe()

    def _add(self, name: str, title: str, content: CurvesPlot | SideBySide, *controls: QWidget) -> None:
        page = named(QWidget(), title)
        head = QHBoxLayout()
        head.setContentsMargins(8, 4, 8, 2)
        head.setSpacing(12)
        for control in controls:
            head.addWidget(control, 1 if isinstance(control, QLabel) else 0)
        if not any(isinstance(control, QLabel) for control in controls):
            head.addStretch(1)
        figure = (content,) if isinstance(content, CurvesPlot) else ()
        head.addWidget(
            ExportButton(
                self._exporter,
                title,
                origin=lambda: self.origin(title),
                figure=figure,
                table=self._table_of(title, content),
            )
        )
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(content, 1)
        self._pages.append(page)
        self.addTab(page, title)
        self.setTabToolTip(self.count() - 1, LEADS[name])

    def origin(self, title: str) -> Origin | None:
        """What an export is made from; None where nothing is compared."""
        if not self._rows:
            return None
        keys = {row.key: row for row in self._rows}
        return Origin(
            title=f"Comparison: {title.lower()}",
            sources=tuple(Source(id=k, name=row.name, sha256=row.recording.id.sha256) for k, row in keys.items()),
            parameters=(*self._lines(title), *((f"Alignment of {r.key}", alignment_text(r)) for r in self._rows[1:])),
            notes=tuple(
                lead
                for lead, shown in zip(LEADS.values(), range(self.count()), strict=True)
                if self.tabText(shown) == title
            )
            + tuple(filter(None, (self._means(),))),
        )

    def _lines(self, title: str) -> tuple[tuple[str, str], ...]:
        """How the lines of a tab look and what they are; the legend on the screen is not in its figure."""
        plots = {self.tabText(at): plot for at, plot in ((0, self.spectra), (3, self.fingerprints))}
        return (("Lines", plots[title].lines()),) if title in plots else ()

    def _table_of(self, title: str, content: CurvesPlot | SideBySide) -> Callable[[], Table | None]:
        def made() -> Table | None:
            origin = self.origin(title)
            if origin is None:
                return None
            if isinstance(content, CurvesPlot):
                return curve_table(content.curves, origin)
            return text_table(content, origin)

        return made

    def _show_facts(self) -> None:
        names = [row.key for row in self._rows]
        show_facts(self.facts, names, self._fact_rows, differing_only=self._differing.isChecked())

    def _spectra_read(self, reading: str) -> None:
        self._spectra_note.setText(reading or self.spectra.legend())

    def _packets_read(self, reading: str) -> None:
        self._packets_note.setText(reading or self.fingerprints.legend())


def _verdict(row: Row, chunk: Chunk) -> tuple[str, str]:
    """Whether a place was found where it should be, and how far off it is."""
    off_ms = 1000 * (chunk.time_s - chunk.shift_s - row.to_own(chunk.time_s))
    if chunk.agrees:
        return AGREES, f"{number(1000 * off_ms, 2)} µs"
    if chunk.ratio < CLEAR_RATIO:
        return "not found", NOTHING
    return "found at another distance", f"{number(off_ms, 3)} ms"


def _note() -> QLabel:
    """A line for a legend or a reading."""
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.RichText)
    made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    made.setWordWrap(True)  # after the policy, which would forget that the height depends on the width
    return made
