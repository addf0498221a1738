"""Connects the Compare page with session, engine and main screen."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject

from app.context import AppContext
from app.pages.compare.measuring import Measuring
from app.pages.compare.page import ComparePage
from app.plots.comparing.difference_lane import Pair
from app.services.comparing import Comparer
from app.viewmodels.compare import MOST_ROWS, CompareModel
from app.viewmodels.compare_rows import Row
from app.viewmodels.examine import ExamineModel
from core.compare.alignment import Alignment, Part, by_hand, by_marker, by_start
from core.foundation.errors import CoreError


class CompareBinding(QObject):
    """What is compared, and what is computed of it; results are kept as long as their rows are."""

    def __init__(self, page: ComparePage, examine: ExamineModel, context: AppContext):
        super().__init__(page)
        self.page, self._examine, self._context = page, examine, context
        self.model: CompareModel = page.model
        self._comparer = Comparer(context.jobs, context.errors, self)
        self._measuring = Measuring(page, context.session, self._comparer)
        self._connect()

    def toggle(self, exhibit_id: str) -> None:
        """Take an exhibit into the comparison, or out of it."""
        if self.model.has(exhibit_id):
            self.model.remove(exhibit_id)
        else:
            self.add(exhibit_id)

    def add(self, exhibit_id: str, span_s: tuple[float, float] | None = None) -> bool:
        """Take in an exhibit, or a stretch of it; says why where that cannot be."""
        exhibit = self._context.session.get(exhibit_id)
        if exhibit is None:
            return False
        row = Row(exhibit_id=exhibit.id, name=exhibit.name, recording=exhibit.recording, span_s=span_s)
        if self.model.add(row):
            return True
        if len(self.model.rows) >= MOST_ROWS:
            self._context.errors.present(_no_room(row.key), row.key)
        return False

    def add_selection(self) -> bool:
        """Take in the selected stretch of the recording on the main screen."""
        current, selection = self._context.session.current, self._examine.selection_s
        return current is not None and selection is not None and self.add(current.id, selection)

    def compare(self, first: str, second: str) -> None:
        """Put two exhibits side by side, the first as reference."""
        for exhibit_id in (first, second):
            if not self.model.has(exhibit_id):
                self.add(exhibit_id)

    def align(self, method: str) -> None:
        """Align all rows but the first by their starts or by correlation."""
        first = self.model.reference
        for row in self.model.rows[1:]:
            if first is not None and method == "start":
                self.model.set_alignment(row.key, by_start(first.part, row.part))
            elif first is not None and method == "correlation":
                self._comparer.align(row.key, first.part, row.part)

    def align_marker(self, reference_s: float, other_s: float) -> None:
        """Lay a time of the chosen row on a time of the first."""
        row = self.model.compared
        if row is not None:
            self.model.set_alignment(row.key, by_marker(reference_s, other_s))

    def _connect(self) -> None:
        page, model, session = self.page, self.model, self._context.session
        page.controls.align_wanted.connect(self.align)
        page.controls.offset_wanted.connect(self._type_offset)
        page.controls.match_changed.connect(lambda _: self._match_levels())
        page.controls.display_changed.connect(self._show_pair)
        self._comparer.aligned.connect(self._aligned)
        self._comparer.matched.connect(self._matched)
        session.removed.connect(model.remove)
        session.current_changed.connect(self._follow_session)
        model.rows_changed.connect(self._rows_changed)
        model.alignment_changed.connect(self._moved)
        model.active_changed.connect(self._chosen)
        model.cursor_changed.connect(self._put_examine_cursor)
        model.selection_changed.connect(self._put_examine_selection)
        self._examine.playhead_changed.connect(self._follow_playhead)

    def _rows_changed(self) -> None:
        self._measuring.forget_others()
        self._show_pair()
        self._measuring.measure()
        self._match_levels()

    def _moved(self, key: str) -> None:
        row = self._row(key)
        if row is not None and row.gain_db is None and self.page.controls.is_matched:
            self._match(row)
        if row is self.model.compared:
            self._show_pair()

    def _chosen(self, _: int) -> None:
        self._show_pair()
        row = self.model.active_row
        if row is not None and self.page.isVisible():
            self._context.session.select(row.exhibit_id)
            self._put_examine_cursor(self.model.cursor_s)

    def _type_offset(self, offset_s: float) -> None:
        row = self.model.compared
        if row is not None and offset_s != row.alignment.offset_s:
            self.model.set_alignment(row.key, by_hand(offset_s, row.alignment.drift_ppm))

    def _row(self, key: str) -> Row | None:
        return next((row for row in self.model.rows if row.key == key), None)

    def _is_first(self, part: Part) -> bool:
        """Whether the axis is still the one for which something was computed."""
        first = self.model.reference
        return first is not None and first.recording is part.recording

    def _aligned(self, key: str, reference: Part, found: Alignment) -> None:
        row = self._row(key)
        if row is None or not self._is_first(reference):
            return
        if found.is_reliable:
            self.model.set_alignment(key, found)
            return
        self.model.set_alignment(key, replace(row.alignment, evidence=found.evidence))
        reason = found.evidence.reason if found.evidence else ""
        self._context.errors.tell(
            f"{key} and {self.model.rows[0].key}: no reliable alignment. {reason} The row stays where it was; lay "
            "it by hand, or by a time in each.",
            level="caution",
        )

    def _matched(self, key: str, reference: Part, gain_db: float | None) -> None:
        if self.page.controls.is_matched and self._is_first(reference):
            self.model.set_gain(key, gain_db)

    def _match_levels(self) -> None:
        for row in self.model.rows[1:]:
            if not self.page.controls.is_matched:
                self.model.set_gain(row.key, None)
            elif row.gain_db is None:
                self._match(row)
        if self.page.results.tab == "spectra":
            self._measuring.measure()

    def _match(self, row: Row) -> None:
        first = self.model.reference
        if first is not None:
            self._comparer.match_level(row.key, first.part, row.part, row.alignment)

    def _show_pair(self) -> None:
        first, row = self.model.reference, self.model.compared
        if first is None or row is None:
            self.page.show_pair(None)
            return
        from core.compare.aligned import aligned, usable_hz

        pair = Pair(
            reference=first.recording,
            other=aligned(first.recording, row.part, row.alignment),
            names=(first.key, row.key),
            highest_hz=usable_hz(first.recording, row.recording, row.alignment),
            overlap_s=(
                max(row.to_axis(0.0), 0.0),
                min(row.to_axis(row.recording.duration_s), first.recording.duration_s),
            ),
            gain_db=row.gain_db or 0.0,
        )
        self.page.show_pair(pair)

    def _follow_session(self) -> None:
        current = self._context.session.current
        at = next((i for i, row in enumerate(self.model.rows) if current and row.exhibit_id == current.id), None)
        row = self.model.active_row
        if at is not None and row is not None and current is not None and row.exhibit_id != current.id:
            self.model.set_active(at)

    def _heard(self) -> Row | None:
        """The chosen row, where it is the recording on the main screen."""
        row, current = self.model.active_row, self._context.session.current
        same = row is not None and current is not None and row.exhibit_id == current.id
        return row if same and self.page.isVisible() else None

    def _put_examine_cursor(self, axis_s: float) -> None:
        row = self._heard()
        if row is not None:
            self._examine.set_cursor(row.to_own(axis_s))

    def _put_examine_selection(self, selection: tuple[float, float] | None) -> None:
        row = self._heard()
        if row is not None:
            self._examine.set_selection(selection and (row.to_own(selection[0]), row.to_own(selection[1])))

    def _follow_playhead(self, own_s: float | None) -> None:
        row = self._heard()
        self.model.set_playhead(None if own_s is None or row is None else row.to_axis(own_s))


def _no_room(key: str) -> CoreError:
    return CoreError(
        "SY-120",
        f"{key} cannot be compared as well: there are four rows already.",
        means="Two to four recordings or stretches are compared at a time.",
        do="Take one of them out of the comparison first.",
    )
