"""Opening, examining, saving: results and errors end where they belong."""

from __future__ import annotations

import dataclasses
import json
import threading
from pathlib import Path

import pytest
from helpers.examine_data import fake_finding
from helpers.waiting import PATIENCE_S, until

import core.report.pdf
from app.context import AppContext
from app.services.engine import CASE_FILE, Engine, Models, recordings_in
from app.services.session import OpenCase, Unopened
from app.viewmodels.exhibits import state_text
from core.analysis.document import run_json
from core.analysis.plan import AnalysisPlan
from core.audio import open_recording
from core.case import Case
from core.foundation.errors import ModelError
from core.foundation.progress import SILENT


def opened(context: AppContext, *paths: Path) -> AppContext:
    context.workbench.open(paths)
    assert context.jobs.settle()
    return context


def test_bad_files_give_messages_and_the_others_go_on(context: AppContext, wav, tmp_path: Path, messages: list) -> None:
    empty, text = tmp_path / "empty.wav", tmp_path / "text.wav"
    empty.write_bytes(b"")
    text.write_text("no sound")
    missing = tmp_path / "missing.wav"
    opened(context, empty, wav("a.wav"), text, missing, wav("b.wav"))
    assert [(exhibit.id, exhibit.name) for exhibit in context.session.exhibits] == [("Q1", "a.wav"), ("Q2", "b.wav")]
    assert len(context.session.errors) == 3
    (message,) = messages
    assert message.text.startswith("3 files could not be opened. ")
    assert all(name in message.text for name in ("empty.wav", "text.wav", "missing.wav"))
    assert message.code.count("IN-") + message.code.count("DE-") == 3
    assert len(message.details.split("\n\n")) == 3


def test_many_files_keep_their_order(context: AppContext, wav) -> None:
    paths = [wav(f"{n:02d}.wav", 0.5 + 0.3 * (n % 3)) for n in range(12)]
    opened(context, *paths)
    assert [exhibit.name for exhibit in context.session.exhibits] == [path.name for path in paths]
    assert [exhibit.id for exhibit in context.session.exhibits] == [f"Q{n}" for n in range(1, 13)]
    assert all(exhibit.condition is not None for exhibit in context.session.exhibits)


def test_a_folder_stands_for_the_recordings_in_it(context: AppContext, wav, tmp_path: Path) -> None:
    wav("b.wav")
    wav("a.wav")
    (tmp_path / "notes.txt").write_text("")
    opened(context, tmp_path)
    assert [exhibit.name for exhibit in context.session.exhibits] == ["a.wav", "b.wav"]


def test_an_empty_folder_is_told(context: AppContext, tmp_path: Path, messages: list) -> None:
    opened(context, tmp_path)
    assert [message.code for message in messages] == ["SY-103"]


def test_the_same_file_is_opened_once(context: AppContext, wav, messages: list) -> None:
    path, said = wav(), []
    context.errors.mentioned.connect(said.append)
    opened(opened(context, path), path)
    assert len(context.session.exhibits) == 1
    assert said == ["clip.wav is open already, as Q1."]
    assert messages == [], "nothing to dismiss"


def test_a_copy_is_named_as_such(context: AppContext, wav, tmp_path: Path, messages: list) -> None:
    path = wav()
    copy = tmp_path / "copy.wav"
    copy.write_bytes(path.read_bytes())
    opened(opened(context, path), copy)
    assert "same SHA-256) as Q1" in messages[0].text


def test_umlauts_spaces_and_long_names(context: AppContext, wav) -> None:
    opened(context, wav("Zeugin Müller – Anruf 1.wav"))
    assert context.session.exhibits[0].name == "Zeugin Müller – Anruf 1.wav"


def test_a_name_that_turns_its_letters_round_is_shown_and_told(context: AppContext, wav, messages: list) -> None:
    opened(context, wav("call\u202e3pm.wav"))
    exhibit = context.session.exhibits[0]
    assert exhibit.name == "call⟨U+202E⟩3pm.wav"
    assert [message.code for message in messages] == ["IN-022"]
    assert not any("\u202e" in message.text for message in messages)
    assert state_text(exhibit) == "name hides signs · not examined"


def test_a_finding_arrives_in_the_session(context: AppContext, wav) -> None:
    opened(context, wav())
    states = []
    context.session.changed.connect(lambda exhibit_id: states.append(context.session.get(exhibit_id).state))
    context.workbench.examine(context.session.exhibits, AnalysisPlan(models=("auditrace/test",)))
    assert context.jobs.settle()
    exhibit = context.session.exhibits[0]
    assert exhibit.finding is not None
    assert exhibit.finding.plan.models == ("auditrace/test",)
    assert states == ["waiting", "examining", "examined"]
    assert context.workbench.has_unsaved


