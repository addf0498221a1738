"""Gathers the values under the pointer, or at the cursor, from the lanes."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer

from app.plots.packet_grid import PacketLane
from app.plots.samples import Stretch, read_stretch
from app.plots.spectrogram import SpectrogramLane
from app.plots.submitting import Submit
from app.plots.waveform import WaveformLane
from app.viewmodels.examine import ExamineModel
from app.viewmodels.reading import frame_at
from core.audio.recording import Recording

_WAIT_MS = 60


class PointerReader(QObject):
    """Keeps the model's reading up to date. A sample that is not loaded is read once the pointer rests."""

    def __init__(
        self,
        model: ExamineModel,
        submit: Submit,
        *,
        waveform: WaveformLane,
        spectrogram: SpectrogramLane,
        packets: PacketLane,
        parent: QObject,
    ):
        super().__init__(parent)
        self._model, self._submit = model, submit
        self._waveform, self._spectrogram, self._packets = waveform, spectrogram, packets
        self._point: tuple[float, float | None] | None = None
        self._read: tuple[Recording, int, tuple[float, ...]] | None = None
        """The last sample that was read, with its recording and frame."""
        self._wait = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._wait.timeout.connect(self._read_sample)

    def point(self, time_s: float, frequency_hz: float | None = None) -> None:
        """The pointer is at a time and, in a map, at a frequency."""
        if self._model.recording is not None and 0 <= time_s <= self._model.duration_s:
            self._point = (time_s, frequency_hz)
            self._publish()

    def leave(self) -> None:
        """The pointer has left: read at the cursor."""
        self.point(self._model.cursor_s)

    def refresh(self) -> None:
        """Read again at the same place, as more is known now."""
        if self._point is not None:
            self.point(*self._point)

    def stop(self) -> None:
        """Read nothing more."""
        self._point = None
        self._wait.stop()

    def _publish(self) -> None:
        if self._point is None:
            return
        time_s, hertz = self._point
        packet = None if hertz is None else self._packets.packet_at(time_s, hertz)
        self._model.set_pointer(
            time_s,
            hertz,
            level_dbfs=None if hertz is None else self._spectrogram.level_at(time_s, hertz),
            amplitude=self._amplitude(time_s),
            packet_hz=packet[0] if packet else None,
            packet_db=packet[1] if packet else None,
            resolution_hz=self._spectrogram.resolution_hz,
            packet_width_hz=self._packets.band_width_hz,
        )
        if self._model.reading is not None and self._model.reading.amplitude is None:
            self._wait.start()

    def _amplitude(self, time_s: float) -> tuple[float, ...] | None:
        """The sample at a time, from those that are drawn or the one that was read last."""
        loaded = self._waveform.amplitude_at(time_s)
        if loaded is not None or self._read is None or self._model.recording is None:
            return loaded
        recording, frame, values = self._read
        same = recording is self._model.recording and frame == frame_at(recording, time_s)
        return values if same else None

    def _read_sample(self) -> None:
        recording = self._model.recording
        if recording is None or self._point is None:
            return
        frame = frame_at(recording, self._point[0])
        self._submit(
            "Reading a sample",
            read_stretch,
            recording,
            frame,
            frame + 1,
            slot="examine.reading",
            on_done=partial(self._sample_read, recording, frame),
            on_fail=lambda _: None,
        )

    def _sample_read(self, recording: Recording, frame: int, stretch: Stretch) -> None:
        if stretch.samples.shape[1]:
            self._read = (recording, frame, tuple(float(value) for value in stretch.samples[:, 0]))
            self.refresh()
