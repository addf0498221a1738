"""Blocks as reportlab's flowables: fonts, styles, tables, pictures. With pdf.py the reportlab seam."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab import rl_config
from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import CondPageBreak, Flowable, Image, KeepTogether, Spacer
from reportlab.platypus import PageBreak as NewPage
from reportlab.platypus import Paragraph as Text
from reportlab.platypus import Table as Grid
from reportlab.platypus.tableofcontents import TableOfContents

from core.foundation.paths import resources_dir
from core.foundation.progress import Progress
from core.report import document as blocks
from core.report import figures, ratio_figure
from core.report.document import Document, Kind
from core.report.figures import WIDTH_MM
from core.report.ratio_data import RatioData
from core.report.wording import text

BODY, BOLD, MONO = "DejaVuSansCondensed", "DejaVuSansCondensed-Bold", "DejaVuSansMono"
MARGIN, TOP, BOTTOM = 20 * mm, 22 * mm, 23 * mm
WIDTH = A4[0] - 2 * MARGIN
_PAGE = A4[1] - TOP - BOTTOM
INK, SOFT, RULE, FILL = (
    colors.black,
    colors.Color(0.3, 0.3, 0.3),
    colors.Color(0.65, 0.65, 0.65),
    colors.Color(0.93, 0.93, 0.93),
)
_LONG_CODE = 900
_ROOM_BELOW = {1: 60 * mm, 2: 45 * mm, 3: 28 * mm}
"""A heading with less room than this below it goes to the next page."""


@functools.cache
def prepare() -> None:
    """Make the fonts known, and keep pictures in bytes: as text they are a quarter larger and seconds slower."""
    rl_config.useA85 = 0
    for name in (BODY, BOLD, MONO):
        pdfmetrics.registerFont(TTFont(name, str(resources_dir() / "fonts" / f"{name}.ttf")))
    pdfmetrics.registerFontFamily(BODY, normal=BODY, bold=BOLD, italic=BODY, boldItalic=BOLD)


def _style(name: str, size: float, leading: float, font: str = BODY, **options: Any) -> ParagraphStyle:
    settings = {"textColor": INK, "splitLongWords": 1, "allowWidows": 0, "allowOrphans": 0, **options}
    return ParagraphStyle(name, fontName=font, fontSize=size, leading=leading, **settings)


_STYLES = {
    "body": _style("body", 9, 13, spaceAfter=5),
    "lead": _style("lead", 9.5, 14, spaceAfter=6),
    "small": _style("small", 7.5, 10.5, spaceBefore=3, spaceAfter=5, textColor=SOFT),
    "title": _style("title", 21, 26, BOLD, spaceBefore=10, spaceAfter=4),
    "subtitle": _style("subtitle", 10.5, 15, BOLD, spaceAfter=10, textColor=SOFT),
    "h1": _style("h1", 14, 18, BOLD, spaceBefore=16, spaceAfter=6),
    "h2": _style("h2", 10.5, 14, BOLD, spaceBefore=11, spaceAfter=4),
    "h3": _style("h3", 9, 12, BOLD, spaceBefore=7, spaceAfter=3),
    "bullet": _style("bullet", 9, 12.5, leftIndent=10, bulletIndent=1, spaceAfter=3),
    "cell": _style("cell", 8, 10.5),
    "right": _style("right", 8, 10.5, alignment=TA_RIGHT),
    "head": _style("head", 7.5, 10, BOLD),
    "head right": _style("head right", 7.5, 10, BOLD, alignment=TA_RIGHT),
    "key": _style("key", 8, 10.5, textColor=SOFT),
    "mono": _style("mono", 6.8, 10.5, MONO),
    "caption": _style("caption", 8, 11, BOLD, spaceBefore=2),
    "figure": _style("figure", 8, 11, spaceBefore=3, spaceAfter=2),
    "notes": _style("notes", 6.5, 8.3, textColor=SOFT, spaceBefore=1),
    "code": _style(
        "code", 7, 10, MONO, backColor=FILL, borderPadding=5, spaceBefore=8, spaceAfter=10, leftIndent=5, rightIndent=5
    ),
    "fine code": _style("fine code", 4.6, 6, MONO, backColor=FILL, borderPadding=5, spaceBefore=8, spaceAfter=10),
    "toc 1": _style("toc 1", 9, 14, BOLD),
    "toc 2": _style("toc 2", 8, 10.5, leftIndent=12),
}


def markup(words: str, font: str = BODY) -> str:
    """Plain words as reportlab's markup. Signs the font lacks are shown by their code instead of an empty box."""
    known = pdfmetrics.getFont(font).face.charToGlyph  # pyright: ignore[reportAttributeAccessIssue]
    shown = "".join(sign if sign == "\n" or ord(sign) in known else f"[U+{ord(sign):04X}]" for sign in words)
    return escape(shown).replace("\n", "<br/>").replace(" %", "\u00a0%")


