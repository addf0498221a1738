"""From a trained network to a model pack: scores balanced around 0, figures measured and written into the card."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

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
    CHANNELS,
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
"""Lowest rate at which the changes of core.training.evaluate leave something to compare."""
_SHOWN_WORST = 4
_CHANCE_PCT = 45.0
_OFTEN_PCT, _ENOUGH = 20.0, 10
"""A share of a family's clips that counts as often, and the fewest clips on which such words may rest."""


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
    if detector.card.sample_rate >= _CONTROLS_HZ:
        yield from evaluate(detector, clips, waveforms, name, known, progress)
        return
    scores = score_clips(detector, waveforms, progress)
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
            f"{_wrong(row.eer_pct)} clips of {seconds:.1f} s when asked for {_WORDS[question]} (equal "
            f"error rate {row.eer_pct} %, 95 % interval {row.low} to {row.high} %)"
        )
    return f"{card.summary} {where} it is {', and '.join(errors)}.".strip()


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


def limits(card: ModelCard, rows: Sequence[Row], families: Sequence[Mapping[str, Any]], name: str) -> tuple[str, ...]:
    """Limits of use, one sentence each, with the figures of one split that they rest on."""
    return (
        "The scores by themselves are not calibrated: they are no likelihood ratios and no probabilities.",
        "A score around 0 supports neither side; 0 is where misses and false alarms were equal on the clips of `dev`.",
        *(f"On `{name}`, {_shares(_row(rows, name, question))}" for question in card.questions),
        *(line for question in card.questions for line in _worst(rows, name, question)),
        *_family_limits(families, name),
        *(_spread(_row(rows, name, question)) for question in card.questions),
        "How it does on generators, languages, microphones, rooms and transmission paths other than those it was "
        "measured on is not known.",
        "Do not use it alone, and do not draw a conclusion about a recording from it without other evidence.",
        *card.limits,
    )


def _shares(row: Row) -> str:
    return (
        f"{row.genuine_above_zero_pct} % of the {row.n_genuine} genuine recordings scored above 0 for "
        f"{_WORDS[row.question]}, and {row.missed_below_zero_pct} % of the {row.n_for} clips that it is to find "
        "scored 0 or below."
    )


def _worst(rows: Sequence[Row], name: str, question: Question) -> Iterator[str]:
    """Under which of the changes that were measured it does worst."""
    of = {row.condition: row for row in rows if (row.set, row.question) == (name, question)}
    clean = of["full band"]
    changed = sorted((of[each] for each in CHANNELS if each in of), key=lambda row: -row.eer_pct)
    worse = [f"{row.condition} {row.eer_pct} %" for row in changed if row.eer_pct > clean.eer_pct][:_SHOWN_WORST]
    if worse:
        yield (
            f"The equal error rate for {_WORDS[question]} on the {clean.n} clips of `{name}` is {clean.eer_pct} % as "
            f"they are; of the changes that were measured, the worst: {', '.join(worse)}."
        )


def _spread(row: Row) -> str:
    return (
        f"The figures of `{row.set}` rest on {row.sources} sources: with these drawn again, the equal error rate for "
        f"{_WORDS[row.question]} lies between {row.low} and {row.high} % (95 % interval)."
    )


def _family_limits(families: Sequence[Mapping[str, Any]], name: str) -> Iterator[str]:
    """What the shares above 0 say of families of generators, as far as the split has them."""
    found = {(row["question"], row["family"]): (row["above_zero_pct"], row["n"]) for row in families}
    if alm := found.get(("synthetic", "alm")):
        yield f"Of {alm[1]} clips of `{name}` by audio language models {alm[0]} % scored above 0 for synthetic."
    if codec := found.get(("synthetic", "codec")):
        yield (
            f"Of {codec[1]} clips of `{name}` of human speech that passed through a neural codec {codec[0]} % scored "
            f"above 0 for synthetic{': look at both answers together' if _is_often(*codec) else ''}."
        )
    other = {words: found[key] for words, family in _DECODERS.items() if (key := ("neural_codec", family)) in found}
    if other:
        shares = ", ".join(f"{share} % of {n} of {words}" for words, (share, n) in other.items())
        taken = (
            "Other neural decoders are taken for codecs: " if any(_is_often(*each) for each in other.values()) else ""
        )
        yield f"{taken}{'a' if taken else 'A'}bove 0 for neural codec scored, of the clips of `{name}`, {shares}."


def _is_often(share_pct: float, n: int) -> bool:
    return share_pct >= _OFTEN_PCT and n >= _ENOUGH


def _wrong(eer_pct: float) -> str:
    """How often it is wrong, in words."""
    if eer_pct >= _CHANCE_PCT:
        return "no better than chance for"
    return f"wrong for about one in {max(round(100 / max(eer_pct, 1.0)), 2)}"


def _row(rows: Sequence[Row], name: str, question: str, condition: str = "full band") -> Row:
    return next(r for r in rows if (r.set, r.condition, r.question) == (name, condition, question))


def _threshold(scores: NDArray[np.float64], clips: Sequence[Clip], question: Question) -> float:
    used = [i for i, clip in enumerate(clips) if clip.truth(question) is not None]
    return equal_error(scores[used], [clips[i].truth(question) or 0 for i in used])[1]
