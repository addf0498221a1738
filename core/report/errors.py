"""What can go wrong with a report, as messages an examiner can act on."""

from __future__ import annotations

import errno
from pathlib import Path

from core.foundation.errors import ReportError


def nothing_to_report() -> ReportError:
    """RE-001."""
    return ReportError("RE-001", "There are no exhibits to report on.", do="Add recordings to the case first.")


def from_os(error: OSError, path: Path) -> ReportError:
    """RE-002 to RE-004 for a failed write."""
    facts: dict[str, object] = {"path": str(path), "error": str(error)}
    means = "No report was written; a report of that name that was there before is unchanged."
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        do = "Make room on the drive and try again."
        return ReportError("RE-003", f"The drive of {path} is full.", means=means, do=do, facts=facts)
    if isinstance(error, PermissionError) and path.is_file():
        do = "Close it in other programs, or choose another name."
        what = f"{path.name} cannot be replaced: it is open elsewhere or write-protected."
        return ReportError("RE-004", what, means=means, do=do, facts=facts)
    what = f"{path} cannot be written: {error.strerror or error}."
    return ReportError("RE-002", what, means=means, do="Choose a folder that you may write to.", facts=facts)


def no_template(name: str, known: list[str]) -> ReportError:
    """RE-005."""
    return ReportError("RE-005", f"There is no kind of report called {name}.", do=f"Choose one of: {', '.join(known)}.")


def not_a_run(subject: str, missing: str) -> ReportError:
    """RE-006."""
    return ReportError(
        "RE-006",
        f"The record of {subject} lacks something a report needs: {missing}.",
        means="No report was written.",
        do="Run the examination again with this version.",
        facts={"subject": subject, "missing": missing},
    )
