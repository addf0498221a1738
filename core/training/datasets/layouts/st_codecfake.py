"""ST-Codecfake: lines `file real|fake class` with classes 0 to 11, and folders of one class without a label file.

Source: Xie et al. (2025), arXiv 2501.06514; its repository xieyuankun/ST-Codecfake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from core.training.datasets.labels import count, one_of, read_lines
from core.training.datasets.layout import DATASETS, Entry, folder, folders, not_laid_out, sounds
from core.training.datasets.manifest import Clip, clip_of
from core.training.datasets.names import from_name

_CLASSES = (
    *("real", "mimi", "speechtokenizer", "funcodec", "encodec", "facodec", "snac", "wavtokenizer"),
    *(f"st-codecfake-{number}" for number in range(8, 12)),
)
"""By class number; the paper's classes 8 to 11 have no names in the label files."""
_FOLDERS = {"ID_diff_config", "ID_diff_source", "OOD_diff_config", "OOD_diff_source"}
_OF_FOLDER = (
    ("C3", "funcodec"),
    ("C4", "encodec"),
    ("mimi", "mimi"),
    ("snac", "snac"),
    ("wavtokenizer", "wavtokenizer"),
)
"""Part of a folder's name -> codec."""


@DATASETS.register("st-codecfake")
def read(root: Path) -> Iterator[Entry]:
    """ST-Codecfake: label/train.txt, ... with lines `file real|fake 0..11`; ID_diff_config, ALM, ..."""
    files = sorted([*folder(root / "label").glob("*.txt"), *root.glob("eval*.txt")])
    if not files:
        raise not_laid_out(f"{root / 'label'} holds no label files")
    for labels in files:
        sound = _sound(root, labels.stem)
        split = labels.stem if labels.stem in ("train", "dev") else "test"
        yield from read_lines(labels, lambda fields, sound=sound, split=split: _clip(fields, sound, split))
    for group in (item for item in folders(root) if item.name in _FOLDERS):
        for item in folders(group):
            yield from _unlabelled(item, "codec", _codec(item.name))
    if (root / "ALM").is_dir():
        for item in folders(root / "ALM"):
            yield from _unlabelled(item, "alm", item.name.lower())


def _sound(root: Path, name: str) -> Path:
    """The folder that a label file speaks of: `eval_ood8-11.txt` speaks of `eval_ood`."""
    return folder(root / name, root / re.sub(r"[\d-]+$", "", name))


def _clip(fields: list[str], sound: Path, split: str) -> Clip:
    count(fields, 3)
    label = one_of("label", fields[1], ("real", "fake"))
    number = int(one_of("class", fields[2], [str(number) for number in range(len(_CLASSES))]))
    if (label == "real") != (number == 0):
        raise ValueError(f"it is {label} and of class {number}; class 0 alone is real")
    path = sound / fields[0]
    known = {"source": "st-codecfake", "split": split, **from_name(path.stem)}
    return clip_of("codec", path, generator=_CLASSES[number], **known) if number else clip_of("real", path, **known)


def _codec(name: str) -> str:
    found = next((codec for part, codec in _OF_FOLDER if part in name), None)
    if found is None:
        raise not_laid_out(f"no class is known for the folder {name}")
    return found


def _unlabelled(path: Path, family: str, generator: str) -> Iterator[Entry]:
    for file in sounds(path):
        known = {"source": "st-codecfake", "split": "test", **from_name(file.stem)}
        yield clip_of(family, file, generator=generator, **known), (path.name, 0)
