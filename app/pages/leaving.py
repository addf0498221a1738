"""Asking before work is given up."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.context import AppContext
from app.widgets import dialogs


def may_lose(context: AppContext, parent: QWidget, title: str, action: str) -> bool:
    """Whether running jobs and unsaved results may be given up; asks only where there are some."""
    context.writer.finish()
    loose = _loose(context)
    running = sum(not job.quiet for job in context.jobs.active)
    unsaved = context.workbench.has_unsaved
    if not (running or unsaved or loose):
        return True
    reasons = []
    if running:
        reasons.append(f"{running} job{'s are' if running > 1 else ' is'} still running and will be stopped.")
    if unsaved:
        reasons.append("There are results that were neither saved as JSON nor exported as a report.")
    if loose:
        reasons.append(f"In no case and not exported: {loose}.")
    return dialogs.confirm(parent, title, " ".join(reasons) + f" {action} all the same?", action)


def _loose(context: AppContext) -> str:
    """Marks and notes that would be lost, in words."""
    counts = (("mark", context.marking.unsaved_count), ("note", context.notebook.unsaved_count))
    return " and ".join(f"{count} {word}{'s' * (count > 1)}" for word, count in counts if count)
