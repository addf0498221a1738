"""Hearing a recording, with the time of the sound that is heard right now."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.services.outputs import DEVICE_LOST, NO_DEVICE, ClockOutput, Output, find_problem, open_output
from core.foundation.errors import CoreError
from core.listening.programme import Programme
from core.listening.treatment import Treatment

if TYPE_CHECKING:
    from core.audio.recording import Recording

__all__ = ["DEVICE_LOST", "NO_DEVICE", "ClockOutput", "Playback"]

_TICK_MS = 20
_STALLED_S, _WAKING_S = 1.0, 3.0
"""A device that has taken nothing for so long is gone; a sleeping one may take two seconds to wake."""
_KEPT_S = 1.0


class Playback(QObject):
    """Plays one programme at a time; band, gain, speed, channel and loop can be changed while it plays."""

    position_changed = Signal(float)
    """Seconds from the start of the recording, of the sound that is heard while this position is in sight."""
    playing_changed = Signal(bool)
    failed = Signal(object)
    """A CoreError: why nothing is heard, or why it stopped."""
    treatment_changed = Signal(object)
    """The Treatment of what is heard, or will be."""
    limited = Signal(float)
    """Decibels by which the limiter has just turned a peak down."""
    heard = Signal(object, object)
    """A Recording and the stretches of it ((start_s, end_s), …) that came out of the device since the last time."""

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        outputs=open_output,
        find_problem: Callable[[], CoreError | None] = find_problem,
        clock: Callable[[], float] = time.monotonic,
    ):
        super().__init__(parent)
        self.find_problem = find_problem
        """Why nothing would be heard if something were played now; None where a device is there."""
        self._outputs, self._clock = outputs, clock
        self._output: Output | None = None
        self._programme: Programme | None = None
        self._treatment = Treatment()
        self._loop = False
        self._told: set[str] = set()
        self._counted = 0.0
        self._moved = (0.0, 0.0)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def is_playing(self) -> bool:
        """Whether something plays."""
        return self._output is not None

    @property
    def device(self) -> str:
        """Name of the sound device that plays; empty while nothing is heard."""
        return self._output.name if self._output is not None and self._output.is_audible else ""

    @property
    def position_s(self) -> float:
        """Time in the recording of what is heard now; 0 while nothing plays."""
        return self._position(0.0)

    @property
    def programme(self) -> Programme | None:
        """What plays."""
        return self._programme

    @property
    def loop(self) -> bool:
        """Whether what is played begins again at its end."""
        return self._loop

    @property
    def treatment(self) -> Treatment:
        """How the next recording will be played."""
        return self._treatment

    @property
    def heard_treatment(self) -> Treatment:
        """How what plays now is played; while nothing plays, how the next will be."""
        return self._programme.treatment if self._programme else self._treatment

    def play(
        self,
        recording: Recording,
        start_s: float = 0.0,
        stop_s: float | None = None,
        *,
        loop: bool = False,
        treatment: Treatment | None = None,
    ) -> None:
        """Play from start to stop (the end if left out); whatever played before stops.

        Args:
            recording: Its `pcm` may be another than the file's, for what was computed from it.
            start_s: Seconds.
            stop_s: Seconds.
            loop: Whether it begins again at its end.
            treatment: This once in place of `treatment`.
        """
        stop_s = recording.duration_s if stop_s is None else min(stop_s, recording.duration_s)
        if stop_s - start_s < 1 / recording.sample_rate:
            self.stop()
            return
        treatment = self._treatment if treatment is None else treatment
        self.play_programme(
            Programme(recording=recording, start_s=start_s, stop_s=stop_s, loop=loop, treatment=treatment)
        )

    def play_programme(self, programme: Programme) -> None:
        """Play exactly this; whatever played before stops."""
        self.stop()
        self._programme = programme
        self._output, problem = self._outputs(programme)
        self._counted, self._moved = 0.0, (0.0, self._clock())
        if problem is None:
            self._told.clear()
        else:
            self._tell(problem)
        self._timer.start()
        self.playing_changed.emit(True)
        self.treatment_changed.emit(programme.treatment)

    def stop(self) -> None:
        """Stop, if anything plays."""
        self._end(at_once=True)

    def adjust(self, *, lasting: bool = True, **changes: Any) -> None:
        """Change fields of the treatment of what plays and, where it is lasting, of all that will.

        Raises:
            UsageError: outside a field's range (US-031).
        """
        if lasting:
            self._treatment = replace(self._treatment, **changes)
        if self._programme is not None:
            self._go_over(replace(self._programme, treatment=replace(self._programme.treatment, **changes)))
        self.treatment_changed.emit(self.heard_treatment)

    def set_loop(self, loop: bool) -> None:
        """Begin again at the end, or not; also of what plays."""
        self._loop = loop
        if self._programme is not None and self._programme.loop != loop:
            self._go_over(replace(self._programme, loop=loop))

    def set_region(self, start_s: float, stop_s: float) -> None:
        """Move the ends of the loop that plays; nothing where none plays."""
        programme = self._programme
        if programme is not None and programme.loop and stop_s - start_s >= 1 / programme.recording.sample_rate:
            self._go_over(replace(programme, start_s=start_s, stop_s=stop_s))

    def switch(self, programme: Programme) -> None:
        """Go over to another programme at the same time after its start; play it where nothing plays."""
        before = self._programme
        if before is None:
            self.play_programme(programme)
        else:
            self._go_over(programme, programme.start_s - before.start_s)

    def _go_over(self, programme: Programme, shift_s: float = 0.0) -> None:
        if self._output is None:
            return
        self._programme = programme
        self._output.feeder.change(lambda at_s: _beginning(programme, at_s, shift_s))

    def _position(self, ahead_s: float) -> float:
        if self._output is None or self._programme is None:
            return 0.0
        feeder = self._output.feeder
        at_s = feeder.timeline.at(self._output.heard_frames() + ahead_s * feeder.format.sample_rate)
        return self._programme.start_s if at_s is None else at_s

    def _end(self, *, at_once: bool) -> None:
        if self._output is None:
            return
        self._timer.stop()
        self._count()
        self._output.stop(at_once=at_once)
        self._output = self._programme = None
        self.playing_changed.emit(False)
        self.treatment_changed.emit(self._treatment)

    def _tick(self) -> None:
        if self._output is None:
            return
        # half a tick ahead: what is shown stays until the next tick, so that it is never more than half a tick off
        self.position_changed.emit(self._position(_TICK_MS / 2000))
        self._count()
        error = self._output.error() or self._stall()
        if error is DEVICE_LOST:
            self._lose_device()
        elif error is not None:
            self.failed.emit(error)
            self._end(at_once=True)
        elif self._output.is_finished():
            self._end(at_once=False)

    def _count(self) -> None:
        """Say what was heard, and whether the limiter was at work."""
        if self._output is None or self._programme is None:
            return
        feeder, heard = self._output.feeder, self._output.heard_frames()
        parts = feeder.timeline.spans(self._counted, heard) if self._output.is_audible else ()
        self._counted = heard
        feeder.timeline.forget(heard - _KEPT_S * feeder.format.sample_rate)
        for programme, spans in groupby(parts, key=itemgetter(0)):
            self.heard.emit(programme.recording, tuple(span for _, span in spans))
        limited_db = feeder.take_limited_db()
        if limited_db > 0:
            self.limited.emit(limited_db)

    def _stall(self) -> CoreError | None:
        """The device as lost where nothing has left it for a second."""
        if self._output is None or not self._output.is_audible:
            return None
        heard, now = self._output.heard_frames(), self._clock()
        if heard != self._moved[0]:
            self._moved = (heard, now)
        feeder = self._output.feeder
        patience_s = _STALLED_S if heard > feeder.format.sample_rate * _STALLED_S else _WAKING_S
        is_stalled = now - self._moved[1] > patience_s and not feeder.is_finished
        return DEVICE_LOST if is_stalled else None

    def _lose_device(self) -> None:
        """Let the playhead go on without sound, and say so."""
        if self._output is None:
            return
        lost = self._output
        self._output = ClockOutput(lost.feeder, heard_frames=lost.heard_frames(), clock=self._clock)
        lost.release()
        self._tell(DEVICE_LOST)

    def _tell(self, problem: CoreError) -> None:
        """Say it once, until a device has played again."""
        if problem.code not in self._told:
            self._told.add(problem.code)
            self.failed.emit(problem)


def _beginning(programme: Programme, at_s: float | None, shift_s: float) -> Programme:
    """The programme from the moment at which it takes over: a loop from its start where that lies outside."""
    if at_s is None:
        return programme
    begin_s = at_s + shift_s
    if begin_s < programme.start_s or (programme.loop and begin_s >= programme.stop_s):
        begin_s = programme.start_s
    return replace(programme, begin_s=min(begin_s, programme.stop_s))
