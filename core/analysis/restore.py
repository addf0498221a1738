"""A finding out of the record that a case keeps of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar, cast

from core.analysis.document import RUN_SCHEMA
from core.analysis.finding import (
    DetectorResult,
    Finding,
    LocalisationResult,
    QuestionResult,
    Region,
    TrackSegment,
    WindowScore,
)
from core.analysis.plan import AnalysisPlan
from core.audio.recording import Condition, FileId, Notice, Segment, StreamFacts
from core.calibration.record import calibration_from, localisation_from
from core.detectors.card import ModelCard, Question
from core.detectors.card_file import card_of
from core.foundation.errors import CaseError, CoreError

T = TypeVar("T")


def finding_from_run(run: Mapping[str, Any]) -> Finding:
    """The finding that `run_json` was made of; numbers as they were written.

    Raises:
        CaseError: the record is not of this schema, or damaged (CA-020).
    """
    try:
        if run["schema"] != RUN_SCHEMA:
            raise ValueError(f"schema {run['schema']}")
        return _finding(run)
    except (KeyError, TypeError, ValueError, IndexError, CoreError) as error:
        raise CaseError(
            "CA-020",
            f"The record of a run cannot be read ({type(error).__name__}: {error}).",
            means="Its results are not shown; the evidence and the log are as they were.",
            do="Verify the case, or examine the exhibit again.",
        ) from error


def _finding(run: Mapping[str, Any]) -> Finding:
    software, (record,) = run["analysis"]["software"], run["analysis"]["recordings"]
    cards = {f"{card['id']}@{card['sha256']}": card_of(card) for card in run["cards"]}
    container = record["container"]
    return Finding(
        plan=_plan(run["plan"]),
        file=_file(record),
        stream=_stream(record),
        condition=_condition(record),
        questions={cast(Question, q): _question(cast(Question, q), found) for q, found in record["questions"].items()},
        detectors=tuple(_detector(entry, cards) for entry in record["detectors"]),
        segments=tuple(TrackSegment(**segment) for segment in record["segments"]),
        notices=tuple(Notice(**notice) for notice in container["notices"]),
        device=software["device"],
        software_version=software["version"],
        packages=software["packages"],
        timings_s=record["timings_s"],
        calibrations={cast(Question, q): calibration_from(each) for q, each in run.get("calibrations", {}).items()},
        localisation={cast(Question, q): _localisation(each) for q, each in run.get("localisation", {}).items()},
        made_at=run["made_at"],
    )


def _known(kind: type[T], values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that are fields of the type, lists as tuples."""
    names = {field.name for field in fields(cast(Any, kind))}
    return {k: tuple(v) if isinstance(v, list) else v for k, v in values.items() if k in names}


def _plan(values: Mapping[str, Any]) -> AnalysisPlan:
    return AnalysisPlan(**_known(AnalysisPlan, values))


def _file(record: Mapping[str, Any]) -> FileId:
    return FileId(
        path=Path(record["path"]),
        size_bytes=record["container"]["size_bytes"],
        sha256=record["sha256"],
        pcm_sha256=record["pcm_sha256"],
        pcm_encoding=record["container"]["pcm_encoding"],
    )


def _stream(record: Mapping[str, Any]) -> StreamFacts:
    container = record["container"]
    pairs = {name: tuple((key, value) for key, value in container[name]) for name in ("tags", "facts")}
    return StreamFacts(
        container=container["format"],
        codec=container["codec"],
        sample_rate=record["sample_rate"],
        channels=record["channels"],
        frames=round(record["duration_s"] * record["sample_rate"]),
        bits=container["bits"],
        bit_rate=container["bit_rate"],
        mean_bit_rate=container.get("mean_bit_rate"),
        decoder=container["decoder"],
        tags=pairs["tags"],
        facts=pairs["facts"],
    )


def _condition(record: Mapping[str, Any]) -> Condition:
    values, rate = record["condition"], record["sample_rate"]
    speech = tuple(
        Segment(start_frame=round(start * rate), end_frame=round(end * rate))
        for start, end in values["speech_segments"]
    )
    fields_of: dict[str, Any] = _known(Condition, values) | {"speech": speech}
    return Condition(**fields_of)


def _question(question: Question, values: Mapping[str, Any]) -> QuestionResult:
    return QuestionResult(question=question, **_known(QuestionResult, values))


def _detector(entry: Mapping[str, Any], cards: Mapping[str, ModelCard]) -> DetectorResult:
    return DetectorResult(
        card=cards[entry["model"]],
        sha256=entry["model"].partition("@")[2],
        question=entry["question"],
        score=entry["score"],
        windows=tuple(WindowScore(**window) for window in entry["windows"]),
        notes=tuple(entry["notes"]),
    )


def _localisation(values: Mapping[str, Any]) -> LocalisationResult:
    return LocalisationResult(
        question=values["question"],
        regions=tuple(Region(**region) for region in values["regions"]),
        setting=None if values["setting"] is None else localisation_from(values["setting"]),
        reason=values["reason"],
        median=values.get("median"),
    )
