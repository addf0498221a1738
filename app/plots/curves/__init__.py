"""Curves over frequency, level, offset or time: what the measuring dock draws."""
