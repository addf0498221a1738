"""Notes, and results that stay sealed until one has listened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QDialog

from app.commands.action import Action, Shell, has_recording
from app.services.session import Exhibit
from app.widgets import dialogs
from app.widgets.note_dialog import ListeningChoice, ListeningDialog, NoteDialog
from core.foundation.units import format_time
from core.marks import Listening
from core.marks.errors import MarkError


def write(shell: Shell) -> None:
    """Ask for a note on the cursor's place and keep it."""
    exhibit, at_s = shell.context.session.current, _position(shell)
    dialog = NoteDialog(_subject(shell), shell.dialog_parent)
    if dialog.exec() == QDialog.DialogCode.Accepted:
        _write(shell, exhibit, dialog.entered(), lambda: shell.context.notebook.write(dialog.entered(), exhibit, at_s))


def listen(shell: Shell) -> None:
    """Ask for the record of critical listening and keep it, with how much of the recording was played until then."""
    exhibit = shell.context.session.current
    if exhibit is None:
        return
    dialog = _listening_dialog(shell, exhibit)
    if dialog.exec() == QDialog.DialogCode.Accepted:
        choice = dialog.choice()
        _write(shell, exhibit, choice.heard, lambda: _keep(shell, exhibit, choice))


def toggle_seal(shell: Shell) -> None:
    """Seal all results, or end sealed mode."""
    notebook = shell.context.notebook
    if shell.context.session.seal.on:
        notebook.end_seal()
    else:
        notebook.seal()


def unseal(shell: Shell) -> None:
    """Show the results of the recording on the screen."""
    exhibit = shell.context.session.current
    if exhibit is not None and shell.context.notebook.unseal(exhibit):
        shell.show_results()


def export(shell: Shell) -> None:
    """Ask where, and write all notes."""
    patterns = "Text (*.txt);;Table (*.csv);;JSON (*.json)"
    target = dialogs.ask_target(shell.dialog_parent, "Export notes", str(Path.home() / "notes.txt"), patterns)
    if target is not None:
        shell.context.notebook.export(target if target.suffix else target.with_suffix(".txt"))


def can_unseal(shell: Shell) -> bool:
    """The results are sealed, and a listening note was saved after some of the recording was played."""
    exhibit = shell.context.session.current
    if exhibit is None or not shell.context.session.is_current_sealed:
        return False
    return shell.context.notebook.has_listened(exhibit)


def can_write(shell: Shell) -> bool:
    """There is something to write a note on."""
    return has_recording(shell) or shell.context.session.case is not None


def _write(shell: Shell, exhibit: Exhibit | None, text: str, keep: Callable[[], object]) -> None:
    """Keep a note on what it was written on: another case may have been opened while it was being written."""
    context = shell.context
    if exhibit is not None and not context.session.holds(exhibit):
        words = f"{exhibit.id} {exhibit.name} was closed before the note on it was saved, so it is not kept: {text}"
        context.errors.tell(words, level="caution")
        return
    try:
        keep()
    except MarkError as error:
        context.errors.present(error)


def _listening_dialog(shell: Shell, exhibit: Exhibit) -> ListeningDialog:
    context = shell.context
    last, coverage = context.notebook.last_listening, context.listening.coverage(exhibit.recording)
    duration_s = exhibit.recording.duration_s
    whole, per_cent = format_time(duration_s, 1), f"{coverage.percent(duration_s):.0f} %"
    return ListeningDialog(
        f"{exhibit.id} {exhibit.name}",
        *((last.chain, last.level) if last else ("", "")),
        shell.dialog_parent,
        played=f"{format_time(coverage.heard_s, 1)} of {whole} ({per_cent})" if coverage.heard_s else "",
        has_device=context.playback.find_problem() is None,
    )


def _keep(shell: Shell, exhibit: Exhibit, choice: ListeningChoice) -> None:
    """Keep the note; in the case's log what was played comes before it."""
    listening, duration_s = shell.context.listening, exhibit.recording.duration_s
    listening.keep()
    coverage = listening.coverage(exhibit.recording)
    record = Listening(
        chain=choice.chain,
        level=choice.level,
        passes=choice.passes,
        heard_s=round(coverage.heard_s, 3),
        share=round(coverage.percent(duration_s) / 100, 4),
        elsewhere=choice.elsewhere,
    )
    shell.context.notebook.write(choice.heard, exhibit, None, record)


def _position(shell: Shell) -> float | None:
    if shell.context.session.current is None:
        return None
    return shell.model.cursor_s if shell.model.playhead_s is None else shell.model.playhead_s


def _subject(shell: Shell) -> str:
    exhibit, at_s = shell.context.session.current, _position(shell)
    if exhibit is None or at_s is None:
        return "The whole case"
    return f"{exhibit.id} {exhibit.name} at {format_time(at_s)}"


ACTIONS = (
    Action(
        id="note.write",
        title="&Write a note…",
        menu="Mark",
        run=write,
        keys=("Ctrl+T",),
        enabled_when=can_write,
        tip="Kept with the time, the exhibit and the cursor; cannot be changed afterwards",
        starts_group=True,
    ),
    Action(
        id="note.list",
        title="List of n&otes",
        menu="Mark",
        run=lambda shell: shell.enter_dock("notes"),
        keys=("Ctrl+Shift+L",),
        checked_when=lambda shell: shell.is_dock_open("notes"),
    ),
    Action(
        id="note.export",
        title="Export notes…",
        menu="Mark",
        run=export,
        enabled_when=lambda shell: bool(shell.context.notebook.notes),
    ),
)
SEAL_ACTIONS = (
    Action(
        id="examine.listening_note",
        title="&Listening note…",
        menu="Examine",
        run=listen,
        keys=("Ctrl+Shift+T",),
        enabled_when=has_recording,
        tip="Who listened, when, through what, how loud, and what was heard",
        starts_group=True,
    ),
    Action(
        id="examine.unseal",
        title="&Unseal the results of this recording",
        menu="Examine",
        run=unseal,
        enabled_when=can_unseal,
        tip="Needs a listening note on the recording, saved after some of it was played",
    ),
    Action(
        id="examine.sealed",
        title="Sealed &mode",
        menu="Examine",
        run=toggle_seal,
        checked_when=lambda shell: shell.context.session.seal.on,
        tip="Results of models stay hidden until a listening note is saved; the order is logged in a case, only there",
    ),
)
"""At the end of the menu: what seals comes after everything that can be sealed."""
