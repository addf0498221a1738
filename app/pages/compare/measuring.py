"""What the tabs below the rows need: measured when its tab is in front, and kept as long as its row is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.pages.compare.page import ComparePage
from app.services.comparing import Comparer
from app.services.session import Exhibit, Session
from app.viewmodels.compare_rows import Row

if TYPE_CHECKING:
    from core.compare.fingerprint import Fingerprint
    from core.compare.spectra import Spectrum


class Measuring(QObject):
    """Fills the tabs of a Compare page."""

    def __init__(self, page: ComparePage, session: Session, comparer: Comparer):
        super().__init__(page)
        self._model, self._results, self._controls = page.model, page.results, page.controls
        self._session, self._comparer = session, comparer
        self._spectra: dict[tuple[str, bool], Spectrum] = {}
        self._prints: dict[tuple[str, int], Fingerprint] = {}
        comparer.spectrum_made.connect(self._spectrum_made)
        comparer.fingerprint_made.connect(self._fingerprint_made)
        page.results.needed.connect(self.measure)
        page.results.speech_only_changed.connect(lambda _: self.measure())
        session.changed.connect(self._exhibit_changed)

    def forget_others(self) -> None:
        """Keep results of rows that are there only."""
        keys = {row.key for row in self._model.rows}
        self._spectra = {name: found for name, found in self._spectra.items() if name[0] in keys}
        self._prints = {name: found for name, found in self._prints.items() if name[0] in keys}

    def measure(self) -> None:
        """Have what the tab in front shows measured, or show it."""
        rows, tab = self._model.rows, self._results.tab
        if not rows:
            return
        if tab == "spectra":
            self._need_spectra(rows)
        elif tab == "fingerprints":
            self._need_fingerprints(rows)
        elif tab == "statistics":
            self._show_statistics(rows)
        elif tab == "facts":
            from core.compare.facts import facts_table

            exhibits = [self._session.get(row.exhibit_id) for row in rows]
            conditions = [exhibit.condition if exhibit else None for exhibit in exhibits]
            self._results.show_facts(facts_table([row.recording for row in rows], conditions))

    def _need_spectra(self, rows: Sequence[Row]) -> None:
        only = self._results.speech_only
        for row in rows:
            if (row.key, only) not in self._spectra:
                exhibit = self._session.get(row.exhibit_id)
                speech = exhibit.condition.speech if exhibit and exhibit.condition else None
                self._comparer.measure_spectrum(row.key, row.part, speech, speech_only=only)
        found = [self._spectra.get((row.key, only)) for row in rows]
        if all(found):
            matched = self._controls.is_matched
            self._results.show_spectra([one for one in found if one], matched=matched)

    def _need_fingerprints(self, rows: Sequence[Row]) -> None:
        rate = min(row.recording.sample_rate for row in rows)
        for row in rows:
            if (row.key, rate) not in self._prints:
                self._comparer.measure_fingerprint(row.key, row.part, rate)
        found = [self._prints.get((row.key, rate)) for row in rows]
        if all(found):
            self._results.show_fingerprints([one for one in found if one])

    def _show_statistics(self, rows: Sequence[Row]) -> None:
        from core.compare.statistics import Entry, statistics_table

        session = self._session

        def entry(exhibit: Exhibit) -> Entry:
            return Entry(name=exhibit.id, recording=exhibit.recording, condition=exhibit.condition)

        compared = [exhibit for row in rows if (exhibit := session.get(row.exhibit_id))]
        known = [exhibit for exhibit in session.exhibits if exhibit.id.startswith("K")]
        self._results.show_statistics(statistics_table([*map(entry, compared)], [*map(entry, known)]))

    def _spectrum_made(self, key: str, found: Spectrum) -> None:
        self._spectra[key, found.speech_only] = found
        self._show_when_all()

    def _fingerprint_made(self, key: str, found: Fingerprint) -> None:
        self._prints[key, found.rate] = found
        self._show_when_all()

    def _show_when_all(self) -> None:
        """Draw once the last one is there; what is missing is under way."""
        rows, only = self._model.rows, self._results.speech_only
        rate = min((row.recording.sample_rate for row in rows), default=0)
        kept = self._spectra if self._results.tab == "spectra" else self._prints
        wanted = only if kept is self._spectra else rate
        if all((row.key, wanted) in kept for row in rows):
            self.measure()

    def _exhibit_changed(self, exhibit_id: str) -> None:
        if not self._model.has(exhibit_id):
            return
        # speech was not known when these were asked for
        self._spectra = {name: s for name, s in self._spectra.items() if not (s.speech_only and s.problem)}
        if self._results.tab in ("statistics", "facts"):
            self.measure()
