"""Colours, fonts, icons; light and dark."""

from app.theme.palette import DARK, LIGHT, THEMES, Theme, ThemeName

__all__ = ["DARK", "LIGHT", "THEMES", "Theme", "ThemeName"]
