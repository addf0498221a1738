"""How places on the axis of a recording are written, as the user wishes and the recording allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.foundation.time_scale import TimeForm, TimeScale

if TYPE_CHECKING:  # the window must open without importing the engine's heavy floors
    from core.audio.claimed import ClaimedStart
    from core.audio.recording import Recording

TITLES: dict[TimeForm, str] = {
    "time": "As &time: s, min:s or h:min:s",
    "seconds": "As &seconds",
    "samples": "As sa&mples",
    "clock": "As time of &day that the file claims",
}


def claimed(recording: Recording) -> ClaimedStart | None:
    """When it began, as its file claims."""
    from core.audio.claimed import claimed_start

    return claimed_start(recording.stream)


def time_scale(form: TimeForm, recording: Recording | None) -> TimeScale:
    """The scale for a recording; that of times where its file claims no time of day."""
    if recording is None or form == "time":
        return TimeScale()
    if form == "samples":
        return TimeScale(form=form, per_s=recording.sample_rate)
    if form == "seconds":
        return TimeScale(form=form)
    start = claimed(recording)
    return TimeScale(form=form, start=start.day_s, first_day=start.date) if start else TimeScale()
