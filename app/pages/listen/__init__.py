"""Listening: the bar below the lanes, and comparing by ear."""
