"""The Explain panel on a window: verdicts, averages, sound, disagreement, robustness, the seal, and stopping."""

from __future__ import annotations

import csv
import dataclasses
import json
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile as sf
from helpers.examine_data import fake_attribution, fake_checks
from helpers.waiting import until
from helpers.window import open_all, settle
from PySide6.QtWidgets import QDialog

from app.pages.explain import binding, wording
from app.pages.explain.average_tab import AverageChoice
from app.pages.explain.panel import ExplainPanel
from app.plots.explaining.base import PanelPlot
from app.services.engine import ExplainRequest
from app.services.exporting import table_text
from app.theme.palette import DARK, LIGHT
from app.widgets import dialogs
from core.analysis.disagreement import Voice
from core.analysis.finding import QuestionResult
from core.analysis.plan import AnalysisPlan
from core.analysis.robustness import Outcome, Robustness
from core.audio.perturb import Coding
from core.case.desk import Seal
from core.explain.averaging import joined
from core.explain.counterfactual import heard
from core.explain.verdicts import BASELINE_HIGHER, NONE_LOWER, RELIABLE, UNCHECKED, UNRELIABLE


@pytest.fixture
def panel(opened) -> ExplainPanel:
    opened.toggle_dock("explain")
    return opened._desk.docks["explain"].widget()


def explain(window) -> None:
    request = ExplainRequest(model="auditrace/test", question="synthetic", start_s=1.0)
    window.context.workbench.explain(window.context.session.current, request)
    assert window.context.jobs.settle()


def examine(window) -> None:
    window.context.workbench.examine(window.context.session.exhibits, AnalysisPlan())
    assert window.context.jobs.settle()


def sweep_of(window) -> Robustness:
    def outcome(name, score, ratio=None):
        interval = None if ratio is None else (ratio - 0.2, ratio + 0.2)
        reasons = ("AP-063: no ratio.",)
        answer = QuestionResult(question="synthetic", score=score, log10_lr=ratio, interval=interval, reasons=reasons)
        return Outcome(name=name, kind="mp3", keeps_band=True, answers={"synthetic": answer})

    lost = Outcome(name="AMR", kind="amr", keeps_band=False, answers={}, problem="PE-002: no coder")
    poor = QuestionResult(question="synthetic", score=-0.5, reasons=("AP-037: poor.", "AP-063: no ratio."))
    coded = dataclasses.replace(
        outcome("MP3 32 kbit/s", -0.5),
        answers={"synthetic": poor},
        parameters={"kind": "noise", "seed": 7},
        made_with="lame 3",
        coding=Coding(name="MP3", kbps=32.4),
    )
    outcomes = (outcome("as it is", 1.0, 0.5), coded, lost)
    digest = window.context.session.current.recording.id.sha256
    return Robustness(outcomes=outcomes, models=("m@0",), sha256=digest, start_s=0.0, end_s=6.0)


def test_a_map_is_checked_by_itself_and_its_verdict_stands_beside_it(opened, panel) -> None:
    assert panel.map.verdict.text() == wording.NO_MAP
    explain(opened)
    assert RELIABLE in panel.map.verdict.text()
    assert opened.model.attribution.checks.passed
    assert "not what was forged" in panel.describe()
    failed = dataclasses.replace(fake_attribution(), checks=fake_checks(passed=False))
    opened.context.session.update(opened.context.session.current.id, attribution=failed)
    assert UNRELIABLE in panel.map.verdict.text()
    opened.context.session.update(opened.context.session.current.id, attribution=fake_attribution())
    assert "do not rely on" in panel.map.verdict.text()


def test_every_plot_has_the_themes_colours_also_with_data_and_after_a_change(opened, panel) -> None:
    def plots():
        found = panel.findChildren(PanelPlot)
        assert len(found) == 4
        for plot in found:
            plot.grab()  # what is out of sight is drawn when it is needed
        return found

    def colours():
        axes = [part.getAxis("left") for plot in plots() for part in plot.parts]
        heads = [part.titleLabel.opts["color"] for plot in plots() for part in plot.parts if part.titleLabel.text]
        grounds = {plot.backgroundBrush().color().name() for plot in plots()}
        return grounds, {axis.textPen().color().name() for axis in axes}, set(heads)

    def of(theme):
        return {theme.plot}, {theme.axis}, {theme.text}

    assert colours() == of(LIGHT)
    explain(opened)
    opened.context.explaining.swept.emit("Q1", sweep_of(opened))
    assert colours() == of(LIGHT)
    opened.use_theme("dark")
    assert colours() == of(DARK)
    opened.context.session.update(opened.context.session.current.id, attribution=fake_attribution(2.0, 4.0))
    assert colours() == of(DARK)


