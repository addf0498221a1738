"""Are we what was published? Inputs and logits of the imported detectors against reference numbers, row by row."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core import audio
from core.detectors.card import ModelCard
from core.detectors.preparing import file_waveform, fit_window, window_batch
from core.detectors.published import KNOWN
from core.detectors.store import ModelStore
from core.foundation.errors import ModelError
from core.foundation.paths import shared_dir
from core.foundation.progress import SILENT, Progress, span, steps

if TYPE_CHECKING:
    import torch

    from core.detectors.base import Detector

BAR = 1e-3
"""Largest |Δ| of a logit that passes."""
_IDS = {checkpoint.sha256: checkpoint.card.id for checkpoint in KNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class ParityRow:
    """One window of one clip, through one detector."""

    model: str
    clip: str
    offset_frames: int
    """Start of the window at the clip's own rate."""
    input_difference: float
    """Largest |Δ| of mean, standard deviation and first eight values of the network's input; inf: another shape."""
    logit_difference: float
    """Largest |Δ| of the network's outputs."""

    @property
    def passed(self) -> bool:
        """Both differences lie within the bar."""
        return self.input_difference <= BAR and self.logit_difference <= BAR


def parity_table(reference_folder: Path, store: ModelStore, progress: Progress = SILENT) -> list[ParityRow]:
    """Compare every reference row whose clip is there.

    Args:
        reference_folder: Holds reference.json and clips/.
        store: Where the imported models are. What is missing there is taken from the folder `checkpoints` beside
            `reference_folder`, for this comparison only.
        progress: Told how far it is; may cancel between rows.

    Raises:
        ModelError: there are no reference numbers (MO-018), or a model is neither imported nor among the checkpoints.
    """
    entries = [
        entry for entry in _entries(reference_folder) if (reference_folder / "clips" / entry["clip_file"]).exists()
    ]
    needed = {_IDS[entry["checkpoint_sha256"]] for entry in entries}
    with tempfile.TemporaryDirectory() as folder:
        if not needed <= {card.id for card in store.list()}:
            store = ModelStore([Path(folder)])
            store.import_(reference_folder.parent / "checkpoints", span(progress, 0.0, 0.05))
        detectors = {model: store.load(model) for model in sorted(needed)}
        return list(compare(entries, detectors, reference_folder / "clips", span(progress, 0.05, 1.0)))


def compare(
    entries: Sequence[dict[str, Any]], detectors: dict[str, Detector], clips: Path, progress: Progress = SILENT
) -> Iterator[ParityRow]:
    """Yield a row for each entry of reference.json."""
    import torch

    for entry in steps(entries, progress, "comparing"):
        detector = detectors[_IDS[entry["checkpoint_sha256"]]]
        window = reference_window(detector.card, *_clip(clips / entry["clip_file"]), entry["offset_samples"])
        with torch.inference_mode():
            features = detector.features(window)
            logits = detector.logits(features)[0].numpy()
        yield ParityRow(
            model=detector.card.id,
            clip=entry["clip_file"],
            offset_frames=entry["offset_samples"],
            input_difference=_checksum_difference(_as_seen(detector.card, features), entry["features_checksum"]),
            logit_difference=float(np.abs(logits - np.array(entry["logits"])).max()),
        )


def reference_window(card: ModelCard, waveform: NDArray[np.float32], rate: int, offset_frames: int) -> torch.Tensor:
    """The window (1, frames) at card.sample_rate that starts at a frame of the file, as the original takes it."""
    import torch

    length = round(card.window_s * rate)
    if card.resampling == "window":
        frames = torch.from_numpy(waveform[None, offset_frames : offset_frames + length])
        return window_batch(card, frames, rate)
    start = round(offset_frames * card.sample_rate / rate)
    return fit_window(card, torch.from_numpy(file_waveform(card, waveform, rate)[None, start:]))


def format_table(rows: Sequence[ParityRow]) -> str:
    """The comparison as text: a line for each model, then the rows that fail."""
    lines = [f"{'model':<38} {'rows':>5} {'input |Δ| max':>14} {'logit |Δ| max':>14}  within {BAR:g}"]
    for model in sorted({row.model for row in rows}):
        own = [row for row in rows if row.model == model]
        lines.append(
            f"{model:<38} {len(own):>5} {max(row.input_difference for row in own):>14.2e} "
            f"{max(row.logit_difference for row in own):>14.2e}  {_verdict(own)}"
        )
    lines.append(f"{'all':<38} {len(rows):>5} {'':>14} {'':>14}  {_verdict(rows)}")
    for row in rows:
        if not row.passed:
            where = f"{row.clip} from frame {row.offset_frames}"
            lines.append(
                f"FAILED {row.model} {where}: input {row.input_difference:.2e}, logits {row.logit_difference:.2e}"
            )
    return "\n".join(lines)


def _verdict(rows: Sequence[ParityRow]) -> str:
    return f"{sum(row.passed for row in rows)} of {len(rows)}"


def _entries(folder: Path) -> Iterable[dict[str, Any]]:
    try:
        return json.loads((folder / "reference.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(
            "MO-018",
            f"There are no reference numbers to compare with in {folder}.",
            do="Name the folder that holds reference.json and clips/ with --reference, or set AUDITRACE_SHARED.",
        ) from error


@lru_cache(maxsize=4)
def _clip(path: Path) -> tuple[NDArray[np.float32], int]:
    recording = audio.open_recording(path)
    with closing(recording.pcm):
        return audio.mono(recording, 0, recording.frames), recording.sample_rate


def _as_seen(card: ModelCard, features: torch.Tensor) -> NDArray[np.float64]:
    """The input in the order in which the network sees it."""
    seen = features.transpose(2, 3) if card.architecture_args.get("time_first") else features
    return seen[0].double().numpy()


def _checksum_difference(found: NDArray[np.float64], reference: dict[str, Any]) -> float:
    if found.size != np.prod(reference["shape"]) or found.shape[-1] != reference["shape"][-1]:
        return float("inf")
    ours = np.array([found.mean(), found.std(), *found.ravel()[:8]])
    return float(np.abs(ours - [reference["mean"], reference["std"], *reference["first8"]]).max())


if __name__ == "__main__":
    table = parity_table(shared_dir() / "parity", ModelStore())
    print(format_table(table))
    sys.exit(0 if all(row.passed for row in table) else 1)
