"""What a run's record must hold before it is put into words: the form `auditrace.run/1`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from core.report.errors import not_a_run

_NUMBER = (int, float)
_OPTIONAL = (int, float, type(None))

_WINDOW = {"start_s": _NUMBER, "end_s": _NUMBER, "score": _NUMBER}
_DETECTOR = {"model": str, "question": str, "score": _NUMBER, "windows": [_WINDOW]}
_SEGMENT = {"start_s": _NUMBER, "end_s": _NUMBER, "synthetic": _OPTIONAL, "neural_codec": _OPTIONAL}
_QUESTION = {
    "score": _NUMBER,
    "log10_lr": _OPTIONAL,
    "interval": (list, type(None)),
    "bounds": (list, type(None)),
    "applicability": str,
    "reasons": list,
}
_CONDITION = dict.fromkeys(("speech_s", "bandwidth_hz", "snr_db", "clipped_pct"), _OPTIONAL)
_RECORDING = {
    "sha256": str,
    "pcm_sha256": str,
    "duration_s": _NUMBER,
    "sample_rate": int,
    "channels": int,
    "container": dict,
    "condition": {**_CONDITION, "codec": str},
    "questions": {"synthetic": _QUESTION, "neural_codec": _QUESTION},
    "detectors": [_DETECTOR],
    "segments": [_SEGMENT],
}
_PLAN = {"models": (list, tuple), "device": str, "reference": bool, "channel": str, "segment_s": _NUMBER}
_RUN = {
    "plan": _PLAN,
    "plan_sha256": str,
    "analysis": {"software": dict, "recordings": [_RECORDING]},
    "cards": (list, tuple),
    "made_at": str,
}


def checked(subject: str, run: Mapping[str, Any]) -> Mapping[str, Any]:
    """The run itself, if it has the form.

    Raises:
        ReportError: something is missing or of another type (RE-006); the message says what.
    """
    for missing in _missing(run, _RUN, ""):
        raise not_a_run(subject, missing)
    if not run["analysis"]["recordings"]:
        raise not_a_run(subject, "analysis.recordings")
    return run


def _missing(value: Any, form: Any, path: str) -> Iterator[str]:
    """Paths at which the value is not of the form."""
    if isinstance(form, dict):
        if not isinstance(value, Mapping):
            yield path or "everything"
            return
        for name, inner in form.items():
            where = f"{path}.{name}".lstrip(".")
            yield from _missing(value[name], inner, where) if name in value else [where]
    elif isinstance(form, list):
        if not isinstance(value, list | tuple):
            yield path
            return
        for place, item in enumerate(value):
            yield from _missing(item, form[0], f"{path}[{place}]")
    elif not isinstance(value, form):
        yield path
