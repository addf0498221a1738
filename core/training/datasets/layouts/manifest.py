"""Our own manifests (INTERFACES section 5)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from core.training.datasets.layout import DATASETS, Entry
from core.training.datasets.manifest import manifest_lines


@DATASETS.register("manifest")
def read(root: Path) -> Iterator[Entry]:
    """A manifest of ours: the CSV file, or a folder that holds `manifest.csv`."""
    yield from manifest_lines(root / "manifest.csv" if root.is_dir() else root)
