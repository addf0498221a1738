"""The Examine menu: running models, explaining a score, stopping."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QDialog

from app.commands.action import Action, Shell, has_finding, has_recording
from app.services.engine import ExplainRequest
from app.viewmodels.reading import RAISED_MEANS
from app.viewmodels.wording import BASELINES, METHODS, MODEL_ORIGINS, PLACES, QUESTION_TITLES, TARGETS
from app.widgets.explain_dialog import ExplainableModel, ExplainDialog, ExplainWords
from app.widgets.run_dialog import ModelChoice, RunDialog

if TYPE_CHECKING:
    from app.services.jobs import Job
    from core.analysis.finding import Finding
    from core.detectors.card import ModelCard


def run(shell: Shell) -> None:
    """Let the user choose models and recordings, and examine them."""
    session, current = shell.context.session, shell.context.session.current
    if current is None:
        return
    exhibits = [(exhibit.id, exhibit.name) for exhibit in session.exhibits]
    dialog = RunDialog(model_choices(shell), exhibits, current.id, current.recording.channels, shell.dialog_parent)
    if dialog.exec() == QDialog.DialogCode.Accepted:
        start(shell, dialog)


def start(shell: Shell, dialog: RunDialog) -> None:
    """Examine what the dialog says."""
    from core.analysis.plan import AnalysisPlan

    choice, session = dialog.choice(), shell.context.session
    plan = AnalysisPlan(models=choice.models, device=choice.device, channel=choice.channel, reference=choice.reference)
    chosen = (session.get(exhibit_id) for exhibit_id in choice.exhibits)
    shell.context.workbench.examine([exhibit for exhibit in chosen if exhibit], plan)
    shell.show_results()


def run_defaults(shell: Shell) -> None:
    """Examine every recording with the models that ship."""
    from core.analysis.plan import AnalysisPlan

    shell.context.workbench.examine(shell.context.session.exhibits, AnalysisPlan())
    shell.show_results()


_BASELINES = {"": f"The first to score lower: {', '.join(BASELINES.values())}", **BASELINES}
"""A map against one that scores higher than the recording cannot say why the recording scores as it does."""


def explain(shell: Shell) -> None:
    """Let the user choose what to explain at the cursor, and compute it."""
    exhibit = shell.context.session.current
    models = shell.context.workbench.models.cards
    if exhibit is None or not models:
        return
    words = ExplainWords(
        questions=QUESTION_TITLES, methods=METHODS, targets=TARGETS, baselines=_BASELINES, places=PLACES
    )
    offered = [_explainable(card) for card in sorted(models, key=lambda card: not _was_run(shell, card.id))]
    dialog = ExplainDialog(
        offered,
        words,
        shell.model.cursor_s,
        exhibit.recording.duration_s,
        shell.dialog_parent,
        scores=_scores_at(shell.model.finding, shell.model.cursor_s),
    )
    if dialog.exec() == QDialog.DialogCode.Accepted:
        shell.context.workbench.explain(exhibit, request(dialog))


def request(dialog: ExplainDialog) -> ExplainRequest:
    """What the dialog says."""
    choice: Any = dialog.choice()
    return ExplainRequest(
        model=choice.model,
        question=choice.question,
        start_s=choice.start_s,
        method=choice.method,
        target=choice.target,
        baseline=choice.baseline or None,
        place=choice.place,
    )


def go_to_raised(shell: Shell, *, forward: bool) -> None:
    """Go to the next or previous raised stretch; say so where the whole recording has none."""
    if not shell.model.go_to_raised(forward=forward) and not shell.model.raised():
        shell.context.errors.mention("No stretch of this recording scores higher than the rest of it.")


def cancel(shell: Shell) -> None:
    """Stop the job that is shown as running; with none, stop playing."""
    jobs = _stoppable(shell)
    if jobs:
        next((job for job in jobs if job.state == "running"), jobs[0]).cancel()
    else:
        shell.context.playback.stop()


def can_cancel(shell: Shell) -> bool:
    """Something runs or plays."""
    return shell.context.playback.is_playing or bool(_stoppable(shell))


def _stoppable(shell: Shell) -> list[Job]:
    return [job for job in shell.context.jobs.active if not (job.quiet or job.is_stopping())]


def can_explain(shell: Shell) -> bool:
    """A recording and a model are there, and results may be seen."""
    is_sealed = shell.context.session.is_current_sealed
    return has_recording(shell) and bool(shell.context.workbench.models.cards) and not is_sealed


def model_choices(shell: Shell) -> list[ModelChoice]:
    """The installed models, in words; those that ship are chosen beforehand."""
    models = shell.context.workbench.models
    return [
        ModelChoice(id=card.id, title=card.title, about=about(card), is_default=card.id in models.default_ids)
        for card in models.cards
    ]


def about(card: ModelCard) -> str:
    """A model's card in a few paragraphs."""
    lines = [
        card.summary,
        f"Answers: {', '.join(QUESTION_TITLES[question] for question in card.questions)}",
        f"Input: {card.sample_rate:,} Hz, windows of {card.window_s:.2f} s",
        f"Origin: {MODEL_ORIGINS[card.origin]}; version {card.version}; licence {card.licence or 'not stated'}",
        f"Id: {card.id}",
    ]
    lines += [f"Limit: {limit}" for limit in card.limits]
    return "\n\n".join(lines)


