"""`auditrace explain`: which parts of a stretch of a recording a model's score rests on."""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.cli.console import Console
from core.foundation.errors import UsageError
from core.foundation.files import save
from core.foundation.progress import Progress, span

if TYPE_CHECKING:
    from core.audio import Recording
    from core.detectors import Detector
    from core.explain import Attribution, Recipe


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    p = commands.add_parser("explain", help="show what a model's score rests on", parents=[common])
    p.add_argument("file", metavar="FILE")
    p.add_argument("--model", required=True, metavar="ID")
    p.add_argument("--method", choices=("ig", "blurig", "occlusion", "saliency"), default="ig")
    p.add_argument("--target", default="fake", help="real, fake, both, or a class of the model")
    p.add_argument("--question", choices=("synthetic", "neural_codec"), help="for models that answer several")
    p.add_argument("--baseline", choices=("silence", "zero", "mean"), default="silence", help="compared with what")
    p.add_argument(
        "--input", choices=("input", "spectrum", "packets", "samples"), default="input", help="explained of what"
    )
    p.add_argument("--steps", type=int, default=64, help="steps of integrated gradients")
    p.add_argument("--start", type=float, default=0.0, metavar="S", help="start of the stretch, seconds")
    p.add_argument("--end", type=float, metavar="S", help="its end; one window after the start if left out")
    p.add_argument("--check", action="store_true", help="say of each map whether it can be relied on; takes longer")
    p.add_argument("--device", default="auto", help="auto, cpu or cuda")
    p.add_argument("--out", required=True, metavar="DIR")
    p.set_defaults(run=run)


def run(options: argparse.Namespace, console: Console) -> int:
    """Explain each window of the stretch; writes attribution.json, .npz, .csv and .png."""
    from core.analysis.device import resolve
    from core.audio import open_recording
    from core.detectors import ModelStore
    from core.explain import Recipe

    detector = ModelStore().load(options.model, resolve(options.device))
    recording = open_recording(Path(options.file), span(console.progress, 0.0, 0.1))
    recipe = Recipe(
        question=options.question,
        method=options.method,
        target=options.target,
        baseline=options.baseline,
        steps=options.steps,
        place=options.input,
    )
    starts = window_starts(options, recording.duration_s, detector.card.window_s)
    attributions = []
    for i, start_s in enumerate(starts):
        part = span(console.progress, 0.1 + 0.8 * i / len(starts), 0.1 + 0.8 * (i + 1) / len(starts))
        attributions.append(_explained(detector, recording, recipe, start_s, options.check, part))
    out = Path(options.out)
    save(out / "attribution.json", _summary(recording, attributions))
    save(out / "attribution.npz", _arrays(attributions))
    save(out / "attribution.csv", _table(attributions))
    save(out / "attribution.png", _figure(recording, attributions))
    for line in (line for each in attributions for line in _lines(each)):
        console.say(line)
    console.say(f"Written to {out}. The map shows what the model used, not what was forged.")
    return 0


def _explained(
    detector: Detector, recording: Recording, recipe: Recipe, start_s: float, check: bool, progress: Progress
) -> Attribution:
    from core.explain import checked, explain_window, window_at

    waveform = window_at(detector.card, recording, start_s)
    if not check:
        return explain_window(detector, waveform, recipe, start_s, progress)
    found = explain_window(detector, waveform, recipe, start_s, span(progress, 0.0, 0.4))
    return checked(detector, waveform, recipe, found, span(progress, 0.4, 1.0))


def _lines(found: Attribution) -> Iterator[str]:
    from core.explain.attribution import PATH_METHODS

    line = f"{found.start_s:.3f}-{found.end_s:.3f} s: score {found.score:+.3f}, baseline {found.baseline_score:+.3f}"
    rest = f", unexplained {found.unexplained}"
    yield line + (rest if found.method in PATH_METHODS else "")
    if found.checks is not None:
        yield f"  {found.verdict} {found.checks.faithfulness.words} {found.checks.sanity.words}"
    if found.is_incomplete:
        yield "  The map leaves more than a tenth unexplained: raise --steps, or read it with care."


def window_starts(options: argparse.Namespace, duration_s: float, window_s: float) -> list[float]:
    """Starts of the consecutive windows that cover the stretch.

    Raises:
        UsageError: the stretch is empty or outside the recording (US-009).
    """
    end_s = min(options.end if options.end is not None else options.start + window_s, duration_s)
    if not 0 <= options.start < end_s:
        raise UsageError(
            "US-009",
            f"The stretch from {options.start:g} s is empty or outside the recording, which lasts {duration_s:.3f} s.",
            do="Choose --start and --end within it.",
        )
    count = max(1, int(np.ceil((end_s - options.start) / window_s - 1e-6)))
    return [options.start + i * window_s for i in range(count)]


def _summary(recording: Any, attributions: list[Any]) -> bytes:
    from core.explain.attribution import PATH_METHODS

    apart = {"values", "time_s", "frequency_hz", "checks"}
    windows = [
        {f.name: getattr(a, f.name) for f in fields(a) if f.name not in apart}
        | {"completeness_error": a.completeness_error if a.method in PATH_METHODS else None}
        | {"checks": a.checks.record() if a.checks else None}
        for a in attributions
    ]
    document = {
        "schema": "auditrace.explanation/1",
        "path": str(recording.id.path),
        "sha256": recording.id.sha256,
        "note": "The map shows what the model used, not what was forged.",
        "windows": windows,
    }
    return (json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _arrays(attributions: list[Any]) -> bytes:
    buffer = io.BytesIO()
    named = {
        f"{name}_{i}": getattr(a, name)
        for i, a in enumerate(attributions)
        for name in ("values", "time_s", "frequency_hz")
    }
    np.savez_compressed(buffer, **named)
    return buffer.getvalue()


def _table(attributions: list[Any]) -> bytes:
    """Attribution per column of time and per row of frequency, summed over the other axis."""
    lines = ["axis,centre,unit,attribution"]
    for a in attributions:
        lines += [f"time,{t:.6f},s,{v:.6g}" for t, v in zip(a.time_s, a.values.sum(axis=0), strict=True)]
    a = attributions[0]
    profile = np.sum([x.values.sum(axis=1) for x in attributions], axis=0)
    lines += [f"frequency,{f:.2f},Hz,{v:.6g}" for f, v in zip(a.frequency_hz, profile, strict=True)]
    return ("\n".join(lines) + "\n").encode()


def _figure(recording: Any, attributions: list[Any]) -> bytes:
    from core.report.figures import attribution_figure

    return attribution_figure(recording, attributions)
