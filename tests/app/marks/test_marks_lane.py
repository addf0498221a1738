"""The lane of marks: no bar covers another while there is a row for it, and words give way to bars."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF

from app.plots.mark_lines import ShownMark
from app.plots.marks_lane import MarksLane
from app.theme.palette import LIGHT


def shown(mark_id: str, start_s: float, end_s: float) -> ShownMark:
    label = f"{mark_id}: a long text that stands beside a narrow bar"
    return ShownMark(id=mark_id, start_s=start_s, end_s=end_s, band_hz=None, label=label, code=mark_id)


@pytest.fixture
def lane(qtbot) -> MarksLane:
    """40 s on some 800 pixels, with room for two rows."""
    made = MarksLane()
    qtbot.addWidget(made)
    made.set_theme(LIGHT)
    made.resize(900, 4 * made.fontMetrics().height())
    made.set_view(0.0, 40.0)
    made.show()
    return made


def test_words_end_before_the_next_bar_of_their_row_and_no_bar_is_covered(lane: MarksLane) -> None:
    marks = [shown("a", 1, 9), shown("b", 1.5, 2.5), shown("c", 7, 14), shown("d", 12, 13), shown("e", 17, 24)]
    lane.show_marks(marks, "")
    lane.draw_now()
    places = [(rect, rect.adjusted(0, 0, beside, 0), mark.id) for rect, beside, mark in lane._strip._bars]
    assert [mark_id for _, _, mark_id in places] == ["a", "b", "c", "d", "e"]
    whole = QRectF(0, 0, lane.view_box.size().width(), lane.view_box.size().height())
    for i, (_, with_words, _) in enumerate(places):
        assert with_words.right() <= whole.right()
        assert not any(with_words.intersects(rect) for rect, _, _ in places[i + 1 :])
    assert places[1][1].width() > places[1][0].width(), "there is room for some words"
