"""Writing results where the user asked for them."""

from __future__ import annotations

from pathlib import Path

from core.cli.console import Console
from core.foundation.files import save


def write_text(target: str, text: str, console: Console) -> None:
    """Write to a file (whole or not at all), or to standard output for `-`.

    Raises:
        CoreError: the file cannot be written (SY-002).
    """
    if target == "-":
        console.say(text.rstrip("\n"))
        return
    save(Path(target), text.encode())