def test_cancelling_leaves_no_half_result(context: AppContext, engine, wav) -> None:
    opened(context, wav())
    engine.steps = 10_000
    context.workbench.examine(context.session.exhibits, AnalysisPlan())
    context.jobs.active[0].started.connect(context.jobs.cancel_all)
    assert context.jobs.settle()
    assert context.session.exhibits[0].state == "ready"
    assert context.session.exhibits[0].finding is None
    assert not context.workbench.has_unsaved


def test_cancelling_counts_at_once_while_the_thread_still_works(context: AppContext, engine, wav, monkeypatch) -> None:
    opened(context, wav())
    go = threading.Event()
    monkeypatch.setattr(engine, "examine", lambda *_, progress: go.wait(PATIENCE_S))
    context.workbench.examine(context.session.exhibits, AnalysisPlan())
    (job,) = context.jobs.active
    job.started.connect(job.cancel)
    until(lambda: job.message == "cancelling")
    assert context.session.exhibits[0].state == "ready"
    assert context.jobs.active == (job,)
    go.set()
    assert context.jobs.settle()
    assert context.session.exhibits[0].finding is None


def test_running_again_replaces_the_run(context: AppContext, engine, wav) -> None:
    opened(context, wav())
    engine.steps = 10_000
    context.workbench.examine(context.session.exhibits, AnalysisPlan(models=("old",)))
    engine.steps = 1
    context.workbench.examine(context.session.exhibits, AnalysisPlan(models=("new",)))
    assert context.jobs.settle()
    finding = context.session.exhibits[0].finding
    assert finding is not None
    assert finding.plan.models == ("new",)
    assert context.session.exhibits[0].state == "examined"


def test_a_failure_is_told_and_stays_with_the_exhibit(context: AppContext, engine, wav, messages: list) -> None:
    opened(context, wav())
    engine.error = ModelError("MO-002", "There is no model called x.")
    context.workbench.examine(context.session.exhibits, AnalysisPlan())
    assert context.jobs.settle()
    assert context.session.exhibits[0].state == "failed"
    assert context.session.exhibits[0].note == "There is no model called x."
    assert messages[-1].code == "MO-002"


def test_removing_stops_what_is_done_to_it(context: AppContext, engine, wav) -> None:
    opened(context, wav())
    engine.steps = 10_000
    context.workbench.examine(context.session.exhibits, AnalysisPlan())
    context.workbench.remove("Q1")
    assert context.jobs.settle()
    assert context.session.exhibits == ()


def test_saved_json_is_the_outer_contract(context: AppContext, wav, tmp_path: Path, messages: list) -> None:
    bad = tmp_path / "bad.wav"
    bad.write_bytes(b"")
    opened(context, wav(), bad)
    context.workbench.examine(context.session.exhibits, AnalysisPlan())
    context.jobs.settle()
    context.workbench.save_json(tmp_path / "sub" / "out.json")
    assert context.jobs.settle()
    document = json.loads((tmp_path / "sub" / "out.json").read_text())
    assert document["schema"] == "auditrace.analysis/1"
    assert document["recordings"][0]["sha256"] == context.session.exhibits[0].recording.id.sha256
    assert document["errors"][0]["path"].endswith("bad.wav")
    assert not context.workbench.has_unsaved
    assert context.errors.last_written.endswith("out.json")
    assert "Written" not in " ".join(message.text for message in messages)


def test_what_was_found_while_results_were_being_written_is_unsaved(context: AppContext, wav, tmp_path: Path) -> None:
    (exhibit,) = opened(context, wav()).session.exhibits
    context.workbench.examine([exhibit], AnalysisPlan())
    assert context.jobs.settle()
    context.workbench.save_json(tmp_path / "out.json")
    context.workbench._examined(exhibit.id, fake_finding(exhibit.recording))
    assert context.jobs.settle()
    assert context.workbench.has_unsaved
    context.workbench.save_json(tmp_path / "out.json")
    assert context.jobs.settle()
    assert not context.workbench.has_unsaved


def test_the_report_of_a_case_saves_nothing_of_a_recording_beside_it(
    context: AppContext, case_folder: Path, wav, tmp_path: Path
) -> None:
    opened(context, case_folder)
    opened(context, wav("beside.wav"))
    context.workbench._engine.write_report = lambda *arguments, progress: arguments[-1]
    context.workbench.examine(context.session.exhibits, AnalysisPlan())
    assert context.jobs.settle()
    context.workbench.export_report(tmp_path / "out.pdf")
    assert context.jobs.settle()
    assert context.workbench.has_unsaved


