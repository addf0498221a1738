"""ASVspoof 2019, logical access: protocols `speaker file - attack bonafide|spoof`.

Source: Wang et al. (2020), Computer Speech & Language 64, 101114, table 1 for the attacks' waveform generation.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from core.training.datasets.labels import count, one_of, read_lines
from core.training.datasets.layout import DATASETS, Entry, folder, not_laid_out
from core.training.datasets.manifest import Clip, clip_of

PARTS = {"train": "train", "dev": "dev", "eval": "test"}
_FAMILIES = {
    **dict.fromkeys(("A01", "A07", "A08", "A10", "A12"), "tts"),
    "A15": "vc",
    **dict.fromkeys(("A04", "A13", "A16"), "classical-tts"),
    **dict.fromkeys(("A02", "A03", "A05", "A06", "A09", "A11", "A14", "A17", "A18", "A19"), "classical-vocoder"),
}
"""Neural waveform generation is tts or vc; concatenation is classical-tts; WORLD, STRAIGHT, Vocaine, Griffin-Lim,
spectral and waveform filtering are classical-vocoder and count for neither question."""


@DATASETS.register("asvspoof2019-la")
def read(root: Path) -> Iterator[Entry]:
    """ASVspoof 2019 LA: ASVspoof2019_LA_cm_protocols and ASVspoof2019_LA_{train,dev,eval}/flac."""
    base = folder(root / "LA" / "ASVspoof2019_LA_cm_protocols", root / "ASVspoof2019_LA_cm_protocols")
    files = [(part, file) for part in PARTS for file in sorted(base.glob(f"ASVspoof2019.LA.cm.{part}.tr[nl].txt"))]
    if not files:
        raise not_laid_out(f"{base} holds no file ASVspoof2019.LA.cm.*.txt")
    for part, file in files:
        sound = folder(base.parent / f"ASVspoof2019_LA_{part}" / "flac")
        yield from read_lines(file, lambda fields, part=part, sound=sound: _clip(fields, sound, PARTS[part]))


def _clip(fields: list[str], sound: Path, split: str) -> Clip:
    count(fields, 5)
    speaker, name, _, attack, label = fields
    one_of("label", label, ("bonafide", "spoof"))
    known = {"speaker": speaker, "split": split, "corpus": "vctk", "source": "asvspoof2019-la"}
    return attacked(sound / f"{name}.flac", label, attack, _FAMILIES, known)


def attacked(path: Path, label: str, attack: str, families: dict[str, str], known: dict[str, str]) -> Clip:
    """A clip of an ASVspoof protocol.

    Raises:
        ValueError: label and attack contradict each other, or the attack is not known.
    """
    if (label == "bonafide") != (attack in ("-", "bonafide")):
        raise ValueError(f"it is {label} and its attack is {attack!r}")
    if label == "bonafide":
        return clip_of("real", path, **known)
    one_of("attack", attack, families)
    return clip_of(families[attack], path, generator=f"{known['source']}-{attack}", **known)
