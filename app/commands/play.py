"""The Play menu."""

from __future__ import annotations

from app.commands.action import Action, Shell, has_recording, has_selection

AROUND_S = 1.0
"""Seconds before and after the cursor."""


def play_or_stop(shell: Shell) -> None:
    """Stop what plays; else play the selection, or from the cursor to the end."""
    if shell.context.playback.is_playing:
        shell.context.playback.stop()
    else:
        _play(shell, *(shell.model.selection_s or (shell.model.cursor_s, None)), loop=shell.context.playback.loop)


def loop_selection(shell: Shell) -> None:
    """Play the selection again and again."""
    if shell.model.selection_s is not None:
        _play(shell, *shell.model.selection_s, loop=True)


def play_around(shell: Shell) -> None:
    """Play from a little before the cursor to a little after it."""
    cursor_s = shell.model.cursor_s
    _play(shell, max(cursor_s - AROUND_S, 0.0), cursor_s + AROUND_S, loop=False)


def toggle_loop(shell: Shell) -> None:
    """Whether playing starts again at its end."""
    shell.context.playback.loop = not shell.context.playback.loop


def _play(shell: Shell, start_s: float, stop_s: float | None, *, loop: bool) -> None:
    recording = shell.model.recording
    if recording is None:
        return
    at_end = stop_s is None and start_s >= recording.duration_s - 0.01
    shell.context.playback.play(recording, 0.0 if at_end else start_s, stop_s, loop=loop)


ACTIONS = (
    Action(
        id="play.toggle",
        title="&Play or stop",
        menu="Play",
        run=play_or_stop,
        keys=("Space",),
        enabled_when=has_recording,
        checked_when=lambda shell: shell.context.playback.is_playing,
        icon="play",
        checked_icon="stop",
        short="Play",
        tip="Play the selection, or from the cursor; stop what plays",
    ),
    Action(
        id="play.loop_selection",
        title="Play the selection in a &loop",
        menu="Play",
        run=loop_selection,
        keys=("Shift+Space",),
        enabled_when=has_selection,
    ),
    Action(
        id="play.around",
        title="Play 2 s &around the cursor",
        menu="Play",
        run=play_around,
        keys=("Ctrl+Space",),
        enabled_when=has_recording,
    ),
    Action(
        id="play.loop",
        title="L&oop",
        menu="Play",
        run=toggle_loop,
        keys=("L",),
        checked_when=lambda shell: shell.context.playback.loop,
        icon="loop",
        short="Loop",
        tip="Begin again at the end of what is played",
    ),
)
