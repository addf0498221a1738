"""The lane of likelihood ratios: drawn in its band, read at the cursor, said in words, gone with the finding."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.calibrations import straight
from helpers.examine_data import fake_finding, memory_recording
from helpers.submitting import LaterSubmit

from app.plots.ratio_drawing import corners
from app.plots.ratio_lane import EMPTY, RatioLane
from app.theme import DARK
from app.viewmodels.notes import SEALED_LANE
from core.analysis.finding import Finding, QuestionResult
from core.audio.recording import Segment
from core.ood.validated import Envelope, Limit

REFUSED = "AP-060: No likelihood ratio, because the validated Cllr of neural codec is 0.57."


@pytest.fixture(scope="module")
def finding() -> Finding:
    """12 s, windows of 4 s each second, speech in all but 8 to 12 s: stretches of 6 s, six of them."""
    found = fake_finding(memory_recording(np.zeros((1, 12 * 8000), np.float32), 8000))
    envelope = Envelope(
        limits=(Limit(quantity="speech_s", edge=4.5, outside=3.5),), codecs=("FLOAT",), longest_speech_s=6.2
    )
    return replace(
        found,
        condition=replace(found.condition, codec="FLOAT", speech=(Segment(start_frame=0, end_frame=8 * 8000),)),
        questions={
            "synthetic": QuestionResult(question="synthetic", score=1.0, log10_lr=0.3),
            "neural_codec": QuestionResult(question="neural_codec", score=1.0, reasons=(REFUSED,)),
        },
        calibrations={"synthetic": straight(models=("auditrace/test",), envelope=envelope)},
    )


@pytest.fixture
def submit() -> LaterSubmit:
    return LaterSubmit()


@pytest.fixture
def lane(qtbot, submit: LaterSubmit) -> RatioLane:
    lane = RatioLane(submit)
    qtbot.addWidget(lane)
    lane.resize(900, 160)
    lane.show()
    qtbot.waitExposed(lane)
    lane.set_theme(DARK)
    lane.set_view(0, 12)
    lane.render_now()
    return lane


def show(lane: RatioLane, submit: LaterSubmit, finding: Finding) -> None:
    lane.set_finding(finding)
    lane.render_now()
    submit.finish_all()
    lane.render_now()


def test_ratios_stand_about_the_middles_of_their_stretches_with_gaps_in_pauses(lane, submit, finding):
    show(lane, submit, finding)
    (track,) = (track for track in lane.tracks if not track.reason)
    assert track.starts_s.tolist() == [0, 1, 2, 3, 4, 5]
    assert track.speech_s.tolist() == pytest.approx([6, 6, 6, 5, 4, 3])
    synthetic, codec = lane._drawings
    x, y = synthetic.line.points
    assert x.tolist() == [2.5, 3.5, 3.5, 4.5, 4.5, 5.5, 5.5, 6.5, 6.5, 7.5, 7.5, 8.5]
    np.testing.assert_array_equal(y, np.repeat(track.log10_lr, 2))
    assert np.isnan(y).tolist() == [False] * 10 + [True] * 2
    low, high = (edge.points[1] for edge in synthetic.edges)
    assert (low[:10] <= y[:10]).all()
    assert (high[:10] >= y[:10]).all()
    assert synthetic.band._path.boundingRect().right() == pytest.approx(7.5)
    assert codec.line.points[0].size == 0
    assert [line._value for line in lane._limits] == [-2.0, 2.0]


def test_the_stretch_at_the_cursor_is_shown_and_read(lane, submit, finding):
    show(lane, submit, finding)
    (track,) = (track for track in lane.tracks if not track.reason)
    weight = track.weight(4)
    assert weight is not None
    lane.set_cursor(7.2)
    assert lane.value_text(7.2) == f"{weight.brief}, 4 to 10 s, at the edge of what was validated"
    assert lane.summary.startswith(lane.value_text(7.2))
    assert lane._here.points[0].tolist() == [4.0, 10.0]
    lane.set_cursor(8.2)
    assert lane.value_text(8.2) == "no ratio, 5 to 11 s: 3.0 s of speech"
    lane.set_cursor(1.0)
    assert lane.value_text(1.0) == ""
    assert lane._here.points[0].size == 0


def test_it_says_what_the_ratios_are_and_are_not(lane, submit, finding):
    said: list[str] = []
    lane.legend_changed.connect(said.append)
    lane.hide()
    lane.show()
    show(lane, submit, finding)
    words = lane.describe()
    assert len(said) == 1
    assert "6 stretches of 6 s, 1 too poor in speech" in words
    assert "log10 LR at most −2.00" in words
    assert f"neural codec: {REFUSED}" in words
    for text in (words, *said):
        assert "never multiplied" in text
        assert "place to look, not the weight of the evidence" in text
    assert "neural codec:&nbsp;none" in lane.legend.text()
    assert "calibration synthetic-logistic-" in lane.summary


def test_one_stretch_in_view_is_said_as_one(lane, submit, finding):
    show(lane, submit, finding)
    lane.set_view(2.9, 3.4)
    (track,) = (track for track in lane.tracks if not track.reason)
    assert f"synthetic: 1 stretch of 6 s, {track.weight(0).brief};" in lane.describe()


def test_without_ratios_the_sentence_of_the_finding_stands_there(lane, submit, finding):
    refused = {question: replace(answer, log10_lr=None) for question, answer in finding.questions.items()}
    refused["synthetic"] = replace(refused["synthetic"], reasons=("AP-063: No likelihood ratio, because of that.",))
    show(lane, submit, replace(finding, questions=refused))
    assert lane._message.isVisible()
    assert (
        lane._message.toPlainText()
        == f"Synthetic: AP-063: No likelihood ratio, because of that.\nNeural codec: {REFUSED}"
    )
    assert lane.summary == ""
    assert lane.legend.isHidden()


def test_with_the_finding_all_goes_also_what_is_still_being_computed(lane, submit, finding):
    show(lane, submit, finding)
    lane.set_finding(replace(finding))
    lane.render_now()
    work = submit.works.pop()
    lane.set_empty_text(SEALED_LANE)
    lane.set_finding(None)
    assert work.is_cancelled
    work.finish()
    lane.render_now()
    assert lane.tracks == ()
    assert [drawing.line.points[0].size for drawing in lane._drawings] == [0, 0]
    assert lane.describe().endswith(SEALED_LANE.replace("\n", " "))
    assert lane.value_text(5.0) == ""
    lane.set_empty_text("")
    assert EMPTY in lane.describe()


def test_what_was_stopped_because_nobody_saw_it_is_computed_once_it_is_seen(lane, submit, finding):
    lane.set_finding(finding)
    lane.render_now()
    (first,) = submit.works
    lane.stop()  # as when another page comes to the front
    first.on_cancel()
    assert not lane.is_drawn
    lane.draw_now()
    submit.works.pop().finish()
    assert lane.tracks


def test_what_the_examiner_stopped_says_so(lane, submit, finding):
    lane.set_finding(finding)
    lane.render_now()
    submit.works.pop().on_cancel()
    lane.render_now()
    assert "Stopped" in lane.describe()
    assert not submit.works


def test_all_stretches_are_copied(lane, submit, finding):
    copied: list[str] = []
    show(lane, submit, finding)
    lane.copy_data(copied.append)
    submit.finish_all()
    rows = [line.split("\t") for line in copied[0].splitlines() if not line.startswith("#")]
    assert rows[0][:3] == ["start (s)", "end (s)", "speech (s)"]
    assert [row[0] for row in rows[1:7]] == ["0.0", "1.0", "2.0", "3.0", "4.0", "5.0"]
    assert "never multiplied" in copied[0]
    assert REFUSED in copied[0]


def test_an_hour_is_drawn_with_few_points(lane, submit, finding):
    show(lane, submit, finding)
    (track,) = (track for track in lane.tracks if not track.reason)
    values = np.random.default_rng(1).uniform(-1, 1, 3600)
    hour = replace(
        track,
        starts_s=np.arange(3600.0),
        log10_lr=values,
        interval=np.stack([values - 0.1, values + 0.1], axis=1),
        speech_s=np.full(3600, 6.0),
        verdicts=("inside",) * 3600,
    )
    assert corners(hour)[0].size == 7200
    lane._drawings[0].draw(hour, (0.0, 3600.0), 800)
    x, y = lane._drawings[0].line.points
    assert x.size <= 4 * 800
    assert (y.min(), y.max()) == (values.min(), values.max())
