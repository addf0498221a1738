"""Recordings side by side: how they lie in time to one another, and in what they differ. Describes; decides nothing."""

from core.compare.alignment import Alignment, Chunk, Evidence, Part, by_hand, by_marker, by_start

__all__ = ["Alignment", "Chunk", "Evidence", "Part", "by_hand", "by_marker", "by_start"]
