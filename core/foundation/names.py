"""Names and texts of others as they are shown: nothing in them may hide, or change the order in which they are read."""

from __future__ import annotations

import unicodedata

_HIDING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Control and format characters (marks of direction, tags and what has no width are among them), halves of pairs, and
separators of lines.

Source: Unicode Standard, section 4.5, General Category."""
_BLANK = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters that fill a place and show nothing."""
_KEPT = frozenset("\n\t\u200c\u200d" + "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")
"""Joiners, with which some scripts and signs are written, and Arabic and Syriac signs that are drawn."""


def visible(text: str) -> str:
    """The text with each character that is not seen, or that turns the order of others, as `⟨U+202E⟩`."""
    return "".join(f"⟨U+{ord(sign):04X}⟩" if _is_hiding(sign) else sign for sign in text)


def _is_hiding(sign: str) -> bool:
    return sign not in _KEPT and (sign in _BLANK or unicodedata.category(sign) in _HIDING)
