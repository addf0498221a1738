"""Hearing a recording, with the time of the sound that is heard right now."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from app.services.sound import Feeder, Stretch
from core.foundation.errors import CoreError

if TYPE_CHECKING:
    from core.audio.recording import Recording

_TICK_MS = 30
NO_DEVICE = CoreError(
    "SY-102",
    "No sound device was found.",
    means="The playhead moves at the recording's speed, but nothing is heard.",
    do="Connect loudspeakers or headphones and play again.",
)


class Output(Protocol):
    """Something that plays a stretch and knows what is heard."""

    def heard_s(self) -> float:
        """Seconds heard since the start, loops counted."""
        ...

    def is_finished(self) -> bool:
        """Whether all of it was heard."""
        ...

    def error(self) -> Exception | None:
        """Why it cannot go on."""
        ...

    def stop(self, *, at_once: bool) -> None:
        """End, at once or after what is still on its way."""
        ...


class ClockOutput:
    """Time without sound, for machines that have no sound device."""

    def __init__(self, stretch: Stretch):
        self._stretch, self._began = stretch, time.monotonic()

    def heard_s(self) -> float:
        return time.monotonic() - self._began

    def is_finished(self) -> bool:
        return not self._stretch.loop and self.heard_s() >= self._stretch.length_s

    def error(self) -> Exception | None:
        return None

    def stop(self, *, at_once: bool) -> None:
        pass


class SinkOutput:
    """Sound through QtMultimedia's QAudioSink, which pulls from a Feeder."""

    def __init__(self, stretch: Stretch, device):
        from PySide6.QtMultimedia import QAudioSink

        from app.services.audio_device import FeederDevice, choose_format, qt_format

        self._format = choose_format(stretch.recording, device)
        self._feeder = Feeder(stretch, self._format)
        self._pull = FeederDevice(self._feeder)
        self._sink = QAudioSink(device, qt_format(self._format))
        self._feeder.start()
        self._sink.start(self._pull)

    def heard_s(self) -> float:
        # processedUSecs counts what has left Qt's own buffer (watched on PulseAudio with Qt 6.11.3), so that
        # only the silence put in for a slow disk has to be taken off
        silence_s = self._feeder.filled_bytes / self._format.bytes_per_frame / self._format.sample_rate
        return max(self._sink.processedUSecs() / 1e6 - silence_s, 0.0)

    def is_finished(self) -> bool:
        from PySide6.QtMultimedia import QtAudio

        return self._feeder.is_finished and self._sink.state() != QtAudio.State.ActiveState

    def error(self) -> Exception | None:
        from PySide6.QtMultimedia import QtAudio

        if self._sink.error() in (QtAudio.Error.OpenError, QtAudio.Error.FatalError):
            return NO_DEVICE
        return self._feeder.error

    def stop(self, *, at_once: bool) -> None:
        if at_once:
            self._sink.reset()
        self._sink.stop()
        self._feeder.stop()
        self._pull.close()


def open_output(stretch: Stretch) -> tuple[Output, CoreError | None]:
    """The default sound device, or a silent clock and the reason."""
    from PySide6.QtMultimedia import QMediaDevices

    device = QMediaDevices.defaultAudioOutput()
    if device.isNull():
        return ClockOutput(stretch), NO_DEVICE
    return SinkOutput(stretch, device), None


class Playback(QObject):
    """Plays one stretch at a time."""

    position_changed = Signal(float)
    """Seconds from the start of the recording, of the sound heard now."""
    playing_changed = Signal(bool)
    failed = Signal(object)
    """A CoreError: why nothing is heard, or why it stopped."""

    def __init__(self, parent: QObject | None = None, *, outputs=open_output):
        super().__init__(parent)
        self._outputs = outputs
        self._output: Output | None = None
        self._stretch: Stretch | None = None
        self._told = False
        self.loop = False
        """Whether what is played begins again at its end, unless `play` is told otherwise."""
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def is_playing(self) -> bool:
        """Whether something plays."""
        return self._output is not None

    @property
    def position_s(self) -> float:
        """Time in the recording of what is heard now; 0 while nothing plays."""
        if self._output is None or self._stretch is None:
            return 0.0
        heard = self._output.heard_s()
        inside = heard % self._stretch.length_s if self._stretch.loop else min(heard, self._stretch.length_s)
        return self._stretch.start_s + inside

    def play(
        self, recording: Recording, start_s: float = 0.0, stop_s: float | None = None, *, loop: bool = False
    ) -> None:
        """Play from start to stop (the end if left out); whatever played before stops."""
        self.stop()
        stop_s = recording.duration_s if stop_s is None else min(stop_s, recording.duration_s)
        if stop_s - start_s < 1 / recording.sample_rate:
            return
        self._stretch = Stretch(recording=recording, start_s=start_s, stop_s=stop_s, loop=loop)
        self._output, problem = self._outputs(self._stretch)
        if problem is not None and not self._told:
            self._told = True
            self.failed.emit(problem)
        self._timer.start()
        self.playing_changed.emit(True)

    def stop(self) -> None:
        """Stop, if anything plays."""
        self._end(at_once=True)

    def _end(self, *, at_once: bool) -> None:
        if self._output is None:
            return
        self._timer.stop()
        self._output.stop(at_once=at_once)
        self._output = self._stretch = None
        self.playing_changed.emit(False)

    def _tick(self) -> None:
        if self._output is None:
            return
        self.position_changed.emit(self.position_s)
        error, finished = self._output.error(), self._output.is_finished()
        if error is not None:
            self.failed.emit(error)
        if error is not None or finished:
            self._end(at_once=error is not None)
