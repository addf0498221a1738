"""IEEE Signal Processing Cup 2022: CSV files with the columns track and algorithm, all of it generated.

Algorithms 0 to 4 are known generators, 5 stands for all others: what it holds may be several of them.

Source: the Cup's data description; arXiv 2309.08146 (Syn-Att).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from core.training.datasets.labels import one_of, read_table
from core.training.datasets.layout import DATASETS, Entry, not_laid_out
from core.training.datasets.manifest import Clip, clip_of

_PARTS = {
    "spcup_2022_training_part1/labels.csv": "train",
    "spcup_2022_unseen/labels.csv": "train",
    "spcup_2022_eval_part1/labels_eval_part1.csv": "test",
    "spcup_2022_eval_part2/labels_eval_part2.csv": "test",
}
"""Label file, its sound beside it -> split. Part 2 of the evaluation data is perturbed."""


@DATASETS.register("spcup2022")
def read(root: Path) -> Iterator[Entry]:
    """SP Cup 2022: spcup_2022_training_part1/labels.csv, ..._unseen, ..._eval_part1, ..._eval_part2."""
    files = [(root / name, split) for name, split in _PARTS.items() if (root / name).is_file()]
    if not files:
        raise not_laid_out(f"{root} holds none of {', '.join(_PARTS)}")
    for file, split in files:
        yield from read_table(file, ("track", "algorithm"), lambda row, file=file, split=split: _clip(row, file, split))


def _clip(row: dict[str, str], file: Path, split: str) -> Clip:
    algorithm = one_of("algorithm", row["algorithm"], "012345")
    if not row["track"]:
        raise ValueError("track is empty")
    generator = "spcup2022-unknown" if algorithm == "5" else f"spcup2022-{algorithm}"
    known = {"source": file.parent.name, "corpus": "spcup2022", "split": split}
    return clip_of("tts", file.parent / row["track"], generator=generator, **known)
