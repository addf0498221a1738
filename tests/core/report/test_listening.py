"""What a report says of critical listening, and that a sealed case gives none."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.case import Case, desk
from core.case.blind_tests import BEGUN, ENDED
from core.foundation.errors import CaseError
from core.listening import BlindTest
from core.listening.abx import commitment
from core.marks import Listening
from core.marks.notes import write_note
from core.report import build, write_report
from core.report.document import Bullets, Document, Heading, KeyValues, Table
from core.report.lint import lint

HEARD = "A click at 4 s, the room tone changes."


def test_listening_notes_and_the_order_are_in_the_report(make_case, tmp_path: Path) -> None:
    case = make_case()
    before = build(case)
    assert not any("Critical listening" in block.text for block in before.blocks if isinstance(block, Heading))
    first = case.exhibits()[0].id
    listening = Listening(chain="Laptop, HD 600", level="comfortable", passes=3)
    desk.seal(case)
    with pytest.raises(CaseError, match="sealed until listening notes are saved"):
        write_report(case, tmp_path / "report.pdf")
    desk.keep_note(case, write_note(HEARD, exhibit=first, author="A. Weber", listening=listening))
    document = build(case)
    cells = [cell for block in document.blocks if isinstance(block, Table) for row in block.rows for cell in row]
    assert HEARD in cells
    assert "Laptop, HD 600; comfortable; passes: 3" in cells, "as older notes have it"
    assert "Detector results could be seen before a listening note was saved." in cells
    assert lint(document) == lint(before)
    note = next(row for row in _rows(document, "Subject") if "listening note written" in row)
    assert first in note
    items = [item for block in document.blocks if isinstance(block, Bullets) for item in block.items]
    earlier = [item for block in before.blocks if isinstance(block, Bullets) for item in block.items]
    none = (
        "No note of what was heard is part of this report; "
        "what was played, if anything, is listed under Critical listening."
    )
    assert (none in earlier, none in items) == (True, False)


def _rows(document, title: str) -> list[tuple[str, ...]]:
    """Rows of the tables that have a column of that title."""
    tables = [block for block in document.blocks if isinstance(block, Table)]
    return [row for table in tables if title in [column.title for column in table.columns] for row in table.rows]


def test_the_report_says_how_much_was_played(make_case) -> None:
    case = make_case()
    exhibit = case.exhibits()[0]
    desk.keep_heard(case, exhibit.sha256, [(0.0, 1.0)])
    desk.keep_heard(case, exhibit.sha256, [(0.5, 1.5)])
    cells = [cell for block in build(case).blocks if isinstance(block, Table) for row in block.rows for cell in row]
    (said,) = [cell for cell in cells if cell.startswith("1.50 s of ")]
    whole_s = float(said.split()[3])
    assert said.endswith(f"({100 * 1.5 / whole_s:.0f} %)")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"heard_s": 3.0, "share": 0.25}, "played by this program until then: 3.00 s (25 %)"),
        ({"heard_s": 0.0, "share": 0.0}, "nothing had been played by this program until then"),
        (
            {"heard_s": 0.0, "share": 0.0, "elsewhere": "Laboratory 2"},
            "this program had no sound device, listened to elsewhere: Laboratory 2",
        ),
    ],
)
def test_each_note_says_how_much_had_been_played(make_case, values: dict, said: str) -> None:
    case = make_case()
    listening = Listening(chain="HD 600", level="soft", passes=1, **values)
    desk.keep_note(case, write_note(HEARD, exhibit=case.exhibits()[0].id, listening=listening))
    cells = [cell for block in build(case).blocks if isinstance(block, Table) for row in block.rows for cell in row]
    assert f"HD 600; soft; passes: 1; {said}" in cells


def keep_test(case: Case, seed: int, right: int, answered: int, known: bool = True) -> None:
    """Rows of a test of 12 trials between the first two exhibits, as the screen writes them."""
    blind = BlindTest(12, seed)
    sides = {
        name: {"exhibit_id": one.id, "file": one.name, "sha256": one.sha256, "start_s": 0.25, "stop_s": 1.75}
        | {"level_dbfs": level, "gain_db": gain, "speed": 1.0, "channel": "mix", "band_hz": None}
        for name, one, level, gain in zip("AB", case.exhibits()[:2], (-24.1, -20.12), (0.0, -3.98), strict=True)
    }
    facts = {"begun_at": f"2026-11-21T09:{seed}:00.000+00:00", **sides}
    fixed = {"commitment_sha256": commitment(12, seed)}
    if known:
        case.record(BEGUN, facts | fixed | {"trials": 12})
    for place in range(answered):
        blind.answer(blind.x() if place < right else {"A": "B", "B": "A"}[blind.x()])
    played = {"heard_s": {"A": 9.5, "B": 8.25, "X": 40.0}, "devices": ["HD 600"]}
    if answered:
        case.record(ENDED, facts | fixed | blind.record() | played | {"ended_at": "2026-11-21T10:00:00.000+00:00"})


def test_each_blind_test_is_an_observation_of_its_own(make_case) -> None:
    case = make_case(exhibits=2)
    before = build(case)
    assert "No comparison with known recordings, speakers or devices was made." in _items(before)
    keep_test(case, seed=10, right=9, answered=12)
    keep_test(case, seed=11, right=3, answered=3)
    keep_test(case, seed=12, right=12, answered=12, known=False)
    keep_test(case, seed=13, right=0, answered=0)
    document = build(case)
    tests = [dict(rows) for rows in _facts(document) if "Trials" in dict(rows)]
    assert [one["Result"].partition(";")[0].partition(":")[0] for one in tests] == [
        "The listener told A and B apart in 9 of 12 trials",
        "Given up after 3 of 12 trials",
        "The listener told A and B apart in 12 of 12 trials",
        "Begun, and not ended when this report was made",
    ]
    finished, given_up, unfixed, open_ended = tests
    assert open_ended["Time"] == "begun 2026-11-21 09:13:00 UTC; no end recorded"
    assert "9 or more would be reached in about 7 of 100 such tests" in finished["Result"]
    assert "p = " not in given_up["Result"]
    exhibit = case.exhibits()[0]
    assert finished["A"].startswith(f"Q1, {exhibit.name}, 0.25 s to 1.75 s, SHA-256 {exhibit.sha256[:8]}")
    assert (
        "A \N{MINUS SIGN}24.1 dBFS, B \N{MINUS SIGN}20.1 dBFS. For the test B was turned down by 4.0 dB"
        in finished["Level"]
    )
    assert finished["Played"] == "A 9.50 s, B 8.25 s and X 40.00 s, through HD 600"
    assert finished["Time"] == "2026-11-21 09:10:00 UTC to 2026-11-21 10:00:00 UTC"
    begun = next(entry.sequence for entry in case.log(BEGUN))
    assert f"row {begun} of the log" in finished["Trials"]
    assert "cannot be confirmed" in unfixed["Trials"]
    assert not any(item.startswith("No comparison") for item in _items(document))
    assert lint(document) == lint(before)


def _items(document: Document) -> list[str]:
    return [item for block in document.blocks if isinstance(block, Bullets) for item in block.items]


def _facts(document: Document) -> list[list[tuple[str, str]]]:
    blocks = [block for block in document.blocks if isinstance(block, KeyValues)]
    return [[(row.key, row.value) for row in block.rows] for block in blocks]
