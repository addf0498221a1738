"""A document as PDF. The reportlab seam: nothing else knows of it."""

from __future__ import annotations

import contextlib
import functools
import io
import os
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
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
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    Image,
    KeepTogether,
    PageTemplate,
    Spacer,
)
from reportlab.platypus import PageBreak as NewPage
from reportlab.platypus import Paragraph as Text
from reportlab.platypus import Table as Grid
from reportlab.platypus.tableofcontents import TableOfContents

from core.foundation.paths import resources_dir
from core.foundation.progress import SILENT, Progress, span
from core.report import document as blocks
from core.report import errors
from core.report.document import Document, Kind
from core.report.figures import WIDTH_MM, render
from core.report.wording import LANGUAGE, text

BODY, BOLD, MONO = "DejaVuSansCondensed", "DejaVuSansCondensed-Bold", "DejaVuSansMono"
_MARGIN, _TOP, _BOTTOM = 20 * mm, 22 * mm, 23 * mm
_WIDTH = A4[0] - 2 * _MARGIN
_INK, _SOFT, _RULE, _FILL = (
    colors.black,
    colors.Color(0.3, 0.3, 0.3),
    colors.Color(0.65, 0.65, 0.65),
    colors.Color(0.93, 0.93, 0.93),
)
_ROOM_BELOW = {1: 60 * mm, 2: 45 * mm, 3: 28 * mm}
"""A heading with less room than this below it goes to the next page."""
_MARK = colors.Color(0.955, 0.955, 0.955)


def write(document: Document, path: Path, progress: Progress = SILENT) -> None:
    """Write the PDF, all of it or nothing; a file of that name is replaced only by a whole one.

    Raises:
        ReportError: the file cannot be written (RE-002), the drive is full (RE-003), the file is in use (RE-004).
    """
    replace_file(Path(path), pdf_bytes(document, progress))


def pdf_bytes(document: Document, progress: Progress = SILENT) -> bytes:
    """The PDF. The same document gives the same bytes."""
    _prepare()
    story = list(_story(document, span(progress, 0.0, 0.8)))
    buffer = io.BytesIO()
    template = _Template(buffer, document, span(progress, 0.8, 1.0))
    template.multiBuild([*story, template.total])
    progress.report(1.0, "report written")
    return buffer.getvalue()


def replace_file(path: Path, content: bytes) -> None:
    """Write a file under a temporary name first, so that it is whole or not there.

    Raises:
        ReportError: it cannot be written (RE-002 to RE-004).
    """
    part = path.with_name(f"{uuid.uuid4().hex}.part")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise errors.from_os(error, path) from error


@functools.cache
def _prepare() -> None:
    """Make the fonts known, and keep pictures in bytes: as text they are a quarter larger and seconds slower."""
    rl_config.useA85 = 0
    for name in (BODY, BOLD, MONO):
        pdfmetrics.registerFont(TTFont(name, str(resources_dir() / "fonts" / f"{name}.ttf")))
    pdfmetrics.registerFontFamily(BODY, normal=BODY, bold=BOLD, italic=BODY, boldItalic=BOLD)


def _style(name: str, size: float, leading: float, font: str = BODY, **options: Any) -> ParagraphStyle:
    settings = {"textColor": _INK, "splitLongWords": 1, "allowWidows": 0, "allowOrphans": 0, **options}
    return ParagraphStyle(name, fontName=font, fontSize=size, leading=leading, **settings)


_STYLES = {
    "body": _style("body", 9, 13, spaceAfter=5),
    "lead": _style("lead", 9.5, 14, spaceAfter=6),
    "small": _style("small", 7.5, 10.5, spaceBefore=3, spaceAfter=5, textColor=_SOFT),
    "title": _style("title", 21, 26, BOLD, spaceBefore=10, spaceAfter=4),
    "subtitle": _style("subtitle", 10.5, 15, BOLD, spaceAfter=10, textColor=_SOFT),
    "h1": _style("h1", 14, 18, BOLD, spaceBefore=16, spaceAfter=6),
    "h2": _style("h2", 10.5, 14, BOLD, spaceBefore=11, spaceAfter=4),
    "h3": _style("h3", 9, 12, BOLD, spaceBefore=7, spaceAfter=3),
    "bullet": _style("bullet", 9, 12.5, leftIndent=10, bulletIndent=1, spaceAfter=3),
    "cell": _style("cell", 8, 10.5),
    "right": _style("right", 8, 10.5, alignment=TA_RIGHT),
    "head": _style("head", 7.5, 10, BOLD),
    "head right": _style("head right", 7.5, 10, BOLD, alignment=TA_RIGHT),
    "key": _style("key", 8, 10.5, textColor=_SOFT),
    "mono": _style("mono", 6.8, 10.5, MONO),
    "caption": _style("caption", 8, 11, BOLD, spaceBefore=2),
    "figure": _style("figure", 8, 11, spaceBefore=3, spaceAfter=2),
    "notes": _style("notes", 7, 9.5, textColor=_SOFT, spaceBefore=1),
    "code": _style(
        "code", 7, 10, MONO, backColor=_FILL, borderPadding=5, spaceBefore=8, spaceAfter=10, leftIndent=5, rightIndent=5
    ),
    "toc 1": _style("toc 1", 9.5, 15, BOLD),
    "toc 2": _style("toc 2", 8.5, 12, leftIndent=12),
}


