"""What `make bench` runs: speed and memory, each figure with its bar; ends with 1 where one is missed."""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import subprocess
import sys
from pathlib import Path

from rows import Row, document, table

PARTS = ("packets", "training", "analysis", "explain", "opening", "window", "desk")


def machine() -> dict[str, object]:
    """On what the figures were measured."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {"python": platform.python_version(), "platform": platform.platform(), "cores": os.cpu_count(), "load": load}


def measured(part: str) -> list[Row]:
    """The figures of one part; a row that says why where it cannot be measured."""
    try:
        return importlib.import_module(f"bench_{part}").measure()
    except (RuntimeError, OSError, ImportError, subprocess.SubprocessError) as error:
        return [Row(name=part, value=None, unit="", bar=0.0, note=f"not measured: {error}")]


def main() -> int:
    """Run the parts; 0 where all bars are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"which of {', '.join(PARTS)}; all if left out")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the figures as JSON too")
    options = parser.parse_args()
    about, rows = machine(), list[Row]()
    for part in options.parts or PARTS:
        print(f"measuring {part} …", file=sys.stderr, flush=True)
        rows += measured(part)
    print(table(rows))
    print(f"\n{about['cores']} cores, load {about['load']:.1f} at the start, Python {about['python']}")
    if options.out:
        options.out.write_text(document(rows, about))
    return 1 if any(row.passed is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
