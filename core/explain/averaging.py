"""Attributions of many windows as one: over time within the window, per band, and per label.

The three panels of gan-police (Gasenzer and Wolter, arXiv 2305.13033) averaged over clips for real, fake and both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.audio import Recording
from core.detectors.base import Detector
from core.detectors.card import Question
from core.explain.attribution import Attribution, Method
from core.explain.explaining import Recipe, explain_window
from core.explain.window import window_at
from core.foundation.errors import ExplainError
from core.foundation.progress import SILENT, Progress, span

LABELS = ("for", "against", "either way")
"""What a band's attribution speaks for; `either way` is the sum of sizes."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Average:
    """Means over windows of one model, one question, one method."""

    values: NDArray[np.float64]
    """(bins, frames): the mean map."""
    time_s: NDArray[np.float64]
    """(frames,) centres, seconds from the start of a window."""
    frequency_hz: NDArray[np.float64]
    """(bins,) centres."""
    bands: NDArray[np.float64]
    """(windows, bins): each window's attribution summed over time."""
    by_label: NDArray[np.float64]
    """(3, bins): mean over the windows of what speaks for the target, against it, and either way; see LABELS."""
    scores: NDArray[np.float64]
    """(windows,) target scores."""
    windows: tuple[tuple[str, float, float], ...]
    """Name of the recording, start and end (s) of each window."""
    model: str
    question: Question
    method: Method
    target: str
    domain: str
    steps: int
    completeness_errors: NDArray[np.float64]
    """(windows,)"""
    incomplete: int
    """Windows whose map leaves over a tenth unexplained; see Attribution.is_incomplete."""

    @property
    def profile(self) -> NDArray[np.float64]:
        """(bins,) mean of `bands`."""
        return self.bands.mean(axis=0)

    @property
    def interval(self) -> NDArray[np.float64]:
        """(2, bins): 95 % interval of the profile, Student's t over windows; NaN for one window."""
        n = len(self.bands)
        if n < 2:
            return np.full((2, self.bands.shape[1]), np.nan)
        from scipy import stats  # half a second that a window need not wait for

        reach = stats.t.ppf(0.975, n - 1) * self.bands.std(axis=0, ddof=1) / np.sqrt(n)
        return np.stack([self.profile - reach, self.profile + reach])


def window_starts(start_s: float, end_s: float, window_s: float, hop_s: float, most: int) -> list[float]:
    """Starts of windows within a stretch: each hop, or `most` of them evenly spread; one where it is too short."""
    count = max(int((end_s - start_s - window_s) / hop_s + 1e-9) + 1, 1)
    starts = start_s + hop_s * np.arange(count)
    return starts[np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int))].tolist()


def average(
    detector: Detector,
    wanted: Sequence[tuple[Recording, str, float]],
    recipe: Recipe,
    progress: Progress = SILENT,
) -> Average:
    """Explain windows of one or more recordings and average them.

    Args:
        detector: The model.
        wanted: Recording, its name, and start (s) of each window.
        recipe: How each is explained.
        progress: Asked between batches.

    Raises:
        ExplainError: no window, or none that is whole (EX-007); see `attribute`.
    """
    found: list[Attribution] = []
    windows: list[tuple[str, float, float]] = []
    for i, (recording, name, start_s) in enumerate(wanted):
        if start_s + detector.card.window_s > recording.duration_s + 1 / recording.sample_rate:
            continue
        waveform = window_at(detector.card, recording, start_s)
        part = span(progress, i / len(wanted), (i + 1) / len(wanted))
        found.append(explain_window(detector, waveform, recipe, 0.0, part))
        windows.append((name, start_s, start_s + found[-1].end_s))
    if not found:
        raise ExplainError(
            "EX-007",
            f"The stretch holds no whole window of {detector.card.window_s:.2f} s.",
            means="There is nothing to average.",
            do="Choose a longer stretch, or explain the single window.",
        )
    return joined(found, windows)


def joined(found: Sequence[Attribution], windows: Sequence[tuple[str, float, float]]) -> Average:
    """The average of attributions on one grid, whose times count from the start of their windows."""
    maps = np.stack([one.values for one in found]).astype(np.float64)
    first = found[0]
    labels = np.stack([maps.clip(min=0), (-maps).clip(min=0), np.abs(maps)])
    return Average(
        values=maps.mean(axis=0),
        time_s=first.time_s,
        frequency_hz=first.frequency_hz,
        bands=maps.sum(axis=2),
        by_label=labels.sum(axis=3).mean(axis=1),
        scores=np.array([one.score for one in found]),
        windows=tuple(windows),
        model=first.model,
        question=first.question,
        method=first.method,
        target=first.target,
        domain=first.domain,
        steps=max(one.steps for one in found),
        completeness_errors=np.array([one.completeness_error for one in found]),
        incomplete=sum(one.is_incomplete for one in found),
    )
