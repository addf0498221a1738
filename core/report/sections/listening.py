"""Section 2, last part: critical listening as noted (P-11), and whether it came before detector results (P-34)."""

from __future__ import annotations

from core.case.desk import HEARD, LISTENED, SEALED, Order, heard_of, listening_order, notes_of
from core.listening.coverage import Coverage
from core.marks import Listening, Note
from core.report import numbers
from core.report.document import Block, Column, Heading, Paragraph, Table
from core.report.facts import ReportFacts, Subject
from core.report.sections import REPORT_SECTIONS
from core.report.wording import text


@REPORT_SECTIONS.register("full/2 listening")
def listening(facts: ReportFacts) -> tuple[Block, ...]:
    """Listening notes, their order and what was played; nothing where nothing was played, noted or sealed."""
    if not any(entry.action in (HEARD, LISTENED, SEALED) for entry in facts.log):
        return ()
    found = [note for note in notes_of(facts.log) if note.listening]
    return (
        Heading(text=text("listening.heading"), level=2),
        Paragraph(text=text("listening.intro")),
        *((_notes(found),) if found else ()),
        _order(listening_order(facts.log)),
        _played(facts),
    )


def _notes(notes: list[Note]) -> Table:
    columns = (
        Column(title=text("listening.column_time"), share=22),
        Column(title=text("listening.column_exhibit"), share=10),
        Column(title=text("listening.column_who"), share=18, kind="quoted"),
        Column(title=text("listening.column_how"), share=28, kind="quoted"),
        Column(title=text("listening.column_heard"), share=40, kind="quoted"),
    )
    return Table(columns=columns, rows=tuple(map(_note, notes)), caption=text("listening.notes_caption"))


def _note(note: Note) -> tuple[str, ...]:
    record = note.listening
    how = _how(record) if record else ""
    return numbers.moment(note.made_at), note.exhibit, note.author, how, note.text


def _how(record: Listening) -> str:
    """Chain, level, passes, and how much had been played until then."""
    how = text("listening.how", chain=record.chain, level=record.level, passes=record.passes)
    if record.elsewhere:
        return text("listening.how_elsewhere", how=how, where=record.elsewhere)
    if record.heard_s is None:
        return how
    if not record.heard_s:
        return text("listening.how_unplayed", how=how)
    played, per_cent = numbers.seconds(record.heard_s), f"{100 * (record.share or 0.0):.0f}"
    return text("listening.how_played", how=how, played=played, per_cent=per_cent)


def _order(orders: tuple[Order, ...]) -> Table:
    columns = (
        Column(title=text("listening.column_exhibit"), share=10),
        Column(title=text("listening.column_listened"), share=26),
        Column(title=text("listening.column_shown"), share=26),
        Column(title=text("listening.column_order"), share=56),
    )
    rows = tuple((o.exhibit, _moment(o.listened_at), _moment(o.shown_at), o.sentence) for o in orders)
    return Table(columns=columns, rows=rows, caption=text("listening.order_caption"))


def _played(facts: ReportFacts) -> Table:
    heard = heard_of(facts.log)
    columns = (
        Column(title=text("listening.column_exhibit"), share=10),
        Column(title=text("listening.column_played"), share=108),
    )
    rows = tuple((x.id, _share(x, heard.get(x.sha256, Coverage()))) for x in facts.subjects)
    return Table(columns=columns, rows=rows, caption=text("listening.played_caption"))


def _share(subject: Subject, heard: Coverage) -> str:
    if not heard.spans:
        return text("listening.not_played")
    played = numbers.seconds(heard.heard_s)
    if subject.run is None:
        return text("listening.played", played=played)
    whole_s = subject.result["duration_s"]
    per_cent = f"{heard.percent(whole_s):.0f}"
    return text("listening.played_of", played=played, whole=numbers.seconds(whole_s), per_cent=per_cent)


def _moment(stamp: str) -> str:
    return numbers.moment(stamp) if stamp else text("listening.never")
