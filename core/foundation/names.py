"""Names and texts of others as they are shown: nothing in them may hide, or change the order in which they are read."""

from __future__ import annotations

import unicodedata

_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
"""Classes of the characters that turn the order of those that follow.

Source: Unicode Standard Annex #9, Unicode Bidirectional Algorithm, section 2."""
_UNSEEN = frozenset("\u061c\u200b\u200e\u200f\u2060\ufeff\u00ad")
"""Marks of direction and characters without width. Joiners are left: some scripts and signs are written with them."""


def visible(text: str) -> str:
    """The text with each character that is not seen, or that turns the order of others, as `⟨U+202E⟩`."""
    return "".join(f"⟨U+{ord(sign):04X}⟩" if _is_hiding(sign) else sign for sign in text)


def _is_hiding(sign: str) -> bool:
    if sign in _UNSEEN or unicodedata.bidirectional(sign) in _TURNING:
        return True
    return sign not in "\n\t" and unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp")
