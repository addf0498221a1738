"""Colours, fonts, icons; light and dark."""
