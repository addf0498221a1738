"""Facts for a report, from a case folder or from runs that were made without one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.audio import Recording, open_recording
from core.case import Case, Exhibit, LogEntry, Run, audit
from core.case.errors import changed_row, evidence_changed
from core.case.exhibit import RAN, REPORTED, exhibits_of, runs_of
from core.explain.attribution import Attribution
from core.foundation.errors import AudioError, IntegrityError
from core.foundation.hashing import sha256_value
from core.foundation.names import visible
from core.foundation.progress import SILENT, Progress, span
from core.foundation.version import NAME, version
from core.report.collecting import collect, on_one_scale
from core.report.errors import nothing_to_report
from core.report.facts import HashCheck, ReportFacts, RunRow, Subject, Unusable, models_of
from core.report.shape import checked

_CHECKED = "case checked"


def from_case(case: Case, template: str, as_of: int | None = None, progress: Progress = SILENT) -> ReportFacts:
    """Facts of a case as its log stood at a row; without one, at the last row that is no report.

    The chain of the log, the runs and the working copies that are shown are checked on the way.

    Raises:
        IntegrityError: the log, a run or a working copy was changed (EV-…).
        ReportError: the case has no exhibits (RE-001).
    """
    log = _standing(case.log(), as_of)
    exhibits, runs = exhibits_of(log), runs_of(log)
    if not exhibits:
        raise nothing_to_report()
    newest = {run.exhibit_id: run for run in runs}
    loaded = {run.id: checked(f"run {run.id}", case.load_run(run.id)) for run in newest.values()}
    labels = {model.key: model.label for model in models_of(*_in_order(exhibits, newest, loaded))}
    subjects = []
    for number, exhibit in enumerate(exhibits):
        part = span(progress, number / len(exhibits), (number + 1) / len(exhibits))
        subjects.append(_subject(case, exhibit, newest.get(exhibit.id), loaded, labels, log, part))
    return ReportFacts(
        template=template,
        number=case.number,
        examiner=case.examiner,
        report_id=f"{case.number}/{1 + sum(entry.action == REPORTED for entry in log)}",
        made_at=log[-1].time,
        subjects=_comparable(subjects),
        runs=tuple(_run_row(run, newest[run.exhibit_id]) for run in runs),
        log=tuple(log),
        software=f"{NAME} {version()}",
    )


def from_runs(
    runs: Sequence[Mapping[str, Any]],
    recordings: Sequence[Recording],
    template: str,
    *,
    number: str = "",
    examiner: str = "",
    made_at: str,
    attributions: Mapping[str, Sequence[Attribution]] | None = None,
    unusable: Sequence[tuple[str, str, str]] = (),
    progress: Progress = SILENT,
) -> ReportFacts:
    """Facts of runs made without a case; the recordings are called Q1, Q2 … in their order.

    Args:
        runs: Records `auditrace.run/1`.
        recordings: The opened recordings, one for each run.
        template: Kind of report.
        number: The case's number, if it has one.
        examiner: Who made the examination.
        made_at: UTC, ISO 8601.
        attributions: Explanations to show, by exhibit id.
        unusable: (path, code, message) of each recording that could not be used.
        progress: Told of the figures.

    Raises:
        ReportError: there are no runs (RE-001).
    """
    if not runs:
        raise nothing_to_report()
    labels = {model.key: model.label for model in models_of(*[checked("these recordings", run) for run in runs])}
    subjects, rows = [], []
    for place, (run, recording) in enumerate(zip(runs, recordings, strict=True)):
        part = span(progress, place / len(runs), (place + 1) / len(runs))
        shown = (attributions or {}).get(f"Q{place + 1}", ())
        subjects.append(_loose_subject(f"Q{place + 1}", run, recording, labels, shown, part))
        run_sha256 = sha256_value(run)
        rows.append(
            RunRow(id=f"R{place + 1}", exhibit=f"Q{place + 1}", time=run["made_at"], sha256=run_sha256, used=True)
        )
    return ReportFacts(
        template=template,
        number=number,
        examiner=examiner,
        report_id=f"{number or 'without case'}/{sha256_value([row.sha256 for row in rows])[:8]}",
        made_at=made_at,
        subjects=_comparable(subjects),
        runs=tuple(rows),
        software=f"{NAME} {version()}",
        unusable=tuple(Unusable(*one) for one in unusable),
    )


def _comparable(subjects: Sequence[Subject]) -> tuple[Subject, ...]:
    """The score axes of all figures alike."""
    figures = on_one_scale([subject.figure for subject in subjects])
    return tuple(replace(subject, figure=figure) for subject, figure in zip(subjects, figures, strict=True))


def _standing(log: list[LogEntry], as_of: int | None) -> list[LogEntry]:
    """The rows a report stands on: reports and bundles made since the last other row do not count."""
    for problem in audit.check(log, len(log)):
        raise changed_row(int(problem.subject.rpartition(" ")[2]))
    if as_of is not None:
        return log[:as_of]
    last = max(entry.sequence for entry in log if entry.action not in (REPORTED, "bundle exported"))
    return log[:last]


def _in_order(
    exhibits: Sequence[Exhibit], newest: Mapping[str, Run], loaded: Mapping[str, Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    return [loaded[newest[exhibit.id].id] for exhibit in exhibits if exhibit.id in newest]


def _subject(
    case: Case,
    exhibit: Exhibit,
    run: Run | None,
    loaded: Mapping[str, Mapping[str, Any]],
    labels: Mapping[str, str],
    log: Sequence[LogEntry],
    progress: Progress,
) -> Subject:
    record = loaded[run.id] if run else None
    figure, no_figure = (None, "") if record is None else _figure(case, exhibit, record, labels, progress)
    return Subject(
        id=exhibit.id,
        role=exhibit.role,
        name=visible(exhibit.name),
        received_path=exhibit.received_path,
        size_bytes=exhibit.size_bytes,
        sha256=exhibit.sha256,
        checks=tuple(_checks(exhibit, log)),
        run_id=run.id if run else "",
        run=record,
        figure=figure,
        no_figure=no_figure,
    )


def _figure(case: Case, exhibit: Exhibit, run: Mapping[str, Any], labels: Mapping[str, str], progress: Progress):
    """The figure, or why there is none. Opening computes the hash of the working copy anew."""
    try:
        recording = open_recording(case.working_copy(exhibit.id), span(progress, 0.0, 0.3))
    except AudioError as error:
        return None, str(error)
    if recording.id.sha256 != exhibit.sha256:
        raise evidence_changed(exhibit.id, exhibit.sha256, recording.id.sha256)
    result = run["analysis"]["recordings"][0]
    return collect(
        recording,
        result,
        labels,
        run["plan"]["channel"],
        located=run.get("localisation") or {},
        progress=span(progress, 0.3, 1.0),
    ), ""


def _checks(exhibit: Exhibit, log: Sequence[LogEntry]) -> list[HashCheck]:
    """Every time at which the log says that this exhibit's bytes were hashed, in order."""
    checks = [HashCheck(time=exhibit.added_at, what="check_intake")]
    for entry in log:
        if entry.action == RAN and entry.data["exhibit_id"] == exhibit.id:
            checks.append(HashCheck(time=entry.time, what="check_run", run=entry.data["id"]))
        elif entry.action == _CHECKED and (found := _in_check(entry, exhibit)) is not None:
            checks.append(HashCheck(time=entry.time, what="check_all", equal=found))
    return checks


