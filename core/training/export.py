"""From a trained network to a model pack: scores balanced around 0, figures measured and written into the card."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.detectors.base import Detector
from core.detectors.card import Answer, ModelCard, Question
from core.detectors.network_detector import NetworkDetector
from core.detectors.pack import PackInfo, write_pack
from core.foundation.progress import SILENT, Progress, span
from core.training.datasets.manifest import Clip
from core.training.datasets.sampler import CODEC, DECODER, HUMAN
from core.training.evaluate import (
    MP3,
    OPUS,
    PINK_NOISE,
    Row,
    Wave,
    as_results,
    evaluate,
    score_clips,
    share_above_zero,
    windows,
)
from core.training.metrics import equal_error
from core.training.plan import CLASSES, TrainingPlan

_TURNS = 20
ANSWERS = (
    Answer(question="synthetic", positive=(DECODER,), negative=(HUMAN,)),
    Answer(question="neural_codec", positive=(CODEC,), negative=(HUMAN, DECODER)),
)
"""Synthetic: a neural decoder against none; the codec's output stays out of it, since balancing the codec's answer
would drag the synthetic one along (on dev: 24 % equal error with it, 21 % without). Neural codec: against all else."""


def draft_card(plan: TrainingPlan, manifest_sha256: str, training_data: str) -> ModelCard:
    """The card without what is measured."""
    return ModelCard(
        id=f"auditrace/{plan.name}",
        version=plan.version,
        title=plan.title or plan.name,
        summary="",
        origin="auditrace",
        answers=ANSWERS,
        classes=CLASSES,
        architecture=plan.architecture,
        architecture_args=plan.architecture_args,
        front_end=plan.front_end,
        front_end_args=plan.front_end_args,
        sample_rate=plan.sample_rate,
        window_frames=2 * plan.sample_rate,
        hop_frames=plan.sample_rate,
        short_input="as is",
        min_speech_s=1.0,
        licence="Same as Auditrace.",
        authors="Auditrace",
        reference="models/README.md; plan models/plans/" + plan.name + ".toml",
        training_data=training_data,
        training_manifest_sha256=manifest_sha256,
        seed=plan.seed,
    )


def balance(
    card: ModelCard, weights: Mapping[str, Tensor], clips: Sequence[Clip], waveforms: Sequence[Wave]
) -> dict[str, Tensor]:
    """The weights with the last layer's offsets set so that both answers' equal-error thresholds on these clips are 0.

    Only the offsets of the outputs `human` and `neural codec` move, each by turns: the first shifts the synthetic
    score by as much, the second that of the codec.
    """
    detector = NetworkDetector(card, weights)
    with torch.inference_mode():
        logits = [detector.logits(detector.features(windows(detector.card, waveform))) for waveform in waveforms]
    shift = torch.zeros(len(card.classes))
    for turn in range(_TURNS):
        answer, output, sign = ((0, HUMAN, 1), (1, CODEC, -1))[turn % 2]
        scores = np.array([detector.answer_scores(each + shift)[:, answer].mean().item() for each in logits])
        shift[output] += sign * _threshold(scores, clips, card.answers[answer].question)
    return {**weights, "head.bias": weights["head.bias"] + shift}


def export(
    folder: Path,
    card: ModelCard,
    weights: Mapping[str, Tensor],
    splits: Mapping[str, tuple[Sequence[Clip], Sequence[Wave]]],
    known: Collection[str],
    progress: Progress = SILENT,
) -> PackInfo:
    """Balance on `dev`, measure every split once, write summary, results and limits, and the pack.

    Args:
        folder: Of the pack.
        card: As draft_card makes it.
        weights: The network's.
        splits: `dev` and `test`: clips and waveforms.
        known: Generators that were trained on.
        progress: Told how far it is.

    Raises:
        ModelError: the pack cannot be written (MO-019).
    """
    balanced = balance(card, weights, *splits["dev"])
    detector = NetworkDetector(card, balanced)
    rows: list[Row] = []
    for number, (name, (clips, waveforms)) in enumerate(splits.items()):
        part = span(progress, number / len(splits), (number + 1) / len(splits))
        rows += evaluate(detector, clips, waveforms, name, known, part)
    families = family_rows(detector, *splits["test"], "test")
    results = (*as_results(rows), *families)
    described = replace(card, results=results, summary=summary(rows), limits=limits(rows, families))
    return write_pack(folder, described, balanced)


def summary(rows: Sequence[Row]) -> str:
    """What it does and how it does, in plain English, from the figures."""
    synthetic, codec = (_row(rows, "test", question) for question in ("synthetic", "neural_codec"))
    return (
        "A small network of our own that looks at the spectrum, at how phases move on, and at stationary lines of the "
        "spectrum between 90 and 7000 Hz. On recordings from sources that it never saw it is wrong for "
        f"about {_in_words(synthetic.eer_pct)} clips of 2 s when asked for synthetic speech (equal error rate "
        f"{synthetic.eer_pct} %, 95 % interval {synthetic.low} to {synthetic.high} %), and for "
        f"{_in_words(codec.eer_pct)} when asked for a neural codec ({codec.eer_pct} %, {codec.low} to {codec.high} %)."
    )


def family_rows(
    detector: Detector, clips: Sequence[Clip], waveforms: Sequence[Wave], name: str
) -> tuple[dict[str, object], ...]:
    """Per question and family of generators the share of clips above 0, largest families first."""
    scores = score_clips(detector, waveforms)
    return tuple(
        {
            "set": name,
            "condition": "full band",
            "question": question,
            "family": family,
            "above_zero_pct": round(100 * share, 1),
            "n": n,
        }
        for column, question in enumerate(detector.card.questions)
        for family, (share, n) in share_above_zero(scores[:, column], clips, lambda clip: clip.family).items()
    )


def limits(rows: Sequence[Row], families: Sequence[Mapping[str, object]]) -> tuple[str, ...]:
    """Limits of use, one sentence each, with the figures they rest on."""
    synthetic, codec = (_row(rows, "test", question) for question in ("synthetic", "neural_codec"))
    mp3, opus, noise = (_row(rows, "test", "synthetic", c) for c in (MP3, OPUS, PINK_NOISE))
    found = {row["family"]: row["above_zero_pct"] for row in families if row["question"] == "synthetic"}
    return (
        "The scores are not calibrated: they are no likelihood ratios and no probabilities.",
        "A score around 0 supports neither side; 0 is where misses and false alarms were equal on the clips of `dev`.",
        f"On `test`, {synthetic.genuine_above_zero_pct} % of the genuine recordings scored above 0 for synthetic and "
        f"{codec.genuine_above_zero_pct} % above 0 for neural codec; {synthetic.missed_below_zero_pct} % of the "
        f"synthetic and {codec.missed_below_zero_pct} % of the neurally coded ones scored 0 or below.",
        f"Coding moves the scores: after {OPUS}, {opus.genuine_above_zero_pct} % of the genuine recordings scored "
        f"above 0 for synthetic; after {MP3}, {mp3.missed_below_zero_pct} % of the synthetic ones scored 0 or below.",
        f"With {PINK_NOISE} the speech, the equal error rate for synthetic is {noise.eer_pct} %.",
        *_family_limits(found),
        f"These figures rest on {synthetic.sources} sources: elsewhere the errors can be twice as many.",
        "Do not use it alone, and do not draw a conclusion about a recording from it without other evidence.",
        "Expect more errors on generators, languages, microphones and transmission paths that differ from the "
        "training data, with reverberation, and on telephone speech.",
        "It hears nothing below 90 Hz or above 7000 Hz, and needs at least 1 s of speech.",
    )


def _family_limits(found: Mapping[object, object]) -> Iterator[str]:
    """What the shares above 0 for synthetic say of families of generators, as far as `test` has them."""
    if "alm" in found:
        yield f"Of speech by audio language models {found['alm']} % scored above 0 for synthetic."
    if "codec" in found:
        yield (
            f"Human speech that passed through a neural codec often scores as synthetic too ({found['codec']} % of "
            "such clips of `test` above 0): look at both answers together."
        )


def _in_words(eer_pct: float) -> str:
    return f"one in {max(round(100 / max(eer_pct, 1.0)), 2)}"


def _row(rows: Sequence[Row], name: str, question: str, condition: str = "full band") -> Row:
    return next(r for r in rows if (r.set, r.condition, r.question) == (name, condition, question))


def _threshold(scores: NDArray[np.float64], clips: Sequence[Clip], question: Question) -> float:
    used = [i for i, clip in enumerate(clips) if clip.truth(question) is not None]
    return equal_error(scores[used], [clips[i].truth(question) or 0 for i in used])[1]
