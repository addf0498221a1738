"""All marks at one moment: a value that is never changed, only replaced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.marks.mark import Mark


@dataclass(frozen=True, slots=True)
class MarkBook:
    """Marks in the order of their exhibits and times."""

    marks: tuple[Mark, ...] = ()

    def __iter__(self) -> Iterator[Mark]:
        return iter(self.marks)

    def __len__(self) -> int:
        return len(self.marks)

    def get(self, mark_id: str) -> Mark | None:
        """The mark of that id."""
        return next((mark for mark in self.marks if mark.id == mark_id), None)

    def of(self, exhibit: str) -> tuple[Mark, ...]:
        """The marks of one exhibit, by time."""
        return tuple(mark for mark in self.marks if mark.exhibit == exhibit)

    def add(self, *marks: Mark) -> MarkBook:
        """With these marks too.

        Raises:
            ValueError: an id is there already, or given twice.
        """
        ids = [mark.id for mark in (*self.marks, *marks)]
        if len(set(ids)) < len(ids):
            raise ValueError("a mark of this id is there already")
        return _sorted((*self.marks, *marks))

    def change(self, *marks: Mark) -> MarkBook:
        """With these in place of those of the same ids.

        Raises:
            KeyError: there is no mark of that id.
        """
        return self.remove(*(mark.id for mark in marks)).add(*marks)

    def remove(self, *mark_ids: str) -> MarkBook:
        """Without these.

        Raises:
            KeyError: there is no mark of that id.
        """
        gone = set(mark_ids)
        if missing := gone - {mark.id for mark in self.marks}:
            raise KeyError(f"no mark {sorted(missing)[0]}")
        return MarkBook(tuple(mark for mark in self.marks if mark.id not in gone))


def _sorted(marks: Iterable[Mark]) -> MarkBook:
    return MarkBook(tuple(sorted(marks, key=lambda m: (m.exhibit, m.start_s, m.end_s, m.id))))
