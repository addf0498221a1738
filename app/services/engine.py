"""The engine's work as job functions. The engine is imported when it is first needed, never by the window."""

from __future__ import annotations

import gc
import json
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from app.services.session import OpenCase
from core.foundation.errors import CoreError
from core.foundation.names import visible
from core.foundation.progress import Progress, span, steps
from core.foundation.prompt import promptly

if TYPE_CHECKING:
    from core.analysis.finding import Finding
    from core.analysis.plan import AnalysisPlan
    from core.audio.recording import Condition, Recording
    from core.case import Exhibit as CaseExhibit
    from core.case import Role
    from core.detectors import ModelStore
    from core.detectors.card import ModelCard, Question
    from core.explain.attribution import Attribution, Baseline, Method, Place

_SOUND = "3ga aac aif aifc aiff amr ape au awb caf flac m4a m4b mka mp2 mp3 oga ogg opus ra rf64 snd spx tta voc"
_MORE_SOUND = "w64 wav wave weba wma wv"
_VIDEO = "3gp avi flv m4v mkv mov mp4 mpeg mpg ogv qt rm vob webm wmv"
MEDIA_SUFFIXES = frozenset(f".{name}" for names in (_SOUND, _MORE_SOUND, _VIDEO) for name in names.split())
"""What a folder is searched for; a file that is opened by name may be called anything."""
CASE_FILE = "case.sqlite"
_NEEDED_SOON = ("core.audio.container", "scipy.ndimage", "core.measure")
"""Modules that take long to load, during which the screen has to wait for Python."""
_ONE_AT_A_TIME = threading.RLock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """What is installed."""

    cards: tuple[ModelCard, ...] = ()
    default_ids: tuple[str, ...] = ()
    problems: tuple[CoreError, ...] = ()
    """Why other packs cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainRequest:
    """Which score is to be explained, and how."""

    model: str
    question: Question
    start_s: float
    method: Method = "ig"
    target: str = "fake"
    baseline: Baseline | None = "zero"
    """None for the first that scores lower than the window."""
    place: Place = "input"
    device: str = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """One file to open. The other fields are those of an exhibit of a case, and None for any other file."""

    path: Path
    exhibit_id: str | None = None
    name: str | None = None
    """Name of the file as received; the working copy is named by its hash."""
    sha256: str | None = None
    """Of the bytes as received."""

    @property
    def shown_name(self) -> str:
        """The name a person knows the file by."""
        return visible(self.name or self.path.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a list of paths stands for."""

    intakes: tuple[Intake, ...]
    case: OpenCase | None = None
    empty_folders: tuple[Path, ...] = ()


