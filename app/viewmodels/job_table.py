"""The jobs as a Qt table: those that wait or run, and the last ones that ended."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal

from app.services.jobs import CANCELLING, Job, JobRunner

Index = QModelIndex | QPersistentModelIndex

COLUMNS = ("Job", "Exhibit", "State", "Progress", "Elapsed")
PROGRESS_COLUMN = COLUMNS.index("Progress")
_STATES = {"queued": "waiting", "running": "running", "done": "done", "failed": "failed", "cancelled": "cancelled"}
_ENDED_KEPT = 20
_TICK_MS = 250


class JobTable(QAbstractTableModel):
    """One row for each job that is not quiet, the newest first."""

    summary_changed = Signal()

    def __init__(self, runner: JobRunner):
        super().__init__()
        self._jobs: list[Job] = []
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._refresh)
        runner.added.connect(self._add)

    @property
    def active(self) -> list[Job]:
        """Jobs that wait or run, the oldest first."""
        return [job for job in reversed(self._jobs) if job.is_active]

    def job(self, row: int) -> Job:
        """The job in a row."""
        return self._jobs[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._jobs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        wanted = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return COLUMNS[section] if wanted else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        job = self._jobs[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return job.fraction if job.is_active else None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return _text(job, index.column())
        return job.message if role == Qt.ItemDataRole.ToolTipRole else None

    def _add(self, job: Job) -> None:
        self._drop_old()
        self.beginInsertRows(QModelIndex(), 0, 0)
        self._jobs.insert(0, job)
        self.endInsertRows()
        job.settled.connect(self._refresh)
        job.cancelling.connect(self._refresh)
        self._timer.start()
        self.summary_changed.emit()

    def _refresh(self) -> None:
        if self._jobs:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._jobs) - 1, len(COLUMNS) - 1))
        if not self.active:
            self._timer.stop()
        self.summary_changed.emit()

    def _drop_old(self) -> None:
        ended = [job for job in self._jobs if not job.is_active]
        for job in ended[_ENDED_KEPT:]:
            row = self._jobs.index(job)
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._jobs[row]
            self.endRemoveRows()


def _text(job: Job, column: int) -> str:
    match COLUMNS[column]:
        case "Job":
            return job.title
        case "Exhibit":
            return job.subject
        case "State":
            return CANCELLING if job.is_active and job.is_stopping() else _STATES[job.state]
        case "Progress":
            return f"{100 * job.fraction:.0f} %" if job.state == "running" else ""
        case _:
            return f"{job.elapsed_s:.1f} s" if job.begun_s is not None else ""
