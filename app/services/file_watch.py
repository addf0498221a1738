"""Notices that an open file changed or vanished, before anybody relies on what it was."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject

from app.services.errors import ErrorPresenter
from app.services.jobs import JobRunner
from app.services.session import Exhibit, Session
from core.foundation.progress import Progress

if TYPE_CHECKING:
    from core.audio.recording import Recording


class FileWatch(QObject):
    """Says once for each recording that its file is no longer the one that was opened; the list shows it from then on.

    File systems over a network may not tell of changes; there it shows at the next reading, which always compares.
    """

    def __init__(self, session: Session, jobs: JobRunner, errors: ErrorPresenter):
        super().__init__(session)
        self._session, self._jobs, self._errors = session, jobs, errors
        self._told: set[str] = set()
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._look)
        session.added.connect(self._add)
        session.removed.connect(lambda _: self._drop())

    def _add(self, exhibit_id: str) -> None:
        exhibit = self._session.get(exhibit_id)
        if exhibit is not None:
            self._watcher.addPath(str(exhibit.recording.id.path.absolute()))
            self._told.discard(exhibit_id)

    def _drop(self) -> None:
        wanted = {str(exhibit.recording.id.path.absolute()) for exhibit in self._session.exhibits}
        gone = [path for path in self._watcher.files() if path not in wanted]
        if gone:
            self._watcher.removePaths(gone)

    def _look(self, path: str) -> None:
        for exhibit in self._session.exhibits:
            if str(exhibit.recording.id.path.absolute()) == path and exhibit.id not in self._told:
                self._jobs.submit(
                    "Look at the file",
                    read_one,
                    exhibit.recording,
                    pool="io",
                    slot=f"watch {exhibit.id}",
                    subject=exhibit.id,
                    quiet=True,
                    on_fail=partial(self._tell, exhibit),
                )

    def _tell(self, exhibit: Exhibit, error: Exception) -> None:
        if self._session.holds(exhibit) and exhibit.id not in self._told:
            self._told.add(exhibit.id)
            self._session.update(exhibit.id, file_trouble=getattr(error, "code", "SY-001"))
            self._errors.present(error, exhibit.id)


def read_one(recording: Recording, *, progress: Progress) -> None:
    """Read one frame, which compares the file with the one that was opened; raises AudioError (IN-007, IN-012)."""
    progress.check()
    recording.read(0, 1)
