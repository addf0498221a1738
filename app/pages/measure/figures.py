"""Measurements as figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from app.plots.curves.figure import Curve, Figure, Mark

if TYPE_CHECKING:  # scipy is loaded when something is measured
    from core.measure.framing import Framing, GridTrace
    from core.measure.harmonics import Harmonic
    from core.measure.hum import Hum
    from core.measure.ltas import Ltas
    from core.measure.quantisation import Quantisation
    from core.measure.rates import RateHistory
    from core.measure.repeats import Repeats
    from core.measure.spectrum import Spectrum

_RANGE_DB = 110.0
_MOST_PEAKS = 6
_EDGE_SHARE = 0.04
_HIGH = 0.95
_LTAS_UNIT = "dB re FS²/Hz"


def spectrum(found: Spectrum) -> list[Figure]:
    """Levels; the strongest peaks as points."""
    peaks = found.peaks[:_MOST_PEAKS]
    top = max(float(found.level_dbfs.max()), found.step_dbfs + 20)
    points = Curve(
        name="strongest peaks",
        x=np.array([peak.frequency_hz for peak in peaks]),
        y=np.array([peak.level_dbfs for peak in peaks]),
        style="points",
    )
    level = Curve(name=f"level at {found.at_s:.3f} s", x=found.frequency_hz, y=found.level_dbfs)
    return [
        Figure(
            title="Spectrum",
            x_name="Frequency",
            x_unit="Hz",
            y_name="Level",
            y_unit="dBFS",
            curves=(level, points) if peaks else (level,),
            y_range=(max(top - _RANGE_DB, float(found.level_dbfs.min())), top + 5),
        )
    ]


def harmonic_marks(found: tuple[Harmonic, ...]) -> tuple[Mark, ...]:
    """The multiples, the first few numbered."""
    return tuple(Mark(x=item.frequency_hz, text=str(item.number) if item.number <= 9 else "") for item in found)


def ltas(found: Ltas) -> list[Figure]:
    """Mean of each part, percentiles of the whole; the end marked."""
    styles: dict[str, Any] = {"whole": "solid", "speech": "dash", "pauses": "dot", "selection": "dash-dot"}
    means = [
        Curve(name=curve.part, x=found.frequency_hz, y=curve.mean_db, style=styles[curve.part])
        for curve in found.curves
    ]
    whole = found.curves[0]
    spread = [
        Curve(name=name, x=found.frequency_hz, y=row, style=style, is_main=False)
        for name, row, style in zip(
            ("10 %", "50 %", "90 %"), whole.percentiles_db, ("dot", "dash", "dash-dot"), strict=True
        )
    ]
    marks = _ends(found)
    top = max(float(curve.mean_db.max()) for curve in found.curves)
    return [
        _over_frequency("Long-term average, each part", tuple(means), marks, top),
        _over_frequency("Whole: mean and percentiles", (replace(means[0], name="mean"), *spread), marks, top),
    ]


def _ends(found: Ltas) -> tuple[Mark, ...]:
    """The sharp end, or where the level falls by much; nothing where neither was found."""
    end, drop = found.bandwidth.sharp_end_hz, found.drop
    if end is not None:
        return (Mark(x=end, text=f"end {end:,.0f} Hz"),)
    if drop is None:
        return ()
    return Mark(x=drop.from_hz, text=f"falls by {drop.by_db:.0f} dB"), Mark(x=drop.to_hz)


def quantisation(found: Quantisation) -> list[Figure]:
    """Full range on a logarithmic axis of counts, and the levels next to zero."""
    full = Curve(name="all channels", x=found.levels, y=found.counts, style="bars")
    near = Curve(name="all channels", x=found.near_levels, y=found.near_counts, style="bars")
    unit = "LSB" if found.level_step == 1 else f"{found.level_step} LSB"
    return [
        _counts("Full range", "Level", unit, _used(full), log=True),
        _counts(f"±{found.params.near_lsb} LSB round zero", "Level", "LSB", near, log=False),
    ]


def hum(found: Hum) -> list[Figure]:
    """Frequency along time (all values where none was found, pale), and the line's clearness."""
    shown = Curve(name=f"{found.line.number}. harmonic, divided", x=found.times_s, y=found.values, style="solid")
    raw = Curve(
        name="strongest line, whether hum or not",
        x=found.times_s,
        y=found.line.frequency_hz,
        style="points",
        is_main=False,
    )
    ratio = Curve(name="signal-to-noise ratio", x=found.times_s, y=found.line.snr_db)
    least = Curve(
        name="stated from", x=found.times_s, y=np.full(len(found.times_s), found.params.least_snr_db), style="dash"
    )
    nominal = found.line.nominal_hz
    return [
        Figure(
            title="Mains frequency" if found.found else "No mains hum found",
            x_name="Time",
            x_unit="s",
            y_name="Frequency",
            y_unit="Hz",
            curves=(shown,) if found.found else (raw,),
            y_range=None if found.found else (nominal - 0.6, nominal + 0.6),
        ),
        Figure(
            title="Clearness", x_name="Time", x_unit="s", y_name="Line over noise", y_unit="dB", curves=(ratio, least)
        ),
    ]