def _text(words: str, style: str, kind: Kind = "text") -> Text:
    name = "mono" if kind == "mono" else style
    return Text(markup(words, _STYLES[name].fontName), _STYLES[name])


class _Rows(Grid):
    """A table that goes on to the next page only where it is long, and with two rows or more on either side."""

    _WHOLE_UP_TO = 95 * mm
    _LEAST = 2

    def split(self, availWidth: float, availHeight: float) -> list[Flowable]:
        parts = super().split(availWidth, availHeight)
        if parts and self._few(parts[-1]):
            parts = super().split(availWidth, availHeight - 20 * mm) or parts
        if availHeight > _PAGE - 40 * mm:
            return parts
        return [] if self.is_short() or any(map(self._few, parts)) else parts

    def is_short(self) -> bool:
        """Whether it is to stand on one page."""
        return self.wrap(WIDTH, _PAGE)[1] <= self._WHOLE_UP_TO

    def _few(self, part: Any) -> bool:
        return part._nrows - int(self.repeatRows) < self._LEAST


class _Plate(Flowable):
    """A picture with its words below it, made a little smaller where that keeps it on the page."""

    _LEAST = 0.72

    def __init__(self, picture: bytes, height_mm: float, words: list[Text]) -> None:
        super().__init__()
        self._picture, self._full, self._words = picture, height_mm * mm, words
        self._scale = 1.0

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:
        self._below = sum(line.wrap(aW, aH)[1] + line.getSpaceBefore() for line in self._words) + 8
        scale = (aH - self._below) / self._full
        self._scale = min(1.0, scale) if scale >= self._LEAST else 1.0
        self.width, self.height = aW, self._scale * self._full + self._below
        return self.width, self.height

    def draw(self) -> None:
        wide, high = self._scale * WIDTH_MM * mm, self._scale * self._full
        y = self.height - high
        image = Image(io.BytesIO(self._picture), wide, high)
        image.drawOn(self.canv, (self.width - wide) / 2, y)
        for line in self._words:
            y -= line.getSpaceBefore() + line.height
            line.drawOn(self.canv, 0, y)


def story(document: Document, progress: Progress) -> Iterator[Flowable]:
    """The document's blocks as flowables, pictures drawn."""
    heading: list[Flowable] = []
    for number, block in enumerate(document.blocks):
        progress.check()
        made = list(_MAKERS[type(block)](block))
        if heading and isinstance(made[0], _Rows) and made[0].is_short():
            made = [KeepTogether([*heading, made[0]]), *made[1:]]
        elif heading:
            made = [*heading, *made]
        heading = [made.pop()] if isinstance(block, blocks.Heading) else []
        yield from made
        progress.report((number + 1) / len(document.blocks), "drawing figures")
    yield from heading


def _heading(block: blocks.Heading) -> Iterator[Flowable]:
    paragraph = _text(block.text, f"h{block.level}")
    yield CondPageBreak(_ROOM_BELOW[block.level])
    paragraph.outline = (block.level, block.text)  # pyright: ignore[reportAttributeAccessIssue]
    yield paragraph


def _bullets(block: blocks.Bullets) -> Iterator[Flowable]:
    for item in block.items:
        yield Text(markup(item), _STYLES["bullet"], bulletText="•")


def _notice(block: blocks.Notice) -> Iterator[Flowable]:
    cell = [_text(block.title, "caption"), _text(block.text, "cell")]
    yield Grid([[cell]], colWidths=[WIDTH], style=[("BOX", (0, 0), (-1, -1), 1, INK), *_padding(6, 8)])
    yield Spacer(0, 8)


