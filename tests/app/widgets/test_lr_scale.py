"""A likelihood ratio on the screen: where things lie, what is said, and that all of it can be reached."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from helpers.calibrations import validated
from helpers.examine_data import fake_finding, memory_recording
from helpers.localising import plain_setting
from PySide6.QtCore import Qt

from app.viewmodels.facts import as_text
from app.viewmodels.results import result_sections, weighed
from app.widgets.inspector import Inspector
from app.widgets.lr_scale import LrScale
from core.analysis.finding import LocalisationResult, QuestionResult, Region
from core.calibration.verbal import Weight


def weight(log10_lr: float, **changes) -> Weight:
    values = {"interval": (log10_lr - 0.4, log10_lr + 0.4), "bounds": (-2.0, 2.4)}
    return Weight(question="synthetic", log10_lr=log10_lr, **{**values, **changes})


@pytest.fixture
def finding():
    calibration = validated("synthetic", ("auditrace/test",))
    given = QuestionResult(
        question="synthetic",
        score=1.5,
        log10_lr=-1.5,
        interval=(-1.9, -1.1),
        bounds=(-2.0, 2.0),
        applicability="edge",
        reasons=("AP-043: near the edge.",),
        calibration=calibration.id,
    )
    refused = QuestionResult(
        question="neural_codec", score=0.5, reasons=("AP-060: No likelihood ratio, because the Cllr is 0.71.",)
    )
    made = fake_finding(memory_recording(np.zeros((1, 64000), np.float32), 16000))
    return dataclasses.replace(
        made,
        questions={"synthetic": given, "neural_codec": refused},
        calibrations={"synthetic": calibration},
    )


def test_places_on_the_axis(qtbot) -> None:
    scale = LrScale("Synthetic speech", weight(1.2))
    qtbot.addWidget(scale)
    scale.resize(324, 80)
    assert scale.reach == 3
    assert [scale.x_of(x) for x in (-3, 0, 3, 9)] == [12, 162, 312, 312]


@pytest.mark.parametrize(
    ("log10_lr", "name"),
    [
        (0.1, "neither"),
        (0.5, "weak"),
        (-0.5, "weak"),
        (1.0, "weak"),
        (1.01, "moderate"),
        (-1.5, "moderate"),
        (2.4, "moderately strong"),
        (-2.9, "moderately strong"),
    ],
)
def test_the_pointer_lies_in_the_band_that_the_words_name(qtbot, log10_lr: float, name: str) -> None:
    shown = weight(log10_lr, bounds=None)
    scale = LrScale("Synthetic speech", shown)
    qtbot.addWidget(scale)
    low, high, found = shown.scale.spans(scale.reach)[scale.own_band()]
    assert found == name
    assert low <= log10_lr <= high
    assert name == "neither" or f"{name} support".capitalize() in f"{shown.words}".capitalize()


def test_the_whole_of_it_is_said_and_can_be_reached(qtbot) -> None:
    scale = LrScale("Synthetic speech", weight(2.4))
    qtbot.addWidget(scale)
    assert scale.accessibleName() == "Synthetic speech: likelihood ratio on the verbal scale"
    for part in ("at least", "95 % interval", "LR 0.010 to 250", "version 1.0"):
        assert part in scale.accessibleDescription()
    assert scale.focusPolicy() == Qt.FocusPolicy.StrongFocus
    assert not scale.grab().isNull()


def test_the_inspector_shows_a_ratio_and_a_reason(qtbot, finding) -> None:
    inspector = Inspector()
    qtbot.addWidget(inspector)
    inspector.show_weights(weighed(finding))
    assert [scale.weight.log10_lr for scale in inspector.weights.scales] == [-1.5]
    lines = [line for one in weighed(finding) for line in one.lines]
    assert lines == [
        "Moderate support for the second proposition (the speech is human) rather than the first.",
        "LR 0.032 (95 % interval 0.013 to 0.079)",
        "At the edge of what was validated: near the edge. Read the reasons below.",
        "AP-060: No likelihood ratio, because the Cllr is 0.71.",
    ]
    inspector.show_weights([])
    assert inspector.weights.scales == ()


def test_the_headline_names_what_lies_at_the_edge(finding) -> None:
    long = "AP-046: 12 s of speech, more than was validated (4.8 s); what a ratio is worth there was not measured."
    reasons = (long, "AP-045: there may be traces of earlier coding.", "AP-062: the ratio is at the lower end.")
    answer = dataclasses.replace(finding.questions["synthetic"], applicability="edge", reasons=reasons)
    one = weighed(dataclasses.replace(finding, questions={"synthetic": answer}))[0]
    assert one.lines[-1] == (
        "At the edge of what was validated: 12 s of speech, more than was validated (4.8 s); there may be traces of "
        "earlier coding. Read the reasons below."
    )


def test_facts_hold_all_that_must_stand_beside_a_ratio(finding) -> None:
    region = Region(question="synthetic", start_s=1.0, end_s=2.5, score=2.0, resolution_s=0.25)
    localised = {
        "synthetic": LocalisationResult(question="synthetic", regions=(region,), setting=plain_setting(relative=True))
    }
    said = as_text(result_sections(dataclasses.replace(finding, localisation=localised)))
    for part in (
        "Limits of the validation: log10 LR −2.00 to +2.00 (LR 0.010 to 100)",
        "more probable if the speech is human than if the speech is synthetic.",
        "First proposition: The speech is synthetic",
        "Cllr: 0.27 (95 % interval 0.21 to 0.34)",
        "1.000 s to 2.500 s, mean score +2.00, ends ±0.25 s",
        "s each 0.25 s, above the median of the recording's speech; the track's windows are the models' own.",
        finding.questions["synthetic"].calibration,
    ):
        assert part in said
    assert "probability" not in said
