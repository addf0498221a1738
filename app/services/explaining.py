"""Work of the Explain panel as jobs: checks, averages, what is heard of a map, disagreement, robustness. No widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.services.errors import ErrorPresenter
from app.services.jobs import Job, JobRunner
from app.services.session import Exhibit, Session
from app.services.workbench import Workbench
from core.foundation.progress import Progress, span
from core.foundation.prompt import promptly

if TYPE_CHECKING:
    from core.analysis.disagreement import Disagreement, Voice
    from core.analysis.finding import Finding
    from core.analysis.plan import AnalysisPlan
    from core.analysis.robustness import Robustness
    from core.audio.recording import Recording
    from core.detectors import ModelStore
    from core.explain import Attribution, Average, Counterfactual, Recipe


@dataclass(frozen=True, slots=True, kw_only=True)
class AverageWish:
    """Which windows of which recordings are to be averaged."""

    model: str
    recipe: Recipe
    stretches: tuple[tuple[Exhibit, float, float], ...]
    """Recording, start and end (s)."""
    most: int
    """Windows at most, evenly spread."""


class Explaining(QObject):
    """Starts the jobs and hands out their results. A newer wish replaces an older one of its kind."""

    check_changed = Signal()
    """A check began or ended."""
    averaged = Signal(object, object)
    """The AverageWish, Average."""
    derived = Signal(str, object, object)
    """Exhibit's id, the Attribution it was made from, Counterfactual."""
    compared = Signal(object, object)
    """The Finding whose tracks were compared, Disagreement."""
    swept = Signal(str, object)
    """Exhibit's id, Robustness."""

    def __init__(self, *, jobs: JobRunner, session: Session, errors: ErrorPresenter, workbench: Workbench):
        super().__init__()
        self._jobs, self._session, self._errors = jobs, session, errors
        self._engine = workbench.engine
        self._checking: Job | None = None
        workbench.explained.connect(self.check)

    @property
    def is_checking(self) -> bool:
        """Whether a map is being checked."""
        return self._checking is not None and self._checking.is_active

    def check(self, exhibit_id: str) -> None:
        """Check the exhibit's map; the map gets the checks once both are there."""
        exhibit = self._session.get(exhibit_id)
        if exhibit is None or exhibit.attribution is None:
            return
        self._checking = self._jobs.submit(
            "Check the explanation",
            self._engine.check_explanation,
            exhibit.recording,
            exhibit.attribution,
            subject=exhibit_id,
            slot="explain.check",
            on_done=partial(self._checked, exhibit_id, exhibit.attribution),
            on_fail=partial(self._errors.present, subject=exhibit_id),
        )
        self._checking.settled.connect(self.check_changed)
        self.check_changed.emit()

    def average(self, wish: AverageWish) -> None:
        """Explain many windows and average them."""
        done = partial(self.averaged.emit, wish)
        self._submit("Average explanations", "average", _average, self._engine.store, wish, done=done)

    def derive(self, exhibit: Exhibit, share: float, attenuation_db: float) -> None:
        """Make what is heard without what the map marks, and only that."""
        found = exhibit.attribution
        if found is None:
            return
        job = (_derive, self._engine.store, exhibit.recording, found, share, attenuation_db)
        done = partial(self.derived.emit, exhibit.id, found)
        self._submit("Derive sound", "derive", *job, subject=exhibit.id, done=done)

    def save_sound(self, made: Counterfactual, version: str, path: Path) -> None:
        """Write what was derived as WAV; `version` is `without` or `only`."""
        self._jobs.submit(
            "Save derived sound",
            _save_sound,
            made,
            version,
            path,
            pool="save",
            on_done=lambda _: self._errors.tell(
                f"{path.name} was written. It is derived, no evidence.", path=str(path)
            ),
            on_fail=partial(self._errors.present, subject=path.name),
        )

    def compare(self, exhibit: Exhibit, first: Voice, second: Voice) -> None:
        """Find where two tracks differ most."""
        if exhibit.finding is None:
            return
        self._jobs.submit(
            "Compare tracks",
            _compare,
            exhibit.finding,
            first,
            second,
            pool="io",
            quiet=True,
            slot="explain.compare",
            on_done=partial(self.compared.emit, exhibit.finding),
        )

    def sweep(self, exhibit: Exhibit, names: Sequence[str], plan: AnalysisPlan, stretch_s: tuple[float, float]) -> None:
        """Run the suite under perturbations."""
        job = (_sweep, self._engine.store, exhibit.recording, tuple(names), plan, stretch_s)
        self._submit("Robustness", "sweep", *job, subject=exhibit.id, done=partial(self.swept.emit, exhibit.id))

    def _submit(self, title: str, slot: str, function, *arguments: object, done, subject: str = "") -> None:
        self._jobs.submit(
            title,
            function,
            *arguments,
            subject=subject,
            slot=f"explain.{slot}",
            on_done=done,
            on_fail=partial(self._errors.present, subject=subject),
        )

    def _checked(self, exhibit_id: str, before: Attribution, attribution: Attribution) -> None:
        exhibit = self._session.get(exhibit_id)
        # another map may have been made meanwhile
        if exhibit is not None and exhibit.attribution is before:
            self._session.update(exhibit_id, attribution=attribution)


def _average(store: ModelStore, wish: AverageWish, *, progress: Progress) -> Average:
    from core.explain import average
    from core.explain.averaging import window_starts

    progress.report(0.0, "loading the model")
    detector = promptly(lambda: store.load(wish.model), progress)
    card = detector.card
    each = max(wish.most // len(wish.stretches), 1)
    hop_s = card.hop_frames / card.sample_rate
    wanted = [
        (exhibit.recording, exhibit.id, start)
        for exhibit, low, high in wish.stretches
        for start in window_starts(low, high, card.window_s, hop_s, each)
    ]
    return average(detector, wanted, wish.recipe, progress)


def _derive(
    store: ModelStore,
    recording: Recording,
    found: Attribution,
    share: float,
    attenuation_db: float,
    *,
    progress: Progress,
) -> Counterfactual:
    from core.analysis.device import resolve
    from core.explain.counterfactual import heard, scored

    made = heard(recording, found, share=share, attenuation_db=attenuation_db)
    progress.check()
    detector = promptly(lambda: store.load(found.model.split("@")[0], resolve("auto")), progress)
    return scored(detector, found, made, span(progress, 0.2, 1.0))


def _save_sound(made: Counterfactual, version: str, path: Path, *, progress: Progress) -> Path:
    from core.audio.writing import wav_bytes
    from core.foundation.files import save

    save(path, wav_bytes(getattr(made, version), made.sample_rate, made.note(version)))
    return path


def _compare(finding: Finding, first: Voice, second: Voice, *, progress: Progress) -> Disagreement:
    from core.analysis.disagreement import disagreement

    return disagreement(finding, first, second)


def _sweep(
    store: ModelStore,
    recording: Recording,
    names: tuple[str, ...],
    plan: AnalysisPlan,
    stretch_s: tuple[float, float],
    *,
    progress: Progress,
) -> Robustness:
    from core.analysis.sweeping import sweep

    progress.report(0.0, "loading models")
    return sweep(recording, names, plan, store, stretch_s, progress)
