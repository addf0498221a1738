"""ASVspoof 5, track 1: protocols of 6 fields (first release) or 10 (final release).

6: speaker, file, gender, -, attack, bonafide|spoof. 10: speaker, file, gender, codec, its quality, its seed, attack
tag, attack, bonafide|spoof, -. The sound of train, dev and eval lies in flac_T, flac_D and flac_E.

Source: Wang et al. (2026), Computer Speech & Language 95, 101825 (arXiv 2502.08857); the release's README.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from core.training.datasets.labels import count, one_of, read_lines
from core.training.datasets.layout import DATASETS, Entry, folder, not_laid_out
from core.training.datasets.manifest import Clip, clip_of

_PARTS = {"train": ("train", "flac_T"), "dev": ("dev", "flac_D"), "eval": ("test", "flac_E")}
_ATTACK = re.compile(r"A(?:0[1-9]|[12]\d|3[0-2])")
_UNIT_SELECTION = ("A12", "A19", "A20")


@DATASETS.register("asvspoof5")
def read(root: Path) -> Iterator[Entry]:
    """ASVspoof 5 track 1: ASVspoof5.train.tsv, dev.track_1.tsv, eval.track_1.tsv (or *.metadata.txt), flac_T, ..."""
    base = root / "ASVspoof5_protocols"
    base = base if base.is_dir() else root
    files = [(part, file) for part in _PARTS for file in _protocols(base, part)]
    if not files:
        raise not_laid_out(f"{base} holds no file ASVspoof5.train.tsv or ASVspoof5.train.metadata.txt")
    for part, file in files:
        split, name = _PARTS[part]
        sound = folder(root / name, root / f"{name}_eval")
        yield from read_lines(file, lambda fields, sound=sound, split=split: _clip(fields, sound, split))


def _protocols(base: Path, part: str) -> list[Path]:
    names = (f"ASVspoof5.{part}.tsv", f"ASVspoof5.{part}.track_1.tsv", f"ASVspoof5.{part}.metadata.txt")
    return [base / name for name in names if (base / name).is_file()]


def _clip(fields: list[str], sound: Path, split: str) -> Clip:
    count(fields, 6, 10)
    attack, label = fields[4:6] if len(fields) == 6 else fields[7:9]
    coding = fields[3] if len(fields) == 10 else ""
    one_of("label", label, ("bonafide", "spoof"))
    if (label == "spoof") != (_ATTACK.fullmatch(attack) is not None):
        raise ValueError(f"it is {label} and its attack is {attack!r}")
    known = {"speaker": fields[0], "corpus": "mls", "language": "en", "source": "asvspoof5", "split": split}
    known |= {"lossy_origin": "none" if coding == "-" else coding}
    path = sound / f"{fields[1]}.flac"
    if label == "bonafide":
        return clip_of("real", path, **known)
    family = "classical-tts" if attack in _UNIT_SELECTION else ""
    return clip_of(family, path, generator=f"asvspoof5-{attack}", **known)
