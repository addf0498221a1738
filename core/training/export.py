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
from core.detectors.card import ModelCard, Question
from core.detectors.network_detector import NetworkDetector
from core.detectors.pack import PackInfo
from core.foundation.progress import SILENT, Progress, span
from core.training.datasets.manifest import Clip
from core.training.evaluate import (
    MP3,
    OPUS,
    PINK_NOISE,
    Row,
    Wave,
    as_results,
    evaluate,
    measure,
    score_clips,
    share_above_zero,
    windows,
)
from core.training.keeping import keep_pack
from core.training.metrics import equal_error
from core.training.networks import arguments_of
from core.training.plan import TrainingPlan
from core.training.tasks import THREE_CLASS, Task

_TURNS = 20
_WORDS: Mapping[Question, str] = {"synthetic": "synthetic speech", "neural_codec": "a neural codec"}
_DECODERS = {"text-to-speech": "tts", "converted voices": "vc", "vocoded speech": "vocoder"}
_CONTROLS_HZ = 16000
"""Rate that the controls of core.training.evaluate are made for."""


def draft_card(
    plan: TrainingPlan, manifest_sha256: str = "", training_data: str = "", task: Task = THREE_CLASS
) -> ModelCard:
    """The card without what is measured."""
    return ModelCard(
        id=f"{plan.origin}/{plan.name}",
        version=plan.version,
        title=plan.title or plan.name,
        summary=plan.summary,
        origin=plan.origin,
        answers=task.answers,
        classes=task.classes,
        architecture=plan.architecture,
        architecture_args=arguments_of(plan, task),
        front_end=plan.front_end,
        front_end_args=plan.front_end_args,
        sample_rate=plan.sample_rate,
        window_frames=plan.window_frames,
        hop_frames=round(plan.hop_s * plan.sample_rate),
        short_input=plan.short_input,
        min_speech_s=plan.min_speech_s,
        licence="Same as Auditrace." if plan.origin == "auditrace" else "",
        authors=plan.authors,
        reference=plan.reference,
        training_data=training_data,
        training_manifest_sha256=manifest_sha256,
        seed=plan.seed,
        limits=plan.limits,
    )


def balance(
    card: ModelCard,
    weights: Mapping[str, Tensor],
    clips: Sequence[Clip],
    waveforms: Sequence[Wave],
    task: Task = THREE_CLASS,
) -> dict[str, Tensor]:
    """The weights with the last layer's offsets set so that each answer's equal-error threshold on these clips is 0.

    Where there are several answers their outputs move by turns: in the three-class task `human` shifts the synthetic
    score, `neural codec` that of the codec.
    """
    detector = NetworkDetector(card, weights)
    with torch.inference_mode():
        logits = [detector.logits(detector.features(windows(detector.card, waveform))) for waveform in waveforms]
    shift = torch.zeros(len(card.classes))
    for turn in range(_TURNS):
        lever = task.levers[turn % len(task.levers)]
        scores = np.array([detector.answer_scores(each + shift)[:, lever.answer].mean().item() for each in logits])
        shift[list(lever.outputs)] += lever.sign * _threshold(scores, clips, card.answers[lever.answer].question)
    return {**weights, "head.bias": weights["head.bias"] + shift}


def export(
    folder: Path,
    card: ModelCard,
    weights: Mapping[str, Tensor],
    splits: Mapping[str, tuple[Sequence[Clip], Sequence[Wave]]],
    known: Collection[str],
    progress: Progress = SILENT,
    *,
    task: Task = THREE_CLASS,
) -> PackInfo:
    """Balance on `dev`, measure every split once, write summary, results and limits, and the pack.

    Args:
        folder: Of the pack.
        card: As draft_card makes it.
        weights: The network's.
        splits: Clips and waveforms of `dev` and of what else is measured; texts quote the last.
        known: Generators that were trained on.
        progress: Told how far it is.
        task: What the network was trained to tell.

    Raises:
        ModelError: the pack cannot be written (MO-019).
    """
    balanced = balance(card, weights, *splits["dev"], task)
    detector = NetworkDetector(card, balanced)
    rows: list[Row] = []
    for number, (name, (clips, waveforms)) in enumerate(splits.items()):
        part = span(progress, number / len(splits), (number + 1) / len(splits))
        rows += _rows(detector, clips, waveforms, name, known, part)
    last = list(splits)[-1]
    families = family_rows(detector, *splits[last], last)
    results = (*as_results(rows), *families)
    seconds = float(np.median([len(waveform) for waveform in splits[last][1]])) / card.sample_rate
    described = replace(
        card, results=results, summary=summary(card, rows, last, seconds), limits=limits(card, rows, families, last)
    )
    return keep_pack(folder, described, balanced)


