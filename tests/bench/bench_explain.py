"""Integrated gradients: one window of each network that ships, and the published DCNNs against the reference's way."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf
import torch
from rows import ROOT, Row, best_seconds

from core.audio import open_recording
from core.detectors import ModelStore
from core.explain import Attribution, Recipe, explain_window, window_at
from core.explain.explaining import scene
from core.foundation.paths import shared_dir

SAMPLE = ROOT / "resources" / "samples" / "Q1 answering machine.wav"
CLIP = "audiodeepfake-detection__tests__data__ljspeech_melgan__LJ008-0217_gen.wav"
CHECKPOINTS = {"sym5": "packetssym5", "coif4": "packetscoif4", "stft": "stft"}
START_S = 2.0
STEPS, BATCH = 200, 32
"""Of the reference (gan-police, FACTS section 1)."""
SHIPPED = Recipe(baseline="silence", rule="adaptive")
PUBLISHED = Recipe(baseline="zero", of="probability", target="real")
"""32 Gauss-Legendre points: these networks are smooth along the path."""


def shipped() -> list[Row]:
    """Seconds for one window of each network that ships, as the window asks for it."""
    store, recording = ModelStore(), open_recording(SAMPLE)
    rows = []
    for name in store.default_ids():
        detector = store.load(name)
        waveform = window_at(detector.card, recording, START_S)
        found: list[Attribution] = []
        seconds = best_seconds(lambda: found.append(explain_window(detector, waveform, SHIPPED)), 2.0)  # noqa: B023
        note = f"{found[-1].steps} points, {found[-1].residual:.3f} of the score unexplained"
        rows.append(Row(name=f"explaining one window of {name}", value=seconds, unit="s", bar=1.5, note=note))
    return rows


def reference(detector: Any, waveform: np.ndarray) -> tuple[float, float]:
    """Seconds and completeness error of 200 trapezoid steps in batches of 32, all threads on each operation."""
    domain, score, *_ = scene(detector, waveform, PUBLISHED)
    started = time.perf_counter()
    difference = domain.inputs - domain.baseline
    gradients = []
    for part in torch.linspace(0, 1, STEPS + 1).split(BATCH):
        points = (domain.baseline + part[:, None, None, None] * difference).requires_grad_()
        gradients.append(torch.autograd.grad(score(domain.logits(points)).sum(), points)[0])
    every = torch.cat(gradients)
    values = ((every[1:] + every[:-1]) / 2).mean(dim=0, keepdim=True) * difference
    seconds = time.perf_counter() - started
    with torch.no_grad():
        gain = float(score(domain.logits(domain.inputs))[0] - score(domain.logits(domain.baseline))[0])
    return seconds, abs(float(values.double().sum()) - gain)


def published() -> list[Row]:
    """Times faster than the reference, and the completeness errors of both, in one run on the same window."""
    samples, rate = sf.read(shared_dir() / "parity" / "clips" / CLIP, dtype="float32")
    store = ModelStore([Path(tempfile.mkdtemp(prefix="auditrace-bench-"))])
    rows = []
    for name, kind in CHECKPOINTS.items():
        store.import_(shared_dir() / "checkpoints" / f"gan-police+audiodeepfake-detection__DCNN_{kind}.pt")
        detector = store.load(f"published/ganpolice-dcnn-{name}")
        rows += _compared(name, detector, samples[:rate])
    return rows


def _compared(name: str, detector: Any, waveform: np.ndarray) -> list[Row]:
    explain_window(detector, waveform, Recipe(steps=1))  # whatever is loaded at first use
    found: list[Attribution] = []
    ours = _timed(lambda: found.append(explain_window(detector, waveform, PUBLISHED)))
    theirs, error = reference(detector, waveform)
    return [
        Row(
            name=f"integrated gradients, DCNN {name}: times faster",
            value=theirs / ours,
            unit="x",
            bar=5.0,
            sense="at least",
            note=f"{ours:.2f} s ({found[0].steps} points) against {theirs:.2f} s (200 trapezoid steps)",
            details={"ours_s": ours, "reference_s": theirs},
        ),
        Row(
            name=f"integrated gradients, DCNN {name}: unexplained",
            value=found[0].residual,
            unit="",
            bar=max(error, 1e-6),
            note=f"of the probability; the reference leaves {error:.2g}",
        ),
    ]


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure() -> list[Row]:
    """All figures of this file."""
    return [*shipped(), *published()]
