"""Is a clip the file that the manifest lists."""

from __future__ import annotations

from pathlib import Path

from core.foundation.errors import IntegrityError
from core.foundation.hashing import sha256_file
from core.training.datasets.manifest import Clip


def is_altered(clip: Clip, sha256: str = "") -> bool:
    """Whether the file's SHA-256 is not the manifest's; never where the manifest gives none.

    Args:
        clip: A line of the manifest.
        sha256: Of the file, where it is known already; else the file is read.

    Raises:
        OSError: the file cannot be read.
    """
    return bool(clip.sha256) and (sha256 or sha256_file(clip.path)) != clip.sha256.lower()


def altered(path: Path | str) -> IntegrityError:
    """DA-014: what was done with the manifest does not hold for this file."""
    return IntegrityError(
        "DA-014",
        f"{path} is not the file that the manifest lists: its SHA-256 differs.",
        means="What was measured with this manifest does not hold for it.",
        do="Restore the file, or prepare the manifest again.",
    )
