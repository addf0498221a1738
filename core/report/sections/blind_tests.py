"""Section 2, after the listening notes: each blind listening test that was begun, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from core.case.blind_tests import Compared, KeptTest, blind_tests_of
from core.report import numbers
from core.report.document import Block, Heading, KeyValue, KeyValues, Kind, Paragraph
from core.report.facts import ReportFacts
from core.report.sections import REPORT_SECTIONS
from core.report.wording import text


@REPORT_SECTIONS.register("full/2 listening, blind")
def blind_tests(facts: ReportFacts) -> tuple[Block, ...]:
    """Blind listening tests; nothing where none was begun."""
    tests = blind_tests_of(facts.log)
    if not tests:
        return ()
    known = frozenset(subject.sha256 for subject in facts.subjects)
    blocks: list[Block] = [Heading(text=text("blind.heading"), level=2), Paragraph(text=text("blind.intro"))]
    for number, test in enumerate(tests, 1):
        title = text("blind.test", number=number, count=len(tests), a=test.a.exhibit, b=test.b.exhibit)
        blocks += [Heading(text=title, level=3), _test(test, known)]
    return tuple(blocks)


def _test(test: KeptTest, known: frozenset[str]) -> KeyValues:
    rows: tuple[tuple[str, str, Kind], ...] = (
        ("result", _result(test), "text"),
        ("a", _stretch(test.a, known), "quoted"),
        ("b", _stretch(test.b, known), "quoted"),
        ("level", _level(test), "text"),
        ("trials", _trials(test), "text"),
        ("heard", _heard(test), "quoted"),
        ("who", test.who, "quoted"),
        ("when", _when(test), "text"),
    )
    return KeyValues(
        rows=tuple(KeyValue(key=text(f"blind.{key}"), value=value, kind=kind) for key, value, kind in rows)
    )


def _result(test: KeptTest) -> str:
    if test.statistics is not None:
        return test.statistics.words
    if test.ended_at:
        return text("blind.given_up", answered=test.answered, trials=test.trials)
    return text("blind.without_end")


def _stretch(one: Compared, known: frozenset[str]) -> str:
    return text(
        "blind.stretch",
        exhibit=one.exhibit if one.sha256 in known else text("blind.not_of_case", name=one.exhibit),
        file=one.file,
        stretch=numbers.stretch(one.start_s, one.stop_s),
        sha256=numbers.short_hash(one.sha256),
    )


def _level(test: KeptTest) -> str:
    changes = [(name, one.gain_db) for name, one in (("A", test.a), ("B", test.b)) if round(one.gain_db, 1)]
    changed = [text("blind.turned_down", name=name, gain=numbers.decimals(-gain, 1, "dB")) for name, gain in changes]
    return text(
        "blind.matched",
        a=numbers.decimals(test.a.level_dbfs, 1, "dBFS"),
        b=numbers.decimals(test.b.level_dbfs, 1, "dBFS"),
        changed=numbers.listed(changed) or text("blind.not_turned_down"),
    )


def _trials(test: KeptTest) -> str:
    fixed = text("blind.not_fixed") if test.fixed_in_row is None else text("blind.fixed", row=test.fixed_in_row)
    return text("blind.trials_value", trials=test.trials, fixed=fixed)


def _heard(test: KeptTest) -> str:
    played = numbers.listed(list(_played(test)))
    through = text("blind.through", devices=numbers.listed(test.devices)) if test.devices else ""
    return (played or text("blind.not_recorded")) + through


def _played(test: KeptTest) -> Iterator[str]:
    for name, heard_s in test.heard_s.items():
        yield text("blind.played", name=name, seconds=numbers.seconds(heard_s))


def _when(test: KeptTest) -> str:
    begin = numbers.moment(test.begun_at)
    if not test.ended_at:
        return text("blind.when_begun", begin=begin)
    return text("blind.when_value", begin=begin, end=numbers.moment(test.ended_at))
