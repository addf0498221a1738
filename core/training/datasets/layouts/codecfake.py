"""Codecfake: `label/*.txt` with lines `file real|fake extra`, sound in `train`, `dev` and `test/C1` to `test/A3`.

The label file's name says the folder. Codec copies of people's speech count as neurally coded, and not for the
question of synthetic speech; the audio language models' output (A1 to A3) counts for both.

Source: Xie et al. (2024), arXiv 2405.04880; its repository xieyuankun/Codecfake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from core.training.datasets.labels import count, one_of, read_lines
from core.training.datasets.layout import DATASETS, Entry, folder, not_laid_out
from core.training.datasets.manifest import Clip, clip_of
from core.training.datasets.names import from_name

_CODECS = ("soundstream", "speechtokenizer", "funcodec", "encodec", "audiodec", "academicodec", "dac")
"""C1 to C7; fake files of training and development begin with the same number: F01_ to F06_."""
_LANGUAGE_MODEL = re.compile(r"[AL]([123])")
_PREFIX = re.compile(r"F0([1-7])_")


@DATASETS.register("codecfake")
def read(root: Path) -> Iterator[Entry]:
    """Codecfake: label/train.txt, dev.txt, C1.txt, ... with lines `file real|fake extra`."""
    files = sorted(folder(root / "label").glob("*.txt"))
    if not files:
        raise not_laid_out(f"{root / 'label'} holds no label files")
    for labels in files:
        name = labels.stem
        sound = folder(root / name, root / "test" / name, root / "eval" / name)
        yield from read_lines(labels, lambda fields, name=name, sound=sound: _clip(fields, name, sound))


def _clip(fields: list[str], part: str, sound: Path) -> Clip:
    count(fields, 2, 3)
    label = one_of("label", fields[1], ("real", "fake"))
    path = sound / fields[0]
    known = {"source": "codecfake", **from_name(path.stem), "split": part if part in ("train", "dev") else "test"}
    if label == "real":
        return clip_of("real", path, **known)
    if model := _LANGUAGE_MODEL.fullmatch(part):
        return clip_of("alm", path, generator=f"codecfake-a{model[1]}", **known)
    return clip_of("codec", path, generator=_codec(path.name, part), **known)


def _codec(file: str, part: str) -> str:
    found = _PREFIX.match(file) or re.match(r"C([1-7])", part)
    if found is None:
        raise ValueError(f"the fake file {file!r} does not begin with F01_ to F07_, so that its codec is not known")
    return _CODECS[int(found[1]) - 1]
