"""Curves over time: one value after another for the whole recording, computed in stretches, however long it is."""

from core.measure.tracks.base import TRACKS, Track, TrackKind, measure_track

__all__ = ["TRACKS", "Track", "TrackKind", "measure_track"]
