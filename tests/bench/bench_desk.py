"""Three hours of WAV in the window, in a process of its own: first waveform, frames, the event loop, memory, a tile."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf
from bench_opening import peak_megabytes
from rows import Row, in_new_process

RATE, HOURS = 48000, 3
FRAMES_MEASURED = 80
TIMEOUT_S = 300.0


def write_hours(path: Path) -> None:
    """Three hours of changing noise, 48 kHz, mono, 16 bits (1037 MB)."""
    second = np.random.default_rng(1).integers(-8000, 8000, RATE, dtype=np.int16)
    with sf.SoundFile(path, "w", RATE, 1, "PCM_16") as file:
        for i in range(HOURS * 3600):
            file.write(np.roll(second, 17 * i) // (1 + i % 7))


@dataclass
class Beats:
    """Longest time in which the event loop did not get round, seconds, and what was being done then.

    By the clock, and of processor in this thread alone, which other work on the machine does not lengthen.
    """

    longest: dict[str, float] = field(default_factory=dict)
    longest_cpu: dict[str, float] = field(default_factory=dict)
    doing: str = ""
    _last_s: float = 0.0
    _last_cpu_s: float = 0.0

    def start(self, doing: str) -> None:
        """From now on this is being done."""
        self.doing, self._last_s, self._last_cpu_s = doing, time.perf_counter(), time.thread_time()

    def beat(self) -> None:
        """The loop is here."""
        now, cpu = time.perf_counter(), time.thread_time()
        self.longest[self.doing] = max(self.longest.get(self.doing, 0.0), now - self._last_s)
        self.longest_cpu[self.doing] = max(self.longest_cpu.get(self.doing, 0.0), cpu - self._last_cpu_s)
        self._last_s, self._last_cpu_s = now, cpu


def use_window(path: Path) -> dict[str, Any]:
    """Open the file in the window, scroll and zoom, and say what it took."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    with tempfile.TemporaryDirectory() as home:
        os.environ["AUDITRACE_HOME"] = home
        return _use_window(path)


def _use_window(path: Path) -> dict[str, Any]:
    from PySide6.QtCore import QTimer

    from app.context import build
    from app.main_window import MainWindow
    from app.theme.application import make_application, wait_until_shown

    application = make_application()
    context = build()
    window = MainWindow(context)
    window.resize(1440, 900)
    window.show()
    wait_until_shown(window)
    beats, timer = Beats(), QTimer(interval=1)
    timer.timeout.connect(beats.beat)
    timer.start()
    beats.start("making ready")
    window.begin([])
    context.jobs.settle()
    before_mb = peak_megabytes()

    def until(is_true: Callable[[], bool]) -> float:
        """Seconds until something holds, the loop going round."""
        began = time.perf_counter()
        while not is_true() and time.perf_counter() - began < TIMEOUT_S:
            application.processEvents()
            time.sleep(0.0005)
        return time.perf_counter() - began

    def settle() -> None:
        """Until what was asked for is drawn: a view is drawn when the loop goes round, and only then asks for tiles."""
        application.processEvents()
        until(lambda: not context.jobs.active)
        application.processEvents()

    beats.start("opening")
    began_cpu = time.process_time()
    context.workbench.open([path])
    opening_s = until(lambda: window.model.recording is not None)
    began = time.perf_counter()
    application.processEvents()
    window.page.waveform.viewport().repaint()
    opening_s += time.perf_counter() - began
    opening_cpu_s = time.process_time() - began_cpu
    found: dict[str, Any] = {
        "opening_s": opening_s,
        "opening_cpu_s": opening_cpu_s,
        "before_mb": before_mb,
        "opened_mb": peak_megabytes(),
    }
    beats.start("pictures and measurements after opening")
    until(lambda: not context.jobs.active)
    beats.start("scrolling and zooming")
    found["frames"] = _frames(window, settle, beats)
    timer.stop()
    found |= _tile(window.page.spectrogram.source)
    found |= {"blocks_s": beats.longest, "blocks_cpu_s": beats.longest_cpu, "peak_mb": peak_megabytes()}
    context.jobs.shutdown()
    return found


