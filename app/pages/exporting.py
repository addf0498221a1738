"""The button by which panels let their figures and tables be saved and copied."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app.commands.exporting import save_figure, save_table
from app.services.exporting import Exporter, Origin, Table, table_text
from app.widgets.build import named


class ExportButton(QToolButton):
    """Opens a menu: save the figure, save the table, copy the table. For the head of a panel.

    Args:
        exporter: `AppContext.exporter`.
        name: Of what, e.g. `Long-term average spectrum`.
        origin: Says at the moment of export what is shown; None where there is nothing.
        figure: The widgets that are drawn, without their controls; the one in sight is saved. Empty for tables only.
        table: The numbers shown at the moment of export; None where there are none.
    """

    def __init__(
        self,
        exporter: Exporter,
        name: str,
        *,
        origin: Callable[[], Origin | None],
        figure: Sequence[QWidget] = (),
        table: Callable[[], Table | None] | None = None,
    ):
        super().__init__()
        self._exporter, self._origin, self._figures, self._table = exporter, origin, tuple(figure), table
        named(self, f"{name}, export", "Save or copy what is shown, with the file's hash and the parameters")
        self.setText("Export ▾")
        self.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        self._picture = menu.addAction("Save the &figure as PNG, SVG or PDF…", self.save_figure)
        self._picture.setVisible(bool(figure))
        self._csv = menu.addAction("Save the &table as CSV…", self.save_table)
        self._copy = menu.addAction("&Copy the table", self.copy_table)
        for action in (self._csv, self._copy):
            action.setVisible(table is not None)
        menu.aboutToShow.connect(self._allow)
        self.setMenu(menu)

    def save_figure(self) -> None:
        """Ask where, and write the figure."""
        origin = self._origin()
        shown = next((widget for widget in self._figures if widget.isVisible()), None)
        if origin is not None and shown is not None:
            save_figure(self.window(), self._exporter, shown, origin)

    def save_table(self) -> None:
        """Ask where, and write the table."""
        table = self._table() if self._table else None
        if table is not None:
            save_table(self.window(), self._exporter, table)

    def copy_table(self) -> None:
        """Put the table on the clipboard, columns between tabs."""
        table = self._table() if self._table else None
        if table is not None:
            QGuiApplication.clipboard().setText(table_text(table, "\t"))
            self._exporter.tell(f"{table.origin.title} is on the clipboard: {len(table.rows)} rows.")

    def _allow(self) -> None:
        has_table = self._table is not None and self._table() is not None
        self._picture.setEnabled(self._origin() is not None)
        for action in (self._csv, self._copy):
            action.setEnabled(has_table)
