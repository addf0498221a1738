"""Recordings: reading any format in blocks, hashes, peaks, resampling, measured condition."""
