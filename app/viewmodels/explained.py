"""With which model and how a map or a track of scores was made, as names and values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.viewmodels.wording import BASELINES, METHODS, PLACES, QUESTION_TITLES, signed
from core.explain.attribution import PATH_METHODS, aim

if TYPE_CHECKING:
    from core.analysis.finding import Finding
    from core.explain.attribution import Attribution

_DOMAINS = {
    "features": PLACES["input"],
    "stft of waveform": PLACES["spectrum"],
    "packets of waveform": PLACES["packets"],
    "samples": PLACES["samples"],
}
_UNITS = {"ig": "points", "blurig": "points", "occlusion": "boxes", "saliency": "gradient"}


def map_facts(found: Attribution) -> tuple[tuple[str, str], ...]:
    """How a map was made: name and value."""
    error = found.unexplained
    if found.is_incomplete:
        error += " – more than a tenth is left unexplained: read the map with care"
    facts = (
        ("Window", f"{found.start_s:.2f} to {found.end_s:.2f} s"),
        ("Model", found.model.split("@")[0]),
        ("Question", QUESTION_TITLES[found.question]),
        ("Target", aim(found.question, found.target)),
        ("Method", f"{METHODS[found.method]}, {found.steps} {_UNITS[found.method]}"),
        ("Input", _DOMAINS.get(found.domain, found.domain)),
        ("Compared with", BASELINES[found.baseline]),
        ("Score", f"{signed(found.score)} (baseline {signed(found.baseline_score)})"),
    )
    return (*facts, ("Left unexplained", error)) if found.method in PATH_METHODS else facts


def origin_facts(finding: Finding | None, found: Attribution | None) -> tuple[tuple[str, str], ...]:
    """What a figure of scores and of a map laid over it has to name: models with versions and hashes, how, checks."""
    models = _models(finding) if finding else {}
    scores = (("Models of the scores", "; ".join(models.values())),) if models else ()
    if found is None:
        return scores
    pack = models.get(found.model, " SHA-256 ".join(found.model.split("@")))
    facts = [(name, pack if name == "Model" else value) for name, value in map_facts(found)]
    how = ", ".join(f"{name.lower()}: {value}" for name, value in facts)
    return (*scores, ("Explanation laid over the spectrogram", f"{how}, checks: {found.verdict}"))


def _models(finding: Finding) -> dict[str, str]:
    """Id, version and hash of each model, by `id@sha256`."""
    return {
        result.model: f"{result.card.id} {result.card.version} (pack SHA-256 {result.sha256})"
        for result in finding.detectors
    }