def _markup(words: str, font: str = BODY) -> str:
    """Plain words as reportlab's markup. Signs the font lacks are shown by their code instead of an empty box."""
    known = pdfmetrics.getFont(font).face.charToGlyph  # pyright: ignore[reportAttributeAccessIssue]
    shown = "".join(sign if sign == "\n" or ord(sign) in known else f"[U+{ord(sign):04X}]" for sign in words)
    return escape(shown).replace("\n", "<br/>")


def _text(words: str, style: str, kind: Kind = "text") -> Text:
    name = "mono" if kind == "mono" else style
    return Text(_markup(words, _STYLES[name].fontName), _STYLES[name])


def _story(document: Document, progress: Progress) -> Iterator[Flowable]:
    for number, block in enumerate(document.blocks):
        progress.check()
        yield from _MAKERS[type(block)](block)
        progress.report((number + 1) / len(document.blocks), "drawing figures")


def _heading(block: blocks.Heading) -> Iterator[Flowable]:
    paragraph = _text(block.text, f"h{block.level}")
    yield CondPageBreak(_ROOM_BELOW[block.level])
    paragraph.outline = (block.level, block.text)  # pyright: ignore[reportAttributeAccessIssue]
    yield paragraph


def _bullets(block: blocks.Bullets) -> Iterator[Flowable]:
    for item in block.items:
        yield Text(_markup(item), _STYLES["bullet"], bulletText="•")


def _notice(block: blocks.Notice) -> Iterator[Flowable]:
    cell = [_text(block.title, "caption"), _text(block.text, "cell")]
    yield Grid([[cell]], colWidths=[_WIDTH], style=[("BOX", (0, 0), (-1, -1), 1, _INK), *_padding(6, 8)])
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
        ("BACKGROUND", (0, first), (-1, first), _FILL),
        ("LINEABOVE", (0, first), (-1, first), 0.6, _INK),
        ("LINEBELOW", (0, first), (-1, -1), 0.3, _RULE),
        ("LINEBELOW", (0, -1), (-1, -1), 0.6, _INK),
        *_padding(2.5, 4),
        *[("RIGHTPADDING", (i, first), (i, -1), 11) for i, c in enumerate(block.columns) if c.align == "right"],
    ]
    widths = [_WIDTH * column.share / total for column in block.columns]
    yield Spacer(0, 4)
    yield Grid(rows, colWidths=widths, repeatRows=first + 1, style=style, splitInRow=_split(block.rows))
    yield Spacer(0, 9)


def _split(rows: Sequence[Sequence[str]]) -> int:
    """Whether rows may be split between pages: only where one would fill much of a page."""
    return int(any(len(words) > 1500 or words.count("\n") > 25 for row in rows for words in row))


def _cell(column: blocks.Column, words: str) -> Text:
    return _text(words, "right" if column.align == "right" else "cell", column.kind)


def _key_values(block: blocks.KeyValues) -> Iterator[Flowable]:
    rows = [[_text(row.key, "key"), _text(row.value, "cell", row.kind)] for row in block.rows]
    style = [("LINEBELOW", (0, 0), (-1, -1), 0.3, _RULE), *_padding(2, 4)]
    split = _split([(row.value,) for row in block.rows])
    yield Grid(rows, colWidths=[0.27 * _WIDTH, 0.73 * _WIDTH], style=style, splitInRow=split)
    yield Spacer(0, 8)


def _padding(vertical: float, horizontal: float) -> list[tuple]:
    area = (0, 0), (-1, -1)
    sides = (("TOP", vertical), ("BOTTOM", vertical), ("LEFT", horizontal), ("RIGHT", horizontal))
    return [("VALIGN", *area, "TOP"), *[(f"{side}PADDING", *area, size) for side, size in sides]]


def _code(block: blocks.Code) -> Iterator[Flowable]:
    lines = [line.replace(" ", "\u00a0", len(line) - len(line.lstrip())) for line in block.text.splitlines()]
    yield KeepTogether([Text(_markup("\n".join(lines), MONO), _STYLES["code"])])


def _figure(block: blocks.Figure) -> Iterator[Flowable]:
    picture, height_mm = render(block.data)
    number, words = text("report.figure", number=block.number), _markup(block.caption)
    notes = [*block.parameters, text("figures.data_hash", sha=block.data_sha256)]
    yield KeepTogether(
        [
            Image(io.BytesIO(picture), WIDTH_MM * mm, height_mm * mm),
            Text(f'<font name="{BOLD}">{number}.</font> {words}', _STYLES["figure"]),
            *[_text(note, "notes") for note in notes],
            Spacer(0, 8),
        ]
    )


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


