"""Finding anything by words (Ctrl+K): actions, exhibits, times."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from app.commands.action import Action, Shell, always
from app.commands.keymaps import shown
from app.commands.times import parse_place
from app.widgets.palette import Entry, Palette
from core.foundation.units import format_time


def find_anything(shell: Shell) -> None:
    """Open the palette."""
    entries = [*map(partial(_entry, shell), shell.actions_offered), *_exhibits(shell)]
    palette = Palette(entries, partial(_times, shell), shell.dialog_parent)
    palette.open()
    palette.query.setFocus()


def _entry(shell: Shell, action: Action) -> Entry:
    return Entry(
        title=action.plain_title,
        where=action.menu.replace("/", ", ").replace("&", ""),
        run=partial(shell.perform, action.id),
        key=",  ".join(map(shown, shell.keys_of(action.id))),
        tip=action.tip,
        words=action.keywords,
        obstacle="" if action.enabled_when(shell) else _obstacle(action),
    )


def _obstacle(action: Action) -> str:
    """What is missing, in the words of the test that decides."""
    words = " ".join((action.enabled_when.__doc__ or "").split())
    is_said = words and action.enabled_when is not always
    return f"it needs this: {words[0].lower()}{words[1:]}" if is_said else "there is nothing that it could be done to."


def _exhibits(shell: Shell) -> list[Entry]:
    session = shell.context.session
    return [
        Entry(title=f"{listed.id} {listed.name}", where="Exhibits", run=partial(session.select, listed.id))
        for listed in session.listed
    ]


def _times(shell: Shell, words: str) -> Sequence[Entry]:
    """The time that the words are; a bare number is one only where the recording has it."""
    recording, scale = shell.model.recording, shell.model.time_scale
    seconds = parse_place(words, recording, scale) if recording else None
    if recording is None or seconds is None:
        return ()
    if seconds > recording.duration_s and ":" not in words:
        return ()
    obstacle = "" if seconds <= recording.duration_s else f"the recording ends at {format_time(recording.duration_s)}."
    title = f"Go to {scale.place(seconds, 3)}"
    return (Entry(title=title, where="Time", run=partial(shell.front.go_to, seconds), obstacle=obstacle),)


ACTIONS = (
    Action(
        id="help.find",
        title="&Find anything…",
        menu="Help",
        run=find_anything,
        keys=("Ctrl+K",),
        tip="Actions by words, exhibits, times",
    ),
)
