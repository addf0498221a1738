"""From a recording and its run to what the figure of the exhibit shows, in blocks, so that length costs no memory."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.audio import Recording, mono
from core.detectors.card import QUESTIONS
from core.explain.attribution import Attribution
from core.features import display_packets, display_spectrogram
from core.features.base import FeatureMap
from core.foundation.errors import FeatureError
from core.foundation.progress import SILENT, Progress, span
from core.report.figure_data import DetectorLine, Envelope, FigureData, Track

COLUMNS = 1200
ROWS = 512
WINDOW_S = 0.043
"""Spectrogram window: cut-offs, shelves of codecs and steps of the background show (authenticity overview)."""
WAVELET, LEVEL = "sym5", 8
_BLOCK_S = 20.0
_FINE_UP_TO_S = 300.0
"""Longer recordings are analysed without overlap."""
_WHOLE_FRAMES = 4_000_000
"""Up to here the envelope is taken from the samples, beyond from the peak pyramid."""

Maker = Callable[[NDArray[np.float32], int, float], FeatureMap]


def collect(
    recording: Recording,
    result: Mapping[str, Any],
    labels: Mapping[str, str],
    channel: str = "mix",
    attributions: Sequence[Attribution] = (),
    located: Mapping[str, Any] = MappingProxyType({}),
    progress: Progress = SILENT,
) -> FigureData:
    """Everything the figure of one exhibit shows.

    Args:
        recording: The opened working copy.
        result: Its entry in the run's `recordings`.
        labels: Short name of each model `id@sha256`.
        channel: The channel that was examined.
        attributions: Explanations to show below.
        located: The run's `localisation`: stretches by question.
        progress: Told of the spectrogram and the packets.

    Raises:
        AudioError: the recording vanished or changed.
    """
    return FigureData(
        start_s=0.0,
        end_s=recording.duration_s,
        envelope=envelope(recording),
        spectrogram=spectrogram(recording, channel, span(progress, 0.0, 0.6)),
        packets=packets(recording, channel, span(progress, 0.6, 1.0)),
        tracks=tuple(track for question in QUESTIONS if (track := _track(question, result, labels, located)).detectors),
        attributions=tuple(attributions),
    )


def envelope(recording: Recording, start: int = 0, stop: int | None = None) -> Envelope:
    """Extremes over all channels in at most COLUMNS columns."""
    stop = recording.frames if stop is None else stop
    columns = max(1, min(COLUMNS, stop - start))
    if stop - start > _WHOLE_FRAMES:
        low, high = recording.peaks.envelope(start, stop, columns)
    else:
        samples = recording.read(start, stop)
        edges = np.linspace(0, samples.shape[1], columns, endpoint=False).astype(np.int64)
        low, high = np.minimum.reduceat(samples, edges, axis=1), np.maximum.reduceat(samples, edges, axis=1)
    return Envelope(low=low.min(axis=0), high=high.max(axis=0))


def spectrogram(recording: Recording, channel: str = "mix", progress: Progress = SILENT) -> FeatureMap | None:
    """Level over time and frequency, mean power where a column or row stands for several; None if too short."""
    hop_s = WINDOW_S / 4 if recording.duration_s <= _FINE_UP_TO_S else WINDOW_S

    def make(samples: NDArray[np.float32], rate: int, start_s: float) -> FeatureMap:
        return display_spectrogram(samples, rate, window_s=WINDOW_S, hop_s=hop_s, start_s=start_s)

    return _overview(recording, channel, make, progress)


def packets(recording: Recording, channel: str = "mix", progress: Progress = SILENT) -> FeatureMap | None:
    """Wavelet-packet levels over time and band, mean power where a column stands for several; None if too short."""

    def make(samples: NDArray[np.float32], rate: int, start_s: float) -> FeatureMap:
        return display_packets(samples, rate, wavelet=WAVELET, level=LEVEL, start_s=start_s)

    return _overview(recording, channel, make, progress)


def _overview(recording: Recording, channel: str, make: Maker, progress: Progress) -> FeatureMap | None:
    try:
        parts = [_pooled_rows(part) for part in _parts(recording, channel, make, progress)]
    except FeatureError:
        return None
    values = np.concatenate([part.values for part in parts], axis=1)
    time_s = np.concatenate([part.time_s for part in parts])
    values, time_s = _pooled_columns(values, time_s, recording.duration_s)
    return FeatureMap(
        values=np.round(values, 1).astype(np.float32),
        spec=parts[0].spec,
        time_s=time_s,
        frequency_hz=parts[0].frequency_hz,
        unit=parts[0].unit,
    )


def _parts(recording: Recording, channel: str, make: Maker, progress: Progress) -> Iterator[FeatureMap]:
    """Maps of consecutive blocks, each without the columns that belong to its neighbours."""
    rate = recording.sample_rate
    block, margin = round(_BLOCK_S * rate), round(0.5 * rate)
    last = max(recording.frames - block // 2, 1)  # a short rest goes into the block before it
    for start in range(0, last, block):
        progress.check()
        stop = start + block if start + block < last else recording.frames
        first = max(start - margin, 0)
        made = make(mono(recording, first, min(stop + margin, recording.frames), channel), rate, first / rate)
        own = (made.time_s >= start / rate) & (made.time_s < stop / rate)
        yield _reduced(made, made.values[:, own], made.time_s[own], _columns_per_block(recording))
        progress.report(stop / recording.frames, "drawing the signal")


def _columns_per_block(recording: Recording) -> int:
    """Columns kept of a block while blocks are collected: four times what is drawn, so that pooling stays even."""
    return max(8, round(4 * COLUMNS * _BLOCK_S / max(recording.duration_s, _BLOCK_S)))


def _reduced(made: FeatureMap, values: NDArray, time_s: NDArray, columns: int) -> FeatureMap:
    if time_s.size > columns:
        values, time_s = _pooled(values, time_s, columns)
    return FeatureMap(values=values, spec=made.spec, time_s=time_s, frequency_hz=made.frequency_hz, unit=made.unit)


def _pooled_rows(made: FeatureMap) -> FeatureMap:
    if made.frequency_hz.size <= ROWS + 1:
        return made
    values, frequency_hz = _pooled(made.values.T, made.frequency_hz, ROWS)
    return FeatureMap(
        values=np.ascontiguousarray(values.T),
        spec=made.spec,
        time_s=made.time_s,
        frequency_hz=frequency_hz,
        unit=made.unit,
    )


def _pooled_columns(values: NDArray, time_s: NDArray, duration_s: float) -> tuple[NDArray, NDArray]:
    return _pooled(values, time_s, COLUMNS) if time_s.size > COLUMNS else (values, time_s)


def _pooled(values_db: NDArray, centres: NDArray, groups: int) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Mean power and mean centre of consecutive groups of columns."""
    edges = np.linspace(0, centres.size, groups, endpoint=False).astype(np.int64)
    counts = np.diff(np.append(edges, centres.size))
    power = np.add.reduceat(10.0 ** (values_db.astype(np.float64) / 10), edges, axis=1) / counts
    return (10 * np.log10(power)).astype(np.float32), np.add.reduceat(centres, edges) / counts


