"""One detector over a whole recording: windows, batches, scores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.analysis.finding import DetectorResult, WindowScore
from core.analysis.plan import AnalysisPlan
from core.analysis.scoring import file_score, speech_shares
from core.analysis.windows import Window, batches, windows_of
from core.audio import Condition, Recording, mono, resampled_blocks
from core.detectors.card import WAVEFORM, ModelCard
from core.foundation.progress import SILENT, Progress
from core.foundation.side_by_side import in_order

if TYPE_CHECKING:
    from core.detectors import Detector

BLOCK_S = 20.0
"""Seconds of sound held at a time."""


def run_detector(
    detector: Detector,
    recording: Recording,
    condition: Condition,
    plan: AnalysisPlan,
    progress: Progress = SILENT,
    *,
    side_by_side: int = 1,
) -> list[DetectorResult]:
    """Scores of one detector over the whole recording: one result for each question it answers."""
    rate, window_frames, hop_frames = grid(detector.card, recording.sample_rate)
    windows = windows_of(_stream(detector.card, recording, plan.channel), window_frames, hop_frames)
    spans: list[tuple[float, float]] = []
    scores: list[NDArray[np.float64]] = []
    score = partial(_score, detector, rate)
    for batch, found in in_order(score, batches(windows, _at_once(detector, plan)), side_by_side, progress):
        spans += [
            (w.start_frame / rate, min((w.start_frame + w.samples.size) / rate, recording.duration_s)) for w in batch
        ]
        scores.append(found)
        progress.report(min(spans[-1][1] / recording.duration_s, 1.0), detector.card.title)
    return _results(detector, np.concatenate(scores), spans, recording, condition, plan)


def _at_once(detector: Detector, plan: AnalysisPlan) -> int:
    """Windows of a batch: one of a network on samples on the CPU, a layer of which takes a quarter of a second for it.

    A stop is heeded between layers. The plan's batch would not be faster.
    """
    is_heavy = detector.card.front_end == WAVEFORM and detector.device.type == "cpu"
    return 1 if is_heavy else plan.batch


def grid(card: ModelCard, file_rate: int) -> tuple[int, int, int]:
    """Rate (Hz) at which windows are cut, window and hop (frames) at that rate, of a recording at `file_rate`."""
    if card.resampling == "file":
        return card.sample_rate, card.window_frames, card.hop_frames
    window = round(card.window_s * file_rate)
    return file_rate, window, window // (card.window_frames // card.hop_frames)


def _stream(card: ModelCard, recording: Recording, channel: str) -> Iterator[NDArray[np.float32]]:
    if card.resampling == "file":
        return resampled_blocks(recording, card.sample_rate, channel, BLOCK_S)
    step = round(BLOCK_S * recording.sample_rate)
    return (mono(recording, at, at + step, channel) for at in range(0, recording.frames, step))


def _score(detector: Detector, rate: int, batch: Sequence[Window]) -> NDArray[np.float64]:
    """Scores (n, answers) of a batch of windows cut at that rate."""
    import torch

    from core.detectors.preparing import fit_window, window_batch

    with torch.inference_mode():
        samples = window_batch(detector.card, torch.from_numpy(np.stack([w.samples for w in batch])), rate)
        return detector.scores(fit_window(detector.card, samples).to(detector.device)).double().cpu().numpy()


def _results(
    detector: Detector,
    scores: NDArray[np.float64],
    spans: Sequence[tuple[float, float]],
    recording: Recording,
    condition: Condition,
    plan: AnalysisPlan,
) -> list[DetectorResult]:
    shares = speech_shares(spans, condition, recording.sample_rate)
    results = []
    for column, reply in enumerate(detector.card.answers):
        windows = tuple(
            WindowScore(start_s=start, end_s=end, score=float(score))
            for (start, end), score in zip(spans, scores[:, column], strict=True)
        )
        results.append(
            DetectorResult(
                card=detector.card,
                sha256=detector.sha256,
                question=reply.question,
                score=file_score(windows, shares, plan.trim),
                windows=windows,
                notes=tuple(_notes(detector.card, recording, plan)),
            )
        )
    return results


def _notes(card: ModelCard, recording: Recording, plan: AnalysisPlan) -> Iterator[str]:
    """What was done to the signal on its way to this model (P-36)."""
    if recording.channels > 1:
        yield f"Channel: {'mean of all channels' if plan.channel == 'mix' else plan.channel}."
    if recording.sample_rate != card.sample_rate:
        how = "soxr HQ, whole file" if card.resampling == "file" else "torchaudio windowed sinc, each window by itself"
        yield f"Resampled from {recording.sample_rate} Hz to {card.sample_rate} Hz ({how})."
    if recording.duration_s < card.window_s and card.short_input == "repeat":
        yield f"Shorter than the window of {card.window_s:.2f} s: repeated from its start to fill it."
