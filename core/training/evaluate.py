"""How good a detector is on a split: per question, per group of clips, with controls."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import signal

from core.audio.perturb import STANDARD
from core.detectors.base import Detector
from core.detectors.card import ModelCard, Question
from core.foundation.progress import SILENT, Progress, span, steps
from core.foundation.rng import generator
from core.training.datasets.manifest import Clip
from core.training.metrics import auc, bootstrap_eer, equal_error

Wave = NDArray[np.float32]
Control = Callable[[Wave, int, str], Wave]
"""Waveform (frames,), its rate in Hz, the clip's key -> what is left of it, same rate."""
_LOW_HZ, _HIGH_HZ, _TAPS_S = 90.0, 7000.0, 0.128


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Separation on one set under one condition; percentages rounded to 0.1."""

    set: str
    condition: str
    question: Question
    eer_pct: float
    low: float
    """Lower end of the 95 % interval of eer_pct, sources drawn again."""
    high: float
    auc: float
    n: int
    n_for: int
    sources: int
    n_genuine: int
    """Human recordings, whatever the question."""
    genuine_above_zero_pct: float
    """Human recordings that score above 0."""
    missed_below_zero_pct: float
    """Clips for the question's first proposition that score 0 or below."""


def band_passed(waveform: Wave, rate_hz: int) -> Wave:
    """Only 90 to 7000 Hz (or what there is of it), linear phase, length kept: takes away both ends of the band."""
    taps = round(_TAPS_S * rate_hz) | 1
    if rate_hz / 2 > _HIGH_HZ + 100:
        kernel = signal.firwin(taps, (_LOW_HZ, _HIGH_HZ), pass_zero=False, fs=rate_hz)
    else:
        kernel = signal.firwin(taps, _LOW_HZ, pass_zero=False, fs=rate_hz)
    return signal.fftconvolve(waveform, kernel, mode="same").astype(np.float32)


BAND = "90-7000 Hz"
_STANDARDS = (
    *("MP3 32 kbit/s", "Opus 16 kbit/s", "low-pass 3.4 kHz", "telephone band"),
    *("white noise 10 dB", "pink noise 15 dB", "real noise 10 dB", "reverberation 0.5 s"),
)
CHANNELS: Mapping[str, Control] = {BAND: lambda waveform, rate, _: band_passed(waveform, rate)} | {
    name: STANDARD[name].apply for name in _STANDARDS
}
"""What recordings are sent through before they are scored again: the names and the changes of `auditrace evaluate`."""


def channels() -> tuple[str, ...]:
    """Names in CHANNELS of what can be applied here: recorded noise needs clips of noise."""
    return tuple(name for name in CHANNELS if name not in STANDARD or STANDARD[name].lacks() is None)


def starts(frames: int, card: ModelCard) -> list[int]:
    """Where windows start: at 0 and each hop, and one that ends with the clip."""
    last = max(frames - card.window_frames, 0)
    return sorted({*range(0, last + 1, card.hop_frames), last})


def windows(card: ModelCard, waveform: Wave) -> torch.Tensor:
    """A clip's windows (windows, frames) as an examination cuts them."""
    return torch.from_numpy(np.stack([waveform[at : at + card.window_frames] for at in starts(len(waveform), card)]))


def score_waveform(detector: Detector, waveform: Wave) -> NDArray[np.float64]:
    """Mean over windows of the scores of each answer (answers,); the waveform has the card's rate."""
    return detector.scores(windows(detector.card, waveform)).double().mean(dim=0).cpu().numpy()


def score_clips(detector: Detector, waveforms: Sequence[Wave], progress: Progress = SILENT) -> NDArray[np.float64]:
    """Scores (clips, answers)."""
    return np.stack([score_waveform(detector, waveform) for waveform in steps(waveforms, progress, "scoring")])


