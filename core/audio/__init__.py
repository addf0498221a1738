"""Recordings: reading any format in blocks, hashes, peaks, resampling, measured condition."""

from core.audio.channels import mono
from core.audio.condition import measure_condition
from core.audio.opening import open_recording
from core.audio.peaks import PeakPyramid
from core.audio.recording import Condition, FileId, Notice, PcmSource, Recording, Segment, StreamFacts
from core.audio.resample import resample, resample_windows, resampled_blocks, resampled_frames

__all__ = [
    "Condition",
    "FileId",
    "Notice",
    "PcmSource",
    "PeakPyramid",
    "Recording",
    "Segment",
    "StreamFacts",
    "measure_condition",
    "mono",
    "open_recording",
    "resample",
    "resample_windows",
    "resampled_blocks",
    "resampled_frames",
]