def _in_check(entry: LogEntry, exhibit: Exhibit) -> bool | None:
    """Whether a check of the case found the exhibit as taken in; None if it was not part of it."""
    subject = f"exhibit {exhibit.id}"
    if subject not in {file["subject"] for file in entry.data["files"]}:
        return None
    return subject not in {problem["subject"] for problem in entry.data["problems"]}


def _run_row(run: Run, newest: Run) -> RunRow:
    return RunRow(id=run.id, exhibit=run.exhibit_id, time=run.recorded_at, sha256=run.sha256, used=run.id == newest.id)


def _loose_subject(
    name: str,
    run: Mapping[str, Any],
    recording: Recording,
    labels: Mapping[str, str],
    attributions: Sequence[Attribution],
    progress: Progress,
) -> Subject:
    result = run["analysis"]["recordings"][0]
    if recording.id.sha256 != result["sha256"]:
        raise _other_file(name)
    return Subject(
        id=name,
        role="questioned",
        name=visible(recording.id.path.name),
        received_path=str(recording.id.path),
        size_bytes=recording.id.size_bytes,
        sha256=result["sha256"],
        checks=(HashCheck(time=run["made_at"], what="check_first", equal=None),),
        run_id=name.replace("Q", "R"),
        run=run,
        figure=collect(
            recording, result, labels, run["plan"]["channel"], attributions, run.get("localisation") or {}, progress
        ),
    )


def _other_file(name: str) -> IntegrityError:
    return IntegrityError(
        "EV-010",
        f"The recording given for {name} is not the file its run was made on.",
        means="No report was written.",
        do="Examine the recording again.",
    )
