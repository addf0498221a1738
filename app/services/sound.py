"""Sound on its way to the loudspeaker: made ahead by a thread, handed out without waiting, changed without a click."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.listening.programme import Piece, Programme, render
from core.listening.timeline import Timeline

_AHEAD_S = 2.0
_LEAD_S = 0.1
"""A change takes effect so long after what is handed out at that moment: the time to make its first block."""
_FADE_S = 0.01
_IDLE_S = 0.1
Change = Callable[[float | None], Programme]
"""From the time in the recording at which a change takes effect to the programme that begins there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How samples are handed out, interleaved."""

    sample_rate: int
    channels: int
    kind: Literal["float32", "int16"] = "float32"

    @property
    def bytes_per_frame(self) -> int:
        """Size of one sample of every channel."""
        return self.channels * (4 if self.kind == "float32" else 2)


class Feeder:
    """Makes a programme block by block on a thread of its own; `take` never waits for the disk."""

    def __init__(self, programme: Programme, format_: Format):
        self.format = format_
        self.timeline = Timeline()
        """Which moment of the recording each frame that was handed out belongs to."""
        self._pieces = self._render(programme)
        self._pending: deque[Piece] = deque()
        self._change: Change | None = None
        self._ready = threading.Condition()
        self._stopped = self._all_made = False
        self._limited_db = 0.0
        self._thread = threading.Thread(target=self._make, name="playback", daemon=True)
        self.error: Exception | None = None
        """Why it ended early."""

    @property
    def is_finished(self) -> bool:
        """Whether everything was handed out."""
        with self._ready:
            return self._all_made and not self._pending and self._change is None

    def start(self) -> None:
        """Begin to make blocks."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        with self._ready:
            self._stopped = True
            self._ready.notify_all()
        if self._thread.is_alive():
            self._thread.join(2.0)

    def change(self, change: Change) -> None:
        """Go over to another programme in a tenth of a second, with a short cross-fade."""
        with self._ready:
            self._change = change
            self._ready.notify_all()

    def take(self, count: int) -> bytes:
        """The next bytes: as many as asked for, fewer only at the end; silence where making lags behind."""
        frames = count // self.format.bytes_per_frame
        parts = [np.empty((self.format.channels, 0), np.float32)]
        with self._ready:
            while frames and self._pending:
                piece = self._next(frames)
                parts.append(piece.samples)
                frames -= piece.samples.shape[1]
            if frames and not self._all_made:
                self.timeline.pause(frames)
                parts.append(np.zeros((self.format.channels, frames), np.float32))
            self._ready.notify_all()
        return encode(np.concatenate(parts, axis=1), self.format)

    def take_limited_db(self) -> float:
        """By how much the limiter turned the strongest peak down since the last call."""
        with self._ready:
            taken, self._limited_db = self._limited_db, 0.0
        return taken

    def _next(self, frames: int) -> Piece:
        piece = self._pending.popleft()
        if piece.samples.shape[1] > frames:
            self._pending.appendleft(piece.cut(frames))
            piece = piece.cut(0, frames)
        self.timeline.add(piece.samples.shape[1], piece.source_s, piece.step_s, piece.programme)
        self._limited_db = max(self._limited_db, piece.limited_db)
        return piece

    def _make(self) -> None:
        try:
            while self._wait_until_wanted():
                if self._change is not None:
                    self._go_over()
                else:
                    self._add(next(self._pieces, None))
        except Exception as error:  # noqa: BLE001 - carried to the screen's thread, which presents it
            self.error, self._change = error, None
            self._add(None)

    def _wait_until_wanted(self) -> bool:
        """Wait while there is enough; False once nothing is wanted any more."""
        with self._ready:
            while not self._stopped and self._change is None and (self._all_made or self._is_full()):
                self._ready.wait(_IDLE_S)
            return not self._stopped

    def _is_full(self) -> bool:
        return self._pending_frames() >= _AHEAD_S * self.format.sample_rate

    def _pending_frames(self) -> int:
        return sum(piece.samples.shape[1] for piece in self._pending)

    def _add(self, piece: Piece | None) -> None:
        with self._ready:
            if piece is None:
                self._all_made = True
            else:
                self._pending.append(piece)

    def _go_over(self) -> None:
        """Put another programme in the place of what is not handed out yet, from a moment a little ahead."""
        with self._ready:
            change = self._change
            lead = min(round(_LEAD_S * self.format.sample_rate), self._pending_frames())
            planned, source_s = self.timeline.frames + lead, self._time_ahead(lead)
        if change is None:
            return
        self._pieces = self._render(change(source_s))
        fresh = next(self._pieces, None)
        with self._ready:
            kept = planned - self.timeline.frames
            fresh = self._skip(fresh, -kept)
            dropped = self._drop_after(max(kept, 0))
            self._all_made = fresh is None
            if fresh is not None:
                self._pending.append(_faded(dropped, fresh, round(_FADE_S * self.format.sample_rate)))
            if self._change is change:  # until now, so that nobody takes what is played for finished meanwhile
                self._change = None

    def _time_ahead(self, frames: int) -> float | None:
        """Time in the recording so many frames after what was handed out."""
        for piece in self._pending:
            if frames < piece.samples.shape[1]:
                return piece.source_s + frames * piece.step_s
            frames -= piece.samples.shape[1]
        if self._pending:
            last = self._pending[-1]
            return last.source_s + last.samples.shape[1] * last.step_s
        return self.timeline.at(self.timeline.frames)

    def _skip(self, piece: Piece | None, frames: int) -> Piece | None:
        """What is left of the new programme where it came too late."""
        while piece is not None and frames > 0:
            length = piece.samples.shape[1]
            if frames < length:
                return piece.cut(frames)
            frames -= length
            piece = next(self._pieces, None)
        return piece

    def _drop_after(self, frames: int) -> NDArray[np.float32]:
        """Keep so many frames; gives the samples that came after them."""
        kept: deque[Piece] = deque()
        dropped = [np.empty((self.format.channels, 0), np.float32)]
        for piece in self._pending:
            stay = min(frames, piece.samples.shape[1])
            frames -= stay
            if stay:
                kept.append(piece.cut(0, stay))
            dropped.append(piece.samples[:, stay:])
        self._pending = kept
        return np.concatenate(dropped, axis=1)

    def _render(self, programme: Programme) -> Iterator[Piece]:
        return render(programme, self.format.sample_rate, self.format.channels)


def encode(samples: NDArray[np.float32], format_: Format) -> bytes:
    """Interleaved bytes of samples (channels, frames), clipped to full scale."""
    clipped = np.clip(np.nan_to_num(samples), -1.0, 1.0).T
    if format_.kind == "float32":
        return np.ascontiguousarray(clipped, np.float32).tobytes()
    return np.ascontiguousarray(np.round(clipped * 32767), np.int16).tobytes()


def _faded(old: NDArray[np.float32], piece: Piece, frames: int) -> Piece:
    """A piece that rises while the old sound falls, with sin² so that the two always add up to 1."""
    frames = min(frames, piece.samples.shape[1])
    rise = (np.sin(np.pi / 2 * (np.arange(frames) + 0.5) / max(frames, 1)) ** 2).astype(np.float32)
    samples = piece.samples.copy()
    samples[:, :frames] *= rise
    under = min(frames, old.shape[1])
    samples[:, :under] += old[:, :under] * (1 - rise[:under])
    return replace(piece, samples=samples)
