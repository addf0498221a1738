"""From the start of the program to the shown window."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from rows import ROOT, Row

RUNS = 3


def shown_seconds() -> float:
    """What `gui --smoke` says of itself: seconds since its process was started.

    Raises:
        RuntimeError: it did not show a window; the message is the end of what it wrote.
    """
    environment = {"QT_QPA_PLATFORM": "offscreen"} | os.environ
    command = [sys.executable, "-m", "app.main", "gui", "--smoke"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    found = re.search(r"^shown ([\d.]+) s", done.stdout, re.MULTILINE)
    if done.returncode != 0 or not found:
        raise RuntimeError("; ".join((done.stderr or done.stdout).strip().splitlines()[-2:]) or "nothing was written")
    return float(found[1])


def measure() -> list[Row]:
    """All figures of this file."""
    runs = [shown_seconds() for _ in range(RUNS)]
    note = f"best of {[round(run, 2) for run in runs]} s, platform {os.environ.get('QT_QPA_PLATFORM', 'offscreen')}"
    return [Row(name="window shown after start", value=min(runs), unit="s", bar=2.0, note=note)]
