"""WaveFake as it was released: LJSpeech and JSUT beside one folder a generator (`ljspeech_melgan`, ...).

Source: Frank and Schönherr (2021), arXiv 2111.02813; the data set's Zenodo record.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from core.training.datasets.layout import DATASETS, Entry, folders, not_laid_out, sounds
from core.training.datasets.manifest import clip_of
from core.training.datasets.names import from_name

_REFERENCES = ("ljspeech-", "jsut_ver", "jsut-")


@DATASETS.register("wavefake")
def read(root: Path) -> Iterator[Entry]:
    """WaveFake as released: LJSpeech-1.1, jsut_ver1.1, ljspeech_melgan, jsut_parallel_wavegan, ..."""
    found = [(item, *parts) for item in folders(root) if (parts := _parts(item.name))]
    if not found:
        raise not_laid_out(f"{root} holds no folder like LJSpeech-1.1 or ljspeech_melgan")
    for path, family, corpus, generator in found:
        for file in sounds(path):
            known = {"corpus": corpus, **from_name(file.stem)}
            yield clip_of(family, file, generator=generator, source="wavefake", **known), (path.name, 0)


def _parts(folder: str) -> tuple[str, str, str] | None:
    """Family, corpus and generator; None where the folder is no part of WaveFake."""
    name = folder.lower()
    corpus = next((corpus for corpus in ("ljspeech", "jsut") if name.startswith(corpus)), "")
    if name == corpus or name.startswith(_REFERENCES):
        return "real", corpus, ""
    if name.startswith("common_voices"):
        return "tts", "common-voice", name
    return ("vocoder", corpus, name.removeprefix(f"{corpus}_")) if corpus else None
