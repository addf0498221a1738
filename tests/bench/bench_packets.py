"""Wavelet packets against ptwt.WaveletPacket, both in one run on the same waveforms, each at its best."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import ptwt
import torch
from rows import Row, best_seconds

from core.features import display_packets, display_spectrogram
from core.features.packets import packet_coefficients
from core.features.tree import wavelet_named

RATE, CLIPS = 22050, 16
TOLERANCE = 1e-5


def tree_of(waveforms: torch.Tensor, name: str, level: int) -> torch.Tensor:
    """All leaves (clips, bands, columns) as ptwt's tree gives them."""
    tree = ptwt.WaveletPacket(waveforms, name, mode="reflect", maxlevel=level)
    return torch.stack([tree[node] for node in tree.get_level(level)], dim=1)


def at_its_best(work: Callable[[], torch.Tensor], seconds: float, least: int) -> tuple[float, torch.Tensor]:
    """Shortest of several runs on one thread and on all, and the result; on one only where one run has to do."""
    every, found = torch.get_num_threads(), list[torch.Tensor]()
    times = []
    for threads in (1, every) if least > 1 else (1,):
        torch.set_num_threads(threads)
        times.append(best_seconds(lambda: found.append(work()), seconds, least))
        del found[1:]
    torch.set_num_threads(every)
    return min(times), found[0]


def compare(name: str, level: int, bar: float | None, least: int) -> list[Row]:
    """Ratio of times and largest difference for one tree."""
    waveforms = torch.randn(CLIPS, RATE, generator=torch.Generator().manual_seed(1))
    wavelet = wavelet_named(name)
    with torch.inference_mode():
        ours, coefficients = at_its_best(lambda: packet_coefficients(waveforms, wavelet, level), 2.0, 20)
        theirs, leaves = at_its_best(lambda: tree_of(waveforms, name, level), 1.0, least)
        difference = float((coefficients - leaves).abs().max())
    title = f"packets {name} level {level}, {CLIPS} x 1 s"
    return [
        Row(
            name=f"{title}: times faster",
            value=theirs / ours,
            unit="x",
            bar=bar,
            sense="at least",
            note=f"{ours * 1e3:.1f} ms against {theirs * 1e3:.1f} ms of ptwt.WaveletPacket",
            details={"ours_s": ours, "ptwt_s": theirs},
        ),
        Row(name=f"{title}: largest difference", value=difference, unit="", bar=TOLERANCE),
    ]


def display() -> list[Row]:
    """Maps of a 10 s stretch for the screen."""
    rate = 48000
    stretch = np.random.default_rng(1).standard_normal(10 * rate).astype(np.float32) * 0.1
    packets = best_seconds(lambda: display_packets(stretch, rate))
    spectrogram = best_seconds(lambda: display_spectrogram(stretch, rate, window_s=0.043, hop_s=0.0107))
    return [
        Row(name="packet map of 10 s at 48 kHz for the screen", value=packets, unit="s", bar=0.5),
        Row(name="spectrogram of 10 s at 48 kHz for the screen", value=spectrogram, unit="s", bar=0.5),
    ]


def measure() -> list[Row]:
    """All figures of this file."""
    return [*compare("sym5", 8, 10.0, 5), *compare("coif4", 8, None, 5), *compare("haar", 14, 50.0, 1), *display()]
