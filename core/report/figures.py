"""Figures as PNG: all parts on one time axis, readable in grey and by colour-blind eyes. The matplotlib seam."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import matplotlib as mpl
import numpy as np
from matplotlib import ticker
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from core.audio import Recording
from core.explain.attribution import Attribution
from core.features.base import FeatureMap
from core.report.captions import attribution_lines
from core.report.collecting import excerpt
from core.report.figure_data import RANGE_DB, FigureData, Track
from core.report.style import STYLE, add_font
from core.report.wording import text

COLOUR_MAP = mpl.colormaps["cividis"].resampled(64)
"""Rises in lightness throughout, so that it prints in grey, and is seen alike by all kinds of colour vision."""
WIDTH_MM = 170.0
MAX_HEIGHT_MM = 195.0
DPI = 180

_LEFT_MM, _RIGHT_MM, _TOP_MM, _BOTTOM_MM, _GAP_MM = 15.0, 17.0, 4.5, 9.0, 5.5
_LINE_MM, _LINE_CHARACTERS = 3.2, 128
_MINUTES_FROM_S = 600.0
_Extent = tuple[float, float, float, float]
_DASHES: tuple[tuple[int, ...], ...] = ((), (4, 1.5), (1, 1), (5, 1, 1, 1), (7, 2), (2, 2), (3, 1, 1, 1, 1, 1))  # pyright: ignore[reportAssignmentType]
_MARKERS = "osv^D<>p"


@dataclass(frozen=True, slots=True)
class Panel:
    """One part of a figure."""

    title: str
    height_mm: float
    draw: Callable[[Axes, Axes], None]
    """Draws into the part and into the narrow space to the right of it."""


def render(data: FigureData, head: Sequence[str] = ()) -> tuple[bytes, float]:
    """The figure as PNG, WIDTH_MM wide, and its height in mm; the head stands above it on the picture.

    The same data give the same bytes.
    """
    panels = _fitted(list(_panels(data)))
    lines = [part for line in head for part in textwrap.wrap(line, _LINE_CHARACTERS, subsequent_indent="    ")]
    height = _outside_mm(panels) + sum(p.height_mm for p in panels) + _LINE_MM * len(lines)
    add_font()
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH_MM / 25.4, height / 25.4), dpi=DPI)
        canvas = FigureCanvasAgg(figure)
        _write(figure, lines, height)
        _draw(figure, panels, data, height, height - _LINE_MM * len(lines))
        buffer = io.BytesIO()
        canvas.print_png(buffer, metadata={"Software": None}, pil_kwargs={"compress_level": 1})
    return buffer.getvalue(), height


def _outside_mm(panels: Sequence[Panel]) -> float:
    """What margins and gaps take of the height."""
    return _TOP_MM + _BOTTOM_MM + _GAP_MM * (len(panels) - 1)


def _fitted(panels: list[Panel]) -> list[Panel]:
    """Lower parts where all of them would not fit on a page with their caption."""
    room = MAX_HEIGHT_MM - _outside_mm(panels)
    scale = min(1.0, room / sum(panel.height_mm for panel in panels))
    return [replace(panel, height_mm=scale * panel.height_mm) for panel in panels]


def attribution_figure(recording: Recording, attributions: Sequence[Attribution]) -> bytes:
    """PNG of a stretch: waveform, spectrogram and the attributions on one time axis, and above what they are of."""
    return render(excerpt(recording, attributions), attribution_lines(recording, attributions))[0]


def _write(figure: Figure, lines: Sequence[str], height: float) -> None:
    for number, line in enumerate(lines):
        y = 1 - (2.0 + _LINE_MM * number) / height
        figure.text(2.0 / WIDTH_MM, y, line, fontsize=6.8, va="top", parse_math=False)


def _draw(figure: Figure, panels: Sequence[Panel], data: FigureData, height: float, below: float) -> None:
    width = WIDTH_MM - _LEFT_MM - _RIGHT_MM
    top = below - _TOP_MM
    shared: Axes | None = None
    for panel in panels:
        low = (top - panel.height_mm) / height
        box = (_LEFT_MM / WIDTH_MM, low, width / WIDTH_MM, panel.height_mm / height)
        side = ((_LEFT_MM + width + 2) / WIDTH_MM, low, 2.5 / WIDTH_MM, panel.height_mm / height)
        axes = figure.add_axes(box, sharex=shared)
        axes.set_title(panel.title)
        panel.draw(axes, figure.add_axes(side))
        axes.yaxis.set_label_coords(-0.075, 0.5)
        axes.tick_params(labelbottom=panel is panels[-1])
        top -= panel.height_mm + _GAP_MM
        shared = shared or axes
    _time_axis(figure.axes[-2], data)


def _time_axis(axes: Axes, data: FigureData) -> None:
    axes.set_xlim(data.start_s, max(data.end_s, data.start_s + 1e-6))
    minutes = data.end_s - data.start_s > _MINUTES_FROM_S
    axes.set_xlabel(text("figures.time_axis_min" if minutes else "figures.time_axis"), labelpad=2)
    if minutes:
        axes.xaxis.set_major_locator(ticker.MultipleLocator(60 * _round_minutes((data.end_s - data.start_s) / 60)))
        axes.xaxis.set_major_formatter(lambda seconds, _: f"{seconds / 60:g}")


def _round_minutes(minutes: float) -> int:
    """A step that gives about ten marks."""
    return next((step for step in (1, 2, 5, 10, 15, 30, 60, 120) if minutes / step <= 12), 240)


def _panels(data: FigureData):
    yield Panel(text("figures.waveform"), 11.0, lambda axes, side: _waveform(axes, side, data))
    if data.spectrogram is not None:
        shown = data.spectrogram
        yield Panel(text("figures.spectrogram"), 30.0, lambda axes, side: _map(axes, side, shown, 0.0, data.end_s))
    if data.packets is not None:
        levels = data.packets
        top = float(np.ceil(np.nanmax(levels.values))) if np.isfinite(levels.values).any() else 0.0
        yield Panel(text("figures.packets"), 23.0, lambda axes, side: _map(axes, side, levels, top, data.end_s))
    for track in data.tracks:
        title = text("figures.track", question=text(f"questions.{track.question}"))
        yield Panel(title, 17.0, lambda axes, side, track=track: _track(axes, side, track, data.score_range))
    yield from _attribution_panels(data.attributions)


def _waveform(axes: Axes, side: Axes, data: FigureData) -> None:
    side.set_axis_off()
    low, high = data.envelope.low, data.envelope.high
    edges = np.linspace(data.start_s, data.end_s, low.size + 1)
    axes.stairs(high, edges, baseline=low, fill=True, color="0.25", linewidth=0)
    axes.axhline(0, color="0.25", linewidth=0.3)
    top = max(float(np.nanmax(np.abs([low, high]), initial=0.0)), 1e-3)
    axes.set_ylim(-1.05 * top, 1.05 * top)
    axes.locator_params(axis="y", nbins=3)
    axes.set_ylabel(text("figures.amplitude"))


def _map(axes: Axes, side: Axes, shown: FeatureMap, top_db: float, end_s: float) -> None:
    image = axes.imshow(
        shown.values,
        extent=_filled(_extent(shown.time_s, shown.frequency_hz / 1000), end_s, shown.time_s.size),
        origin="lower",
        aspect="auto",
        interpolation_stage="data",
        cmap=COLOUR_MAP,
        vmin=top_db - RANGE_DB,
        vmax=top_db,
    )
    _khz_axis(axes, shown)
    _bar(axes, side, image, shown.unit)


def _bar(axes: Axes, side: Axes, image: AxesImage, unit: str) -> None:
    bar = axes.figure.colorbar(image, cax=side, ticks=ticker.MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    bar.outline.set_linewidth(0.5)  # pyright: ignore[reportCallIssue]
    side.set_title(unit, fontsize=6.5, pad=5)


def _khz_axis(axes: Axes, shown) -> None:
    axes.set_ylim(0, float(shown.frequency_hz[-1]) / 1000)
    axes.yaxis.set_major_locator(ticker.MaxNLocator(nbins=5, steps=[1, 2, 5, 10]))
    axes.set_ylabel(text("figures.frequency"))


def _extent(x: np.ndarray, y: np.ndarray) -> _Extent:
    """Outer edges of pictures whose pixels are centred on x and y."""
    dx = (x[-1] - x[0]) / max(x.size - 1, 1) / 2 or 0.5
    dy = (y[-1] - y[0]) / max(y.size - 1, 1) / 2 or 0.5
    return float(x[0] - dx), float(x[-1] + dx), float(y[0] - dy), float(y[-1] + dy)


def _filled(extent: _Extent, end_s: float, columns: int) -> _Extent:
    """Drawn up to the end where less than two columns are missing there."""
    left, right, low, high = extent
    return left, end_s if 0 < end_s - right < 2 * (right - left) / columns else right, low, high


def _track(axes: Axes, side: Axes, track: Track, limits: tuple[float, float] | None) -> None:
    """Thin lines with their own dashes and marks for detectors, a thick line for the track."""
    side.set_axis_off()
    few = max((len(line.points) for line in track.detectors), default=0) <= 60
    for number, line in enumerate(track.detectors):
        x, y = np.array(line.points).T
        axes.plot(
            x,
            y,
            color="0.45",
            linewidth=0.7,
            dashes=_DASHES[number % len(_DASHES)] or (None, None),
            marker=_MARKERS[number % len(_MARKERS)] if few else "",
            markersize=2.2,
            label=line.label,
        )
    steps = [step for step in track.steps if step[2] is not None]
    edges = [value for start, end, _ in steps for value in (start, end, np.nan)]
    heights = [value for _, _, score in steps for value in (score, score, np.nan) if value is not None]
    axes.plot(
        edges,
        heights,
        color="black",
        linewidth=1.8 if len(steps) <= 300 else 0.8,
        solid_capstyle="butt",
        label=text("figures.track_line"),
    )
    for start_s, end_s in track.regions:
        axes.axvspan(start_s, end_s, facecolor="0.9", hatch="////", edgecolor="0.6", linewidth=0.6, zorder=0)
    axes.axhline(0, color="0.6", linewidth=0.5, zorder=0)
    axes.margins(y=0.12)
    axes.yaxis.set_major_locator(ticker.MaxNLocator(nbins=4, steps=[1, 2, 5, 10]))
    if limits:
        axes.set_ylim(*limits)
    axes.set_ylabel(text("figures.score"))
    axes.legend(
        loc="upper left", bbox_to_anchor=(1.005, 1.04), frameon=False, fontsize=6, handlelength=2.2, borderpad=0
    )


def _attribution_panels(attributions: Sequence[Attribution]):
    groups: dict[tuple[str, str, str], list[Attribution]] = {}
    for shown in attributions:
        groups.setdefault((shown.model, shown.question, shown.target), []).append(shown)
    for (_, question, target), shown in groups.items():
        top = max(float(np.abs(part.values).max(initial=0.0)) for part in shown) or 1.0
        for sign, key in ((1, "figures.raises"), (-1, "figures.lowers")):
            title = text(key, question=text(f"questions.{question}"), target=target)
            yield Panel(title, 30.0, lambda axes, side, s=shown, k=sign / top: _attribution(axes, side, s, k))


def _attribution(axes: Axes, side: Axes, shown: Sequence[Attribution], scale: float) -> None:
    """One sign only: a map with two signs cannot be read in grey."""
    images = [
        axes.imshow(
            np.maximum(part.values * scale, 0),
            extent=_extent(part.time_s, part.frequency_hz / 1000),
            origin="lower",
            aspect="auto",
            cmap=COLOUR_MAP,
            vmin=0,
            vmax=1,
        )
        for part in shown
    ]
    _khz_axis(axes, shown[0])
    _bar(axes, side, images[0], text("figures.share"))
