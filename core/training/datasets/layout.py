"""How data sets lie on disk: one adapter for each layout turns a folder into clips, and what is wrong with it is said.

Label words of every layout (bonafide, genuine, A_, class 0) become `real` and `fake` here and nowhere else: a higher
score always means more synthetic.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.foundation.errors import DataError, UsageError
from core.foundation.registry import Registry
from core.training.datasets.labels import Place
from core.training.datasets.manifest import Clip

Entry = tuple[Clip, Place]
Layout = Callable[[Path], Iterable[Entry]]
DATASETS: Registry[Layout] = Registry("layout of a data set", "core.training.datasets.layouts")
SUFFIXES = frozenset({".wav", ".flac", ".mp3", ".ogg", ".opus", ".aiff", ".aif", ".au"})
"""Of sound files that training can read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a data set holds."""

    clips: tuple[Clip, ...]
    problems: tuple[DataError, ...]
    """What a user must hear about although the clips can be used."""


def read_layout(name: str, root: Path) -> Found:
    """The clips of a data set.

    Raises:
        UsageError: there is no such layout (US-010).
        DataError: the folder is not laid out so (DA-006), a label file is wrong (DA-001 to DA-003), a class has no
            clips (DA-008), two lines contradict each other (DA-011), or no clip is left (DA-010).
    """
    if name not in DATASETS:
        raise UsageError("US-010", f"There is no layout {name!r}.", do=f"Choose one of: {', '.join(DATASETS.names())}.")
    present, missing = _present(DATASETS[name](root))
    problems = [_missing(name, gone) for name, gone in missing.items()]
    if not present:
        raise problems[0] if problems else no_clip(root)
    clips = tuple(clip for clip, _ in _without_contradiction(present))
    return Found(clips=clips, problems=(*problems, *one_class_only(clips)))


def no_clip(where: object, means: str = "No manifest was written.") -> DataError:
    """The error for a data set without a clip that can be used."""
    return DataError("DA-010", f"{where} holds no clip that can be used.", means=means, do="Check its files.")


def one_class_only(clips: Sequence[Clip]) -> list[DataError]:
    """What to say where all clips have the same label."""
    labels = {clip.label for clip in clips}
    if len(labels) != 1:
        return []
    (label,) = labels
    return [
        DataError(
            "DA-009",
            f"All {len(clips)} clips are {label}: there is only one class.",
            means="Nothing can be trained on, or measured with, this data set alone.",
            do="Use it together with a data set that has the other class.",
        )
    ]


def folder(*candidates: Path) -> Path:
    """The first of these folders that there is.

    Raises:
        DataError: there is none of them (DA-006).
    """
    for path in candidates:
        if path.is_dir():
            return path
    raise not_laid_out(f"there is no folder {' or '.join(str(path) for path in candidates)}")


def not_laid_out(why: str) -> DataError:
    """The error for a folder that does not have the form it should have."""
    return DataError(
        "DA-006",
        f"The data set is not laid out as expected: {why}.",
        means="No manifest was written.",
        do="Check ROOT, or choose another layout (`auditrace dataset prepare list`).",
    )


def sounds(path: Path) -> list[Path]:
    """Sound files at any depth below a folder that stands for a class, sorted.

    Raises:
        DataError: it holds none (DA-008).
    """
    found = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
    if not found:
        raise DataError(
            "DA-008",
            f"The class {path.name} is empty: {path} holds no sound.",
            means="No manifest was written.",
            do="Put its files there, or take the folder away.",
        )
    return found


def folders(path: Path) -> list[Path]:
    """Folders within a folder, sorted, hidden ones left out.

    Raises:
        DataError: there is no such folder (DA-006).
    """
    return sorted(item for item in folder(path).iterdir() if item.is_dir() and not item.name.startswith("."))


def with_suffix(path: Path, *suffixes: str) -> Path:
    """The file of that name with the first of the suffixes that exists; with the first where none does."""
    candidates = [path.with_name(path.name + suffix) for suffix in suffixes]
    return next((candidate for candidate in candidates if candidate.is_file()), candidates[0])


def _present(entries: Iterable[Entry]) -> tuple[list[Entry], dict[str, list[Entry]]]:
    present: list[Entry] = []
    missing: dict[str, list[Entry]] = defaultdict(list)
    for clip, place in entries:
        if clip.path.is_file():
            present.append((clip, place))
        else:
            missing[place[0]].append((clip, place))
    return present, missing


def _missing(label_file: str, gone: list[Entry]) -> DataError:
    clip, (_, line) = gone[0]
    return DataError(
        "DA-007",
        f"{len(gone)} files that {label_file} names are missing; the first is {clip.path} (line {line}).",
        means="They were left out.",
        do="Restore them, or go on without them.",
        facts={"file": label_file, "line": line, "missing": len(gone)},
    )


def _without_contradiction(entries: Iterable[Entry]) -> Iterator[Entry]:
    seen: dict[Path, Entry] = {}
    for clip, place in entries:
        first, where = seen.setdefault(clip.path, (clip, place))
        if first.label != clip.label:
            raise DataError(
                "DA-011",
                f"Line {place[1]} of {place[0]} calls {clip.path.name} {clip.label}, line {where[1]} of {where[0]} "
                f"{first.label}.",
                means="No manifest was written.",
                do="Correct one of the lines.",
                facts={"file": place[0], "line": place[1]},
            )
        if where == place:
            yield clip, place


def counts(clips: Sequence[Clip]) -> str:
    """How many clips there are of each label and split, in words."""
    splits = Counter((clip.split or "train", clip.label) for clip in clips)
    return ", ".join(f"{number} {label} in {split}" for (split, label), number in sorted(splits.items()))
