"""What a report says of critical listening, and that a sealed case gives none."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.case import desk
from core.foundation.errors import CaseError
from core.marks import Listening
from core.marks.notes import write_note
from core.report import build, write_report
from core.report.document import Bullets, Heading, Table
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
