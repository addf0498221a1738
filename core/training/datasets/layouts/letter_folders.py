"""WaveFake in the letter folders of gan-police: `A_ljspeech`, `B_melgan`, ..., one folder a generator.

The letter's place in the alphabet is the label, A is real; which letter a generator has differs between copies, so
that its name counts.

Source: Gasenzer and Wolter (2023), arXiv 2305.13033; its repository gan-police/audiodeepfake-detection.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from core.training.datasets.layout import DATASETS, Entry, folders, not_laid_out, sounds
from core.training.datasets.manifest import clip_of
from core.training.datasets.names import from_name

_FOLDER = re.compile(r"([A-Z])_(.+)")
_CORPORA = ("ljspeech", "jsut")
_GENERATORS = {
    **dict.fromkeys(("melgan", "hifigan", "mbmelgan", "fbmelgan", "waveglow", "pwg", "lmelgan"), "ljspeech"),
    **dict.fromkeys(("avocodo", "bigvgan", "lbigvgan"), "ljspeech"),
    "conformer": "common-voice",
    "jsutmbmelgan": "jsut",
    "jsutpwg": "jsut",
}
"""Generator -> whose sentences it speaks."""


@DATASETS.register("letter-folders")
def read(root: Path) -> Iterator[Entry]:
    """WaveFake as gan-police lays it out: A_ljspeech, B_melgan, ...; A is real."""
    found = [item for item in folders(root) if _FOLDER.fullmatch(item.name)]
    if not found:
        raise not_laid_out(f"{root} holds no folder like A_ljspeech")
    for item in found:
        yield from _folder(item)


def _folder(path: Path) -> Iterator[Entry]:
    letter, name = _parts(path)
    family = "real" if letter == "A" else "tts" if name == "conformer" else "vocoder"
    fields = {"generator": "" if letter == "A" else name, "source": "wavefake"}
    corpus = name if letter == "A" else _GENERATORS.get(name, "")
    for file in sounds(path):
        known = {"corpus": corpus, **from_name(file.stem)}
        yield clip_of(family, file, **fields, **known), (path.name, 0)


def _parts(path: Path) -> tuple[str, str]:
    found = _FOLDER.fullmatch(path.name)
    letter, name = (found[1], found[2].lower()) if found else ("", path.name)
    if (letter == "A" and name in _GENERATORS) or (letter != "A" and name in _CORPORA):
        raise not_laid_out(
            f"the letter of {path.name} says {'real' if letter == 'A' else 'generated'}, its name does not"
        )
    return letter, name
