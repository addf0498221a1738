"""Praat's TextGrid, long and short text form, interval and point tiers.

In both forms only numbers, texts in quotation marks and flags in angle brackets that stand free count; all else is
comment. A quotation mark in a text is doubled. Intervals without text are gaps, not labels.
Source: https://www.fon.hum.uva.nl/praat/manual/TextGrid_file_formats.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.marks import errors
from core.marks.files.formats import LABEL_FORMATS, LabelFormat, Source, number, span
from core.marks.labels import Label, one_line, split_text, typed_text
from core.marks.mark import Mark

_TOKEN = re.compile(
    r'(?P<text>"(?:[^"]|"")*")|(?P<open>")|(?<!\S)(?P<flag><\w+>)(?!\S)|(?P<comment>![^\n]*)'
    r"|(?<!\S)(?P<number>[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d+)?"
    r"|(?i:[-+]?(?:nan|inf(?:inity)?)|--undefined--))%?(?!\S)|\S+"
)
_MOST_TIERS = 1000
_SHORTEST_S = 1e-6


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    value: str
    line: int


class _Tokens:
    """The free-standing tokens of a file, one after the other."""

    def __init__(self, text: str):
        self._tokens = _tokens(text)
        self.line = 1

    def text(self, what: str) -> str:
        """The next token, which must be a text."""
        return self._next("text", what).value[1:-1].replace('""', '"')

    def number(self, what: str) -> float:
        """The next token, which must be a number."""
        token = self._next("number", what)
        return number(token.value, token.line, what)

    def count(self, what: str) -> int:
        """The next token, which must be a whole number, 0 or more."""
        value = self.number(what)
        if value < 0 or value != int(value):
            raise errors.bad_line(self.line, f"the {what} must be a whole number, 0 or more")
        return int(value)

    def flag(self, what: str) -> str:
        """The next token, which must be a flag."""
        return self._next("flag", what).value

    def _next(self, kind: str, what: str) -> _Token:
        token = next(self._tokens, None)
        if token is None:
            raise errors.bad_line(self.line, f"the file ends where the {what} should be")
        self.line = token.line
        if token.kind == "open":
            raise errors.bad_line(token.line, "a quotation mark is opened and never closed")
        if token.kind != kind:
            raise errors.bad_line(token.line, f"{token.value[:40]!r} stands where the {what} should be")
        return token


def read(text: str) -> list[Label]:
    """Labels of all tiers."""
    tokens = _Tokens(text)
    if tokens.text("word ooTextFile") != "ooTextFile" or tokens.text("word TextGrid") != "TextGrid":
        raise errors.bad_line(tokens.line, "this is no TextGrid in text form")
    tokens.number("start of the recording")
    tokens.number("end of the recording")
    if tokens.flag("flag <exists>") != "<exists>":
        return []
    tiers = tokens.count("number of tiers")
    if tiers > _MOST_TIERS:
        raise errors.bad_line(tokens.line, f"{tiers} tiers are more than {_MOST_TIERS}")
    return [label for _ in range(tiers) for label in _tier(tokens)]


def write(marks: Sequence[Mark], source: Source) -> str:
    """Long text form: marks that overlap are put on tiers of their own."""
    tiers = [("IntervalTier", tier) for tier in _packed([mark for mark in marks if mark.length_s >= _SHORTEST_S])]
    tiers += [("TextTier", tier) for tier in _packed([mark for mark in marks if mark.length_s < _SHORTEST_S])]
    end_s = max([source.duration_s, _SHORTEST_S, *(mark.end_s for mark in marks)])
    lines = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "xmin = 0", f"xmax = {end_s!r}"]
    lines += ["tiers? <exists>", f"size = {len(tiers)}", "item []:"]
    for place, (kind, tier) in enumerate(tiers, 1):
        lines += [f"    item [{place}]:", *_tier_lines(kind, tier, end_s, place)]
    return "\n".join(lines) + "\n"


def _tokens(text: str) -> Iterator[_Token]:
    line, at = 1, 0
    for match in _TOKEN.finditer(text):
        line, at = line + text.count("\n", at, match.start()), match.start()
        if match.lastgroup in ("text", "open", "flag", "number"):
            yield _Token(match.lastgroup, match.group(match.lastgroup), line)


def _tier(tokens: _Tokens) -> Iterator[Label]:
    kind = tokens.text("class of the tier")
    if kind not in ("IntervalTier", "TextTier"):
        raise errors.bad_line(tokens.line, f"{kind[:40]!r} is no class of tier; there are IntervalTier and TextTier")
    tokens.text("name of the tier")
    tokens.number("start of the tier")
    tokens.number("end of the tier")
    for _ in range(tokens.count("number of labels")):
        start_s = tokens.number("time of the label")
        line = tokens.line
        end_s = tokens.number("end of the interval") if kind == "IntervalTier" else start_s
        start_s, end_s = span(start_s, end_s, line)
        words = tokens.text("text of the label")
        if words.strip() or kind == "TextTier":
            type_, words = split_text(words)
            yield Label(start_s=start_s, end_s=end_s, type=type_, text=words, line=line)


def _packed(marks: Sequence[Mark]) -> list[list[Mark]]:
    """Marks on as few tiers as it takes for none to overlap another; points of one time overlap."""
    tiers: list[list[Mark]] = []
    for mark in sorted(marks, key=lambda m: (m.start_s, m.end_s)):
        free = (t for t in tiers if t[-1].end_s <= mark.start_s and t[-1].start_s < mark.start_s)
        tier = next(free, None)
        if tier is None:
            tiers.append([mark])
        else:
            tier.append(mark)
    return tiers


def _tier_lines(kind: str, tier: Sequence[Mark], end_s: float, place: int) -> Iterator[str]:
    is_interval = kind == "IntervalTier"
    entries = _filled(tier, end_s) if is_interval else [(m.start_s, m.start_s, _words(m)) for m in tier]
    yield f'        class = "{kind}"'
    yield f'        name = "marks {place}"'
    yield "        xmin = 0"
    yield f"        xmax = {end_s!r}"
    yield f"        {'intervals' if is_interval else 'points'}: size = {len(entries)}"
    for number_, (start, end, words) in enumerate(entries, 1):
        yield f"        {'intervals' if is_interval else 'points'} [{number_}]:"
        yield f"            {'xmin' if is_interval else 'number'} = {start!r}"
        if is_interval:
            yield f"            xmax = {end!r}"
        yield f"            {'text' if is_interval else 'mark'} = {words}"


def _filled(tier: Sequence[Mark], end_s: float) -> list[tuple[float, float, str]]:
    """Intervals from 0 to the end without a hole: gaps have an empty text."""
    entries, at = [], 0.0
    for mark in tier:
        if mark.start_s > at:
            entries.append((at, mark.start_s, '""'))
        entries.append((mark.start_s, mark.end_s, _words(mark)))
        at = mark.end_s
    return [*entries, (at, end_s, '""')] if at < end_s else entries


def _words(mark: Mark) -> str:
    words = typed_text(mark.type, one_line(mark.text))
    return '"' + words.replace('"', '""') + '"'


LABEL_FORMATS.register("textgrid")(
    LabelFormat(
        title="Praat TextGrid",
        suffix=".TextGrid",
        suffixes=(".textgrid",),
        read=read,
        write=write,
        loses="frequency bands, author, time of making and origin; the type is put before the text",
    )
)
