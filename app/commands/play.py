"""The Play menu."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from app.commands.action import Action, Shell, has_recording, has_selection
from core.listening.treatment import GAINS_DB, SPEEDS, Treatment

AROUND_S = 1.0
"""Seconds before and after the cursor."""
GAIN_STEP_DB = 3.0
SPEED_STEP = 0.1


def play_or_stop(shell: Shell) -> None:
    """Stop what plays; else play the selection, or from the cursor to the end."""
    if shell.context.playback.is_playing:
        shell.context.playback.stop()
    else:
        _play(shell, *(shell.model.selection_s or (shell.model.cursor_s, None)), loop=shell.context.playback.loop)


def play_from_cursor(shell: Shell) -> None:
    """Play from the cursor to the end, whatever is selected; what plays goes on from there."""
    _play(shell, shell.model.cursor_s, None, loop=False)


def loop_selection(shell: Shell) -> None:
    """Play the selection again and again."""
    if shell.model.selection_s is not None:
        _play(shell, *shell.model.selection_s, loop=True)


def play_around(shell: Shell) -> None:
    """Play from a little before the cursor to a little after it."""
    cursor_s = shell.model.cursor_s
    _play(shell, max(cursor_s - AROUND_S, 0.0), cursor_s + AROUND_S, loop=False)


def play_band(shell: Shell) -> None:
    """Play only the frequencies of the selected box, this once."""
    model, playback = shell.model, shell.context.playback
    if model.selection_s is not None and model.band_hz is not None:
        only = replace(playback.treatment, band_hz=model.band_hz)
        _play(shell, *model.selection_s, loop=playback.loop, treatment=only)


def toggle_loop(shell: Shell) -> None:
    """Whether playing starts again at its end."""
    shell.context.playback.set_loop(not shell.context.playback.loop)


def step_gain(shell: Shell, by_db: float) -> None:
    """Louder or softer."""
    gain_db = shell.context.playback.treatment.gain_db + by_db
    shell.context.playback.adjust(gain_db=min(max(gain_db, GAINS_DB[0]), GAINS_DB[1]))


def step_speed(shell: Shell, by: float) -> None:
    """Slower or faster, at the same pitch."""
    speed = round(shell.context.playback.treatment.speed + by, 2)
    shell.context.playback.adjust(speed=min(max(speed, SPEEDS[0]), SPEEDS[1]))


def hear_as_it_is(shell: Shell) -> None:
    """Neither gain nor speed nor channel nor band."""
    neutral = Treatment()
    shell.context.playback.adjust(
        gain_db=neutral.gain_db, speed=neutral.speed, channel=neutral.channel, band_hz=neutral.band_hz
    )


def has_box(shell: Shell) -> bool:
    """A stretch and a band are selected."""
    return shell.model.selection_s is not None and shell.model.band_hz is not None


def _play(
    shell: Shell, start_s: float, stop_s: float | None, *, loop: bool, treatment: Treatment | None = None
) -> None:
    recording = shell.model.recording
    if recording is None:
        return
    at_end = stop_s is None and start_s >= recording.duration_s - 0.01
    shell.context.playback.play(recording, 0.0 if at_end else start_s, stop_s, loop=loop, treatment=treatment)


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
        checked_short="Stop",
        tip="Play the selection, or from the cursor; stop what plays",
    ),
    Action(
        id="play.from_cursor",
        title="Play from the &cursor",
        menu="Play",
        run=play_from_cursor,
        keys=("Ctrl+Shift+Space",),
        enabled_when=has_recording,
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
        id="play.band",
        title="Play only the &band of the selected box",
        menu="Play",
        run=play_band,
        # many desktops keep Alt and Space for the window's own menu
        keys=("Alt+Space", "Ctrl+Alt+Space"),
        enabled_when=has_box,
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
    Action(
        id="play.compare",
        title="Co&mpare by ear (A/B/X)…",
        menu="Play",
        run=lambda shell: shell.context.listening.comparison_wanted.emit(),
        keys=("Ctrl+Alt+X",),
        enabled_when=has_recording,
        tip="Two stretches at one level, switched at the same place; a blind test of whether they can be told apart",
        keywords="ABX blind listening test AB switch",
    ),
    Action(
        id="play.louder",
        title="Lo&uder by 3 dB",
        menu="Play",
        run=partial(step_gain, by_db=GAIN_STEP_DB),
        keys=("Alt+Up",),
        starts_group=True,
    ),
    Action(
        id="play.softer",
        title="&Softer by 3 dB",
        menu="Play",
        run=partial(step_gain, by_db=-GAIN_STEP_DB),
        keys=("Alt+Down",),
    ),
    Action(
        id="play.slower",
        title="Slo&wer, at the same pitch",
        menu="Play",
        run=partial(step_speed, by=-SPEED_STEP),
        keys=("Alt+PgDown",),
    ),
    Action(
        id="play.faster",
        title="&Faster, at most as recorded",
        menu="Play",
        run=partial(step_speed, by=SPEED_STEP),
        keys=("Alt+PgUp",),
    ),
    Action(
        id="play.neutral",
        title="&Hear it as it is",
        menu="Play",
        run=hear_as_it_is,
        keys=("Alt+Home",),
        enabled_when=has_recording,
        tip="No gain, no change of speed, all channels, all frequencies",
    ),
)