def test_a_target_that_cannot_be_written_is_told(context: AppContext, tmp_path: Path, messages: list) -> None:
    (tmp_path / "file").write_text("")
    context.workbench.save_json(tmp_path / "file" / "out.json")
    assert context.jobs.settle()
    assert messages[-1].code == "SY-002"


def test_recordings_in_looks_into_subfolders(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("b/x.MP3", "a.flac", "c.txt", "d.mkv"):
        (tmp_path / name).write_text("")
    assert [path.name for path in recordings_in(tmp_path)] == ["a.flac", "x.MP3", "d.mkv"]


def test_a_case_folder_brings_its_exhibits_under_their_ids(wav, tmp_path: Path) -> None:
    case = Case.create(tmp_path / "case", number="1", examiner="A")
    case.add(wav("x.wav"), exhibit_id="K7", role="known")
    opening = Engine().look([tmp_path / "case"], progress=SILENT)
    assert (tmp_path / "case" / CASE_FILE).is_file()
    assert opening.case == OpenCase(folder=tmp_path / "case", number="1", examiner="A")
    assert [(intake.exhibit_id, intake.name) for intake in opening.intakes] == [("K7", "x.wav")]


@pytest.fixture
def case_folder(wav, tmp_path: Path) -> Path:
    case = Case.create(tmp_path / "case", number="1", examiner="A")
    case.add(wav("in the case.wav"))
    return tmp_path / "case"


def test_runs_of_a_cases_exhibits_go_into_the_case(context: AppContext, engine, case_folder: Path) -> None:
    opened(context, case_folder)
    asked = []
    invented = engine.examine
    engine.examine = lambda *given, progress: asked.append(given[3:]) or invented(*given, progress=progress)
    context.workbench.examine(context.session.exhibits, AnalysisPlan())
    context.jobs.settle()
    assert asked == [(case_folder, "Q1")]
    assert not context.workbench.has_unsaved


def test_an_exhibit_keeps_the_name_it_was_received_under(context: AppContext, case_folder: Path) -> None:
    opened(context, case_folder)
    assert [(exhibit.id, exhibit.name) for exhibit in context.session.exhibits] == [("Q1", "in the case.wav")]


def test_a_changed_exhibit_is_not_opened(context: AppContext, case_folder: Path, wav, messages: list) -> None:
    copy = next((case_folder / "evidence").iterdir())
    copy.chmod(0o600)
    copy.write_bytes(wav("other.wav", 2.0).read_bytes())
    opened(context, case_folder)
    assert context.session.exhibits == ()
    assert [(listed.id, listed.name) for listed in context.session.listed] == [("Q1", "in the case.wav")]
    assert (messages[-1].code, messages[-1].level) == ("EV-003", "bad")


def test_a_missing_exhibit_leaves_the_others(context: AppContext, case_folder: Path, wav, messages: list) -> None:
    next((case_folder / "evidence").iterdir()).unlink()
    Case.open(case_folder).add(wav("second.wav", 2.0))
    opened(context, case_folder)
    assert [exhibit.name for exhibit in context.session.exhibits] == ["second.wav"]
    assert [message.code for message in messages] == ["EV-001"]
    lost = context.session.listed[0]
    assert isinstance(lost, Unopened)
    assert (lost.id, lost.name) == ("Q1", "in the case.wav")
    assert lost.note
    assert lost.note in messages[0].text


def test_a_recording_beside_the_case_is_examined_but_not_recorded(
    context: AppContext, engine, case_folder: Path, wav, messages: list
) -> None:
    opened(context, case_folder)
    opened(context, wav("beside.wav"))
    assert [exhibit.in_case for exhibit in context.session.exhibits] == [True, False]
    assert messages[-1].code == "SY-106"


def test_exhibits_come_with_the_scores_of_their_latest_run(context: AppContext, case_folder: Path, wav) -> None:
    case = Case.open(case_folder)
    case.add(wav("not examined.wav", 2.0))
    recording = open_recording(case.working_copy("Q1"))
    for made_at in ("2026-11-20T10:00:00+00:00", "2026-11-21T10:00:00+00:00"):
        case.record_run("Q1", run_json(dataclasses.replace(fake_finding(recording), made_at=made_at)))
    opened(context, case_folder)
    examined, other = context.session.exhibits
    assert (examined.state, other.state) == ("examined", "ready")
    assert examined.finding is not None
    assert examined.finding.made_at == "2026-11-21T10:00:00+00:00"
    assert examined.finding.segments == fake_finding(recording).segments
    assert not context.workbench.has_unsaved


def test_a_run_that_was_changed_is_told_and_the_exhibit_stays(
    context: AppContext, case_folder: Path, messages: list
) -> None:
    case = Case.open(case_folder)
    case.record_run("Q1", run_json(fake_finding(open_recording(case.working_copy("Q1")))))
    kept = next((case_folder / "runs").iterdir())
    kept.chmod(0o600)
    kept.write_text(kept.read_text().replace("4.", "9."))
    opened(context, case_folder)
    assert [(exhibit.id, exhibit.state) for exhibit in context.session.exhibits] == [("Q1", "ready")]
    assert (messages[-1].code, messages[-1].level) == ("EV-006", "bad")


def test_a_case_is_made_and_filled_from_the_window(context: AppContext, wav, tmp_path: Path) -> None:
    context.workbench.create_case(tmp_path / "new", "2026/1", "A. Weber")
    assert context.jobs.settle()
    assert context.session.case == OpenCase(folder=tmp_path / "new", number="2026/1", examiner="A. Weber")
    opened(context, wav("beside.wav", 2.0))
    context.workbench.add_to_case([wav("a.wav", 1.0), wav("b.wav", 3.0)], "questioned")
    context.workbench.add_to_case([wav("c.wav", 4.0)], "known")
    assert context.jobs.settle()
    ids = [(exhibit.id, exhibit.name, exhibit.in_case) for exhibit in context.session.exhibits]
    assert ids == [("X1", "beside.wav", False), ("Q1", "a.wav", True), ("Q2", "b.wav", True), ("K1", "c.wav", True)]
    assert [(x.id, x.role) for x in Case.open(tmp_path / "new").exhibits()] == [
        ("Q1", "questioned"),
        ("Q2", "questioned"),
        ("K1", "known"),
    ]


def test_a_case_that_cannot_be_made_or_filled_is_told(
    context: AppContext, wav, case_folder: Path, tmp_path: Path, messages: list
) -> None:
    context.workbench.create_case(case_folder, "2", "B")
    assert context.jobs.settle()
    assert [message.code for message in messages] == ["CA-002"]
    opened(context, case_folder)
    context.workbench.add_to_case([tmp_path / "missing.wav"], "questioned")
    assert context.jobs.settle()
    assert messages[-1].code == "CA-009"
    assert [exhibit.id for exhibit in context.session.exhibits] == ["Q1"]


def test_a_report_without_a_case_names_what_could_not_be_opened(
    context: AppContext, wav, tmp_path: Path, monkeypatch
) -> None:
    bad, given = tmp_path / "bad.wav", []
    bad.write_bytes(b"")
    monkeypatch.setattr(core.report, "build_from_runs", lambda *_, unusable, **__: given.extend(unusable))
    monkeypatch.setattr(core.report.pdf, "write", lambda *_: None)
    opened(context, wav(), bad)
    context.workbench.examine(context.session.exhibits, AnalysisPlan())
    context.jobs.settle()
    context.workbench.export_report(tmp_path / "out.pdf")
    assert context.jobs.settle()
    assert [(Path(path).name, code[:3]) for path, code, _ in given] == [("bad.wav", "IN-")]


def test_a_case_replaces_what_is_open_only_with_leave(context: AppContext, wav, case_folder: Path) -> None:
    opened(context, wav("first.wav"))
    context.workbench.may_replace = lambda: False
    opened(context, case_folder)
    assert [exhibit.name for exhibit in context.session.exhibits] == ["first.wav"]
    context.workbench.may_replace = lambda: True
    opened(context, case_folder)
    assert context.session.case_folder == case_folder
    assert [exhibit.in_case for exhibit in context.session.exhibits] == [True]


def test_opening_a_case_does_not_stop_the_reading_of_the_models(context: AppContext, case_folder: Path) -> None:
    context.workbench.models, context.workbench.has_models_read = Models(), False
    engine_models, go = context.workbench._engine.models, threading.Event()
    context.workbench._engine.models = lambda *, progress: go.wait(PATIENCE_S) and engine_models(progress=progress)
    context.workbench.list_models()
    context.session.case_changed.connect(go.set)
    opened(context, case_folder)
    assert context.workbench.has_models_read
    assert context.workbench.models.cards


def test_nothing_is_left_running(context: AppContext, wav) -> None:
    opened(context, wav())
    assert context.jobs.active == ()
    assert all(thread.name.split("_")[0] != "playback" for thread in threading.enumerate())
