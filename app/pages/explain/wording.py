"""Words of the Explain panel. Plain English; no verdicts on recordings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.viewmodels.wording import BASELINES, METHODS, PLACES, QUESTION_TITLES, signed
from core.explain.attribution import PATH_METHODS, aim

if TYPE_CHECKING:
    from core.analysis.disagreement import Voice
    from core.explain.attribution import Attribution

CAPTION = "What the model used, not what was forged."
SEALED = "Results of this recording are sealed until a listening note is saved."
NO_MAP = "No map yet. Put the cursor where the question is and press Ctrl+I."
CHECKING = "Being checked: do not rely on this map yet."
NO_FINDING = "Not examined yet. Press Ctrl+R to choose models and run them."
MOVES_MEAN = (
    "A score that hardly moves is not thereby right: a model can be wrong in the same way on every copy. A score that "
    "moves much under a change that the recording may have met before it came here must be weighed with that in mind. "
    "A move is no sign of manipulation."
)
DISAGREEMENT_MEANS = (
    "Where two tracks differ, at least one of them is not to be relied on there, or the two ask different things. It "
    "is a place to look and to listen, no finding."
)
ONE_MODEL = (
    "Two models that answer the same question are needed to see where models disagree; here one answered each (Ctrl+R "
    "runs more). Shown instead are the answers to the two questions: they ask different things, so that a difference "
    "is no contradiction, only a place to look and to listen."
)
ONE_TRACK = "One model with one answer examined this recording: there is nothing to compare it with. Ctrl+R runs more."
LISTENING_NOTE = (
    "Derived sound, for listening only: a spectral mask on the original with the original's phase. No evidence."
)
_DOMAINS = {
    "features": PLACES["input"],
    "stft of waveform": PLACES["spectrum"],
    "packets of waveform": PLACES["packets"],
    "samples": PLACES["samples"],
}
_UNITS = {"ig": "points", "blurig": "points", "occlusion": "boxes", "saliency": "gradient"}


def map_facts(found: Attribution) -> tuple[tuple[str, str], ...]:
    """How a map was made: name and value."""
    error = f"{found.residual:.3f} of {abs(found.score - found.baseline_score):.3f}"
    if found.is_incomplete:
        error += " – a good part is left unexplained: read the map with care"
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


def voice_title(voice: Voice) -> str:
    """A track's name."""
    return QUESTION_TITLES[voice.question] + (f", {voice.model}" if voice.model else "")