def _rows(
    detector: Detector,
    clips: Sequence[Clip],
    waveforms: Sequence[Wave],
    name: str,
    known: Collection[str],
    progress: Progress,
) -> Iterator[Row]:
    if detector.card.sample_rate == _CONTROLS_HZ:
        yield from evaluate(detector, clips, waveforms, name, known, progress)
        return
    scores = score_clips(detector, waveforms, None, progress)
    for column, question in enumerate(detector.card.questions):
        yield measure(scores[:, column], clips, question, name, "full band")


def summary(card: ModelCard, rows: Sequence[Row], name: str, seconds: float) -> str:
    """What it does and how it does, in plain English, from the figures of one split.

    Args:
        card: The draft.
        rows: Figures.
        name: The split.
        seconds: Median length of its clips, which are scored whole.
    """
    where = "On the recordings that chose its weights" if name == "dev" else "On recordings that it never saw"
    errors = []
    for question in card.questions:
        row = _row(rows, name, question)
        errors.append(
            f"about {_in_words(row.eer_pct)} clips of {seconds:.1f} s when asked for {_WORDS[question]} (equal "
            f"error rate {row.eer_pct} %, 95 % interval {row.low} to {row.high} %)"
        )
    return f"{card.summary} {where} it is wrong for {', and for '.join(errors)}.".strip()


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


def limits(
    card: ModelCard, rows: Sequence[Row], families: Sequence[Mapping[str, object]], name: str
) -> tuple[str, ...]:
    """Limits of use, one sentence each, with the figures of one split that they rest on."""
    found = {(row["question"], row["family"]): row["above_zero_pct"] for row in families}
    return (
        "The scores by themselves are not calibrated: they are no likelihood ratios and no probabilities.",
        "A score around 0 supports neither side; 0 is where misses and false alarms were equal on the clips of `dev`.",
        *(f"On `{name}`, {_shares(_row(rows, name, question))}" for question in card.questions),
        *_channel_limits(rows, name),
        *_family_limits(found, name),
        f"These figures rest on {_row(rows, name, card.questions[0]).sources} sources: elsewhere the errors can be "
        "twice as many.",
        "Do not use it alone, and do not draw a conclusion about a recording from it without other evidence.",
        "Expect more errors on generators, languages, microphones and transmission paths that differ from the "
        "training data, with reverberation, and on telephone speech.",
        *card.limits,
    )


def _shares(row: Row) -> str:
    return (
        f"{row.genuine_above_zero_pct} % of the genuine recordings scored above 0 for {_WORDS[row.question]}, and "
        f"{row.missed_below_zero_pct} % of the clips that it is to find scored 0 or below."
    )


def _channel_limits(rows: Sequence[Row], name: str) -> Iterator[str]:
    """What transmission does to the answer to `synthetic`, where that was measured."""
    of = {row.condition: row for row in rows if (row.set, row.question) == (name, "synthetic")}
    if MP3 in of and OPUS in of:
        yield (
            f"Coding moves the scores: after {OPUS}, {of[OPUS].genuine_above_zero_pct} % of the genuine recordings "
            f"scored above 0 for synthetic; after {MP3}, {of[MP3].missed_below_zero_pct} % of the synthetic ones "
            "scored 0 or below."
        )
    if PINK_NOISE in of:
        yield f"With {PINK_NOISE} the speech, the equal error rate for synthetic is {of[PINK_NOISE].eer_pct} %."


def _family_limits(found: Mapping[tuple[object, object], object], name: str) -> Iterator[str]:
    """What the shares above 0 say of families of generators, as far as the split has them."""
    if (share := found.get(("synthetic", "alm"))) is not None:
        yield f"Of speech by audio language models {share} % scored above 0 for synthetic."
    if (share := found.get(("synthetic", "codec"))) is not None:
        yield (
            f"Human speech that passed through a neural codec often scores as synthetic too ({share} % of "
            f"such clips of `{name}` above 0): look at both answers together."
        )
    other = {words: found[key] for words, family in _DECODERS.items() if (key := ("neural_codec", family)) in found}
    if other:
        shares = ", ".join(f"{share} % of {words}" for words, share in other.items())
        yield f"Other neural decoders are taken for codecs: above 0 for neural codec scored {shares} of `{name}`."


def _in_words(eer_pct: float) -> str:
    return f"one in {max(round(100 / max(eer_pct, 1.0)), 2)}"


def _row(rows: Sequence[Row], name: str, question: str, condition: str = "full band") -> Row:
    return next(r for r in rows if (r.set, r.condition, r.question) == (name, condition, question))


def _threshold(scores: NDArray[np.float64], clips: Sequence[Clip], question: Question) -> float:
    used = [i for i, clip in enumerate(clips) if clip.truth(question) is not None]
    return equal_error(scores[used], [clips[i].truth(question) or 0 for i in used])[1]
