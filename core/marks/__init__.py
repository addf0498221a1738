"""Marks on a recording, notes on a case, and the files of labels that other programs write."""

from core.marks.book import MarkBook
from core.marks.history import Command, History
from core.marks.mark import MARK_TYPES, Mark, Origin, made_now, moved
from core.marks.notes import Listening, Note

__all__ = [
    "MARK_TYPES",
    "Command",
    "History",
    "Listening",
    "Mark",
    "MarkBook",
    "Note",
    "Origin",
    "made_now",
    "moved",
]
