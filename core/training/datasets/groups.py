"""What clips have in common: voice, sentence, source, generator. What shares one of them is no independent test."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from core.training.datasets.manifest import Clip

_SAME_VOICES = (
    ("librivox", ("librispeech", "libritts", "librilight", "mls"), re.compile(r"\d+")),
    ("vctk", ("vctk", "voicebank"), re.compile(r"\d{3}")),
)
"""Corpora that number the same people alike: name, words in the corpus column, the number within the speaker column."""
_ONE_VOICE = ("ljspeech", "ljspeech-1.1", "csmsc")


def voice(clip: Clip) -> str:
    """Who speaks, the same in all corpora that have this person; empty where nobody says."""
    corpus = clip.corpus.lower()
    if corpus in _ONE_VOICE:
        return corpus
    if not clip.speaker:
        return ""
    for name, words, number in _SAME_VOICES:
        found = number.search(clip.speaker)
        if found and any(word in corpus for word in words):
            return f"{name}:{found[0]}"
    return f"{corpus}:{clip.speaker.lower()}"


def sentence(clip: Clip) -> str:
    """The same for all renderings of one recording or text of a source; empty where nobody says."""
    return f"{clip.source}:{clip.pair_id}" if clip.pair_id else ""


GROUPS: Mapping[str, Callable[[Clip], str]] = {
    "source": lambda clip: clip.source,
    "speaker": voice,
    "utterance": sentence,
    "generator": lambda clip: clip.generator,
}
"""Kinds of groups. A clip whose value is empty belongs to no group of that kind."""