def test_a_baseline_that_scores_higher_is_no_plain_pass(opened, panel) -> None:
    found = dataclasses.replace(fake_attribution(), score=1.29, baseline_score=7.66, checks=fake_checks())
    opened.context.session.update(opened.context.session.current.id, attribution=found)
    assert panel.map.verdict.text() == f"! {BASELINE_HIGHER}"
    assert "Score: +1.29 (baseline +7.66)" in panel.describe()
    assert "Target: towards synthetic" in panel.describe()
    none_lower = dataclasses.replace(found, none_is_lower=True)
    opened.context.session.update(opened.context.session.current.id, attribution=none_lower)
    assert panel.map.verdict.text() == f"✗ {NONE_LOWER}"
    opened.context.session.update(opened.context.session.current.id, attribution=found)
    saliency = dataclasses.replace(found, method="saliency")
    assert saliency.is_reliable
    # what is left unexplained is defined for methods whose map adds up to the difference
    assert "Left unexplained" in panel.describe()
    opened.context.session.update(
        opened.context.session.current.id, attribution=dataclasses.replace(found, method="occlusion")
    )
    assert "Left unexplained" not in panel.map.describe()


def test_what_is_heard_of_a_map_repeats_its_caution(opened, panel) -> None:
    session = opened.context.session
    session.update(session.current.id, attribution=fake_attribution())
    assert panel.listen.describe().startswith(UNCHECKED)
    checked = dataclasses.replace(fake_attribution(), score=2.0, baseline_score=0.0, checks=fake_checks())
    session.update(session.current.id, attribution=checked)
    assert panel.listen.describe().startswith("Press Make")


def test_two_models_are_compared_until_other_tracks_are_chosen(opened, panel) -> None:
    tab = panel.disagreement
    questions = Voice(question="synthetic"), Voice(question="neural_codec")
    models = Voice(question="synthetic", model="a"), Voice(question="synthetic", model="b")

    def chosen() -> list[str]:
        return [tab.first.currentData(), tab.second.currentData()]

    tab.set_voices(questions)
    assert chosen() == [voice.key for voice in questions]
    tab.set_voices((questions[0], *models, questions[1]))
    assert chosen() == [voice.key for voice in models]
    tab.second.setCurrentIndex(3)
    tab.second.activated.emit(3)
    tab.set_voices((questions[0], *models, questions[1]))
    assert chosen() == [models[0].key, questions[1].key]


def test_one_model_cannot_disagree_with_another(opened, panel) -> None:
    models = Voice(question="synthetic", model="a"), Voice(question="synthetic", model="b")
    questions = Voice(question="synthetic"), Voice(question="neural_codec")
    panel.disagreement.set_voices((*questions, *models))
    assert panel.disagreement.meaning == wording.DISAGREEMENT_MEANS
    panel.disagreement.set_voices(questions)
    assert "Two models that answer the same question are needed" in panel.disagreement.meaning


def test_checks_of_an_older_map_are_not_hung_on_a_newer_one(opened, panel) -> None:
    explain(opened)
    session, newer = opened.context.session, fake_attribution(2.0, 4.0)
    opened.context.explaining.check(session.current.id)
    session.update(session.current.id, attribution=newer)
    assert opened.context.jobs.settle()
    assert session.current.attribution is newer


def test_marked_regions_are_played_where_they_lie_and_saved_with_a_note(opened, panel, monkeypatch, tmp_path) -> None:
    explain(opened)
    exhibit = opened.context.session.current
    played = []
    monkeypatch.setattr(opened.context.playback, "play", lambda *arguments, **_: played.append(arguments))
    opened.context.explaining.derived.emit(
        exhibit.id, exhibit.attribution, heard(exhibit.recording, exhibit.attribution)
    )
    panel.listen.players["without"].click()
    recording, start_s, end_s = played[0]
    assert (start_s, end_s) == pytest.approx((1.0, 5.0))
    made = panel.listen
    assert recording.duration_s == exhibit.recording.duration_s
    assert np.abs(recording.read(16000, 80000)).max() > 0
    assert not recording.read(0, 16000).any()
    target = tmp_path / "out.wav"
    monkeypatch.setattr(dialogs, "ask_target", lambda *_: target)
    made.savers[1].click()
    assert opened.context.jobs.settle()
    with sf.SoundFile(target) as file:
        assert (file.samplerate, file.frames) == (16000, 64000)
        assert "not evidence" in file.comment
        assert exhibit.recording.id.sha256 in file.comment