class Engine:
    """Job functions; each takes frozen values and `progress`, and gives frozen values. Safe on any pool thread."""

    def __init__(self, store: ModelStore | None = None):
        self._store = store

    @property
    def store(self) -> ModelStore:
        """Where models are found."""
        if self._store is None:
            load("core.detectors")
            from core.detectors import ModelStore

            self._store = ModelStore()
        return self._store

    def look(self, paths: Sequence[Path], *, progress: Progress) -> Opening:
        """Replace folders by the recordings in them, and a case folder by its exhibits' working copies."""
        intakes, case, empty = [], None, []
        for path in steps(paths, progress, "looking for recordings"):
            if (path / CASE_FILE).is_file():
                case, exhibits = _read_case(path)
                intakes += exhibits
            elif path.is_dir():
                found = recordings_in(path)
                intakes += [Intake(path=file) for file in found]
                empty += [] if found else [path]
            else:
                intakes.append(Intake(path=path))
        return Opening(intakes=tuple(intakes), case=case, empty_folders=tuple(empty))

    def warm_up(self, *, progress: Progress) -> None:
        """Import what opening and measuring a recording need, before there is one."""
        for name in _NEEDED_SOON:
            progress.check()
            load(name)

    def open(self, intake: Intake, *, progress: Progress) -> Recording:
        """The recording; raises AudioError, or IntegrityError where an exhibit is not what was taken in."""
        load("core.audio", "core.case")
        from core.audio import open_recording
        from core.case import errors

        if intake.exhibit_id and not intake.path.is_file():
            raise errors.evidence_missing(intake.exhibit_id, intake.path.name)
        recording = open_recording(intake.path, progress)
        if intake.exhibit_id and intake.sha256 and recording.id.sha256 != intake.sha256:
            raise errors.evidence_changed(intake.exhibit_id, intake.sha256, recording.id.sha256)
        return recording

    def create_case(self, folder: Path, number: str, examiner: str, *, progress: Progress) -> Path:
        """Make a case in an empty or new folder; raises CaseError."""
        from core.case import Case

        progress.report(0.0, "making the case folder")
        return Case.create(folder, number=number, examiner=examiner).folder

    def add_to_case(self, folder: Path, path: Path, role: Role, *, progress: Progress) -> Intake:
        """Take a file into the case; raises CaseError or IntegrityError."""
        from core.case import Case

        return _intake(folder, Case.open(folder).add(path, role=role, progress=progress))

    def last_finding(self, folder: Path, exhibit_id: str, *, progress: Progress) -> Finding | None:
        """What the exhibit's latest recorded run found; None where it has no run."""
        load("core.analysis", "core.case")
        from core.analysis import finding_from_run
        from core.case import Case

        case = Case.open(folder)
        runs = case.runs(exhibit_id)
        return finding_from_run(case.load_run(runs[-1].id)) if runs else None

    def measure(self, recording: Recording, *, progress: Progress) -> Condition:
        """Its measured condition."""
        load("core.audio")
        from core.audio import measure_condition

        return measure_condition(recording, progress)

    def models(self, *, progress: Progress) -> Models:
        """What is installed, read from the cards alone."""
        return Models(
            cards=tuple(self.store.list()), default_ids=self.store.default_ids(), problems=self.store.problems()
        )

    def import_model(self, path: Path, *, progress: Progress) -> tuple[ModelCard, ...]:
        """Take a pack or a published checkpoint into the user's folder."""
        return tuple(self.store.import_(path, progress))

    def examine(
        self,
        recording: Recording,
        plan: AnalysisPlan,
        condition: Condition | None,
        case_folder: Path | None,
        exhibit_id: str,
        *,
        progress: Progress,
    ) -> Finding:
        """Run the plan; in a case the run is recorded there."""
        progress.report(0.0, "loading models")
        promptly(lambda: load("core.analysis"), progress)  # takes seconds and cannot ask
        from core.analysis import examine, run_json

        finding = examine(recording, plan, self.store, span(progress, 0.0, 0.99), condition=condition)
        if case_folder is not None:
            from core.case import Case

            Case.open(case_folder).record_run(exhibit_id, run_json(finding))
        return finding

    def explain(self, recording: Recording, request: ExplainRequest, *, progress: Progress) -> Attribution:
        """What one window's score rests on."""
        progress.report(0.0, "loading the model")
        promptly(lambda: load("core.analysis.device", "core.explain"), progress)
        from core.analysis.device import resolve
        from core.explain import Recipe, explain_from_lower, explain_window, window_at

        detector = promptly(lambda: self.store.load(request.model, resolve(request.device)), progress)
        window = window_at(detector.card, recording, request.start_s)
        recipe = Recipe(
            question=request.question,
            method=request.method,
            target=request.target,
            baseline=request.baseline or "zero",
            rule="adaptive",
            place=request.place,
        )
        make = explain_from_lower if request.baseline is None else explain_window
        return make(detector, window, recipe, request.start_s, progress)

    def check_explanation(self, recording: Recording, found: Attribution, *, progress: Progress) -> Attribution:
        """The same map with its checks."""
        progress.report(0.0, "loading the model")
        promptly(lambda: load("core.explain"), progress)
        from core.explain import checked, recipe_of, window_at

        detector = promptly(lambda: self.store.load(found.model.split("@")[0]), progress)
        waveform = window_at(detector.card, recording, found.start_s)
        return checked(detector, waveform, recipe_of(found), found, progress)

    def write_json(
        self, findings: Sequence[Finding], errors: Sequence[tuple[str, CoreError]], path: Path, *, progress: Progress
    ) -> Path:
        """Write `auditrace.analysis/1`, whole or not at all."""
        from core.analysis import to_json
        from core.foundation.files import save

        text = json.dumps(to_json(findings, errors), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        progress.check()
        save(path, text.encode())
        return path

    def write_report(
        self,
        findings: Sequence[Finding],
        recordings: Sequence[Recording],
        errors: Sequence[tuple[str, CoreError]],
        case_folder: Path | None,
        path: Path,
        *,
        progress: Progress,
    ) -> Path:
        """Write the PDF report of the case, or of these findings where there is no case."""
        from core.report import build_from_runs, pdf, write_report

        if case_folder is not None:
            from core.case import Case

            write_report(Case.open(case_folder), path, progress=progress)
            return path
        from core.analysis import run_json

        runs = [run_json(finding) for finding in findings]
        unusable = [(name, error.code, error.message) for name, error in errors]
        made_at = max(finding.made_at for finding in findings)
        document = build_from_runs(runs, recordings, made_at=made_at, unusable=unusable)
        pdf.write(document, path, span(progress, 0.1, 1.0))
        return path


def load(*names: str) -> None:
    """Import modules, one thread at a time: of libraries that import one another in circles two threads get halves."""
    with _ONE_AT_A_TIME:
        is_new = any(name not in sys.modules for name in names)
        for name in names:
            import_module(name)
        if is_new:
            gc.freeze()  # what modules are made of stays: looking through it for garbage stops everything for 60 ms


def recordings_in(folder: Path) -> list[Path]:
    """Files with the suffix of a sound or video format, in subfolders too, sorted by path."""
    files = (path for path in folder.rglob("*") if path.suffix.lower() in MEDIA_SUFFIXES and path.is_file())
    return sorted(files, key=lambda path: str(path).casefold())


def _read_case(folder: Path) -> tuple[OpenCase, list[Intake]]:
    from core.case import Case, desk

    case = Case.open(folder)
    facts = OpenCase(folder=folder, number=case.number, examiner=case.examiner, desk=desk.read_desk(case))
    return facts, [_intake(folder, exhibit) for exhibit in case.exhibits()]


def _intake(folder: Path, exhibit: CaseExhibit) -> Intake:
    return Intake(path=folder / exhibit.evidence, exhibit_id=exhibit.id, name=exhibit.name, sha256=exhibit.sha256)
