"""Connects the Explain panel to the screen, the jobs and the sound. No numbers are computed here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog

from app.context import AppContext
from app.pages.explain import wording
from app.pages.explain.average_tab import AverageChoice
from app.pages.explain.exports import Exports
from app.pages.explain.panel import ExplainPanel
from app.services.explaining import AverageWish
from app.services.exporting import Source, source_of
from app.services.session import Exhibit
from app.viewmodels.examine import ExamineModel
from app.widgets import dialogs
from app.widgets.robustness_dialog import PerturbationChoice, RobustnessDialog

if TYPE_CHECKING:
    from core.analysis.disagreement import Disagreement, Voice
    from core.analysis.finding import Finding
    from core.analysis.robustness import Robustness
    from core.explain import Attribution, Average, Counterfactual

_LONGEST_S = 300.0
"""Of a recording without a selection that robustness runs on."""


class ExplainBinding(QObject):
    """The panel shows the current exhibit; what was computed for others is kept until they are removed."""

    def __init__(self, panel: ExplainPanel, model: ExamineModel, context: AppContext, explain: Callable[[], object]):
        """Connect.

        Args:
            panel: What is shown.
            model: The main screen's state.
            context: The services.
            explain: Asks what to explain, as Ctrl+I does.
        """
        super().__init__(panel)
        self._panel, self._model, self._context = panel, model, context
        self._derived: dict[str, tuple[Attribution, Counterfactual]] = {}
        self._swept: dict[str, Robustness] = {}
        self._average: tuple[tuple[Source, ...], Average] | None = None
        """The latest average, and what it was made from."""
        self._connect_services()
        self._connect_panel(explain)
        Exports(panel, context, lambda: self._average)
        self._show_models()
        self._show_all()

    def _connect_services(self) -> None:
        context, model = self._context, self._model
        context.session.current_changed.connect(self._show_all)
        context.session.seal_changed.connect(self._show_all)
        context.session.removed.connect(self._forget)
        model.attribution_changed.connect(self._show_map)
        model.finding_changed.connect(self._show_voices)
        model.selection_changed.connect(lambda s: self._panel.average.set_selectable(s is not None))
        context.workbench.models_changed.connect(self._show_models)
        explaining = context.explaining
        explaining.check_changed.connect(self._show_map)
        explaining.averaged.connect(self._take_average)
        explaining.derived.connect(self._take_derived)
        explaining.compared.connect(self._take_compared)
        explaining.swept.connect(self._take_sweep)

    def _connect_panel(self, explain: Callable[[], object]) -> None:
        panel, playback = self._panel, self._context.playback
        panel.map.explain_wanted.connect(lambda: explain())
        panel.map.check_wanted.connect(self._check)
        panel.average.average_wanted.connect(self._start_average)
        panel.listen.derive_wanted.connect(self._derive)
        panel.listen.play_wanted.connect(self._play)
        panel.listen.save_wanted.connect(self._save)
        panel.listen.stop_wanted.connect(playback.stop)
        panel.disagreement.compare_wanted.connect(self._compare)
        panel.disagreement.go_wanted.connect(self._go)
        panel.robustness.run_wanted.connect(self._sweep)

    @property
    def _current(self) -> Exhibit | None:
        return self._context.session.current

    @property
    def _is_sealed(self) -> bool:
        return self._context.session.is_current_sealed

    def _show_all(self) -> None:
        exhibit = self._current
        self._panel.set_sealed(self._is_sealed)
        self._show_map()
        self._show_voices()
        self._show_average()
        self._show_sweep()
        self._panel.robustness.start.setEnabled(exhibit is not None)
        self._panel.map.explain.setEnabled(exhibit is not None)
        self._panel.average.set_selectable(self._model.selection_s is not None)

    def _show_models(self) -> None:
        cards = self._context.workbench.models.cards
        self._panel.average.set_models([(card.id, card.title, card.questions) for card in cards])

    def _show_map(self, *_: object) -> None:
        found = self._current.attribution if self._current else None
        empty = wording.NO_MAP if self._current else "No recording is open."
        self._panel.map.show_map(found, is_checking=self._context.explaining.is_checking, empty=empty)
        self._show_derived()

    def _show_derived(self) -> None:
        found = self._current.attribution if self._current else None
        caution = "" if found is None or found.is_reliable else found.verdict
        self._panel.listen.show_derived(self._derived_now(), has_map=found is not None, caution=caution)

    def _show_voices(self, *_: object) -> None:
        finding = self._current.finding if self._current else None
        if finding is None:
            self._panel.disagreement.set_voices((), wording.SEALED if self._is_sealed else wording.NO_FINDING)
            return
        from core.analysis.disagreement import voices

        self._panel.disagreement.set_voices(voices(finding))

    def _forget(self, exhibit_id: str) -> None:
        self._derived.pop(exhibit_id, None)
        self._swept.pop(exhibit_id, None)

    def _check(self) -> None:
        if self._current is not None:
            self._context.explaining.check(self._current.id)

    def _start_average(self, choice: AverageChoice) -> None:
        from core.explain.explaining import Recipe

        stretches = self._stretches(choice.scope)
        if not stretches:
            return
        options: Any = {"question": choice.question, "method": choice.method, "place": choice.place}
        recipe = Recipe(**options, baseline="silence")
        wish = AverageWish(model=choice.model, recipe=recipe, stretches=stretches, most=choice.most)
        self._context.explaining.average(wish)

    def _stretches(self, scope: str):
        session, current = self._context.session, self._current
        chosen = [x for x in session.exhibits if not session.seal.hides(x.id)] if scope == "all" else [current]
        selection = self._model.selection_s if scope == "selection" else None
        return tuple((x, *(selection or (0.0, x.recording.duration_s))) for x in chosen if x is not None)

    def _take_average(self, wish: AverageWish, found: Average) -> None:
        self._average = tuple(source_of(exhibit) for exhibit, _, _ in wish.stretches), found
        self._show_average()

    def _show_average(self) -> None:
        self._panel.average.show_average(self._average[1] if self._average and not self._is_sealed else None)

    def _derived_now(self) -> Counterfactual | None:
        """What was derived from the very map that is shown."""
        exhibit = self._current
        kept = self._derived.get(exhibit.id) if exhibit else None
        if exhibit is None or kept is None or exhibit.attribution is None:
            return None
        return kept[1] if kept[0].values is exhibit.attribution.values else None

    def _derive(self, share: float, attenuation_db: float) -> None:
        if self._current is not None:
            self._context.explaining.derive(self._current, share, attenuation_db)

    def _take_derived(self, exhibit_id: str, found: Attribution, made: Counterfactual) -> None:
        self._derived[exhibit_id] = (found, made)
        self._show_derived()

    def _play(self, version: str) -> None:
        from core.audio.memory import derived

        made, exhibit = self._derived_now(), self._current
        if made is None or exhibit is None:
            return
        samples = getattr(made, version)
        sound = derived(exhibit.recording, samples[None], round(made.start_s * made.sample_rate))
        end_s = made.start_s + samples.size / made.sample_rate
        self._context.playback.play(sound, made.start_s, end_s)

    def _save(self, version: str) -> None:
        made, exhibit = self._derived_now(), self._current
        if made is None or exhibit is None:
            return
        name = f"{exhibit.id}-derived-{version}-marked-regions.wav"
        path = dialogs.ask_target(self._panel.window(), "Save derived sound", str(Path.home() / name), "WAV (*.wav)")
        if path is not None:
            self._context.explaining.save_sound(made, version, path)

    def _compare(self, first: Voice, second: Voice) -> None:
        if self._current is not None:
            self._context.explaining.compare(self._current, first, second)

    def _take_compared(self, finding: Finding, found: Disagreement) -> None:
        if self._current is not None and self._current.finding is finding:
            self._panel.disagreement.show_found(found)

    def _go(self, start_s: float, end_s: float) -> None:
        self._model.set_selection((start_s, end_s))
        self._model.go_to(start_s)
        if not (self._model.view_s[0] <= start_s and end_s <= self._model.view_s[1]):
            self._model.show_about(start_s, end_s)

    def _sweep(self) -> None:
        exhibit = self._current
        if exhibit is None:
            return
        from core.analysis.plan import AnalysisPlan
        from core.analysis.robustness import DEFAULT, estimate_s
        from core.audio.perturb import STANDARD

        plan = exhibit.finding.plan if exhibit.finding else AnalysisPlan()
        duration_s = exhibit.recording.duration_s
        stretch = self._model.selection_s or (0.0, min(duration_s, _LONGEST_S))
        took = sum(v for k, v in exhibit.finding.timings_s.items() if "/" in k) if exhibit.finding else None
        models = len(plan.models or self._context.workbench.models.default_ids)
        dialog = RobustnessDialog(
            [
                PerturbationChoice(
                    name=name, lacks=lack.what if (lack := one.lacks()) else "", is_default=name in DEFAULT
                )
                for name, one in STANDARD.items()
            ],
            self._stretch_words(stretch, duration_s),
            lambda count: estimate_s(stretch[1] - stretch[0], count, models, took, duration_s),
            self._panel.window(),
        )
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._context.explaining.sweep(exhibit, dialog.chosen(), plan, stretch)

    def _stretch_words(self, stretch: tuple[float, float], duration_s: float) -> str:
        words = f"{stretch[0]:.1f} to {stretch[1]:.1f} s"
        if self._model.selection_s is not None:
            return f"the selection ({words})"
        return "the whole recording" if stretch[1] >= duration_s else f"its first minutes ({words}; select others)"

    def _take_sweep(self, exhibit_id: str, found: Robustness) -> None:
        self._swept[exhibit_id] = found
        self._show_sweep()

    def _show_sweep(self) -> None:
        exhibit = self._current
        if exhibit is None or self._is_sealed:
            self._panel.robustness.show_sweep(None, wording.NOT_SWEPT if exhibit is None else wording.SEALED)
            return
        found = self._swept.get(exhibit.id)
        # a job may end after its recording was closed, and another be opened under the same id
        is_its_own = found is not None and found.sha256 == exhibit.recording.id.sha256
        self._panel.robustness.show_sweep(found if is_its_own else None)
