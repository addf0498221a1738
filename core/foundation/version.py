"""The product's name and version, and what it runs on."""

from __future__ import annotations

import importlib.metadata
import platform

NAME = "Auditrace"
_PACKAGES = (
    "numpy",
    "scipy",
    "torch",
    "torchaudio",
    "ptwt",
    "librosa",
    "soundfile",
    "soxr",
    "av",
    "captum",
    "reportlab",
)


def version() -> str:
    """The installed distribution's version."""
    try:
        return importlib.metadata.version("auditrace")
    except importlib.metadata.PackageNotFoundError:
        return "0+uninstalled"


def package_versions() -> dict[str, str]:
    """Versions of everything that can move a number, read without importing it."""
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found
