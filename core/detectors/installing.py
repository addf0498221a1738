"""From the bytes of a pack to a detector that was seen to work, and to a folder that is whole or not there at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from core.detectors.pack import PackInfo
from core.detectors.pack_files import WEIGHTS, unwritable
from core.foundation.errors import FeatureError, ModelError

if TYPE_CHECKING:
    from core.detectors.base import Detector


def build(contents: Mapping[str, bytes], pack: PackInfo, device: str) -> Detector:
    """The detector that a pack's files hold.

    Raises:
        ModelError: the weights cannot be read (MO-008) or do not fit the card.
    """
    import safetensors
    import safetensors.torch

    from core.detectors.network_detector import NetworkDetector

    try:
        state_dict = safetensors.torch.load(contents[WEIGHTS])
    except (safetensors.SafetensorError, ValueError, KeyError) as error:
        raise ModelError(
            "MO-008",
            f"{WEIGHTS} of the model {pack.card.id} cannot be read ({error}).",
            means="It is cut off, or it is no safetensors file; the model was not loaded.",
            do="Get the pack again from where it came.",
        ) from error
    return NetworkDetector(pack.card, state_dict, sha256=pack.sha256, device=device)


def try_out(detector: Detector) -> None:
    """Score a window of silence: what cannot be run is found now and not on evidence.

    Raises:
        ModelError: it cannot be run (MO-009).
    """
    import torch

    try:
        detector.scores(torch.zeros(1, detector.card.window_frames))
    except (RuntimeError, TypeError, ValueError, FeatureError) as error:
        raise ModelError(
            "MO-009",
            f"The model {detector.card.id} cannot be run: {' '.join(str(error).split())[:300]}.",
            means="It was not imported.",
            do="Have its author correct the card: front end, normalisation and architecture do not fit together.",
        ) from error


@contextmanager
def staging(home: Path) -> Iterator[Path]:
    """A hidden folder beside the packs, gone in the end unless it was moved: an import is whole or not at all.

    Raises:
        ModelError: it cannot be made (MO-019).
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        staged = Path(tempfile.mkdtemp(prefix=".import-", dir=home))
    except OSError as error:
        raise unwritable(home, error) from error
    try:
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def move(staged: Path, folder: Path) -> None:
    """Give a staged folder its name.

    Raises:
        ModelError: it cannot be written (MO-019).
    """
    try:
        staged.chmod(0o755)
        staged.rename(folder)
    except OSError as error:
        raise unwritable(folder, error) from error
