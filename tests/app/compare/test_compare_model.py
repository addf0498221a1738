"""State of the Compare page: rows on one axis, what moves with what."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.examine_data import memory_recording

from app.viewmodels.compare import CompareModel
from app.viewmodels.compare_rows import Row, alignment_text, signed
from core.compare.alignment import Alignment, Chunk, Evidence, by_hand

RATE = 8000


def row(exhibit_id: str, seconds: float = 4.0, **values) -> Row:
    recording = memory_recording(np.zeros((1, round(seconds * RATE)), np.float32), RATE, f"{exhibit_id}.wav")
    return Row(exhibit_id=exhibit_id, name=f"{exhibit_id}.wav", recording=recording, **values)


@pytest.fixture
def model(qapp) -> CompareModel:
    made = CompareModel(clock=lambda: 0.0)
    made.add(row("Q1"))
    made.add(row("Q2"))
    return made


def test_rows_start_together_and_stretches_with_them(model) -> None:
    model.add(row("Q3", span_s=(1.5, 2.5)))
    assert model.rows[2].key == "Q3 1.50–2.50 s"
    assert model.rows[2].to_axis(1.5) == 0.0
    assert model.extent_s == (-1.5, 4.0)
    assert model.view_s == model.extent_s


def test_four_rows_at_most_and_none_twice(model) -> None:
    assert not model.add(row("Q2"))
    assert model.add(row("Q3"))
    assert model.add(row("Q4"))
    assert not model.add(row("Q5"))


def test_a_moved_row_widens_the_axis_and_keeps_a_zoomed_view(model) -> None:
    model.set_alignment("Q2", by_hand(1.0))
    assert model.view_s == model.extent_s == (0.0, 5.0)
    model.set_view(1.0, 2.0)
    model.nudge(0.25)
    assert model.compared.alignment.offset_s == 1.25
    assert model.compared.alignment.method == "hand"
    assert model.view_s == (1.0, 2.0)
    model.set_alignment("Q1", by_hand(9.0))
    assert model.reference.alignment.offset_s == 0.0


def test_another_first_row_leaves_the_rows_where_they_were_to_one_another(model) -> None:
    model.add(row("Q3"))
    model.set_alignment("Q2", by_hand(1.0, 100.0))
    model.set_alignment("Q3", by_hand(-2.0, -50.0))
    before = [r.to_own(1.7) for r in model.rows]
    model.make_reference(1)
    assert [r.key for r in model.rows] == ["Q2", "Q1", "Q3"]
    after = [r.to_own(before[1]) for r in model.rows]
    assert after == pytest.approx([before[1], before[0], before[2]], abs=1e-9)
    model.remove("Q2")
    assert model.reference.key == "Q1"
    assert model.rows[1].to_own(1.7) == pytest.approx(before[2], abs=1e-9)


def test_view_cursor_and_selection_stay_on_the_axis(model) -> None:
    model.set_view(-5.0, 2.0)
    assert model.view_s[0] == 0.0
    model.set_cursor(99.0)
    assert model.cursor_s == 4.0
    model.set_selection((3.0, 1.0))
    assert model.selection_s == (1.0, 3.0)
    model.zoom_to_selection()
    assert model.view_s == (1.0, 3.0)
    model.back()
    assert model.view_s == (0.0, 4.0)


def test_the_view_turns_the_page_with_the_playhead(model) -> None:
    model.set_view(0.0, 1.0)
    model.set_playhead(2.0)
    assert model.view_s == pytest.approx((1.95, 2.95))


def test_the_compared_row_is_never_the_first(model) -> None:
    assert model.compared.key == "Q2"
    model.set_active(0)
    assert model.compared.key == "Q2"
    model.step_active(-1)
    assert model.active_row.key == "Q2"


def test_an_empty_page_answers_everything(qapp) -> None:
    model = CompareModel()
    model.zoom(2.0)
    model.scroll(1.0)
    model.fit()
    model.go_to(3.0)
    model.nudge(1.0)
    model.step_active(1)
    model.set_selection((0.0, 1.0))
    assert (model.cursor_s, model.selection_s, model.compared) == (0.0, None, None)


def test_words_say_what_the_alignment_rests_on() -> None:
    assert signed(-1e-9, 6) == "0.000000"
    assert signed(-0.5, 1) == "−0.5"
    plain = row("Q2", alignment=Alignment(method="start", offset_s=0.25), gain_db=-3.0)
    assert alignment_text(plain) == ("offset +0.250000 s by start · level +3.0 dB against the first")
    assert plain.to_axis(0.0) == 0.25
    places = [Chunk(time_s=1.0, shift_s=0.0, ratio=ratio, agrees=ratio > 2) for ratio in (3.0, 3.0, 3.0, 1.1, 1.3)]
    partly = Evidence(chunks=tuple(places), chance=0.0, offset_error_s=3e-6, is_reliable=True)
    said = alignment_text(row("Q2", alignment=Alignment(method="correlation", evidence=partly)))
    assert said.startswith(
        "offset 0.000000 ± 0.000003 s · 3 of 5 places agree within 1 ms, 1 not found, 1 found elsewhere · "
    )
    assert "half of a 95 % interval over the 3 that agree" in said
    none = Evidence(chunks=(), chance=1.0, reason="Nothing in common.")
    assert alignment_text(row("Q2", alignment=Alignment(evidence=none))) == (
        "no reliable alignment · Nothing in common."
    )
