"""A measured figure with its bar, and the table of them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure. Without a bar it is only reported."""

    name: str
    value: float | None
    """None where it could not be measured; `note` says why."""
    unit: str
    bar: float | None = None
    sense: Literal["at least", "at most"] = "at most"
    note: str = ""
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def passed(self) -> bool | None:
        """Whether the bar is met; None without a bar."""
        if self.bar is None:
            return None
        if self.value is None:
            return False
        return self.value >= self.bar if self.sense == "at least" else self.value <= self.bar


def best_seconds(work: Callable[[], object], seconds: float = 1.0, least: int = 3) -> float:
    """Shortest of the runs that fit into some seconds: what the machine does when nothing else disturbs it."""
    found = []
    while len(found) < least or sum(found) < seconds:
        started = time.perf_counter()
        work()
        found.append(time.perf_counter() - started)
    return min(found)


def in_new_process(script: str, *arguments: object, timeout_s: float = 300.0) -> dict[str, Any]:
    """What a module of this folder, run as a program, prints as its last line: one JSON object.

    Raises:
        RuntimeError: the program failed; the message is the end of what it wrote.
    """
    command = [sys.executable, str(Path(__file__).with_name(script)), *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout_s, check=False)
    if done.returncode != 0:
        raise RuntimeError("; ".join((done.stderr or done.stdout).strip().splitlines()[-2:]))
    return json.loads(done.stdout.strip().splitlines()[-1])


def table(rows: Sequence[Row]) -> str:
    """The rows for people."""
    lines = [f"{'figure':<58}{'measured':>12} {'':<8}{'bar':>16}   result"]
    for row in rows:
        value = "–" if row.value is None else f"{row.value:.4g}"
        bar = "" if row.bar is None else f"{row.sense} {row.bar:g}"
        result = {True: "pass", False: "FAIL", None: ""}[row.passed]
        lines.append(f"{row.name:<58}{value:>12} {row.unit:<8}{bar:>16}   {result}")
        if row.note:
            lines.append(f"    {row.note}")
    return "\n".join(lines)


def document(rows: Sequence[Row], machine: dict[str, Any]) -> str:
    """The rows for programs."""
    listed = [asdict(row) | {"passed": row.passed} for row in rows]
    return json.dumps({"schema": "auditrace.bench/1", "machine": machine, "rows": listed}, indent=1) + "\n"
