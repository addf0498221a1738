"""The list of exhibits chooses what is compared: check marks while the Compare page is in front, and a menu."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.pages.compare.binding import CompareBinding
from app.pages.pages import Pages
from app.viewmodels.exhibits import ExhibitsModel
from app.widgets.exhibit_list import ExhibitList


class CompareMarks(QObject):
    """Check marks follow the comparison, and the comparison follows them."""

    def __init__(self, view: ExhibitList, comparison: CompareBinding, pages: Pages):
        super().__init__(view)
        rows = view.model()
        assert isinstance(rows, ExhibitsModel)
        self._rows, self._comparison, self._pages = rows, comparison, pages
        rows.check_wanted.connect(comparison.toggle)
        view.compare_wanted.connect(self._compare)
        pages.shown.connect(lambda _: self._mark())
        comparison.model.rows_changed.connect(self._mark)

    def _compare(self, first: str, second: str) -> None:
        self._pages.show_page("compare")
        self._comparison.compare(first, second)

    def _mark(self) -> None:
        ids = frozenset(row.exhibit_id for row in self._comparison.model.rows)
        self._rows.set_checked(ids if self._pages.name == "compare" else None)
