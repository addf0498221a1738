"""Places on the axis of a recording: how they are written, how they are read, and going to one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args

from app.commands.action import Action, Shell, always
from app.viewmodels.time_form import TITLES, claimed
from app.widgets import dialogs
from core.foundation.time_scale import TimeForm, TimeScale
from core.foundation.units import format_time

if TYPE_CHECKING:
    from core.audio.recording import Recording

_TIME = re.compile(r"(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d*)?)")
_SAMPLES = re.compile(r"(\d[\d\s]*?)\s*(?:samples?|smp)", re.IGNORECASE)
_DAY_S = 86_400.0


def go_to_time(shell: Shell) -> None:
    """Ask for a place and go there; ask again, saying why, while there is no such place."""
    recording, scale = shell.model.recording, shell.model.time_scale
    if recording is None:
        return
    forms = "12.5, 1:02:03.4, 48000 samples" + (" or the time of day 14:03:07" if scale.form == "clock" else "")
    wanted = f"Time from 0 to {format_time(recording.duration_s)}, as {forms}:"
    entered, wrong = _proposed(shell), ""
    while (entered := dialogs.ask_text(shell.dialog_parent, "Go to time", wrong + wanted, entered) or "") != "":
        seconds = parse_place(entered, recording, scale)
        if seconds is not None and seconds <= recording.duration_s:
            shell.front.go_to(seconds)
            return
        wrong = f"“{entered}” {'is no time' if seconds is None else 'lies beyond the end of the recording'}.\n\n"


def parse_place(text: str, recording: Recording, scale: TimeScale) -> float | None:
    """Seconds of a time, of `48000 samples`, or of `14:03:07` where times of day are shown; None where it is none."""
    if match := _SAMPLES.fullmatch(text.strip()):
        return int("".join(match[1].split())) / recording.sample_rate
    seconds = parse_time(text)
    if seconds is not None and scale.form == "clock" and text.count(":") == 2:
        return scale.seconds(seconds) % _DAY_S
    return seconds


def parse_time(text: str) -> float | None:
    """Seconds of `12.5`, `1:02.5` or `1:02:03.4`; None where it is no time."""
    match = _TIME.fullmatch(text.strip().removesuffix("s").strip().replace(",", "."))
    if match is None:
        return None
    hours, minutes, seconds = match.groups()
    return 3600.0 * int(hours or 0) + 60.0 * int(minutes or 0) + float(seconds)


def _proposed(shell: Shell) -> str:
    model = shell.model
    is_counted = model.time_scale.form in ("samples", "clock")
    return model.time_scale.place(model.cursor_s, 3) if is_counted else f"{model.cursor_s:.3f}"


def _claims_time(shell: Shell) -> bool:
    """A recording is open whose file claims a time of day."""
    return shell.model.recording is not None and claimed(shell.model.recording) is not None


def _use_form(shell: Shell, form: TimeForm) -> None:
    shell.context.settings.change(time_form=form)
    shell.model.set_time_form(form)


def _form(form: TimeForm) -> Action:
    return Action(
        id=f"view.times.{form}",
        title=TITLES[form],
        menu="View/Times",
        keywords="settings ruler units format seconds samples hours timecode wall clock",
        run=lambda shell: _use_form(shell, form),
        enabled_when=_claims_time if form == "clock" else always,
        checked_when=lambda shell: shell.context.settings.current.time_form == form,
    )


ACTIONS = tuple(map(_form, get_args(TimeForm)))
