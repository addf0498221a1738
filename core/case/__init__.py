"""Case folders: exhibits, runs, reports, and the hash-chained log of everything that was done."""

from core.case.audit import LogEntry
from core.case.case import Case
from core.case.exhibit import Exhibit, Report, Role, Run
from core.case.problem import Problem

__all__ = ["Case", "Exhibit", "LogEntry", "Problem", "Report", "Role", "Run"]
