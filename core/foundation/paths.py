"""Where things lie: what ships, what the user keeps, what the developers share."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_APP = "auditrace"
_ROOT = Path(__file__).resolve().parents[2]


def _shipped(name: str) -> Path:
    """A data folder: beside the sources in a checkout, under auditrace_data in an installed wheel."""
    beside = _ROOT / name
    return beside if (_ROOT / "pyproject.toml").exists() else _ROOT / "auditrace_data" / name


def resources_dir() -> Path:
    """Icons, fonts, help, wording and samples that ship."""
    return _shipped("resources")


def shipped_models_dir() -> Path:
    """Model packs that ship; read-only."""
    return _shipped("models")


def user_dir() -> Path:
    """What the user keeps between sessions: imported models, settings. AUDITRACE_HOME moves all of it."""
    home = os.environ.get("AUDITRACE_HOME")
    return Path(home) if home else Path(platformdirs.user_data_dir(_APP, appauthor=False))


def user_models_dir() -> Path:
    """Model packs the user imported."""
    return user_dir() / "models"


def log_dir() -> Path:
    """Log files."""
    return user_dir() / "logs"


def cache_dir() -> Path:
    """What can be made anew: decoded working copies, tiles."""
    home = os.environ.get("AUDITRACE_HOME")
    return Path(home) / "cache" if home else Path(platformdirs.user_cache_dir(_APP, appauthor=False))


def shared_dir() -> Path:
    """Development data (bank, parity, checkpoints); may be absent. Never needed by the product."""
    return Path(os.environ.get("AUDITRACE_SHARED") or _ROOT.parent / "shared")
