"""The File menu: opening, saving, exporting."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog

from app.commands import exporting
from app.commands.action import Action, Shell, has_any_finding, has_recording
from app.services.exporting import Origin, source_of
from app.viewmodels.explained import origin_facts
from app.widgets import dialogs
from app.widgets.case_dialog import CaseDialog

if TYPE_CHECKING:
    from core.case import Role
    from core.explain.attribution import Attribution

ROLES: dict[Role, str] = {
    "questioned": "Questioned: what it is, is the question",
    "known": "Known: its origin is known, for comparison",
}
ANY_FILE = "All files (*)"  # recordings are recognised by what they hold, not by what they are called


def open_recordings(shell: Shell) -> None:
    """Ask for files and open them."""
    paths = dialogs.ask_files(shell.dialog_parent, "Open recordings", ANY_FILE, _last_folder(shell))
    shell.context.workbench.open(paths)


def open_folder(shell: Shell) -> None:
    """Ask for a folder of recordings, or a case folder, and open it."""
    folder = dialogs.ask_folder(shell.dialog_parent, "Open a folder of recordings or a case", _last_folder(shell))
    if folder is not None:
        shell.context.workbench.open([folder])


def new_case(shell: Shell) -> None:
    """Ask for folder, number and examiner; make the case and open it."""
    dialog = CaseDialog("", shell.dialog_parent)
    if dialog.exec() == QDialog.DialogCode.Accepted:
        choice = dialog.choice()
        shell.context.workbench.create_case(choice.folder, choice.number, choice.examiner)


def add_to_case(shell: Shell) -> None:
    """Ask for files and what they are, and take them into the open case."""
    paths = dialogs.ask_files(shell.dialog_parent, "Add to case", ANY_FILE, _last_folder(shell))
    if not paths:
        return
    names = paths[0].name if len(paths) == 1 else f"These {len(paths)} recordings"
    role = dialogs.ask_choice(shell.dialog_parent, "Add to case", f"{names}:", ROLES)
    if role is not None:
        shell.context.workbench.add_to_case(paths, role)


def has_written(shell: Shell) -> bool:
    """A file was written."""
    return bool(shell.context.errors.last_written)


def has_case(shell: Shell) -> bool:
    """A case is open."""
    return shell.context.session.case is not None


def save_json(shell: Shell) -> None:
    """Ask where, and write all results as JSON."""
    target = dialogs.ask_target(shell.dialog_parent, "Save results as JSON", _proposed(shell, ".json"), "JSON (*.json)")
    if target is not None:
        shell.context.workbench.save_json(_with_suffix(target, ".json"))


def export_report(shell: Shell) -> None:
    """Ask where, and write the PDF report."""
    target = dialogs.ask_target(shell.dialog_parent, "Export PDF report", _proposed(shell, ".pdf"), "PDF (*.pdf)")
    if target is not None:
        shell.context.workbench.export_report(_with_suffix(target, ".pdf"))


def save_figure(shell: Shell) -> None:
    """Ask where, and write the lanes as PNG, SVG or PDF with what they were made from."""
    exhibit = shell.context.session.current
    if exhibit is None:
        return
    page = shell.page
    origin = Origin(
        title="View",
        sources=(source_of(exhibit),),
        stretch_s=shell.model.view_s,
        parameters=(*page.parameters, *origin_facts(exhibit.finding, _laid_over(shell))),
    )
    exporting.save_figure(shell.dialog_parent, shell.context.exporter, page.figure, origin, least=page.figure_size)


def _laid_over(shell: Shell) -> Attribution | None:
    """The explanation that is drawn over a part of the spectrogram that is in view."""
    lane = shell.page.spectrogram
    found, (start_s, end_s) = lane.overlay.attribution, shell.model.view_s
    is_open = any(frame.lane is lane and not frame.is_folded for frame in shell.page.stack.frames)
    if found is None or not lane.overlay.is_shown or not is_open:
        return None
    return found if found.start_s < end_s and found.end_s > start_s else None


def import_model(shell: Shell) -> None:
    """Ask for model packs or checkpoints and take them in."""
    patterns = "Models (*.atmodel *.pt *.pth *.ckpt *.safetensors);;All files (*)"
    shell.context.workbench.import_models(dialogs.ask_files(shell.dialog_parent, "Import models", patterns))


def remove_exhibit(shell: Shell) -> None:
    """Take the current exhibit off the list; its file stays."""
    listed = shell.context.session.current_listed
    if listed is not None:
        shell.context.workbench.remove(listed.id)


def has_listed(shell: Shell) -> bool:
    """Something is chosen in the list, be it a recording or not."""
    return shell.context.session.current_listed is not None


def _last_folder(shell: Shell) -> str:
    recent = shell.context.settings.current.recent
    if not recent:
        return ""
    newest = Path(recent[0])
    return str(newest if newest.is_dir() else newest.parent)


def _proposed(shell: Shell, suffix: str) -> str:
    session = shell.context.session
    if session.case_folder is not None:
        return str(session.case_folder / "reports" / (session.case_folder.name + suffix))
    exhibit = session.current
    name = "auditrace" if exhibit is None or len(session.exhibits) > 1 else exhibit.recording.id.path.stem
    return str(Path.home() / (name + suffix))


def _with_suffix(path: Path, suffix: str) -> Path:
    return path if path.suffix else path.with_name(path.name + suffix)


ACTIONS = (
    Action(
        id="file.open",
        title="&Open recordings…",
        menu="File",
        run=open_recordings,
        keys=("Ctrl+O",),
        icon="open",
        short="Open",
        tip="Open sound or video files",
    ),
    Action(
        id="file.open_folder",
        title="Open a &folder or case…",
        menu="File",
        run=open_folder,
        keys=("Ctrl+Shift+O",),
        icon="folder",
    ),
    Action(
        id="file.new_case",
        title="&New case…",
        menu="File",
        run=new_case,
        keys=("Ctrl+N",),
        starts_group=True,
        tip="Make a case folder and open it",
    ),
    Action(
        id="file.add_to_case",
        title="Add &to case…",
        menu="File",
        run=add_to_case,
        keys=("Ctrl+Shift+N",),
        enabled_when=has_case,
        tip="Take recordings into the open case: copied, hashed, logged",
    ),
    Action(
        id="file.sample",
        title="Open the s&ample case",
        menu="File",
        run=lambda shell: shell.context.workbench.open_sample(),
        icon="sample",
    ),
    Action(
        id="file.remove",
        title="&Remove exhibit from the list",
        menu="File",
        run=remove_exhibit,
        keys=("Ctrl+W",),
        enabled_when=has_listed,
        icon="close",
        keywords="close recording file",
    ),
    Action(
        id="file.save_json",
        title="&Save results as JSON…",
        menu="File",
        run=save_json,
        keys=("Ctrl+S",),
        enabled_when=has_any_finding,
        icon="json",
        starts_group=True,
    ),
    Action(
        id="file.export_report",
        title="&Export PDF report…",
        menu="File",
        run=export_report,
        keys=("Ctrl+Shift+E",),
        enabled_when=has_any_finding,
        icon="report",
        short="Report",
        tip="Export the results of all examined recordings as a PDF report",
    ),
    Action(
        id="file.save_figure",
        title="Save the &view as a figure…",
        menu="File",
        run=save_figure,
        keys=("Ctrl+Shift+S",),
        enabled_when=has_recording,
        icon="figure",
        tip="PNG, SVG or PDF with the file's hash and the parameters of every lane",
    ),
    Action(
        id="file.open_written",
        title="Open the file &written last",
        menu="File",
        run=lambda shell: dialogs.open_file(shell.context.errors.last_written),
        enabled_when=has_written,
        tip="Figure, table, report or labels, with the program that is there for it",
    ),
    Action(
        id="file.import_model",
        title="&Import models…",
        menu="File",
        run=import_model,
        starts_group=True,
    ),
    Action(
        id="file.quit",
        title="&Quit",
        menu="File",
        run=lambda shell: shell.close(),
        keys=("Ctrl+Q",),
        starts_group=True,
        keywords="close exit leave end",
    ),
)