def _table(block: blocks.Table) -> Iterator[Flowable]:
    """Caption and head are rows of the table, so that they stand again on each page it goes on to."""
    total = sum(column.share for column in block.columns)
    head = [_text(c.title, "head right" if c.align == "right" else "head") for c in block.columns]
    body = [[_cell(c, words) for c, words in zip(block.columns, row, strict=True)] for row in block.rows]
    rows, first = [head, *body], 0
    if block.caption:
        caption = f"{text('report.table', number=block.number)}. {block.caption}"
        rows, first = [[_text(caption, "caption"), *[""] * (len(head) - 1)], *rows], 1
    style = [
        ("SPAN", (0, 0), (-1, 0)) if first else ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("BACKGROUND", (0, first), (-1, first), FILL),
        ("LINEABOVE", (0, first), (-1, first), 0.6, INK),
        ("LINEBELOW", (0, first), (-1, -1), 0.3, RULE),
        ("LINEBELOW", (0, -1), (-1, -1), 0.6, INK),
        *_padding(1.6, 4),
        *[("RIGHTPADDING", (i, first), (i, -1), 11) for i, c in enumerate(block.columns) if c.align == "right"],
    ]
    widths = [WIDTH * column.share / total for column in block.columns]
    yield _Rows(
        rows,
        colWidths=widths,
        repeatRows=first + 1,
        style=style,
        splitInRow=_split(block.rows, widths),
        spaceBefore=4,
        spaceAfter=8,
    )


def _split(rows: Sequence[Sequence[str]], widths: Sequence[float]) -> int:
    """Whether rows may be split between pages: only where one would fill a good part of a page."""
    cells = [cell for row in rows for cell in zip(row, widths, strict=True)]
    return int(any(words.count("\n") + len(words) * 4.5 / width > 20 for words, width in cells))


def _cell(column: blocks.Column, words: str) -> Text:
    return _text(words, "right" if column.align == "right" else "cell", column.kind)


def _key_values(block: blocks.KeyValues) -> Iterator[Flowable]:
    rows = [[_text(row.key, "key"), _text(row.value, "cell", row.kind)] for row in block.rows]
    style = [("LINEBELOW", (0, 0), (-1, -1), 0.3, RULE), *_padding(1.5, 4)]
    widths = [0.27 * WIDTH, 0.73 * WIDTH]
    split = _split([(row.key, row.value) for row in block.rows], widths)
    yield _Rows(rows, colWidths=widths, style=style, splitInRow=split, spaceAfter=7)


def _padding(vertical: float, horizontal: float) -> list[tuple]:
    area = (0, 0), (-1, -1)
    sides = (("TOP", vertical), ("BOTTOM", vertical), ("LEFT", horizontal), ("RIGHT", horizontal))
    return [("VALIGN", *area, "TOP"), *[(f"{side}PADDING", *area, size) for side, size in sides]]


def _code(block: blocks.Code) -> Iterator[Flowable]:
    lines = [line.replace(" ", "\u00a0", len(line) - len(line.lstrip())) for line in block.text.splitlines()]
    style = _STYLES["code"] if len(block.text) <= _LONG_CODE else _STYLES["fine code"]
    yield KeepTogether([Text(markup("\n".join(lines), MONO), style)])


def _figure(block: blocks.Figure) -> Iterator[Flowable]:
    data = block.data
    picture, height_mm = ratio_figure.render(data) if isinstance(data, RatioData) else figures.render(data)
    number, words = text("report.figure", number=block.number), markup(block.caption)
    notes = [*block.parameters, text("figures.data_hash", sha=block.data_sha256)]
    caption = Text(f'<font name="{BOLD}">{number}.</font> {words}', _STYLES["figure"])
    yield _Plate(picture, height_mm, [caption, *[_text(note, "notes") for note in notes]])


def _contents(_: blocks.Contents) -> Iterator[Flowable]:
    table = TableOfContents(dotsMinLevel=0, levelStyles=[_STYLES["toc 1"], _STYLES["toc 2"]])
    yield NewPage()
    yield _text(text("report.contents"), "h1")
    yield table


_MAKERS: dict[type, Callable[[Any], Iterator[Flowable]]] = {
    blocks.Heading: _heading,
    blocks.Paragraph: lambda block: iter([_text(block.text, block.style)]),
    blocks.Bullets: _bullets,
    blocks.Notice: _notice,
    blocks.Table: _table,
    blocks.KeyValues: _key_values,
    blocks.Code: _code,
    blocks.Figure: _figure,
    blocks.PageBreak: lambda _: iter([NewPage()]),
    blocks.Contents: _contents,
}
