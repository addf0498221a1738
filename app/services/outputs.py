"""Where sound goes: a device, or a clock where there is none. Both say which frame is heard now."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from app.services.sound import Feeder, Format
from core.foundation.errors import CoreError
from core.listening.programme import Programme

_BUFFER_S = 0.2
"""What a device is given ahead: as much as a busy screen may delay, and no more, so that changes are heard soon."""
NO_DEVICE = CoreError(
    "SY-102",
    "No sound device was found.",
    means="The playhead moves at the recording's speed, but nothing is heard.",
    do="Connect loudspeakers or headphones and play again.",
)
DEVICE_LOST = CoreError(
    "SY-107",
    "The sound device is gone.",
    means="The playhead goes on at the recording's speed, but nothing is heard; what follows does not count as heard.",
    do="Connect it again, or choose another in the system's sound settings, and play again.",
)


class Output(Protocol):
    """Something that takes a programme from a feeder and knows what is heard."""

    feeder: Feeder
    is_audible: bool
    """Whether anybody can hear it."""
    name: str
    """Of the device, as the system calls it; empty where there is none."""

    def heard_frames(self) -> float:
        """Frames heard since the start, silence counted."""
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

    def release(self) -> None:
        """Let go of the device; the feeder goes on."""
        ...


class ClockOutput:
    """Time without sound, for machines that have no sound device, or have it no longer."""

    is_audible = False
    name = ""

    def __init__(self, feeder: Feeder, *, heard_frames: float = 0.0, clock: Callable[[], float] = time.monotonic):
        """Begin where something else ended, or at the beginning."""
        self.feeder = feeder
        self._clock = clock
        self._before, self._began_s = heard_frames, clock()

    @classmethod
    def of(cls, programme: Programme) -> ClockOutput:
        """The clock of a programme, at the recording's own rate."""
        feeder = Feeder(programme, Format(sample_rate=programme.recording.sample_rate, channels=1))
        feeder.start()
        return cls(feeder)

    def heard_frames(self) -> float:
        format_ = self.feeder.format
        heard = self._before + (self._clock() - self._began_s) * format_.sample_rate
        due = int(heard) - self.feeder.timeline.frames
        if due > 0:
            self.feeder.take(due * format_.bytes_per_frame)
        return heard

    def is_finished(self) -> bool:
        return self.feeder.is_finished and self.heard_frames() >= self.feeder.timeline.frames

    def error(self) -> Exception | None:
        return self.feeder.error

    def stop(self, *, at_once: bool) -> None:
        self.feeder.stop()

    def release(self) -> None:
        pass


class SinkOutput:
    """Sound through QtMultimedia's QAudioSink, which pulls from a Feeder."""

    is_audible = True

    def __init__(self, programme: Programme, device):
        from PySide6.QtMultimedia import QAudioSink

        from app.services.audio_device import FeederDevice, choose_format, qt_format

        self.name = device.description()
        format_ = choose_format(programme.recording, device)
        self.feeder = Feeder(programme, format_)
        self._pull = FeederDevice(self.feeder)
        self._sink = QAudioSink(device, qt_format(format_))
        self._sink.setBufferSize(round(_BUFFER_S * format_.sample_rate) * format_.bytes_per_frame)
        self.feeder.start()
        self._sink.start(self._pull)

    def heard_frames(self) -> float:
        # processedUSecs counts what has left Qt's own buffer (watched on PulseAudio with Qt 6.11.3)
        return self._sink.processedUSecs() * self.feeder.format.sample_rate / 1e6

    def is_finished(self) -> bool:
        from PySide6.QtMultimedia import QtAudio

        return self.feeder.is_finished and self._sink.state() != QtAudio.State.ActiveState

    def error(self) -> Exception | None:
        from PySide6.QtMultimedia import QtAudio

        if self._sink.error() in (QtAudio.Error.OpenError, QtAudio.Error.FatalError, QtAudio.Error.IOError):
            return DEVICE_LOST
        return self.feeder.error

    def stop(self, *, at_once: bool) -> None:
        if at_once:
            self._sink.reset()
        self.release()
        self.feeder.stop()

    def release(self) -> None:
        self._sink.stop()
        self._pull.close()


def open_output(programme: Programme) -> tuple[Output, CoreError | None]:
    """The default sound device, or a silent clock and the reason."""
    problem = find_problem()
    if problem is not None:
        return ClockOutput.of(programme), problem
    from PySide6.QtMultimedia import QMediaDevices

    return SinkOutput(programme, QMediaDevices.defaultAudioOutput()), None


def find_problem() -> CoreError | None:
    """Why nothing would be heard if something were played now; None where a device is there."""
    from PySide6.QtMultimedia import QMediaDevices

    return NO_DEVICE if QMediaDevices.defaultAudioOutput().isNull() else None
