"""Format, lint, types and floors: what `make check` runs. With --fix, formats and mends what can be mended."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent


def checks(fix: bool) -> list[list[str]]:
    """Command lines in the order in which they are run, cheapest first."""
    ruff = str(BIN / "ruff")
    return [
        [ruff, "format"] if fix else [ruff, "format", "--check"],
        [ruff, "check", "--fix"] if fix else [ruff, "check"],
        [str(BIN / "lint-imports"), "--no-cache"],
        [str(BIN / "pyright"), "--warnings"],
    ]


def main() -> int:
    failed = []
    for command in checks("--fix" in sys.argv[1:]):
        name = " ".join([Path(command[0]).name, *command[1:]])
        started = time.monotonic()
        print(f"== {name}", flush=True)
        if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
            failed.append(name)
        print(f"   {time.monotonic() - started:.1f} s", flush=True)
    if failed:
        print("failed: " + "; ".join(failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
