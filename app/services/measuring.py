"""Measurements as jobs, what is pinned, and the data's way out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from app.services.exporting import Exporter
from app.services.jobs import Job, JobRunner
from core.foundation.progress import Progress

if TYPE_CHECKING:  # scipy is loaded when something is measured
    from core.audio.recording import Recording, Segment
    from core.features.params import Params
    from core.measure import Measurement

Kind = Literal["spectrum", "ltas", "quantisation", "hum", "framing", "rates", "repeats", "box"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be measured of which recording."""

    kind: Kind
    recording: Recording
    params: Params
    at_s: float = 0.0
    selection_s: tuple[float, float] | None = None
    band_hz: tuple[float, float] | None = None
    speech: tuple[Segment, ...] | None = None


class Measuring(QObject):
    """Runs measurements; a new one of a kind takes the place of the one before."""

    pin_asked = Signal()
    """The reading on the screen shall be kept."""
    data_asked = Signal(str)
    """The data of the measurement in front shall leave: `copy` or `save`."""

    def __init__(self, jobs: JobRunner, exporter: Exporter):
        super().__init__()
        self._jobs, self._exporter = jobs, exporter

    def pin(self) -> None:
        """Keep the reading on the screen, to be compared with the next."""
        self.pin_asked.emit()

    def let_out(self, way: str) -> None:
        """Have the data of the measurement in front copied (`copy`) or saved (`save`)."""
        self.data_asked.emit(way)

    def start(
        self,
        order: Order,
        title: str,
        *,
        on_done: Callable[[Any], object],
        on_end: Callable[[], object] = lambda: None,
        on_fail: Callable[[Exception], object] | None = None,
        quiet: bool = False,
        subject: str = "",
    ) -> Job:
        """Measure; errors become messages about the subject, a case's copy being named by its hash, unless quiet.

        `on_fail` is told of an error instead.
        """
        job = self._jobs.submit(
            title,
            measure,
            order,
            slot=f"measure.{order.kind}",
            pool="io" if quiet else "compute",
            subject=subject or order.recording.id.path.name,
            quiet=quiet,
            on_done=on_done,
            on_fail=on_fail or ((lambda error: None) if quiet else None),
        )
        job.settled.connect(on_end)
        return job

    def copy(self, measurement: Measurement) -> None:
        """Put all values, with how they were made, on the clipboard, columns between tabs."""
        from core.measure import as_text

        QGuiApplication.clipboard().setText(as_text(measurement))
        self._exporter.tell(f"{measurement.title}: the data are on the clipboard.")

    def save(self, measurement: Measurement, path: Path) -> None:
        """Write all values, with how they were made, as CSV, or with tabs where the name ends in `.tsv`."""
        separator = "\t" if path.suffix.lower() in (".tsv", ".txt") else ","
        self._exporter.save(lambda: _text(measurement, separator), path)


def measure(order: Order, *, progress: Progress) -> Measurement:
    """Job function: the result of an order."""
    from core import measure as engine

    recording, params = order.recording, order.params
    run: dict[Kind, Callable[..., Measurement]] = {
        "spectrum": lambda: engine.spectrum_at(recording, order.at_s, _as(params), progress),
        "ltas": lambda: engine.measure_ltas(recording, _as(params), order.speech, order.selection_s, progress),
        "quantisation": lambda: engine.measure_quantisation(recording, _as(params), progress),
        "hum": lambda: engine.measure_hum(recording, _as(params), progress),
        "framing": lambda: engine.measure_framing(recording, _as(params), progress=progress),
        "rates": lambda: engine.measure_rates(recording, _as(params), progress),
        "repeats": lambda: engine.find_repeats(recording, _as(params), progress),
        "box": lambda: engine.box_reading(recording, _selected(order), order.band_hz, _as(params), progress),
    }
    return run[order.kind]()


def _as(params: Params) -> Any:
    """An order's parameters are of the kind that it names."""
    return params


def _selected(order: Order) -> tuple[float, float]:
    return order.selection_s or (0.0, order.recording.duration_s)


def _text(measurement: Measurement, separator: str) -> bytes:
    from core.measure import as_text

    return as_text(measurement, separator).encode("utf-8")
