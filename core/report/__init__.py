"""Reports: from a case or from runs to a document (`build`), from a document to PDF (`pdf.write`)."""

from core.report.building import build, build_from_runs, templates
from core.report.document import Document
from core.report.lint import lint
from core.report.publishing import write_report

__all__ = ["Document", "build", "build_from_runs", "lint", "templates", "write_report"]