class _Total(Flowable):
    """Asks for another pass until the number of pages stays the same."""

    def __init__(self) -> None:
        super().__init__()
        self.pages, self._before = 0, -1
        self.width = self.height = 0

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:
        del aW, aH
        return 0, 0

    def draw(self) -> None:
        self._before, self.pages = self.pages, self.canv.getPageNumber()

    def isIndexing(self) -> int:
        return 1

    def isSatisfied(self) -> bool:
        return self.pages == self._before

    def beforeBuild(self) -> None: ...

    def afterBuild(self) -> None: ...

    def notify(self, *_: object) -> None: ...


class _Template(BaseDocTemplate):
    """Pages with head, foot, draft mark and outline."""

    def __init__(self, target: io.BytesIO, document: Document, progress: Progress) -> None:
        super().__init__(
            target,
            pagesize=A4,
            invariant=1,
            lang=LANGUAGE,
            title=f"{document.title} {document.report_id}",
            author=document.examiner,
            subject=text("report.subject", number=document.number) if document.number else document.title,
            creator=document.software,
            keywords=f"manifest SHA-256 {document.manifest_sha256}",
        )
        self.total = _Total()
        self._document, self._progress = document, progress
        frame = Frame(_MARGIN, _BOTTOM, _WIDTH, A4[1] - _TOP - _BOTTOM, 0, 0, 0, 0)
        self.addPageTemplates(PageTemplate("page", [frame], onPage=self._decorate))

    def beforeDocument(self) -> None:
        """Date the file by the case, not by the printing."""
        made_at = datetime.fromisoformat(self._document.made_at)
        self.canv.setDateFormatter(lambda *_: made_at.strftime("D:%Y%m%d%H%M%S+00'00'"))
        self.canv.showOutline()
        self._outlined, self._in_section = 0, False

    def afterFlowable(self, flowable: Flowable) -> None:
        """Outline and table of contents from the headings; what comes before the first section is not in the table."""
        level, words = getattr(flowable, "outline", (0, ""))
        if level not in (1, 2):
            return
        self._outlined += 1
        self._in_section = self._in_section or level == 1
        key = f"heading-{self._outlined}"
        self.canv.bookmarkPage(key)
        self.canv.addOutlineEntry(words, key, level - 1 if self._in_section else 0, closed=level == 1)
        if self._in_section:
            self.notify("TOCEntry", (level - 1, _markup(words), self.page, key))

    def _decorate(self, canvas: Any, _: BaseDocTemplate) -> None:
        self._progress.check()
        canvas.saveState()
        self._draft_mark(canvas)
        self._head_and_foot(canvas)
        canvas.restoreState()
        if self.total.pages:
            self._progress.report(min(self.page / self.total.pages, 1.0), "laying out pages")

    def _draft_mark(self, canvas: Any) -> None:
        canvas.saveState()
        canvas.translate(A4[0] / 2, A4[1] / 2)
        canvas.rotate(55)
        canvas.setFillColor(_MARK)
        canvas.setFont(BOLD, 150)
        canvas.drawCentredString(0, -50, self._document.state)
        canvas.restoreState()

    def _head_and_foot(self, canvas: Any) -> None:
        right, top, low = A4[0] - _MARGIN, A4[1] - 14 * mm, 15.5 * mm
        document = self._document
        canvas.setStrokeColor(_RULE)
        canvas.setLineWidth(0.4)
        canvas.line(_MARGIN, top - 4, right, top - 4)
        canvas.line(_MARGIN, low + 4, right, low + 4)
        canvas.setFillColor(_SOFT)
        subject = text("report.subject", number=document.number) if document.number else ""
        _line(canvas, _MARGIN, top, f"{document.title}   {subject}", BODY, 7.5, _WIDTH - 40 * mm)
        _line(canvas, right, top, document.state, BOLD, 8, 40 * mm, right=True)
        page = text("report.page", page=self.page, pages=self.total.pages)
        _line(canvas, right, low - 6, page, BODY, 7.5, 40 * mm, right=True)
        _line(canvas, _MARGIN, low - 6, f"{document.report_id}   {document.software}", BODY, 7.5, _WIDTH - 45 * mm)
        _line(canvas, _MARGIN, low - 16, f"Manifest SHA-256 {document.manifest_sha256}", MONO, 6, _WIDTH)


def _line(
    canvas: Any, x: float, y: float, words: str, font: str, size: float, width: float, right: bool = False
) -> None:
    """One line, shortened to a width."""
    while len(words) > 1 and pdfmetrics.stringWidth(words, font, size) > width:
        words = words[:-2].rstrip() + "…"
    canvas.setFont(font, size)
    (canvas.drawRightString if right else canvas.drawString)(x, y, words)
