"""Colours, fonts, icons; light, dark and high contrast."""

from app.theme.palette import CONTRAST, DARK, LIGHT, THEMES, Theme, ThemeName

__all__ = ["CONTRAST", "DARK", "LIGHT", "THEMES", "Theme", "ThemeName"]
