"""In-the-Wild: `meta.csv` with the columns file, speaker, label (bona-fide or spoof), the files beside it.

Source: Müller et al. (2022), Does Audio Deepfake Detection Generalize?, Interspeech, 2783-2787.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from core.training.datasets.labels import one_of, read_table
from core.training.datasets.layout import DATASETS, Entry, folder
from core.training.datasets.manifest import Clip, clip_of


@DATASETS.register("in-the-wild")
def read(root: Path) -> Iterator[Entry]:
    """In-the-Wild: meta.csv (file, speaker, bona-fide|spoof) beside the files."""
    sound = folder(root / "wav", root)
    return read_table(root / "meta.csv", ("file", "speaker", "label"), lambda row: _clip(row, sound))


def _clip(row: dict[str, str], sound: Path) -> Clip:
    label = one_of("label", row["label"], ("bona-fide", "spoof"))
    if not row["file"]:
        raise ValueError("file is empty")
    family, generator = ("real", "") if label == "bona-fide" else ("", "in-the-wild")
    known = {"speaker": row["speaker"] or "", "corpus": "in-the-wild", "source": "in-the-wild", "language": "en"}
    return clip_of(family, sound / row["file"], generator=generator, **known)
