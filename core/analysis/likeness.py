"""How like a model's training data a recording is, from the embeddings of a few of its windows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.analysis.finding import DetectorResult, WindowScore
from core.analysis.scoring import MIN_SPEECH_SHARE, speech_shares
from core.audio.recording import Condition, Recording
from core.calibration.record import CalibrationRecord
from core.explain import window_at
from core.ood.envelope import DomainCheck

if TYPE_CHECKING:
    from core.detectors import Detector

MOST_WINDOWS = 8
"""Windows looked at in one recording: an embedding costs as much as a score."""


def likenesses(
    detectors: Sequence[Detector],
    record: CalibrationRecord | None,
    recording: Recording,
    condition: Condition,
    results: Sequence[DetectorResult],
    channel: str = "mix",
) -> dict[str, DomainCheck]:
    """How the recording lies to the training data of each model whose neighbourhood is known, by the model's id."""
    known = record.neighbourhoods if record is not None else {}
    windows = {result.card.id: result.windows for result in results}
    of = {detector.card.id: detector for detector in detectors}
    checks: dict[str, DomainCheck] = {}
    for model in known.keys() & of.keys():
        found = embeddings(of[model], recording, condition, windows[model], channel)
        checks[model] = known[model].check(float(np.median(known[model].distances(found))), model)
    return checks


def embeddings(
    detector: Detector,
    recording: Recording,
    condition: Condition,
    windows: Sequence[WindowScore],
    channel: str = "mix",
) -> NDArray[np.float64]:
    """Embeddings (n, d) of at most MOST_WINDOWS of the windows, spread over the recording's speech."""
    import torch

    starts = _spread(windows, condition, recording.sample_rate)
    cut = [window_at(detector.card, recording, start, channel) for start in starts]
    are_alike = len({window.size for window in cut}) == 1  # the last one of a recording may be shorter
    batches = [np.stack(cut)] if are_alike else [window[None] for window in cut]
    return torch.cat([detector.embed(torch.from_numpy(batch)) for batch in batches]).double().cpu().numpy()


def _spread(windows: Sequence[WindowScore], condition: Condition, sample_rate: int) -> NDArray[np.float64]:
    """Starts (s) of at most MOST_WINDOWS windows with speech, evenly over the recording; of any where none has."""
    starts = np.array([window.start_s for window in windows])
    spoken = speech_shares([(w.start_s, w.end_s) for w in windows], condition, sample_rate) >= MIN_SPEECH_SHARE
    starts = starts[spoken] if spoken.any() else starts
    return starts[np.unique(np.linspace(0, len(starts) - 1, min(len(starts), MOST_WINDOWS)).round().astype(int))]
