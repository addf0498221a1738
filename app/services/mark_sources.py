"""Where marks come from and go to, besides the hand: findings and files of labels; and what names their recording."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.services.session import Exhibit
from core.marks import Command, Mark, made_now

if TYPE_CHECKING:
    from core.analysis.finding import Region
    from core.foundation.progress import Progress
    from core.marks.files import Source
    from core.marks.labels import Import

_HASH_DIGITS = 64


def key_of(exhibit: Exhibit) -> str:
    """What marks and notes on a recording name it by: its id in the case, or else its SHA-256."""
    return exhibit.id if exhibit.in_case else exhibit.recording.id.sha256


def is_in_case(mark: Mark) -> bool:
    """Whether a mark names an exhibit of a case, not a file by its hash."""
    return len(mark.exhibit) < _HASH_DIGITS


def part_in_case(command: Command) -> Command:
    """The part of a change that is about exhibits of the case."""
    before, after = (tuple(filter(is_in_case, marks)) for marks in (command.before, command.after))
    return Command(words=command.words, before=before, after=after)


def marks_of_finding(exhibit: Exhibit, author: str) -> list[Mark]:
    """The regions that an examination states, as marks that say so."""
    results = exhibit.finding.localisation.values() if exhibit.finding else ()
    kinds = {"synthetic": "synthetic", "neural_codec": "codec"}
    words = {"synthetic": "synthetic speech", "neural_codec": "neural codec"}
    return [
        made_now(
            {
                "exhibit": key_of(exhibit),
                "start_s": region.start_s,
                "end_s": region.end_s,
                "type": kinds[region.question],
                "text": f"Stated region, {words[region.question]}: {_measured(region, result.scale)}",
                "author": author,
                "origin": "finding",
            }
        )
        for result in results
        for region in result.regions
    ]


def _measured(region: Region, scale: str) -> str:
    score, ends = f"mean score {region.score:+.2f} (uncalibrated)", f"ends ±{region.resolution_s:.2f} s"
    return ", ".join(filter(None, (f"{score} {scale}".strip(), ends)))


def read_file(
    path: Path, duration_s: float, top_hz: float, sha256: str, exhibit: str, author: str, *, progress: Progress
) -> Import:
    """The marks of a file of labels; raises MarkError."""
    from core.marks.files import read_labels, source_of
    from core.marks.files.formats import MOST_BYTES
    from core.marks.labels import fit, named_recording

    progress.report(0.0, "reading labels")
    data = _bytes(path, MOST_BYTES + 1)
    found = fit(read_labels(path.name, data), duration_s=duration_s, top_hz=top_hz, exhibit=exhibit, author=author)
    name, other = source_of(path.name, data)
    return found if other in ("", sha256) else found.for_another(named_recording(name, other))


def write_file(marks: Sequence[Mark], source: Source, path: Path, *, progress: Progress) -> tuple[Path, str]:
    """Write a file of labels, whole or not at all; returns where, and what of the marks it does not hold."""
    from core.foundation.files import save
    from core.marks.files import left_out, write_labels

    progress.report(0.0, "writing labels")
    data = write_labels(path.name, marks, source)
    save(path, data)
    return path, left_out(path.name, marks, data)


def _bytes(path: Path, most: int) -> bytes:
    from core.marks.errors import unreadable

    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise unreadable(f"The file cannot be read ({error.strerror}).", "Check the path.") from error