def on_one_scale(figures: Sequence[FigureData | None]) -> list[FigureData | None]:
    """The same figures with the same score axes, so that tracks can be compared by eye."""
    scores = [score for figure in figures if figure for score in figure.scores()]
    if not scores:
        return list(figures)
    low, high = min(0.0, *scores), max(0.0, *scores)
    ten = 10.0 ** math.floor(math.log10(max(high - low, 1.0)))
    step = next(part * ten for part in (0.2, 0.5, 1.0, 2.0) if high - low <= 8 * part * ten)
    shared = step * math.floor(low / step), step * max(math.ceil(high / step), 1)
    return [figure and replace(figure, score_range=shared) for figure in figures]


def _track(question: Any, result: Mapping[str, Any], labels: Mapping[str, str], located: Mapping[str, Any]) -> Track:
    steps = tuple((s["start_s"], s["end_s"], s[question]) for s in result["segments"])
    lines = tuple(
        DetectorLine(
            label=labels[found["model"]],
            points=tuple(((w["start_s"] + w["end_s"]) / 2, w["score"]) for w in found["windows"]),
        )
        for found in result["detectors"]
        if found["question"] == question
    )
    spans = tuple((region["start_s"], region["end_s"]) for region in located.get(question, {}).get("regions", ()))
    return Track(question=question, steps=steps, detectors=lines, regions=spans)


def excerpt(recording: Recording, attributions: Sequence[Attribution]) -> FigureData:
    """The stretch that some attributions explain, with them."""
    rate = recording.sample_rate
    start_s, end_s = min(a.start_s for a in attributions), max(a.end_s for a in attributions)
    start, stop = max(round(start_s * rate), 0), min(round(end_s * rate), recording.frames)
    hop_s = max(WINDOW_S / 16, (end_s - start_s) / COLUMNS)
    samples = mono(recording, start, stop)
    shown = display_spectrogram(samples, rate, window_s=WINDOW_S, hop_s=hop_s, start_s=start_s)
    return FigureData(
        start_s=start_s,
        end_s=end_s,
        envelope=envelope(recording, start, stop),
        spectrogram=_pooled_rows(shown),
        attributions=tuple(attributions),
    )
