"""Figures and tables leave the program with what they were made from: file hashes, stretch, parameters, version."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.services.errors import ErrorPresenter
from app.services.jobs import JobRunner
from core.foundation.units import format_time
from core.foundation.version import NAME, version

if TYPE_CHECKING:
    from app.services.session import Exhibit
    from core.foundation.progress import Progress

Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A recording that something was made from."""

    id: str
    """The exhibit's id, e.g. `Q1`."""
    name: str
    """The file's name as received."""
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a figure or a table was made from, and how."""

    title: str
    """What it shows, e.g. `Long-term average spectrum`."""
    sources: tuple[Source, ...] = ()
    stretch_s: tuple[float, float] | None = None
    """First and last second that went into it; None for the whole."""
    parameters: tuple[tuple[str, str], ...] = ()
    """Name and value with its unit, e.g. `("Window", "Hann 43 ms")`, in the order in which they are said."""
    notes: tuple[str, ...] = ()
    """Sentences that must stand with it, e.g. that a score is no evidence."""
    made_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Everything, with whole hashes: what a file's metadata and a table's header hold."""
        files = [(f"File {source.id}", f"{source.name}, SHA-256 {source.sha256}") for source in self.sources]
        notes = [("Note", note) for note in self.notes]
        made = ("Made", f"{self.made_at:%Y-%m-%dT%H:%M:%SZ} by {NAME} {version()}")
        return (("Title", self.title), *files, *self._stretch(), *self.parameters, *notes, made)

    def caption(self) -> tuple[str, ...]:
        """Paragraphs of the strip below a figure."""
        files = [f"{source.id} {source.name}, SHA-256 {source.sha256}" for source in self.sources]
        how = "; ".join(f"{name} {value}" for name, value in (*self._stretch(), *self.parameters))
        made = f"{self.made_at:%Y-%m-%d %H:%M:%S} UTC, {NAME} {version()}"
        return tuple(line for line in (self.title, *files, how, *self.notes, made) if line)

    def _stretch(self) -> tuple[tuple[str, str], ...]:
        if self.stretch_s is None:
            return ()
        start, end = self.stretch_s
        return (("Stretch", f"{format_time(start)} – {format_time(end)} (Δ {end - start:.3f} s)"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows with the names and units of their columns."""

    columns: tuple[str, ...]
    """With units, e.g. `Frequency (Hz)`."""
    rows: Sequence[Sequence[Cell]]
    """Numbers as numbers: they are written with all their digits. None for no value."""
    origin: Origin


def source_of(exhibit: Exhibit) -> Source:
    """The source that an open recording is."""
    return Source(id=exhibit.id, name=exhibit.name, sha256=exhibit.recording.id.sha256)


def table_text(table: Table, delimiter: str = ",") -> str:
    """The table as CSV (RFC 4180), after lines `# name: value` that say what it was made from."""
    out = io.StringIO()
    for name, value in table.origin.facts():
        out.write(f"# {name}: {' '.join(value.split())}\r\n")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(table.columns)
    writer.writerows(table.rows)
    return out.getvalue()


class Exporter(QObject):
    """Writes figures and tables in jobs, and says where they are."""

    def __init__(self, jobs: JobRunner, errors: ErrorPresenter):
        super().__init__()
        self._jobs, self._errors = jobs, errors

    def save_table(self, table: Table, path: Path) -> None:
        """Write a table as CSV in UTF-8."""
        self.save(lambda: table_text(table).encode("utf-8"), path)

    def save(self, make: Callable[[], bytes], path: Path) -> None:
        """Write what `make` gives, whole or not at all; `make` runs on another thread than the screen's."""
        self._jobs.submit(
            "Export",
            partial(_write, make, path),
            pool="save",
            subject=path.name,
            on_done=lambda written: self._errors.say_written(str(written)),
            on_fail=partial(self._errors.present, subject=path.name),
        )

    def tell(self, text: str) -> None:
        """Say something that is no error, e.g. that something is on the clipboard."""
        self._errors.mention(text)


def _write(make: Callable[[], bytes], path: Path, *, progress: Progress) -> Path:
    from core.foundation.files import save

    save(path, make())
    progress.check()
    return path
