"""Figures of an evaluation as SVG: lines differ in dashes and bars in hatching, so that they print in grey."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import ticker
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from core.evaluation.curves import Curves, deviate
from core.evaluation.result import Row
from core.report.ratio_figure import draw_tippett
from core.report.style import COLOURS, STYLE, add_font
from core.report.wording import text

_WIDTH_MM, _HEIGHT_MM, _WIDE_MM, _BAR_MM = 84.0, 66.0, 172.0, 4.2
_DASHES = ("-", "--", ":", "-.")
_RATES = np.array([0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
_SHOWN_LR = 6.0


def det(shown: Sequence[Curves]) -> bytes:
    """Misses against false alarms on normal deviates, one line a model; the diagonal is where both are equal."""

    def draw(axes: Axes) -> None:
        ticks = deviate(_RATES)
        axes.plot(ticks[[0, -1]], ticks[[0, -1]], color="0.7", linewidth=0.6)
        for number, one in enumerate(shown):
            axes.plot(deviate(one.alarms), deviate(one.misses), **_line(number), label=one.model)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(ticker.FixedLocator(ticks.tolist()))
            axis.set_major_formatter(ticker.FixedFormatter([f"{100 * rate:g}" for rate in _RATES]))
        axes.set_xlim(ticks[1], ticks[-2])
        axes.set_ylim(ticks[1], ticks[-2])
        axes.set_aspect("equal")
        axes.grid(linewidth=0.25, color="0.88")
        axes.set_xlabel(text("evaluation.false_alarms"))
        axes.set_ylabel(text("evaluation.misses"))
        axes.legend(loc="upper right", frameon=False, fontsize=6)

    return _drawn(draw)


def tippett(one: Curves) -> bytes:
    """Share of clips with at least this log10 likelihood ratio, for each side."""

    def draw(axes: Axes) -> None:
        labels = (text(f"evaluation.for_{one.question}"), text(f"evaluation.against_{one.question}"))
        draw_tippett(axes, one.log10_lrs_for, one.log10_lrs_against, labels)
        axes.set_xlim(*_lr_range(one))
        axes.set_xlabel(text("evaluation.log10_lr" if one.calibrated else "evaluation.raw_lr"))
        axes.set_ylabel(text("evaluation.at_least"))
        _legend_below(axes)

    return _drawn(draw)


def cross_entropy(one: Curves) -> bytes:
    """Uncertainty that is left after the evidence, for every prior odds."""

    def draw(axes: Axes) -> None:
        lines = (("ece_as_is", one.entropy), ("ece_best", one.entropy_best), ("ece_prior", one.entropy_prior))
        for number, (key, values) in enumerate(lines):
            axes.plot(one.prior_log10_odds, values, **_line(number), label=text(f"evaluation.{key}"))
        axes.axvline(0, color="0.6", linewidth=0.5)
        axes.set_xlim(one.prior_log10_odds[0], one.prior_log10_odds[-1])
        axes.set_ylim(0, min(max(1.1, 1.1 * float(one.entropy.max())), 3.0))
        axes.set_xlabel(text("evaluation.prior"))
        axes.set_ylabel(text("evaluation.entropy"))
        axes.grid(linewidth=0.25, color="0.88")
        _legend_below(axes)

    return _drawn(draw)


def histogram(one: Curves) -> bytes:
    """Scores of each class of clips; the threshold is dashed."""

    def draw(axes: Axes) -> None:
        classes = (
            (text(f"evaluation.for_{one.question}"), one.counts_for, 0.3, "//"),
            (text("evaluation.genuine"), one.counts_genuine, 0.3, ""),
            (text("evaluation.other_against"), one.counts_against, 0.0, ""),
        )
        order = (1, 0, 3)
        for (label, shares, alpha, hatch), number in zip(classes, order, strict=True):
            if not shares.any():
                continue
            colour = COLOURS[number]
            axes.stairs(
                100 * shares,
                one.edges,
                color=colour,
                linewidth=1.0,
                label=label,
                linestyle=_DASHES[number % len(_DASHES)],
            )
            axes.stairs(100 * shares, one.edges, fill=True, facecolor=colour, alpha=alpha, hatch=hatch, linewidth=0)
        axes.axvline(one.threshold, color="black", linewidth=0.8, linestyle="--")
        axes.set_xlim(one.edges[0], one.edges[-1])
        axes.set_xlabel(text("evaluation.score"))
        axes.set_ylabel(text("evaluation.share_of_clips"))
        _legend_below(axes)

    return _drawn(draw)


def robustness(rows: Sequence[Row]) -> bytes:
    """Equal error rate of each condition with its interval; the first row is the clips as they are."""
    clean = _eer(rows[0])

    def draw(axes: Axes) -> None:
        for number, row in enumerate(rows):
            low, high = (row.measures.separation and row.measures.separation.eer_by_source) or (_eer(row),) * 2
            colour, marker = (COLOURS[2], "D") if number == 0 else (COLOURS[0], "o")
            axes.plot([100 * low, 100 * high], [number, number], color=colour, linewidth=1.2)
            axes.plot(100 * _eer(row), number, marker, color=colour, markersize=3.5)
        axes.axvline(100 * clean, color="0.5", linewidth=0.6)
        axes.axvline(200 * clean, color="0.5", linewidth=0.6, linestyle="--")
        axes.axvline(50, color="0.25", linewidth=1.1, linestyle=":")
        _names(axes, [row.condition for row in rows])
        axes.set_xlim(0, 60)
        axes.set_xlabel(text("evaluation.eer_axis"))

    return _drawn(draw, _WIDE_MM, 14 + _BAR_MM * len(rows))


def groups(rows: Sequence[Row]) -> bytes:
    """Share of wrong decisions of each group at the transferred threshold, one bar a side."""

    def draw(axes: Axes) -> None:
        for number, row in enumerate(rows):
            sides = ((row.measures.missed, COLOURS[1], "//"), (row.measures.false_alarms, COLOURS[0], ""))
            there = [side for side in sides if side[0] is not None]
            for place, (share, colour, hatch) in enumerate(there):
                height = 0.8 / len(there)
                y = number - 0.4 + height * (place + 0.5)
                axes.barh(y, 100 * (share or 0), height, facecolor=colour, alpha=0.55, hatch=hatch, edgecolor=colour)
                if not share:
                    axes.plot(0.4, y, "|", color=colour, markersize=4)
        _names(axes, [f"{row.group}  ({row.measures.n_for + row.measures.n_against})" for row in rows])
        handles = [
            Patch(facecolor=COLOURS[k], alpha=0.55, hatch=h, edgecolor=COLOURS[k], label=text(key))
            for k, h, key in ((1, "//", "evaluation.missed_bar"), (0, "", "evaluation.alarm_bar"))
        ]
        axes.legend(handles=handles, loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False, fontsize=6.5)
        axes.set_xlim(0, 100)
        axes.set_xlabel(text("evaluation.wrong_axis"))

    return _drawn(draw, _WIDE_MM, 18 + _BAR_MM * len(rows))


def _drawn(draw: Callable[[Axes], None], width_mm: float = _WIDTH_MM, height_mm: float = _HEIGHT_MM) -> bytes:
    """SVG without a date or random names: the same data give the same bytes."""
    add_font()
    with mpl.rc_context({**STYLE, "svg.hashsalt": "auditrace", "hatch.linewidth": 0.4}):
        figure = Figure(figsize=(width_mm / 25.4, height_mm / 25.4), layout="constrained")
        FigureCanvasSVG(figure)
        draw(figure.add_subplot())
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def _line(number: int) -> dict[str, Any]:
    return {
        "color": COLOURS[number % len(COLOURS)],
        "linestyle": _DASHES[number % len(_DASHES)],
        "linewidth": 1.1,
    }


def _legend_below(axes: Axes) -> None:
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False, fontsize=6, handlelength=2.6)


def _names(axes: Axes, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", linewidth=0.25, color="0.88")
    axes.set_axisbelow(True)


def _lr_range(one: Curves) -> tuple[float, float]:
    every = np.concatenate([one.log10_lrs_for, one.log10_lrs_against])
    reach = min(max(float(np.quantile(np.abs(every), 0.99)), 1.0), _SHOWN_LR)
    return -reach, reach


def _eer(row: Row) -> float:
    separation = row.measures.separation
    return float("nan") if separation is None or separation.eer is None else separation.eer
