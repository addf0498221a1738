"""Files of labels: round trips, files of other programs, and files that are none."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.marks import MARK_TYPES, Mark, made_now
from core.marks.errors import MarkError
from core.marks.files import LABEL_FORMATS, Source, format_of, left_out, read_labels, write_labels
from core.marks.labels import UNBOUNDED, Label, fit, split_text, typed_text

SOURCE = Source(name="Call 14 March.wav", duration_s=200.0, sha256="ab" * 32)
times = st.floats(0, 100).map(lambda t: round(t, 6))
signs = st.characters(exclude_categories=["C", "Z"]) | st.just(" ")
words = st.text(signs, max_size=20).map(lambda t: " ".join(t.split()))
files = st.binary(max_size=80) | st.text(max_size=80).map(lambda t: t.encode("utf-8", "replace"))


@st.composite
def marks(draw: st.DrawFn) -> Mark:
    start_s = draw(times)
    values = {"start_s": start_s, "end_s": round(start_s + draw(st.just(0.0) | times.filter(lambda t: t > 1e-3)), 6)}
    if draw(st.booleans()):
        low = round(draw(st.floats(0, 4000)), 6)
        values |= {"low_hz": low, "high_hz": round(low + draw(st.floats(1, 4000)), 6)}
    return made_now({"exhibit": "Q1", "type": draw(st.sampled_from(list(MARK_TYPES))), "text": draw(words), **values})


def times_of(items) -> list[tuple[float, float]]:
    return sorted((round(item.start_s, 5), round(item.end_s, 5)) for item in items)


def all_of(items) -> list[tuple]:
    return sorted(
        (
            round(item.start_s, 5),
            round(item.end_s, 5),
            -1.0 if item.low_hz is None else round(item.low_hz, 5),
            -1.0 if item.high_hz is None else round(item.high_hz, 5),
            item.type,
            item.text,
        )
        for item in items
    )


@settings(max_examples=20)
@given(st.lists(marks(), max_size=5), st.sampled_from(["a.txt", "a.csv", "a.json"]))
def test_what_is_written_is_read_again(made: list[Mark], name: str) -> None:
    assert all_of(read_labels(name, write_labels(name, made, SOURCE))) == all_of(made)


@settings(max_examples=20)
@given(st.lists(marks(), max_size=5))
def test_a_textgrid_keeps_times_types_and_texts_even_where_marks_overlap(made: list[Mark]) -> None:
    found = read_labels("a.TextGrid", write_labels("a.TextGrid", made, SOURCE))
    flat = [replace(mark, low_hz=None, high_hz=None) for mark in made]
    assert all_of(found) == all_of(flat)


@settings(max_examples=20)
@given(st.lists(marks(), max_size=5))
def test_rttm_keeps_times(made: list[Mark]) -> None:
    found = read_labels("a.rttm", write_labels("a.rttm", made, SOURCE))
    assert np.allclose(times_of(found), times_of(made), atol=2e-5)


@settings(max_examples=50)
@given(st.sampled_from(list(MARK_TYPES)), words)
def test_type_and_text_in_one_text(kind: str, text: str) -> None:
    assert split_text(typed_text(kind, text)) == (kind, text)


@settings(max_examples=60)
@given(st.sampled_from(["a.txt", "a.TextGrid", "a.csv", "a.json", "a.rttm"]), files)
def test_any_bytes_are_labels_or_a_message(name: str, data: bytes) -> None:
    try:
        found = read_labels(name, data)
    except MarkError as error:
        found, code = [], error.code
    else:
        code = ""
    assert code in ("", "MA-002", "MA-003")
    assert all(isinstance(label, Label) for label in found)


def test_audacity_as_it_writes_them() -> None:
    """By its manual: a spectral label has a second line with a backslash; -1 is an edge that is not set."""
    text = "0.500000\t0.500000\thum\n1,500000\t2,250000\tClick\n\\\t300,000000\t3400,000000\n\n"
    text += "3.0\t4.0\n\\\t-1.000000\t-1.000000\n5\t6\ta\n\\\t100\t-1\n"
    found = read_labels("labels.txt", text.encode())
    assert [(x.start_s, x.end_s, x.type, x.text, x.line) for x in found] == [
        (0.5, 0.5, "note", "hum", 1),
        (1.5, 2.25, "click", "", 2),
        (3.0, 4.0, "note", "", 5),
        (5.0, 6.0, "note", "a", 7),
    ]
    assert [(x.low_hz, x.high_hz) for x in found] == [(None, None), (300.0, 3400.0), (None, None), (100.0, UNBOUNDED)]


LONG = '''File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 2.3
tiers? <exists>
size = 2
item []:
    item [1]:
        class = "IntervalTier"
        name = "Mary said ""hi"""
        xmin = 0
        xmax = 2.3
        intervals: size = 2
        intervals [1]:
            xmin = 0
            xmax = 0.7
            text = ""
        intervals [2]:
            xmin = 0.7
            xmax = 2.3
            text = "she said ""hé"""
    item [2]:
        class = "TextTier"
        name = "bell"
        xmin = 0
        xmax = 2.3
        points: size = 1
        points [1]:
            number = 1.3
            mark = "ding"
