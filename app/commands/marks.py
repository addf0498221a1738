"""The Mark menu: points, regions and boxes, going from one to the next, files of labels."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QDialog, QMenu

from app.commands.action import Action, Shell, has_finding, has_recording, has_selection
from app.widgets import dialogs
from app.widgets.mark_dialog import MarkDialog
from core.foundation.units import format_time
from core.marks import MARK_TYPES, Mark

LABEL_FILES = "Files of labels (*.txt *.TextGrid *.csv *.tsv *.json *.rttm);;All files (*)"
EXPORT_FILES = (
    "Audacity labels (*.txt);;Praat TextGrid (*.TextGrid);;Table (*.csv);;JSON, with everything (*.json);;RTTM (*.rttm)"
)


def add_point(shell: Shell, kind: str | None = None) -> None:
    """Mark the sound being heard, or the cursor; the beginning of what is selected where the cursor is elsewhere."""
    exhibit = shell.context.session.current
    if exhibit is not None:
        at_s = _moment(shell)
        shell.context.marking.add(exhibit, at_s, at_s, kind=kind)
        shell.context.errors.mention(f"Marked at {format_time(at_s)}. Ctrl+Z takes it back.")


def _moment(shell: Shell) -> float:
    model = shell.model
    if model.playhead_s is not None:
        return model.playhead_s
    start_s, end_s = model.selection_s or (model.cursor_s, model.cursor_s)
    return model.cursor_s if start_s <= model.cursor_s <= end_s else start_s


def add_region(shell: Shell, kind: str | None = None) -> None:
    """Mark the selected stretch or box."""
    exhibit, selection = shell.context.session.current, shell.model.selection_s
    if exhibit is not None and selection is not None:
        shell.context.marking.add(exhibit, *selection, band_hz=shell.model.band_hz, kind=kind)


def choose_type(shell: Shell) -> None:
    """A menu of types by digit; the one chosen marks the selection, or the cursor."""
    menu = QMenu("Mark as", shell.dialog_parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setAccessibleName("Mark as")
    add = add_region if shell.model.selection_s is not None else add_point
    for number, (key, title) in enumerate(MARK_TYPES.items(), 1):
        menu.addAction(f"&{number}  {title}", partial(add, shell, key))
    menu.popup(_place_of_cursor(shell))


def _place_of_cursor(shell: Shell) -> QPoint:
    """Where the cursor, or the beginning of the selection, stands in the lane in use, on the screen."""
    frame = shell.page.stack.current or next((frame for frame in shell.page.stack.frames if frame.isVisible()), None)
    if frame is None or not frame.isVisible():
        return QCursor.pos()
    start_s, _ = shell.model.selection_s or (shell.model.cursor_s, None)
    lane = frame.lane
    x = min(max(round(lane.x_of(start_s)), 0), lane.width())
    return lane.mapToGlobal(QPoint(x, lane.height() // 4))


def set_type(shell: Shell, kind: str) -> None:
    """Give the selected mark another type."""
    mark = shell.context.marking.selected
    if mark is not None:
        shell.context.marking.change(mark, f"call it {MARK_TYPES[kind].lower()}", type=kind)


def edit(shell: Shell) -> None:
    """Change the selected mark in a dialog."""
    mark, recording = shell.context.marking.selected, shell.model.recording
    if mark is None or recording is None:
        return
    dialog = MarkDialog(mark, MARK_TYPES, recording.duration_s, recording.sample_rate / 2, shell.dialog_parent)
    if dialog.exec() == QDialog.DialogCode.Accepted:
        shell.context.marking.change(mark, f"edit {mark.kind}", **asdict(dialog.choice()))


def take_selection(shell: Shell) -> None:
    """Give the selected mark the times and band of what is selected in the lanes."""
    mark, selection = shell.context.marking.selected, shell.model.selection_s
    if mark is not None and selection is not None:
        low, high = shell.model.band_hz or (None, None)
        values = {"start_s": selection[0], "end_s": selection[1], "low_hz": low, "high_hz": high}
        shell.context.marking.change(mark, f"move {mark.kind}", **values)


def delete(shell: Shell) -> None:
    """Take the selected mark away."""
    mark = shell.context.marking.selected
    if mark is not None:
        shell.context.marking.remove([mark.id])


def go_to(shell: Shell, mark: Mark) -> None:
    """Select a mark, and what it marks, and bring it into sight."""
    model = shell.model
    shell.context.marking.select(mark.id)
    start_s, end_s = model.view_s
    if mark.length_s and not (start_s <= mark.start_s and mark.end_s <= end_s):
        model.show_about(mark.start_s, mark.end_s)
    shell.page.go_to(mark.start_s)
    model.set_selection((mark.start_s, mark.end_s) if mark.length_s else None)
    if mark.low_hz is not None and mark.high_hz is not None:
        model.set_band((mark.low_hz, mark.high_hz))


def go_to_next(shell: Shell, *, forward: bool) -> None:
    """Go to the next or previous listed mark."""
    marking, exhibit = shell.context.marking, shell.context.session.current
    mark = marking.next_from(exhibit, shell.model.cursor_s, forward=forward)
    if mark is not None:
        go_to(shell, mark)
    elif not marking.listed(exhibit):
        shell.context.errors.mention(
            "There are no marks to go to." if not marking.marks(exhibit) else "No mark is listed."
        )


def add_from_findings(shell: Shell) -> None:
    """Take the regions that the examination states as marks."""
    exhibit = shell.context.session.current
    if exhibit is not None and not shell.context.marking.add_from_finding(exhibit):
        shell.context.errors.mention("The examination states no regions that are not marked yet.")


def import_labels(shell: Shell) -> None:
    """Ask for files of labels and add their marks to the recording on the screen."""
    exhibit = shell.context.session.current
    agrees = partial(dialogs.confirm, shell.dialog_parent, "Marks of another recording", yes="Add them here")
    for path in dialogs.ask_files(shell.dialog_parent, "Import labels", LABEL_FILES):
        if exhibit is not None:
            shell.context.marking.import_file(path, exhibit, agrees)


def export_labels(shell: Shell) -> None:
    """Ask where, and write the marks of the recording on the screen."""
    exhibit = shell.context.session.current
    if exhibit is None:
        return
    proposed = str(Path.home() / f"{exhibit.id}-marks.txt")
    target = dialogs.ask_target(shell.dialog_parent, "Export labels", proposed, EXPORT_FILES)
    if target is not None:
        shell.context.marking.export(target if target.suffix else target.with_suffix(".txt"), exhibit)


def has_mark(shell: Shell) -> bool:
    """A mark of the recording on the screen is selected."""
    return shell.context.marking.selected_on(shell.context.session.current) is not None


def has_marks(shell: Shell) -> bool:
    """The recording on the screen has marks."""
    return bool(shell.context.marking.marks(shell.context.session.current))


def undo_title(shell: Shell) -> str:
    """What would be taken back."""
    done = shell.context.marking.history.done
    return f"&Undo: {done[-1].words}" if done else "&Undo"


def redo_title(shell: Shell) -> str:
    """What would be done again."""
    undone = shell.context.marking.history.undone
    return f"&Redo: {undone[-1].words}" if undone else "&Redo"


def _type_action(number: int, key: str) -> Action:
    return Action(
        id=f"mark.type.{key}",
        title=f"&{number}  {MARK_TYPES[key]}",
        menu="Mark/Type of the selected mark",
        run=lambda shell: set_type(shell, key),
        enabled_when=has_mark,
        tip=f"In the list of marks: {number}",
    )


ACTIONS = (
    Action(
        id="mark.point",
        title="Mark the &cursor",
        menu="Mark",
        run=add_point,
        keys=("M",),
        enabled_when=has_recording,
        tip="Mark what is being heard, or the cursor, which is where the selection was begun; of the type used last",
    ),
    Action(
        id="mark.region",
        title="Mark the &selection",
        menu="Mark",
        run=add_region,
        keys=("Ctrl+B",),
        enabled_when=has_selection,
        tip="Mark the selected stretch or time-frequency box",
    ),
    Action(
        id="mark.choose",
        title="Mark &as…",
        menu="Mark",
        run=choose_type,
        keys=("Shift+M",),
        enabled_when=has_recording,
        tip="Choose the type by its digit; marks the selection, or the cursor where nothing is selected",
    ),
    Action(
        id="mark.findings",
        title="Add from &findings",
        menu="Mark",
        run=add_from_findings,
        enabled_when=has_finding,
        tip="Take the regions that the examination states as marks",
    ),
    Action(
        id="mark.edit",
        title="&Edit the selected mark…",
        menu="Mark",
        run=edit,
        keys=("Ctrl+M",),
        enabled_when=has_mark,
        starts_group=True,
    ),
    Action(
        id="mark.take_selection",
        title="Move the selected mark to the selec&tion",
        menu="Mark",
        run=take_selection,
        keys=("Ctrl+Shift+B",),
        enabled_when=lambda shell: has_mark(shell) and has_selection(shell),
        tip="Give the selected mark the times and band that are selected in the lanes",
    ),
    *(_type_action(number, key) for number, key in enumerate(MARK_TYPES, 1)),
    Action(
        id="mark.delete",
        title="&Delete the selected mark",
        menu="Mark",
        run=delete,
        keys=("Ctrl+Del",),
        enabled_when=has_mark,
    ),
    Action(
        id="mark.undo",
        title="&Undo",
        menu="Mark",
        run=lambda shell: shell.context.marking.undo(),
        keys=("Ctrl+Z",),
        enabled_when=lambda shell: bool(shell.context.marking.history.done),
        title_now=undo_title,
        starts_group=True,
    ),
    Action(
        id="mark.redo",
        title="&Redo",
        menu="Mark",
        run=lambda shell: shell.context.marking.redo(),
        keys=("Ctrl+Shift+Z", "Ctrl+Y"),
        enabled_when=lambda shell: bool(shell.context.marking.history.undone),
        title_now=redo_title,
    ),
    Action(
        id="mark.next",
        title="&Next mark",
        menu="Mark",
        run=partial(go_to_next, forward=True),
        keys=("F3",),
        enabled_when=has_marks,
        tip="Of those that the filter of the list lets through",
        starts_group=True,
    ),
    Action(
        id="mark.previous",
        title="&Previous mark",
        menu="Mark",
        run=partial(go_to_next, forward=False),
        keys=("Shift+F3",),
        enabled_when=has_marks,
    ),
    Action(
        id="mark.list",
        title="&List of marks",
        menu="Mark",
        run=lambda shell: shell.enter_dock("marks"),
        keys=("Ctrl+L",),
        checked_when=lambda shell: shell.is_dock_open("marks"),
    ),
    Action(
        id="mark.import",
        title="&Import labels…",
        menu="Mark",
        run=import_labels,
        enabled_when=has_recording,
        tip="Audacity labels, Praat TextGrid, CSV, JSON, RTTM",
        starts_group=True,
    ),
    Action(
        id="mark.export",
        title="E&xport labels…",
        menu="Mark",
        run=export_labels,
        enabled_when=has_marks,
        tip="Audacity labels, Praat TextGrid, CSV, JSON, RTTM",
    ),
)
