"""A folder for each class: `real` and `fake`, with or without `train`, `dev` and `test` above them.

Folders within `fake` name the generators; folders within `real` name the speakers.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from core.training.datasets.layout import DATASETS, Entry, folders, not_laid_out, sounds
from core.training.datasets.manifest import clip_of
from core.training.datasets.names import from_name

_SPLITS = {"train": "train", "training": "train", "dev": "dev", "val": "dev", "validation": "dev"}
_SPLITS |= {"test": "test", "testing": "test", "eval": "test"}
_CLASSES: dict[str, str] = dict.fromkeys(("real", "bonafide", "bona-fide", "genuine", "human", "original"), "real")
_CLASSES |= dict.fromkeys(("fake", "spoof", "synthetic", "generated", "deepfake"), "")


@DATASETS.register("folders")
def read(root: Path) -> Iterator[Entry]:
    """A folder for each class: [train|dev|test/]real/[SPEAKER/], [train|dev|test/]fake/[GENERATOR/]."""
    for item in folders(root):
        if item.name.lower() in _SPLITS:
            for inner in folders(item):
                yield from _class(inner, root.name, _SPLITS[item.name.lower()])
        else:
            yield from _class(item, root.name, "")


def _class(path: Path, source: str, split: str) -> Iterator[Entry]:
    name = path.name.lower()
    if name not in _CLASSES:
        raise not_laid_out(f"the folder {path} is no class ({', '.join(_CLASSES)}) and no split ({', '.join(_SPLITS)})")
    family = _CLASSES[name]
    column = "speaker" if family == "real" else "generator"
    for file in sounds(path):
        inner = file.relative_to(path).parts[:-1]
        known = {"source": source, "split": split, "generator": "" if family == "real" else name}
        known |= from_name(file.stem) | ({column: inner[0]} if inner else {})
        yield clip_of(family, file, **known), (path.name, 0)
