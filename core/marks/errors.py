"""What can be wrong with a mark or a file of labels."""

from __future__ import annotations

from core.foundation.errors import CoreError


class MarkError(CoreError):
    """A mark, a note or a file of labels cannot be used."""


def not_valid(why: str) -> MarkError:
    """MA-001."""
    return MarkError("MA-001", why, means="The mark was not changed.", do="Correct the value.")


def unreadable(why: str, do: str = "Save it as UTF-8 text and import it again.") -> MarkError:
    """MA-002: a file that is no text of labels at all."""
    return MarkError("MA-002", why, means="No mark was added.", do=do)


def bad_line(line: int, why: str) -> MarkError:
    """MA-003: the first line of a file that is no label."""
    return MarkError(
        "MA-003",
        f"Line {line}: {why}.",
        means="No mark was added.",
        do="Correct that line and import the file again.",
        facts={"line": line},
    )


def unknown_format(name: str, known: str) -> MarkError:
    """MA-004."""
    return MarkError(
        "MA-004",
        f"{name} is no file of labels that this program knows.",
        means="Nothing was read or written.",
        do=f"Use one of: {known}.",
    )