'''
SHORT = '''"ooTextFile"
"TextGrid"
0
2.3 ! end
<exists>
2
"IntervalTier"
"Mary"
0 2.3 2
0 0.7 ""
0.7 2.3 "she said ""hé"""
"TextTier" "bell" 0 2.3 1
1.3 "ding"
'''


@pytest.mark.parametrize("text", [LONG, SHORT, LONG.replace("\n", "\r\n")])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_textgrids_of_praat(text: str, encoding: str) -> None:
    found = read_labels("x.textgrid", text.encode(encoding))
    assert [(x.start_s, x.end_s, x.text) for x in found] == [(0.7, 2.3, 'she said "hé"'), (1.3, 1.3, "ding")]


@pytest.mark.parametrize(
    "text",
    [
        "start;end;label\n1,5;2,5;hum\n",
        "start_s,end_s,text\n1.5,2.5,hum\n",
        "Begin Time (s)\tEnd Time (s)\tannotation\tScore\n1.5\t2.5\thum\t0.3\n",
        "1.5,2.5,hum\n",
        "\n\nxmin,xmax,text\n1.5,2.5,hum\n",
        "# Title: a table, of this program\n# Note: x\nStart (s),End (s),Text\n1.5,2.5,hum\n",
    ],
)
def test_tables_of_other_programs(text: str) -> None:
    (found,) = read_labels("x.csv", text.encode())
    assert (found.start_s, found.end_s, found.text) == (1.5, 2.5, "hum")


def test_a_table_of_a_text_of_several_lines() -> None:
    made = made_now({"exhibit": "Q1", "start_s": 1.0, "end_s": 1.0, "text": 'two\nlines; "quoted", é'})
    assert read_labels("x.csv", write_labels("x.csv", [made], SOURCE))[0].text == made.text
    assert read_labels("x.json", write_labels("x.json", [made], SOURCE))[0].text == made.text


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.txt", b"1.0\t2.0\tok\none\t2\tx\n", "Line 2: the start 'one' is not a number"),
        ("a.txt", b"1.0 2.0 spaces\n", "Line 1: start and end of the label must stand between tabs"),
        ("a.txt", b"3\t2\tx\n", "Line 1: the label ends"),
        ("a.txt", b"\\\t1\t2\n", "Line 1: a line that begins with"),
        ("a.txt", b"1\t2\tx\n\\\t500\t400\n", "Line 2: the band from 500 to 400 Hz"),
        ("a.txt", b"nan\t2\tx\n", "Line 1: the start 'nan' is not a number"),
        ("a.txt", b"1\t2\tx\n3\t4\t\xff\n", "Line 2 is no UTF-8 text"),
        ("a.csv", b"text,kind\nx,y\n", "Line 1: there is no column start_s"),
        ("a.csv", b"start_s,type\n1,odd\n", "Line 2: 'odd' is no type of mark"),
        ("a.csv", b'start_s,end_s,text\n1,2,x\n\n3,,"open\n', "Line 4: this is no row of a table"),
        ("a.rttm", b";; note\nSPEAKER x 1 1.0\n", "Line 2: a line has ten fields"),
        ("a.TextGrid", LONG.replace("number = 1.3", "number = soon").encode(), "Line 31: '\"ding\"' stands where"),
        ("a.TextGrid", LONG[:-2].encode(), "Line 31: a quotation mark is opened"),
        ("a.TextGrid", b"hello", "Line 1: the file ends where the word ooTextFile should be"),
        (
            "a.TextGrid",
            b'"ooTextFile"\n"TextGrid"\nxmin = 0\nxmax = nan\n',
            "Line 4: the end of the recording 'nan' is not a number",
        ),
        ("a.json", b'{"schema": "auditrace.marks/1",\n "marks": [}', "Line 2: this is no JSON"),
        ("a.json", b'{"schema": "auditrace.marks/1", "marks": [{"id": "1"}]}', "Mark 1 of the document"),
        ("a.json", b"[" * 100_000, "nested too deeply"),
        ("a.json", b'{"schema": "auditrace.marks/1", "marks": [], "x": NaN}', "NaN is not finite"),
        ("a.doc", b"", "is no file of labels"),
    ],
)
def test_hostile_files_name_their_line(name: str, data: bytes, words: str) -> None:
    with pytest.raises(MarkError, match=words):
        read_labels(name, data)


def test_what_lies_beyond_the_recording_is_told() -> None:
    labels = [
        Label(start_s=1.0, end_s=2.0, line=1),
        Label(start_s=9.0, end_s=12.0, line=2),
        Label(start_s=14.2, end_s=15.0, line=7),
        Label(start_s=1.0, end_s=2.0, low_hz=5000.0, high_hz=6000.0, line=8),
        Label(start_s=1.0, end_s=2.0, low_hz=100.0, high_hz=UNBOUNDED, line=9),
    ]
    done = fit(labels, duration_s=10.0, top_hz=4000.0, exhibit="Q1", author="A. Weber")
    assert [(m.start_s, m.end_s, m.low_hz, m.high_hz) for m in done.marks] == [
        (1.0, 2.0, None, None),
        (9.0, 10.0, None, None),
        (1.0, 2.0, None, None),
        (1.0, 2.0, 100.0, 4000.0),
    ]
    assert [mark.origin for mark in done.marks] == ["imported"] * 4
    assert done.notices == (
        "Outside the recording (10.000 s) and left out: 1 label (line 7, at 14.200 s).",
        "Reaching beyond the recording (10.000 s) and cut at its ends: 1 label (line 2, at 9.000 s).",
        "With a band above 4000 Hz, which the recording has not, kept without it: 1 label (line 8, at 1.000 s).",
    )


@pytest.mark.parametrize("name", ["a.json", "a.csv"])
def test_who_made_a_mark_and_when_is_kept(name: str) -> None:
    mark = Mark(id="1", exhibit="Q1", start_s=1.0, end_s=2.0, author="B. Kim", made_at="2025-03-04T12:00:00.000+02:00")
    labels = read_labels(name, write_labels(name, [mark], Source(name="a.wav", duration_s=9.0)))
    (made,) = fit(labels, duration_s=9.0, top_hz=4000.0, exhibit="Q1", author="A. Weber").marks
    assert (made.author, made.made_at) == ("B. Kim", "2025-03-04T10:00:00.000+00:00")
    before = datetime.now(UTC) - timedelta(seconds=1)  # the time is written in milliseconds
    nameless = read_labels("a.csv", b"start_s,end_s,made_at\n1,2,\n")
    (made,) = fit(nameless, duration_s=9.0, top_hz=4000.0, exhibit="Q1", author="A. Weber").marks
    assert made.author == "A. Weber"
    assert before < datetime.fromisoformat(made.made_at) <= datetime.now(UTC)
    for stamp in ("2025-03-04", "0001-01-01T00:00+14:00"):  # no zone; no such day in UTC
        with pytest.raises(MarkError, match=f"Line 2: the time '{re.escape(stamp)}' at which"):
            read_labels("a.csv", f"start_s,end_s,made_at\n1,2,{stamp}\n".encode())


def test_each_format_says_what_it_loses() -> None:
    made = made_now({"exhibit": "Q1", "start_s": 1.0, "end_s": 2.0, "low_hz": 1.0, "high_hz": 2.0})
    for name in LABEL_FORMATS.names():
        known = LABEL_FORMATS[name]
        assert format_of(f"x{known.suffix}") is known
        (found,) = read_labels(f"x{known.suffix}", write_labels(f"x{known.suffix}", [made], SOURCE))
        assert (found.low_hz is None) == ("frequency bands" in known.loses)


def test_what_a_file_leaves_out_is_counted_by_reading_it() -> None:
    place = {"exhibit": "Q1", "start_s": 1.0, "end_s": 2.0}
    band = {"low_hz": 300.0, "high_hz": 900.0}
    marks = [made_now(place | band | {"type": "click", "text": "a_b"}), made_now(place | {"text": "two\nlines"})]
    kinds = ("txt", "TextGrid", "rttm", "csv", "json")
    said = {kind: left_out(f"x.{kind}", marks, write_labels(f"x.{kind}", marks, SOURCE)) for kind in kinds}
    always = "author, time of making and origin. CSV and JSON hold all."
    assert said == {
        "txt": f"Not held by Audacity labels: the exact text of 1 mark, {always}",
        "TextGrid": f"Not held by Praat TextGrid: the frequency band of 1 mark, the exact text of 1 mark, {always}",
        "rttm": f"Not held by RTTM: the frequency band of 1 mark, the exact text of 2 marks, {always}",
        "csv": "",
        "json": "",
    }