def test_what_was_derived_from_another_map_is_not_offered(opened, panel) -> None:
    explain(opened)
    exhibit = opened.context.session.current
    opened.context.explaining.derived.emit(
        exhibit.id, exhibit.attribution, heard(exhibit.recording, exhibit.attribution)
    )
    assert panel.listen.players["only"].isEnabled()
    opened.context.session.update(exhibit.id, attribution=fake_attribution(2.0, 4.0))
    assert not panel.listen.players["only"].isEnabled()
    late = heard(exhibit.recording, exhibit.attribution)
    opened.context.explaining.derived.emit(exhibit.id, exhibit.attribution, late)
    assert not panel.listen.players["only"].isEnabled(), "nor what arrives when its map is gone"


def test_an_average_goes_over_what_was_chosen_and_can_be_exported(opened, panel, wav, monkeypatch) -> None:
    open_all(opened, [wav("two.wav", 5.0)])
    wishes = []
    monkeypatch.setattr(opened.context.explaining, "average", wishes.append)
    opened.model.set_selection((1.0, 5.5))
    choice = AverageChoice(
        model="auditrace/test", question="synthetic", method="ig", place="input", scope="selection", most=7
    )
    for scope in ("selection", "recording", "all"):
        panel.average.average_wanted.emit(dataclasses.replace(choice, scope=scope))
    spans = [[(exhibit.id, low, high) for exhibit, low, high in wish.stretches] for wish in wishes]
    assert spans == [[("Q1", 1.0, 5.5)], [("Q1", 0.0, 6.0)], [("Q1", 0.0, 6.0), ("Q2", 0.0, 5.0)]]
    found = joined([fake_attribution(0.0, 4.0)] * 3, [("Q1", i, i + 4.0) for i in range(3)])
    opened.context.explaining.averaged.emit(wishes[0], found)
    assert "3 windows" in panel.average.describe()
    table = opened.findChild(binding.ExplainBinding)._average
    assert [source.id for source in table[0]] == ["Q1"], "wishes that are under way are not what is shown"


def test_the_list_of_disagreement_leads_to_its_places(opened, panel) -> None:
    examine(opened)
    assert panel.disagreement.found is None or panel.disagreement.found.stretches
    assert opened.context.jobs.settle()
    opened.context.session.current_changed.emit()
    assert opened.context.jobs.settle()
    texts = [panel.disagreement.first.itemText(i) for i in range(panel.disagreement.first.count())]
    assert texts
    panel.disagreement.go_wanted.emit(2.0, 3.0)
    assert opened.model.selection_s == (2.0, 3.0)
    assert opened.model.cursor_s == 2.0


def test_moves_are_shown_with_ratios_or_reasons_and_exported(opened, panel, monkeypatch) -> None:
    opened.context.explaining.swept.emit("Q1", sweep_of(opened))
    rows = panel.robustness.rows()
    assert rows[0][:4] == ("as it is", "+1.00", "+0.00", "+0.50 [+0.30, +0.70]")
    assert rows[1][1:4] == ("−0.50", "−1.50", "none (AP-037)")
    assert rows[2][1:4] == ("–", "–", "none (PE-002)")
    assert panel.robustness.words.text().startswith("AP-037: poor.\nAP-063: no ratio.\nPE-002: no coder\n")
    assert "crosses 0 under MP3 32 kbit/s" in panel.robustness.describe()
    source = SimpleNamespace(id="Q1", name="one.wav", sha256="0" * 64, short_hash="0…0")
    text = table_text(binding_table(source, sweep_of(opened)))
    head, *lines = list(csv.reader(line for line in text.splitlines() if not line.startswith("#")))
    first, second, lost = (dict(zip(head, line, strict=True)) for line in lines)
    assert [first[f"Synthetic speech: {name}"] for name in ("log10 LR", "95 % low", "95 % high")] == [
        "0.5",
        "0.3",
        "0.7",
    ]
    assert (second["Coding"], second["Bit rate of a channel (kbit/s)"]) == ("MP3", "32.4")
    assert json.loads(second["Parameters"]) == {"kind": "noise", "seed": 7}
    assert second["Coder"] == "lame 3"
    assert (second["Synthetic speech: score"], second["Synthetic speech: move"]) == ("-0.5", "-1.5")
    assert second["Synthetic speech: log10 LR"] == ""
    assert second["Synthetic speech: reasons"] == "AP-037: poor. AP-063: no ratio."
    assert lost["Synthetic speech: reasons"] == "PE-002: no coder"
    assert wording.MOVES_MEAN in text


