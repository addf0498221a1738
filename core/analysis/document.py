"""Findings as JSON: the outer contract `auditrace.analysis/1`, and the run records of a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from core.analysis.finding import DetectorResult, Finding, QuestionResult
from core.audio.recording import Notice
from core.foundation.errors import CoreError
from core.foundation.version import package_versions, version

SCHEMA = "auditrace.analysis/1"
RUN_SCHEMA = "auditrace.run/1"
CONDITION_FIELDS = ("speech_s", "bandwidth_hz", "snr_db", "clipped_pct", "codec")
TRACES_OF_CODING = "AP-045"


def to_json(
    findings: Sequence[Finding],
    errors: Sequence[tuple[str, CoreError]] = (),
    *,
    device: str = "",
    reference: bool = False,
) -> dict[str, Any]:
    """The document of INTERFACES section 3.

    Args:
        findings: What was found; all made with the same software.
        errors: Recordings that could not be used, each (path, error).
        device: What would have computed; for where no recording could be used.
        reference: Whether in reference mode; likewise.
    """
    first = findings[0] if findings else None
    return {
        "schema": SCHEMA,
        "software": {
            "version": first.software_version if first else version(),
            "device": first.device if first else device,
            "reference_mode": first.plan.reference if first else reference,
            "packages": first.packages if first else package_versions(),
        },
        "recordings": [recording_json(finding) for finding in findings],
        "errors": [{"path": path, "code": error.code, "message": error.message} for path, error in errors],
    }


def recording_json(finding: Finding) -> dict[str, Any]:
    """One entry of `recordings`, with exactly the fields of the contract; traces of earlier coding are a notice."""
    record = full_recording_json(finding)
    coding, words = finding.stream.codec, finding.condition.codec
    notice = Notice(code=TRACES_OF_CODING, message=f"There may be traces of earlier coding or resampling ({words}).")
    container = record["container"]
    return record | {
        "container": container | {"notices": container["notices"] + [asdict(notice)] * (words != coding)},
        "condition": {name: record["condition"][name] for name in CONDITION_FIELDS} | {"codec": coding},
        "detectors": [{k: v for k, v in entry.items() if k != "notes"} for entry in record["detectors"]],
    }


def full_recording_json(finding: Finding) -> dict[str, Any]:
    """The same with all measured values and what was done to the signal, as a case keeps it."""
    stream, condition = finding.stream, finding.condition
    return {
        "path": str(finding.file.path),
        "sha256": finding.file.sha256,
        "pcm_sha256": finding.file.pcm_sha256,
        "duration_s": stream.frames / stream.sample_rate,
        "sample_rate": stream.sample_rate,
        "channels": stream.channels,
        "container": {
            "format": stream.container,
            "codec": stream.codec,
            "bits": stream.bits,
            "bit_rate": stream.bit_rate,
            "mean_bit_rate": stream.mean_bit_rate,
            "size_bytes": finding.file.size_bytes,
            "decoder": stream.decoder,
            "pcm_encoding": finding.file.pcm_encoding,
            "tags": [list(tag) for tag in stream.tags],
            "facts": [list(fact) for fact in stream.facts],
            "notices": [asdict(notice) for notice in finding.notices],
        },
        "condition": {
            **{key: value for key, value in asdict(condition).items() if key != "speech"},
            "speech_segments": [list(segment.seconds(stream.sample_rate)) for segment in condition.speech],
        },
        "questions": {question: _question(result) for question, result in finding.questions.items()},
        "detectors": [_detector(result) for result in finding.detectors],
        "segments": [asdict(segment) for segment in finding.segments],
        "source": {"candidates": [], "none_of_these": 0.0, "decision": "not assessed"},
        "timings_s": finding.timings_s,
    }


def run_json(finding: Finding) -> dict[str, Any]:
    """The record of one run as it is kept in a case: the analysis, its recipe, its models' cards, calibrations,
    regions."""
    cards = {result.model: asdict(result.card) | {"sha256": result.sha256} for result in finding.detectors}
    return {
        "schema": RUN_SCHEMA,
        "plan": asdict(finding.plan),
        "plan_sha256": finding.plan.sha256(),
        "analysis": to_json([finding]) | {"recordings": [full_recording_json(finding)]},
        "cards": list(cards.values()),
        "calibrations": {question: each.to_json() for question, each in finding.calibrations.items()},
        "localisation": {question: asdict(each) for question, each in finding.localisation.items()},
        "made_at": finding.made_at,
    }


def _question(result: QuestionResult) -> dict[str, Any]:
    return {
        "score": result.score,
        "log10_lr": result.log10_lr,
        "interval": list(result.interval) if result.interval else None,
        "bounds": list(result.bounds) if result.bounds else None,
        "applicability": result.applicability,
        "reasons": list(result.reasons),
        "calibration": result.calibration,
    }


def _detector(result: DetectorResult) -> dict[str, Any]:
    return {
        "model": result.model,
        "question": result.question,
        "score": result.score,
        "windows": [asdict(window) for window in result.windows],
        "notes": list(result.notes),
    }
