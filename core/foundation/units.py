"""Decibels, and how numbers are written for people."""

from __future__ import annotations

import math

SINE_PEAK = "dBFS by peak: a full-scale sine reads 0 dBFS"
RMS_FULL_SCALE = "RMS re full scale: a full-scale sine reads −3.01 dBFS"
"""What 0 dBFS is, wherever levels are stated."""


def dbfs(amplitude: float) -> float:
    """Level in dB relative to full scale (1.0) of an amplitude; -inf for 0."""
    return 20.0 * math.log10(amplitude) if amplitude > 0 else -math.inf


def format_time(seconds: float, decimals: int = 3, *, beside_s: float = 0.0) -> str:
    """`12.340 s` below a minute, `14:07.220` below an hour, `1:02:03.400` from there on.

    Args:
        seconds: What is written.
        decimals: Digits after the point.
        beside_s: The longest time of the list in which it stands, so that all of a list have one form: `0:12.340`.
    """
    if not math.isfinite(seconds):
        return "unknown"
    longest_s = max(seconds, beside_s)
    if longest_s < 60:
        return f"{seconds:.{decimals}f} s"
    rounded = round(seconds, decimals)
    minutes, rest = divmod(rounded, 60)
    hours, minutes = divmod(int(minutes), 60)
    width = 3 + decimals if decimals else 2
    tail = f"{rest:0{width}.{decimals}f}"
    return f"{hours}:{minutes:02d}:{tail}" if hours or longest_s >= 3600 else f"{minutes}:{tail}"


def time_decimals(span_s: float) -> int:
    """Digits after the point that tell about a thousandth of a visible stretch apart: 3 from a second on, then more."""
    return max(3, 2 - math.floor(math.log10(span_s))) if span_s > 0 else 3


def format_bytes(count: int) -> str:
    """`345.6 MB`, in powers of 1000."""
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
