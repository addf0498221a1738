"""Words of the Explain panel. Plain English; no verdicts on recordings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.viewmodels.wording import QUESTION_TITLES

if TYPE_CHECKING:
    from core.analysis.disagreement import Voice

CAPTION = "What the model used, not what was forged."
SEALED = "Results of this recording are sealed until a listening note is saved."
NO_MAP = "No map yet. Put the cursor where the question is and press Ctrl+I."
CHECKING = "Being checked: do not rely on this map yet."
NO_FINDING = "Not examined yet. Press Ctrl+R to choose models and run them."
NOT_SWEPT = "Not run yet: the suite runs again on the recording after each chosen perturbation."
REPEATING = (
    "Parameters are the whole record of a perturbation, with the seed of its chance and the clip of its noise or room: "
    "the same record on the same samples by the same versions makes the same copy. Coding and bit rate, counted on the "
    "copy, are what the applicability gate took it for; where they are empty, those of the file. Moves are differences "
    "of the scores with all their digits; the window shows differences of the rounded scores that it shows."
)
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


def voice_title(voice: Voice) -> str:
    """A track's name."""
    return QUESTION_TITLES[voice.question] + (f", {voice.model}" if voice.model else "")