def score_changed(
    detector: Detector, clips: Sequence[Clip], waveforms: Sequence[Wave], control: Control, progress: Progress = SILENT
) -> NDArray[np.float64]:
    """Scores (clips, answers) after a change whose chance, where it has any, follows from the clip's hash."""
    rate = detector.card.sample_rate
    pairs = steps(list(zip(clips, waveforms, strict=True)), progress, "scoring")
    return np.stack([score_waveform(detector, control(w, rate, c.sha256 or c.path.name)) for c, w in pairs])


def measure(
    scores: NDArray[np.float64], clips: Sequence[Clip], question: Question, name: str, condition: str, seed: int = 0
) -> Row:
    """Separation of one answer's scores (clips,) on the clips that are used for its question."""
    used = [i for i, clip in enumerate(clips) if clip.truth(question) is not None]
    truth = np.array([clips[i].truth(question) for i in used])
    values, sources = scores[used], [clips[i].source for i in used]
    human = scores[[i for i, clip in enumerate(clips) if clip.label == "real"]]
    low, high = bootstrap_eer(values, truth, sources, generator(seed, "bootstrap", name, condition, question))
    return Row(
        set=name,
        condition=condition,
        question=question,
        eer_pct=_pct(equal_error(values, truth)[0]),
        low=_pct(low),
        high=_pct(high),
        auc=round(auc(values, truth), 3),
        n=len(used),
        n_for=int(truth.sum()),
        sources=len(set(sources)),
        n_genuine=len(human),
        genuine_above_zero_pct=_pct(float(np.mean(human > 0))),
        missed_below_zero_pct=_pct(float(np.mean(values[truth == 1] <= 0))),
    )


def evaluate(
    detector: Detector,
    clips: Sequence[Clip],
    waveforms: Sequence[Wave],
    name: str,
    known: Collection[str],
    progress: Progress = SILENT,
) -> Iterator[Row]:
    """Rows of one split: as it is, on parts of it, and after each of CHANNELS that can be applied here.

    A condition under which one side has no clips gives no row.

    Args:
        detector: What is measured.
        clips: The split.
        waveforms: Of each clip, at the detector's rate.
        name: The split's name.
        known: Generators that were trained on.
        progress: Told how far it is.
    """
    full = score_clips(detector, waveforms, span(progress, 0, 0.2))
    every = list(range(len(clips)))
    same_rate = [i for i in every if clips[i].sample_rate == detector.card.sample_rate]
    unseen = [i for i in every if clips[i].label == "real" or clips[i].generator not in known]
    sets = [("full band", full, every)]
    sets += [
        (f"originals at {detector.card.sample_rate / 1000:g} kHz only", full, same_rate),
        ("generators not trained on", full, unseen),
    ]
    found = channels()
    for number, condition in enumerate(found):
        share = span(progress, 0.2 + 0.8 * number / len(found), 0.2 + 0.8 * (number + 1) / len(found))
        sets.append((condition, score_changed(detector, clips, waveforms, CHANNELS[condition], share), every))
    for column, question in enumerate(detector.card.questions):
        for condition, scores, chosen in sets:
            part = [clips[i] for i in chosen]
            if {0, 1} <= {clip.truth(question) for clip in part}:
                yield measure(scores[chosen, column], part, question, name, condition)


def share_above_zero(
    scores: NDArray[np.float64], clips: Sequence[Clip], by: Callable[[Clip], str]
) -> dict[str, tuple[float, int]]:
    """Per group of clips the share (0..1) of scores above 0 and the number of clips, largest groups first."""
    groups: dict[str, list[float]] = {}
    for value, clip in zip(scores, clips, strict=True):
        groups.setdefault(by(clip), []).append(float(value))
    ordered = sorted(groups.items(), key=lambda item: -len(item[1]))
    return {name: (float(np.mean(np.array(values) > 0)), len(values)) for name, values in ordered}


def as_results(rows: Sequence[Row]) -> tuple[dict[str, object], ...]:
    """Rows as a card holds them."""
    return tuple(asdict(row) for row in rows)


def _pct(share: float) -> float:
    return round(100 * share, 1)
