"""The conditions a calibration was validated under, and where a recording lies against them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.audio.coding import is_lossless
from core.audio.recording import Condition, StreamFacts
from core.ood.envelope import DomainCheck, Verdict

OUTSIDE_PCT, EDGE_PCT = 1.0, 5.0
"""Share of the validation's own clips that lies beyond the outer and the inner limit."""
LOSSLESS = "lossless"

Quantity = Literal["speech_s", "bandwidth_hz", "snr_db", "clipped_pct"]
_WORDS: dict[Quantity, tuple[str, str, str]] = {
    "speech_s": ("AP-031", "AP-041", "{:.1f} s of speech"),
    "bandwidth_hz": ("AP-032", "AP-042", "a bandwidth of {:.0f} Hz"),
    "snr_db": ("AP-033", "AP-043", "speech {:.0f} dB above the background"),
    "clipped_pct": ("AP-034", "AP-044", "{:.1f} % of clipped samples"),
}
_AT_MOST: set[Quantity] = {"clipped_pct"}
"""Quantities of which too much, and not too little, leads outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Where one measured quantity leaves what was validated."""

    quantity: Quantity
    edge: float
    outside: float

    def verdict(self, condition: Condition) -> Verdict | None:
        """Where a recording lies on this quantity; None where it could not be measured."""
        if self.quantity == "snr_db" and not condition.snr_measured:
            return None
        sign = -1 if self.quantity in _AT_MOST else 1
        value: float = sign * getattr(condition, self.quantity)
        return "outside" if value < sign * self.outside else "edge" if value < sign * self.edge else "inside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Conditions of the clips that a calibration was validated on."""

    limits: tuple[Limit, ...] = ()
    codecs: tuple[str, ...] = (LOSSLESS,)
    """Lossy codings among them by name, and `lossless`."""
    longest_speech_s: float = 0.0
    """Most speech in one clip; 0 where it is not known."""


def fit_envelope(conditions: Sequence[Condition], codecs: Iterable[str] = (LOSSLESS,)) -> Envelope:
    """The envelope of clips with these conditions.

    Args:
        conditions: Measured on the clips of the calibration, both classes; at least one.
        codecs: Codings that at least some of them went through, as Recording.stream.codec names them, or `lossless`.
    """
    limits = []
    for quantity in _WORDS:
        values = [getattr(c, quantity) for c in conditions if quantity != "snr_db" or c.snr_measured]
        if values:
            ends = (100 - EDGE_PCT, 100 - OUTSIDE_PCT) if quantity in _AT_MOST else (EDGE_PCT, OUTSIDE_PCT)
            edge, outside = np.percentile(values, ends)
            limits.append(Limit(quantity=quantity, edge=round(float(edge), 3), outside=round(float(outside), 3)))
    longest = max(condition.speech_s for condition in conditions)
    return Envelope(limits=tuple(limits), codecs=tuple(sorted(set(codecs))), longest_speech_s=round(longest, 3))


def compare(envelope: Envelope, condition: Condition, stream: StreamFacts) -> DomainCheck:
    """Where a recording lies against the envelope, and why, in sentences."""
    outside, edge = list[str](), list[str]()
    for limit in envelope.limits:
        _compare(limit, condition, outside, edge)
    coding = coding_of(stream)
    place = coding_verdict(envelope, condition, stream)
    if place == "outside":
        outside.append(f"AP-035: the coding is {coding}; the method was validated on {', '.join(envelope.codecs)}.")
    elif place == "edge":
        edge.append(f"AP-045: there may be traces of earlier coding or resampling ({condition.codec}).")
    notes = list(_notes(envelope, condition))
    return DomainCheck(
        verdict="outside" if outside else "edge" if edge else "inside", reasons=(*outside, *edge, *notes)
    )


def coding_of(stream: StreamFacts) -> str:
    """Name of a recording's coding as the envelope has it: lossless ones are all alike."""
    return LOSSLESS if is_lossless(stream.codec) else stream.codec


def coding_verdict(envelope: Envelope, condition: Condition, stream: StreamFacts) -> Verdict:
    """Where the coding of a recording lies; traces of an earlier coding are the edge."""
    coding = coding_of(stream)
    if coding not in envelope.codecs:
        return "outside"
    return "edge" if condition.codec != stream.codec and coding == LOSSLESS else "inside"


def _compare(limit: Limit, condition: Condition, outside: list[str], edge: list[str]) -> None:
    outer, inner, words = _WORDS[limit.quantity]
    value: float = getattr(condition, limit.quantity)
    match limit.verdict(condition):
        case "outside":
            bound = "to" if limit.quantity in _AT_MOST else "from"
            limit_words = words.format(limit.outside)
            outside.append(f"{outer}: {words.format(value)}; the method was validated {bound} {limit_words}.")
        case "edge":
            share = f"{EDGE_PCT:.0f} in 100"
            edge.append(f"{inner}: {words.format(value)}; of the validation's clips fewer than {share} were as bad.")
        case _:
            pass


def _notes(envelope: Envelope, condition: Condition) -> Iterator[str]:
    if 0 < envelope.longest_speech_s < condition.speech_s:
        yield (
            f"AP-046: {condition.speech_s:.0f} s of speech; the method was validated to "
            f"{envelope.longest_speech_s:.1f} s. A ratio is that of a recording of that length with this mean score: "
            "it understates what agreement over more seconds is worth."
        )