def _was_run(shell: Shell, model_id: str) -> bool:
    finding = shell.model.finding
    return finding is not None and any(result.card.id == model_id for result in finding.detectors)


def _scores_at(finding: Finding | None, cursor_s: float) -> dict[tuple[str, str], float]:
    """The score of the window whose middle is nearest, by model and question."""
    return {
        (result.card.id, result.question): min(
            result.windows, key=lambda one: abs((one.start_s + one.end_s) / 2 - cursor_s)
        ).score
        for result in (finding.detectors if finding is not None else ())
        if result.windows
    }


def _explainable(card: ModelCard) -> ExplainableModel:
    return ExplainableModel(id=card.id, title=card.title, questions=card.questions, window_s=card.window_s)


ACTIONS = (
    Action(
        id="examine.run",
        title="&Run models…",
        menu="Examine",
        run=run,
        keys=("Ctrl+R",),
        enabled_when=has_recording,
        icon="examine",
        short="Run…",
        tip="Choose models and run them over the whole recording",
        keywords="examine analyse detect score synthetic deepfake",
    ),
    Action(
        id="examine.run_defaults",
        title="Run the &standard models on all recordings",
        menu="Examine",
        run=run_defaults,
        keys=("Ctrl+Shift+R",),
        enabled_when=has_recording,
    ),
    Action(
        id="examine.explain",
        title="&Explain the score at the cursor…",
        menu="Examine",
        run=explain,
        keys=("Ctrl+I",),
        enabled_when=can_explain,
        icon="explain",
        short="Explain…",
        tip="Show what a model's score rests on, around the cursor",
        keywords="attribution saliency integrated gradients IG BlurIG occlusion baseline target method map XAI",
    ),
    Action(
        id="examine.next_raised",
        title="&Next raised stretch",
        menu="Examine",
        run=partial(go_to_raised, forward=True),
        keys=("N",),
        tip=RAISED_MEANS,
        enabled_when=has_finding,
        icon="next",
        starts_group=True,
    ),
    Action(
        id="examine.previous_raised",
        title="&Previous raised stretch",
        menu="Examine",
        run=partial(go_to_raised, forward=False),
        keys=("Shift+N",),
        tip=RAISED_MEANS,
        enabled_when=has_finding,
        icon="previous",
    ),
    Action(
        id="examine.cancel",
        title="&Cancel the running job",
        menu="Examine",
        run=cancel,
        keys=("Esc",),
        enabled_when=can_cancel,
        icon="cancel",
        starts_group=True,
    ),
)
