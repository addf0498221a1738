"""The folder tree of *Unmasking Neural Codecs*: labels come from folder names alone.

Speech of people passed through a neural codec counts as neurally coded and not for the question of synthetic speech.

Source: Moussa, Bergmann, Riess (2024), Interspeech, 2260-2264; its repository.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from core.training.datasets.layout import DATASETS, Entry, folder, folders, not_laid_out, sounds
from core.training.datasets.manifest import clip_of
from core.training.datasets.names import from_name

_CODECS = {"lyra": ("lyra-v2", 1000.0), "encodec": ("encodec", 1.0), "irvqgan": ("dac", 1.0)}
"""Folder -> codec, and what its bitrate folders are to be divided by to give kbit/s."""
_CORPORA = ("librispeech", "tsp")


@DATASETS.register("unmasking")
def read(root: Path) -> Iterator[Entry]:
    """Unmasking Neural Codecs: data/ai_compressed_data/CORPUS/CODEC/bw_RATE, data/uncompressed_data."""
    data = folder(root / "data" / "ai_compressed_data", root / "ai_compressed_data").parent
    for path in folders(data / "uncompressed_data"):
        yield from _clips(path, _corpus(path.name), "real", {})
    for corpus in folders(data / "ai_compressed_data"):
        for codec in folders(corpus):
            for rate in folders(codec):
                yield from _clips(rate, _corpus(corpus.name), "codec", _coding(codec, rate))


def _corpus(name: str) -> dict[str, str]:
    corpus = next((corpus for corpus in _CORPORA if name.startswith(corpus)), None)
    if corpus is None:
        raise not_laid_out(f"the folder {name} does not begin with {' or '.join(_CORPORA)}")
    return {"corpus": corpus, "source": f"unmasking-{corpus}", "split": "test" if "_test" in name else "train"}


def _coding(codec: Path, rate: Path) -> dict[str, str]:
    if codec.name not in _CODECS:
        raise not_laid_out(f"{codec} is no codec of {', '.join(_CODECS)}")
    name, unit = _CODECS[codec.name]
    try:
        kbps = float(rate.name.removeprefix("bw_")) / unit
    except ValueError as error:
        raise not_laid_out(f"{rate} is not called bw_ and a bitrate") from error
    return {"generator": name, "bitrate_kbps": f"{kbps:g}"}


def _clips(path: Path, corpus: dict[str, str], family: str, coding: dict[str, str]) -> Iterator[Entry]:
    for file in sounds(path):
        yield clip_of(family, file, **{**from_name(file.stem), **corpus, **coding}), (path.name, 0)
