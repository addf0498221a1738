"""The seam to QtMultimedia: the format a device takes, and what it pulls from. Imported when sound is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QIODevice
from PySide6.QtMultimedia import QAudioDevice, QAudioFormat

from app.services.sound import Feeder, Format

if TYPE_CHECKING:
    from core.audio.recording import Recording

_KINDS = {"float32": QAudioFormat.SampleFormat.Float, "int16": QAudioFormat.SampleFormat.Int16}


class FeederDevice(QIODevice):
    """What QAudioSink reads from."""

    def __init__(self, feeder: Feeder):
        super().__init__()
        self._feeder = feeder
        self.open(QIODevice.OpenModeFlag.ReadOnly)

    def readData(self, maxlen: int) -> bytes:
        return self._feeder.take(maxlen)

    def isSequential(self) -> bool:
        return True

    def bytesAvailable(self) -> int:
        return 0 if self._feeder.is_finished else 1 << 16


def qt_format(format_: Format) -> QAudioFormat:
    """The format in Qt's words."""
    made = QAudioFormat()
    made.setSampleRate(format_.sample_rate)
    made.setChannelCount(format_.channels)
    made.setSampleFormat(_KINDS[format_.kind])
    return made


def choose_format(recording: Recording, device: QAudioDevice) -> Format:
    """The recording's own rate and channels where the device takes them, else what the device prefers."""
    preferred = device.preferredFormat()
    for rate in (recording.sample_rate, preferred.sampleRate()):
        for channels in (recording.channels, preferred.channelCount()):
            for kind in ("float32", "int16"):
                format_ = Format(sample_rate=rate, channels=channels, kind=kind)
                if device.isFormatSupported(qt_format(format_)):
                    return format_
    return Format(sample_rate=preferred.sampleRate(), channels=preferred.channelCount(), kind="int16")
