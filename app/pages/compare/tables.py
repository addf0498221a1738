"""The tables below the rows, and those that are exported: conditions, container facts and curves side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from app.plots.comparing.curves import Curve
from app.plots.value_axis import number
from app.services.exporting import Origin, Table
from core.compare.facts import FactRow
from core.compare.statistics import Statistic

NOTHING = "–"
_MARKS = {"equal": "=", "different": "≠", "only in some": "∃"}


class SideBySide(QTableWidget):
    """Read-only table that copies its selection, or all of it, with Ctrl+C."""

    def __init__(self, name: str):
        super().__init__()
        self.setAccessibleName(name)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def fill(self, columns: Sequence[str], rows: Sequence[Sequence[str]], *, bold: Sequence[bool] = ()) -> None:
        """Show texts; bold rows stand out."""
        self.setColumnCount(len(columns))
        self.setRowCount(len(rows))
        self.setHorizontalHeaderLabels(list(columns))
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{columns[c]}: {text}")
                if r < len(bold) and bold[r]:
                    font = QFont(self.font())
                    font.setBold(True)
                    item.setFont(font)
                self.setItem(r, c, item)
        self.resizeColumnsToContents()
        for c in range(len(columns)):
            self.setColumnWidth(c, min(self.columnWidth(c) + 14, 320))
        self.horizontalHeader().setStretchLastSection(True)

    def copied(self) -> str:
        """The selected rows, or all, columns between tabs."""
        chosen = sorted({index.row() for index in self.selectedIndexes()}) or range(self.rowCount())
        header = [self._text(self.horizontalHeaderItem(c)) for c in range(self.columnCount())]
        lines = [[self._text(self.item(r, c)) for c in range(self.columnCount())] for r in chosen]
        return "\n".join("\t".join(line) for line in [header, *lines])

    def describe(self) -> str:
        """The table in words, a line a row."""
        header = [self._text(self.horizontalHeaderItem(c)) for c in range(self.columnCount())]
        lines = []
        for r in range(self.rowCount()):
            texts = [self._text(self.item(r, c)) for c in range(self.columnCount())]
            lines.append(
                texts[0] + ": " + ", ".join(f"{h} {t}" for h, t in zip(header[1:], texts[1:], strict=True) if t)
            )
        return "\n".join([f"{self.accessibleName()}.", *lines])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.copied())
        else:
            super().keyPressEvent(event)

    @staticmethod
    def _text(item: QTableWidgetItem | None) -> str:
        return item.text() if item else ""


def show_statistics(table: SideBySide, names: Sequence[str], rows: Sequence[Statistic]) -> None:
    """Fill in the conditions; a spread is said in its own column."""
    in_spreads = any(row.in_spreads for row in rows)
    columns = ["Quantity", *names, *(f"{name} less {names[0]}" for name in names[1:] if not in_spreads)]
    if in_spreads:
        columns = ["Quantity", *names, *(f"{name} in spreads" for name in names), "Known: mean ± spread"]
    table.fill(columns, [_statistic(row, in_spreads) for row in rows])


def _statistic(row: Statistic, in_spreads: bool) -> list[str]:
    values = [_valued(value, row.decimals, row.unit) for value in row.values]
    title = row.name
    if not in_spreads:
        return [title, *values, *(_signed(d, row.decimals, row.difference_unit) for d in row.differences[1:])]
    known = NOTHING
    if row.known_mean is not None and row.known_spread is not None:
        known = f"{number(row.known_mean, row.decimals)} ± {number(row.known_spread, row.decimals)} {row.unit}".strip()
    spreads = [_signed(d, 1, "") if row.in_spreads else NOTHING for d in row.differences]
    return [title, *values, *spreads, known]


def show_facts(table: SideBySide, names: Sequence[str], rows: Sequence[FactRow], *, differing_only: bool) -> None:
    """Fill in what the containers say."""
    shown = [row for row in rows if not differing_only or row.relation != "equal"]
    columns = ["Fact", "Relation", *names]
    table.fill(
        columns,
        [
            [
                f"{row.section}: {row.name}",
                f"{_MARKS[row.relation]} {row.relation}",
                *("not there" if value is None else value for value in row.values),
            ]
            for row in shown
        ],
        bold=[row.relation != "equal" for row in shown],
    )


def _valued(value: float | None, decimals: int, unit: str) -> str:
    return NOTHING if value is None else f"{number(value, decimals)} {unit}".strip()


def _signed(value: float | None, decimals: int, unit: str) -> str:
    if value is None:
        return NOTHING
    text = number(value, decimals)
    return f"{'' if text.startswith('−') or not float(value) else '+'}{text} {unit}".strip()


def text_table(shown: SideBySide, origin: Origin) -> Table | None:
    """What is chosen in a table, or all of it, to leave the program; None where it is empty."""
    lines = [line.split("\t") for line in shown.copied().splitlines()]
    return Table(columns=tuple(lines[0]), rows=lines[1:], origin=origin) if len(lines) > 1 else None


def curve_table(curves: Sequence[Curve], origin: Origin) -> Table | None:
    """Levels and differences at the first curve's frequencies."""
    if not curves or not curves[0].frequency_hz.size:
        return None
    hertz = curves[0].frequency_hz
    columns, values = ["Frequency (Hz)"], [hertz]
    for curve in curves:
        known = curve.frequency_hz.size > 0
        columns.append(f"{curve.name} (dB)")
        values.append(
            np.interp(hertz, curve.frequency_hz, curve.level_db, right=np.nan) if known else np.full(len(hertz), np.nan)
        )
        if curve.difference_db.size:
            columns.append(f"{curve.name} less {curves[0].name} (dB)")
            values.append(curve.difference_db)
    rows = [[None if np.isnan(v) else float(v) for v in line] for line in np.stack(values, axis=1)]
    return Table(columns=tuple(columns), rows=rows, origin=origin)
