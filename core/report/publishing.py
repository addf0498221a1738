"""Writing the report of a case: checked before, kept in the case after."""

from __future__ import annotations

from pathlib import Path

from core.case import Case, Report, desk
from core.foundation.errors import IntegrityError
from core.foundation.progress import SILENT, Progress, span
from core.report.building import build
from core.report.lint import lint


def write_report(case: Case, path: Path, template: str = "full", progress: Progress = SILENT) -> Report | None:
    """Re-hash everything, build the report, write it, and keep a copy of it in the case.

    Returns:
        What the case keeps of it; None where the case is read-only, so that only the file was written.

    Raises:
        IntegrityError: something in the case was changed; no report is written (EV-…).
        CaseError: results are sealed until listening notes are saved (CA-015).
        ReportError: the file cannot be written, or there is nothing to report (RE-…).
    """
    from core.report import pdf  # fonts and figures are not needed before there is something to write

    desk.require_shown(case)
    for problem in case.verify(span(progress, 0.0, 0.1)):
        raise IntegrityError(
            problem.code,
            problem.message,
            means="No report was written: it would stand on a case that is not as it was recorded.",
            do="Check the case (auditrace case verify) and restore what was changed.",
        )
    document = build(case, template, progress=span(progress, 0.1, 0.5))
    content = pdf.pdf_bytes(document, span(progress, 0.5, 1.0))
    pdf.replace_file(Path(path), content)
    if case.read_only:
        return None
    facts = {
        "template": template,
        "manifest_sha256": document.manifest_sha256,
        "stands_on_row": document.manifest["log_head"]["row"],  # pyright: ignore[reportIndexIssue, reportOptionalSubscript]
        "lint": lint(document),
    }
    return case.add_report(document.report_id, content, facts)