def framing(found: Framing) -> list[Figure]:
    """Lines nearly zero at each offset, for the clearest grid; its offset along time."""
    best = found.best
    offsets = Curve(name=best.title, x=np.arange(best.spacing), y=best.shares)
    said = f"offset {best.best.offset}" if best.found else "not stated"
    mark = Mark(x=best.best.offset, text=said, height=_HIGH)
    first = Figure(
        title=f"{best.title}: lines near zero",
        x_name="Offset",
        x_unit=f"samples of {best.spacing}",
        y_name="Lines nearly zero",
        y_unit="share",
        curves=(offsets,),
        marks=(mark,),
        x_range=_with_edges(best.spacing),
    )
    return [first, _along_time(best, found.params.least_contrast)]


def rates(found: RateHistory) -> list[Figure]:
    """The long-term spectrum with its end, and the residue's envelope with the rhythms."""
    spectrum_figure = ltas(found.ltas)[0]
    envelope = Curve(name="residue envelope", x=found.frequency_hz, y=found.envelope_db)
    marks = tuple(
        Mark(x=one.frequency_hz, text=f"as from {one.from_rate_hz:,} Hz", height=_HIGH) for one in found.rhythms
    )
    return [
        spectrum_figure,
        Figure(
            title="Rhythm of the residue",
            x_name="Frequency",
            x_unit="Hz",
            y_name="Above surroundings",
            y_unit="dB",
            curves=(envelope,),
            marks=marks,
            y_range=(-10.0, max(float(envelope.y.max()) + 3, 20.0)),
        ),
    ]


def repeats(found: Repeats) -> list[Figure]:
    """First start against second start, over the recording's length."""
    end = found.origin.end_s
    points = Curve(
        name="repeated stretches",
        x=np.array([one.first_s for one in found.repeats]),
        y=np.array([one.second_s for one in found.repeats]),
        style="points",
    )
    diagonal = Curve(name="the same moment", x=np.array([0.0, end]), y=np.array([0.0, end]), style="dot", is_main=False)
    return [
        Figure(
            title="Repeated segments: second start over first",
            x_name="First",
            x_unit="s",
            y_name="Second",
            y_unit="s",
            curves=(points, diagonal) if found.repeats else (diagonal,),
            x_range=(0.0, end),
            y_range=(0.0, end),
        )
    ]


def _over_frequency(title: str, curves: tuple[Curve, ...], marks: tuple[Mark, ...], top: float) -> Figure:
    return Figure(
        title=title,
        x_name="Frequency",
        x_unit="Hz",
        y_name="Power density",
        y_unit=_LTAS_UNIT,
        curves=curves,
        marks=marks,
        y_range=(top - _RANGE_DB, top + 6),
    )


def _counts(title: str, name: str, unit: str, curve: Curve, *, log: bool) -> Figure:
    how = "log10 of samples" if log else "samples"
    return Figure(title=title, x_name=name, x_unit=unit, y_name="Count", y_unit=how, curves=(curve,), log_y=log)


def _used(curve: Curve) -> Curve:
    """The stretch of levels that occur."""
    used = np.flatnonzero(curve.y)
    part = slice(int(used[0]), int(used[-1]) + 1) if len(used) else slice(None)
    return Curve(name=curve.name, x=curve.x[part], y=curve.y[part], style=curve.style)


def _along_time(trace: GridTrace, least: float) -> Figure:
    clear = np.array([one.contrast >= least for one in trace.local], bool)
    offsets = np.array([one.offset for one in trace.local], float)
    curves = (
        Curve(name="clear", x=trace.times_s, y=np.where(clear, offsets, np.nan), style="points"),
        Curve(name="not clear", x=trace.times_s, y=np.where(clear, np.nan, offsets), style="points", is_main=False),
    )
    return Figure(
        title="Offset along time",
        x_name="Time",
        x_unit="s",
        y_name="Offset",
        y_unit="samples",
        curves=curves if len(trace.times_s) else (),
        y_range=_with_edges(trace.spacing),
        note="" if len(trace.times_s) else "No coder's frames found:\nno offset to follow",
    )


def _with_edges(spacing: int) -> tuple[float, float]:
    """Room about the first and the last position: what lies there is not hidden by the axis."""
    return -_EDGE_SHARE * spacing, (1 + _EDGE_SHARE) * spacing


FIGURES: dict[str, Callable[[Any], list[Figure]]] = {
    "spectrum": spectrum,
    "ltas": ltas,
    "quantisation": quantisation,
    "hum": hum,
    "framing": framing,
    "rates": rates,
    "repeats": repeats,
}
