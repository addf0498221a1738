"""The Compare page: two to four recordings or stretches on one aligned axis."""

from app.pages.compare.page import ComparePage

__all__ = ["ComparePage"]
