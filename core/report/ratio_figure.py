"""Figures of likelihood ratios: the verbal scale with its pointers, and Tippett plots. Readable in grey."""

from __future__ import annotations

import io

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from core.calibration.metrics import tippett
from core.calibration.verbal import signed
from core.report import figures
from core.report.ratio_data import RatioData, ScaleRow, Tippett
from core.report.style import COLOURS, STYLE, add_font
from core.report.wording import text

_LEFT_MM, _RIGHT_MM, _TOP_MM, _GAP_MM = 30.0, 4.0, 12.0, 17.0
_ROW_MM, _AXIS_MM = 6.4, 9.0
_PANEL_MM, _PANEL_TOP_MM, _PANEL_LEFT_MM = 44.0, 6.0, 13.0
_SIDES = (("for", "-", COLOURS[1]), ("against", "--", COLOURS[0]))


def render(data: RatioData) -> tuple[bytes, float]:
    """The figure as PNG, as wide as all figures, and its height in mm. The same data give the same bytes."""
    scale_mm = _TOP_MM + _ROW_MM * len(data.rows) + _AXIS_MM if data.rows else 0.0
    panel_mm = _PANEL_TOP_MM + _PANEL_MM + _GAP_MM if data.tippetts else 0.0
    height = scale_mm + panel_mm
    add_font()
    with mpl.rc_context({**STYLE, "hatch.linewidth": 0.4}):
        figure = Figure(figsize=(figures.WIDTH_MM / 25.4, height / 25.4), dpi=figures.DPI)
        canvas = FigureCanvasAgg(figure)
        if data.rows:
            _scale(_axes(figure, height, _LEFT_MM, _TOP_MM, _scale_width(), _ROW_MM * len(data.rows)), data)
        for number, shown in enumerate(data.tippetts):
            width = (figures.WIDTH_MM - _PANEL_LEFT_MM * len(data.tippetts) - _RIGHT_MM) / max(len(data.tippetts), 2)
            left = _PANEL_LEFT_MM + number * (width + _PANEL_LEFT_MM)
            _tippett(_axes(figure, height, left, scale_mm + _PANEL_TOP_MM, width, _PANEL_MM), shown, data.reach)
        buffer = io.BytesIO()
        canvas.print_png(buffer, metadata={"Software": None}, pil_kwargs={"compress_level": 1})
    return buffer.getvalue(), height


def draw_tippett(axes: Axes, log10_lrs_for: ArrayLike, log10_lrs_against: ArrayLike, labels: tuple[str, str]) -> None:
    """Share of the clips of each side whose ratio is at least x, in per cent, from end to end of the axis."""
    ratios = np.concatenate([np.asarray(log10_lrs_for, float), np.asarray(log10_lrs_against, float)])
    at, *shares = tippett(ratios, np.arange(ratios.size) < np.size(log10_lrs_for))
    ends = [min(at[0], 0) - 20, *at, max(at[-1], 0) + 20]
    for (_, dashes, colour), share, label in zip(_SIDES, shares, labels, strict=True):
        heights = 100 * np.array([1.0, *share, 0.0])
        axes.step(ends, heights, where="pre", color=colour, linestyle=dashes, linewidth=1.1, label=label)
    axes.axvline(0, color="0.6", linewidth=0.5)
    axes.set_ylim(0, 100)
    axes.grid(linewidth=0.25, color="0.88")


def _scale_width() -> float:
    return figures.WIDTH_MM - _LEFT_MM - _RIGHT_MM


def _axes(figure: Figure, height: float, left: float, top: float, width: float, high: float) -> Axes:
    """Axes at a place given in mm from the left and from above."""
    box = (left / figures.WIDTH_MM, 1 - (top + high) / height, width / figures.WIDTH_MM, high / height)
    return figure.add_axes(box)


def _scale(axes: Axes, data: RatioData) -> None:
    """Bands as shades of grey with their names above, and for each row limits, interval and pointer."""
    scale = data.rows[0].weight.scale
    for number, (low, high, name) in enumerate(scale.spans(data.reach)):
        axes.axvspan(low, high, color=("0.97", "0.9")[number % 2], linewidth=0)
        axes.text(
            0.5 * (low + high), -0.58, name.replace(" ", "\n"), ha="center", va="bottom", fontsize=5.8, linespacing=0.95
        )
    for number, row in enumerate(data.rows):
        _pointer(axes, number, row, data.reach)
    axes.set_xlim(-data.reach, data.reach)
    axes.set_ylim(len(data.rows) - 0.5, -0.5)
    axes.set_yticks(range(len(data.rows)), [row.label for row in data.rows])
    axes.tick_params(axis="y", length=0)
    _log_axis(axes, data.reach)
    for x, side, key in ((0.0, "left", "ratios.for_second"), (1.0, "right", "ratios.for_first")):
        axes.annotate(text(key), (x, 1), (0, 20), "axes fraction", "offset points", ha=side, va="bottom", fontsize=6.5)


def _pointer(axes: Axes, y: int, row: ScaleRow, reach: float) -> None:
    weight = row.weight
    if weight.bounds:
        for low, high in ((-reach, weight.bounds[0]), (weight.bounds[1], reach)):
            axes.fill_between(
                [low, high], y - 0.5, y + 0.5, facecolor="none", hatch="////", edgecolor="0.6", linewidth=0
            )
            axes.plot([low if low != -reach else high] * 2, [y - 0.5, y + 0.5], color="0.35", linewidth=0.9)
    if weight.width:
        axes.plot(weight.width, (y, y), color="black", linewidth=1.6, solid_capstyle="butt")
        axes.plot(weight.width, (y, y), "|", color="black", markersize=5)
    axes.plot(weight.log10_lr, y, "D", color="black", markersize=4.5)
    limit = {"at least": "≥ ", "at most": "≤ ", "": ""}[weight.limit]
    label = axes.annotate(
        limit + signed(weight.log10_lr),
        (weight.log10_lr, y),
        (0, 4),
        textcoords="offset points",
        ha="center",
        fontsize=6,
    )
    label.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.4})


def _tippett(axes: Axes, shown: Tippett, reach: int) -> None:
    labels = (text(f"ratios.side_for_{shown.question}"), text(f"ratios.side_against_{shown.question}"))
    draw_tippett(axes, shown.llrs_for, shown.llrs_against, labels)
    axes.set_title(text(f"questions.{shown.question}"))
    for number, bound in enumerate(shown.bounds):
        axes.axvline(bound, color="0.25", linewidth=0.9, linestyle=":", label=None if number else text("ratios.bounds"))
    if shown.mark is not None:
        axes.axvline(shown.mark, color="black", linewidth=1.6, label=shown.mark_label)
    axes.set_ylabel(text("ratios.at_least_share"))
    _log_axis(axes, reach)
    axes.set_xlim(-reach, reach)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.17), ncols=2, frameon=False, fontsize=6, handlelength=2.6)


def _log_axis(axes: Axes, reach: int) -> None:
    values = range(-reach, reach + 1)
    axes.set_xticks(values, [f"{value:+d}".replace("-", "\u2212") if value else "0" for value in values])
    axes.set_xlabel(text("ratios.log_axis"), labelpad=1.5)