def _frames(window: Any, settle: Callable[[], object], beats: Beats) -> dict[str, list[tuple[float, float, float]]]:
    """Milliseconds of each frame, by the clock and of processor, and lanes painted in it.

    Unchanged but painted anew (the reference), scrolled, zoomed. A pass before has cached the tiles.
    """
    from PySide6.QtCore import QCoreApplication, QEvent, QObject

    class Painted(QObject):
        count = 0

        def eventFilter(self, _: QObject, event: QEvent) -> bool:
            self.count += event.type() == QEvent.Type.Paint
            return False

    model, lanes = window.model, [*window.page.lanes, window.page.overview, window.page.ruler]
    painted = Painted()
    for lane in lanes:
        lane.viewport().installEventFilter(painted)

    def paint_anew() -> None:
        for lane in lanes:
            lane.viewport().update()

    def draw(change: Callable[[], object]) -> tuple[float, float, float]:
        beats.beat()
        painted.count = 0
        began, cpu = time.perf_counter(), time.thread_time()
        change()
        QCoreApplication.sendPostedEvents()  # Qt's requests to paint are among them
        beats.beat()
        return (time.perf_counter() - began) * 1e3, (time.thread_time() - cpu) * 1e3, painted.count

    def moves() -> list[tuple[str, Callable[[], object]]]:
        scrolled = [("scroll", lambda: model.scroll(0.02))] * (FRAMES_MEASURED // 2)
        zoomed = [("zoom", lambda: model.zoom(1.05))] * (FRAMES_MEASURED // 4)
        return [*scrolled, *zoomed, *[("zoom", lambda: model.zoom(1 / 1.05))] * (FRAMES_MEASURED // 4)]

    start_s = model.duration_s / 3
    model.set_view(start_s, start_s + 20.0)
    settle()
    for _, change in moves():
        change()
        settle()
    model.set_view(start_s, start_s + 20.0)
    settle()
    times = {"unchanged": [draw(paint_anew) for _ in range(20)], "scroll": [], "zoom": []}
    for kind, change in moves():
        times[kind].append(draw(change))
    return times


def _tile(source: Any) -> dict[str, float]:
    """Seconds of one spectrogram tile, and of nothing but its Fourier transforms."""
    from app.plots.tiles import hop_frames, keys_for, make_tile, tile_columns

    key = keys_for(source, 0, source.frames / 3, source.frames / 3)[0]
    times, bare = [], []
    size = 2 * (source.bins - 1)
    frames = np.random.default_rng(1).standard_normal((tile_columns(source), size)).astype(np.float32)
    for _ in range(7):
        began = time.perf_counter()
        make_tile(key)
        times.append(time.perf_counter() - began)
        began = time.perf_counter()
        np.fft.rfft(frames, axis=1)
        bare.append(time.perf_counter() - began)
    return {
        "tile_s": min(times),
        "bare_tile_s": min(bare),
        "tile_seconds": hop_frames(source, 0) * frames.shape[0] / RATE,
    }


def read_once(path: Path) -> float:
    """Seconds of reading the file once with SHA-256: less work than this cannot be done."""
    began = time.perf_counter()
    with path.open("rb") as file:
        hashlib.file_digest(file, "sha256")
    return time.perf_counter() - began


def rows_of(found: dict[str, Any], bare_s: float) -> list[Row]:
    """The figures with their bars."""
    name = f"{HOURS} hours of WAV"
    frames = {kind: np.percentile(times, 95, axis=0) for kind, times in found["frames"].items()}
    still = frames["unchanged"]
    cpu_s = found["blocks_cpu_s"]
    blocks = "; ".join(
        f"{doing} {seconds * 1e3:.0f} ms, {cpu_s[doing] * 1e3:.0f} ms of processor"
        for doing, seconds in found["blocks_s"].items()
    )
    opening = (
        f"1037 MB, 48 kHz mono 16 bit; complete, with its SHA-256; {found['opening_cpu_s']:.1f} s of processor; "
        f"{found['opening_s'] / bare_s:.2f} x of reading once with SHA-256"
    )
    tile = (
        f"{found['tile_seconds']:.1f} s of sound; {found['tile_s'] / found['bare_tile_s']:.1f} x of its bare transforms"
    )
    drawn = (
        "20 s in view, 1440 x 900, tiles cached; {:.1f} ms of processor, {:.2f} x of painting unchanged lanes, "
        "{:.0f} lanes painted"
    )
    return [
        Row(
            name=f"{name}: first waveform in the window",
            value=found["opening_s"],
            unit="s",
            bar=3.0,
            note=opening,
            details=found | {"bare_s": bare_s},
        ),
        *(
            Row(
                name=f"{name}: {kind}, p95",
                value=float(frames[kind][0]),
                unit="ms",
                bar=16.0,
                note=drawn.format(frames[kind][1], frames[kind][1] / still[1], frames[kind][2]),
            )
            for kind in ("scroll", "zoom")
        ),
        Row(
            name=f"{name}: longest block of the event loop",
            value=max(found["blocks_s"].values()) * 1e3,
            unit="ms",
            bar=50.0,
            note=blocks,
        ),
        Row(
            name=f"{name}: resident at most",
            value=found["peak_mb"],
            unit="MB",
            bar=800.0,
            note=f"{found['before_mb']:.0f} MB of the empty window, {found['opened_mb']:.0f} MB when opened",
        ),
        Row(name=f"{name}: spectrogram tile", value=found["tile_s"] * 1e3, unit="ms", bar=50.0, note=tile),
    ]


def measure() -> list[Row]:
    """All figures of this file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hours.wav"
        write_hours(path)
        bare_s = min(read_once(path) for _ in range(2))
        found = in_new_process("bench_desk.py", path, timeout_s=600.0)
    return rows_of(found, bare_s)


if __name__ == "__main__":
    print(json.dumps(use_window(Path(sys.argv[1]))))
