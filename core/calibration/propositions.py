"""The pair of propositions that each likelihood ratio compares."""

from __future__ import annotations

from collections.abc import Mapping

from core.detectors.card import Question

PROPOSITIONS: Mapping[Question, tuple[str, str]] = {
    "synthetic": (
        "The speech is synthetic: a neural generator made its waveform (vocoder, text-to-speech, voice conversion or "
        "audio language model).",
        "The speech is human: a person recorded by microphone; ordinary codecs are allowed.",
    ),
    "neural_codec": (
        "The speech passed through a neural codec.",
        "The speech did not pass through a neural codec.",
    ),
}
"""First and second proposition (H1, H2) of each question. A recording can be both synthetic and neurally coded."""

SHORT: Mapping[Question, tuple[str, str]] = {
    "synthetic": ("the speech is synthetic", "the speech is human"),
    "neural_codec": (
        "the speech passed through a neural codec",
        "the speech did not pass through a neural codec",
    ),
}
"""The same as parts of a sentence, after `if`."""
