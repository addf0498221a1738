"""The examination of a recording: windows, scores, tracks, findings."""

from core.analysis.document import recording_json, run_json, to_json
from core.analysis.finding import (
    Applicability,
    DetectorResult,
    Finding,
    LocalisationResult,
    QuestionResult,
    Region,
    TrackSegment,
    WindowScore,
)
from core.analysis.pipeline import examine
from core.analysis.plan import AnalysisPlan
from core.analysis.restore import finding_from_run

__all__ = [
    "AnalysisPlan",
    "Applicability",
    "DetectorResult",
    "Finding",
    "LocalisationResult",
    "QuestionResult",
    "Region",
    "TrackSegment",
    "WindowScore",
    "examine",
    "finding_from_run",
    "recording_json",
    "run_json",
    "to_json",
]
