"""A document as PDF: pages with head, foot, outline and page numbers. With typeset.py the reportlab seam."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from core.foundation import files
from core.foundation.progress import SILENT, Progress, span
from core.report import errors, numbers
from core.report.document import Document
from core.report.typeset import BODY, BOLD, BOTTOM, MARGIN, MONO, RULE, SOFT, TOP, WIDTH, markup, prepare, story
from core.report.wording import LANGUAGE, text

_MARK = colors.Color(0.955, 0.955, 0.955)


def write(document: Document, path: Path, progress: Progress = SILENT) -> None:
    """Write the PDF, all of it or nothing; a file of that name is replaced only by a whole one.

    Raises:
        ReportError: the file cannot be written (RE-002), the drive is full (RE-003), the file is in use (RE-004).
    """
    replace_file(Path(path), pdf_bytes(document, progress))


def pdf_bytes(document: Document, progress: Progress = SILENT) -> bytes:
    """The PDF. The same document gives the same bytes."""
    prepare()
    flowables = list(story(document, span(progress, 0.0, 0.8)))
    buffer = io.BytesIO()
    template = _Template(buffer, document, span(progress, 0.8, 1.0))
    template.multiBuild([*flowables, template.total])
    progress.report(1.0, "report written")
    return buffer.getvalue()


def replace_file(path: Path, content: bytes) -> None:
    """Write a file under a temporary name first, so that it is whole or not there.

    Raises:
        ReportError: it cannot be written (RE-002 to RE-004).
    """
    try:
        files.replace_file(path, content)
    except OSError as error:
        raise errors.from_os(error, path) from error


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
        frame = Frame(MARGIN, BOTTOM, WIDTH, A4[1] - TOP - BOTTOM, 0, 0, 0, 0)
        self.addPageTemplates(PageTemplate("page", [frame], onPage=self._decorate))

    def beforeDocument(self) -> None:
        """Date the file by the case, not by the printing."""
        if made_at := numbers.utc(self._document.made_at):
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
            self.notify("TOCEntry", (level - 1, markup(words), self.page, key))

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
        right, top, low = A4[0] - MARGIN, A4[1] - 14 * mm, 15.5 * mm
        document = self._document
        canvas.setStrokeColor(RULE)
        canvas.setLineWidth(0.4)
        canvas.line(MARGIN, top - 4, right, top - 4)
        canvas.line(MARGIN, low + 4, right, low + 4)
        canvas.setFillColor(SOFT)
        subject = text("report.subject", number=document.number) if document.number else ""
        _line(canvas, MARGIN, top, f"{document.title}   {subject}", BODY, 7.5, WIDTH - 40 * mm)
        _line(canvas, right, top, document.state, BOLD, 8, 40 * mm, right=True)
        page = text("report.page", page=self.page, pages=self.total.pages)
        _line(canvas, right, low - 6, page, BODY, 7.5, 40 * mm, right=True)
        _line(canvas, MARGIN, low - 6, f"{document.report_id}   {document.software}", BODY, 7.5, WIDTH - 45 * mm)
        _line(canvas, MARGIN, low - 16, f"Manifest SHA-256 {document.manifest_sha256}", MONO, 6, WIDTH)


def _line(
    canvas: Any, x: float, y: float, words: str, font: str, size: float, width: float, right: bool = False
) -> None:
    """One line, shortened to a width."""
    while len(words) > 1 and pdfmetrics.stringWidth(words, font, size) > width:
        words = words[:-2].rstrip() + "…"
    canvas.setFont(font, size)
    (canvas.drawRightString if right else canvas.drawString)(x, y, words)
