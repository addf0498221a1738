"""The sections of a report, one file each. A section's name says in which template and where: `full/2 exhibits`."""

from __future__ import annotations

from collections.abc import Callable

from core.foundation.registry import Registry
from core.report.document import Block
from core.report.facts import ReportFacts

Section = Callable[[ReportFacts], tuple[Block, ...]]

REPORT_SECTIONS: Registry[Section] = Registry("report section", "core.report.sections")
"""Builders of sections, in the order of their names."""
