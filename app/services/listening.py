"""What was listened to: coverage of each recording, and the records of listening tests; kept in the case, if any."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.services.playback import Playback
from core.case import blind_tests, desk
from core.listening.coverage import Coverage, Span

if TYPE_CHECKING:
    from app.services.case_writer import CaseWriter
    from app.services.session import Session
    from core.audio.recording import Recording

_TELL_MS = 250
_LEAST_S = 0.05
"""Less than this, newly played, is no row in the case's log."""


class Listening(QObject):
    """Counts what comes out of a sound device, whoever played it."""

    coverage_changed = Signal(str)
    """SHA-256 of a recording of which more was heard; at most four a second."""
    comparison_wanted = Signal()
    """Somebody wants to compare two stretches by ear."""

    def __init__(self, playback: Playback, session: Session, writer: CaseWriter):
        super().__init__()
        self._session, self._writer = session, writer
        self._coverage: dict[str, Coverage] = {}
        self._kept: dict[str, Coverage] = {}
        """What the case's log has of it."""
        self._ours: set[str] = set()
        """What belongs to the open case, also where it was taken off the list meanwhile."""
        self._in_case = False
        self._untold: set[str] = set()
        self._tests: list[dict[str, Any]] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TELL_MS)
        self._timer.timeout.connect(self._tell)
        session.case_changed.connect(self._follow_case)
        session.added.connect(self._take_in)
        self.watch(playback)

    @property
    def tests(self) -> tuple[dict[str, Any], ...]:
        """Records of this session's listening tests, in order."""
        return tuple(self._tests)

    def watch(self, playback: Playback) -> None:
        """Count what this plays too."""
        playback.heard.connect(self._add)
        playback.playing_changed.connect(lambda playing: None if playing else self.keep())

    def coverage(self, recording: Recording) -> Coverage:
        """What was heard of a recording; copies of the same file count as one."""
        return self._coverage.get(recording.id.sha256, Coverage())

    def keep(self) -> None:
        """Say in the case's log what was played that had not been played before."""
        case = self._session.case
        if case is None:
            return
        for sha256 in sorted(self._ours & set(self._coverage)):
            fresh = self._coverage[sha256].without(self._kept.get(sha256, Coverage()))
            if fresh.heard_s >= _LEAST_S:
                self._kept[sha256] = self._coverage[sha256]
                self._writer.write(case.folder, desk.HEARD, partial(desk.keep_heard, sha256=sha256, spans=fresh.spans))

    def begin_test(self, facts: dict[str, Any]) -> None:
        """Say in the case's log that a test begins, before its first answer."""
        self._log(blind_tests.BEGUN, facts)

    def end_test(self, record: dict[str, Any]) -> None:
        """Keep the record of a test: in the case's log where one is open, and in the session."""
        self._tests.append(record)
        self._log(blind_tests.ENDED, record)

    def _follow_case(self) -> None:
        """Begin with what was played in earlier sittings; what was played in another case is no part of this one."""
        case = self._session.case
        if self._in_case:
            self._coverage.clear()
        self._ours.clear()
        self._in_case = case is not None
        self._kept = dict(case.desk.heard) if case else {}
        for sha256, heard in self._kept.items():
            self._coverage[sha256] = self._coverage.get(sha256, Coverage()).with_spans(heard.spans)
        self._untold |= set(self._kept)
        self._tell()

    def _take_in(self, exhibit_id: str) -> None:
        exhibit = self._session.get(exhibit_id)
        if exhibit is not None and exhibit.in_case:
            self._ours.add(exhibit.recording.id.sha256)

    def _log(self, action: str, payload: dict[str, Any]) -> None:
        folder: Path | None = self._session.case_folder
        if folder is not None:
            self._writer.write(folder, action, lambda case: case.record(action, payload))

    def _add(self, recording: Recording, spans: Sequence[Span]) -> None:
        key = recording.id.sha256
        self._coverage[key] = self.coverage(recording).with_spans(spans)
        self._untold.add(key)
        if not self._timer.isActive():
            self._timer.start()

    def _tell(self) -> None:
        untold, self._untold = self._untold, set()
        for key in untold:
            self.coverage_changed.emit(key)
