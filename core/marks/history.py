"""What was done to marks, in words, and taking it back: one stack, values in and values out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from core.marks.book import MarkBook
from core.marks.mark import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A change of marks: those that go and those that come. A changed mark is in both."""

    words: str
    """What was done, e.g. `move region`."""
    before: tuple[Mark, ...] = ()
    after: tuple[Mark, ...] = ()

    def apply(self, book: MarkBook) -> MarkBook:
        """The book after it.

        Raises:
            KeyError, ValueError: the book is not as it was before the command.
        """
        return book.remove(*(mark.id for mark in self.before)).add(*self.after)

    def inverse(self) -> Command:
        """What takes it back."""
        return Command(words=self.words, before=self.after, after=self.before)

    def to_json(self, way: str = "") -> dict[str, Any]:
        """The record of it: marks that are there now, ids of those that are not any more.

        Args:
            way: `undo` or `redo`, where it is that.
        """
        kept = {mark.id for mark in self.after}
        return {
            "words": f"{way}: {self.words}" if way else self.words,
            "marks": [mark.to_json() for mark in self.after],
            "removed": [mark.id for mark in self.before if mark.id not in kept],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Marks as they are, what led to them, and what was taken back."""

    book: MarkBook = field(default_factory=MarkBook)
    done: tuple[Command, ...] = ()
    undone: tuple[Command, ...] = ()

    def do(self, command: Command) -> History:
        """After a command; what was taken back cannot be done again then."""
        return History(book=command.apply(self.book), done=(*self.done, command))

    def undo(self) -> History:
        """Before the last command; the same where there is none."""
        if not self.done:
            return self
        *rest, last = self.done
        return History(book=last.inverse().apply(self.book), done=tuple(rest), undone=(*self.undone, last))

    def redo(self) -> History:
        """With the command that was taken back last; the same where there is none."""
        if not self.undone:
            return self
        *rest, last = self.undone
        return History(book=last.apply(self.book), done=(*self.done, last), undone=tuple(rest))


def replay(records: Sequence[dict[str, Any]]) -> MarkBook:
    """The marks that records of commands (`Command.to_json`) lead to, in their order.

    Raises:
        FieldError, MarkError, KeyError: a record is not one.
    """
    marks: dict[str, Mark] = {}
    for record in records:
        for mark_id in record["removed"]:
            marks.pop(mark_id, None)
        marks |= {mark.id: mark for mark in map(Mark.from_json, record["marks"])}
    return MarkBook().add(*marks.values())
