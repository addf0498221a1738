"""The main screen: every lane of a recording on one time axis."""

from app.pages.examine.page import ExaminePage

__all__ = ["ExaminePage"]