def binding_table(source, found):
    from app.pages.explain.origins import robustness_table

    return robustness_table(source, found)


def test_the_dialog_offers_a_usual_set_and_a_time(opened, panel, monkeypatch) -> None:
    asked = []

    def accept(dialog):
        asked.append((dialog.chosen(), dialog.estimate.text()))
        return QDialog.DialogCode.Accepted

    started = []
    monkeypatch.setattr(binding.RobustnessDialog, "exec", accept)
    monkeypatch.setattr(opened.context.explaining, "sweep", lambda *arguments: started.append(arguments))
    opened.model.set_selection((1.0, 3.0))
    panel.robustness.start.click()
    assert "MP3 32 kbit/s" in asked[0][0]
    assert "about" in asked[0][1]
    assert started[0][1] == asked[0][0]
    assert started[0][3] == (1.0, 3.0)


def test_sealed_results_are_not_to_be_seen_here(opened, panel) -> None:
    explain(opened)
    opened.context.explaining.swept.emit("Q1", sweep_of(opened))
    panel.set_sealed(True)
    assert not panel.tabs.isEnabled()
    assert panel.caption.text() == wording.SEALED


def test_nothing_of_a_run_stands_beside_another_exhibit_or_under_the_seal(opened, panel, wav) -> None:
    session, tab = opened.context.session, panel.robustness
    open_all(opened, [wav("two.wav", 5.0)])
    session.select("Q1")
    panel.show_tab("robustness")
    opened.context.explaining.swept.emit("Q1", sweep_of(opened))

    def said() -> str:
        texts = [text for row in tab.rows() for text in row]
        shown = [tab.title.text(), tab.words.text(), tab.plot.accessibleDescription(), str(tab.table.rowCount())]
        return " ".join([*texts, *shown, panel.describe(), tab.describe()])

    assert "AP-063" in said()
    assert "MP3 32 kbit/s" in said()
    session.select("Q2")
    assert "Not run yet" in said()
    assert not [word for word in ("AP-0", "PE-0", "kbit/s", "crosses 0") if word in said()]
    opened.context.explaining.swept.emit("Q2", dataclasses.replace(sweep_of(opened), sha256="f" * 64))
    assert tab.found is None, "what was run on a recording that is closed, under whose id another is open"
    session.select("Q1")
    assert "AP-063" in said()
    session.set_seal(Seal(on=True))
    assert wording.SEALED in said()
    assert not [word for word in ("AP-0", "PE-0", "kbit/s", "crosses 0", "Not run yet") if word in said()]
    assert not tab._shown.isVisibleTo(panel)


def test_what_arrives_while_sealed_is_shown_when_the_seal_is_taken_off(opened, panel) -> None:
    session = opened.context.session
    examine(opened)
    finding, found = session.current.finding, panel.disagreement.found
    session.set_seal(Seal(on=True))
    opened.context.explaining.swept.emit("Q1", sweep_of(opened))
    opened.context.explaining.compared.emit(finding, found)
    assert panel.robustness.found is None
    assert panel.disagreement.found is None
    session.set_seal(Seal())
    assert panel.robustness.found is not None


def test_every_tab_says_itself_in_words(opened, panel) -> None:
    for index in range(panel.tabs.count()):
        panel.tabs.setCurrentIndex(index)
        assert len(panel.describe()) > 60


def test_what_is_explained_is_scrolled_to_when_the_panel_takes_the_room(opened) -> None:
    opened.resize(1440, 900)
    explain(opened)
    opened.toggle_dock("explain")
    settle(opened)
    scrolled = opened.page._figure.scrolled
    frame = next(frame for frame in opened.page.frames if frame.name == "spectrogram")

    def below_px() -> int:
        return frame.y() + frame.height() - scrolled.verticalScrollBar().value() - scrolled.viewport().height()

    assert frame.y() + frame.height() > scrolled.viewport().height()
    until(lambda: below_px() <= 0 or scrolled.verticalScrollBar().value() == frame.y())
