"""The conditions a calibration was validated under, and where a recording lies against them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.audio.coding import is_lossless
from core.audio.recording import Condition, StreamFacts
from core.ood.envelope import DomainCheck, Verdict

OUTSIDE_PCT, EDGE_PCT = 1.0, 5.0
"""Share of the validation's own clips that lies beyond the outer and the inner limit."""
LOSSLESS = "lossless"
RATE_TOLERANCE = 0.1
"""A mean bit rate this share below what validated copies' encoder was told is still taken for it."""
VARIABLE_RATE_TOLERANCE = {"Opus": 0.22}
"""The same of codings that spend what the sound needs: told 32 kbit/s, 5 in 100 of the validation's own clips measured
less than 25; told 24, none more than 24."""

Quantity = Literal["speech_s", "bandwidth_hz", "snr_db", "clipped_pct"]
_WORDS: dict[Quantity, tuple[str, str, str]] = {
    "speech_s": ("AP-031", "AP-041", "{:.1f} s of speech"),
    "bandwidth_hz": ("AP-032", "AP-042", "a bandwidth of {:.0f} Hz"),
    "snr_db": ("AP-033", "AP-043", "speech {:.0f} dB above the background"),
    "clipped_pct": ("AP-034", "AP-044", "{:.2f} % of clipped samples"),
}
_AT_MOST: set[Quantity] = {"clipped_pct"}
"""Quantities of which too much, and not too little, leads outside."""
CLIPPED_EDGE_PCT, CLIPPED_OUTSIDE_PCT = 0.1, 1.0
"""Working values, not validated: where the validation's clips had next to no clipping, their percentiles would refuse a
recording for a handful of samples that say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Where one measured quantity leaves what was validated."""

    quantity: Quantity
    edge: float
    outside: float
    working: bool = False
    """These are working values: the validation's clips did not reach them."""

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
    lowest_kbps: tuple[tuple[str, float], ...] = ()
    """Lowest bit rate (kbit/s a channel) that the encoder of each lossy coding among them was told; a coding that is
    not named has no limit."""


def fit_envelope(
    conditions: Sequence[Condition],
    codecs: Iterable[str] = (LOSSLESS,),
    lowest_kbps: Mapping[str, float] | None = None,
) -> Envelope:
    """The envelope of clips with these conditions.

    Args:
        conditions: Measured on the clips of the calibration, both classes; at least one.
        codecs: Codings that at least some of them went through, as Recording.stream.codec names them, or `lossless`.
        lowest_kbps: What encoders of the lossy ones were told, kbit/s a channel.
    """
    limits = []
    for quantity in _WORDS:
        values = [getattr(c, quantity) for c in conditions if quantity != "snr_db" or c.snr_measured]
        if values:
            limits.append(_limit(quantity, values))
    longest = max(condition.speech_s for condition in conditions)
    return Envelope(
        limits=tuple(limits),
        codecs=tuple(sorted(set(codecs))),
        longest_speech_s=round(longest, 3),
        lowest_kbps=tuple(sorted((lowest_kbps or {}).items())),
    )


def _limit(quantity: Quantity, values: Sequence[float]) -> Limit:
    ends = (100 - EDGE_PCT, 100 - OUTSIDE_PCT) if quantity in _AT_MOST else (EDGE_PCT, OUTSIDE_PCT)
    edge, outside = (round(float(end), 3) for end in np.percentile(values, ends))
    if quantity == "clipped_pct" and outside < CLIPPED_OUTSIDE_PCT:
        return Limit(quantity=quantity, edge=CLIPPED_EDGE_PCT, outside=CLIPPED_OUTSIDE_PCT, working=True)
    return Limit(quantity=quantity, edge=edge, outside=outside)


def compare(envelope: Envelope, condition: Condition, stream: StreamFacts) -> DomainCheck:
    """Where a recording lies against the envelope, and why, in sentences."""
    outside, edge = list[str](), list[str]()
    for limit in envelope.limits:
        _compare(limit, condition, outside, edge)
    match coding_verdict(envelope, condition, stream):
        case "outside":
            outside.append(_coding_refused(envelope, stream))
        case "edge":
            edge.append(f"AP-045: there may be traces of earlier coding or resampling ({condition.codec}).")
        case _:
            pass
    edge += _too_long(envelope, condition)
    return DomainCheck(verdict="outside" if outside else "edge" if edge else "inside", reasons=(*outside, *edge))


def coding_of(stream: StreamFacts) -> str:
    """Name of a recording's coding as the envelope has it: lossless ones are all alike."""
    return LOSSLESS if is_lossless(stream.codec) else stream.codec


def coding_verdict(envelope: Envelope, condition: Condition, stream: StreamFacts) -> Verdict:
    """Where the coding of a recording and its bit rate lie; traces of an earlier coding are the edge."""
    coding = coding_of(stream)
    if coding not in envelope.codecs or (kbps_a_channel(stream) or 0.0) < lowest_taken_kbps(envelope, coding):
        return "outside"
    return "edge" if condition.codec != stream.codec and coding == LOSSLESS else "inside"


def kbps_a_channel(stream: StreamFacts) -> float | None:
    """Mean bit rate of one channel, kbit/s: channels share what the packets hold; None where it was not counted."""
    return None if stream.mean_bit_rate is None else stream.mean_bit_rate / stream.channels / 1000


def lowest_taken_kbps(envelope: Envelope, coding: str) -> float:
    """Mean bit rate (kbit/s a channel) from which a coding is taken as validated; 0 where there is no limit."""
    return (1 - VARIABLE_RATE_TOLERANCE.get(coding, RATE_TOLERANCE)) * dict(envelope.lowest_kbps).get(coding, 0.0)


def codings_in_words(envelope: Envelope) -> str:
    """`MP3 from 57.6 kbit/s (encoders told 64), lossless`; rates are those of one channel."""
    return ", ".join(f"{name}{_from_rate(envelope, name, '')}" for name in envelope.codecs)


def _from_rate(envelope: Envelope, coding: str, unit: str) -> str:
    """From which measured rate on, and what that was told; empty where there is no limit."""
    told = dict(envelope.lowest_kbps).get(coding)
    taken = lowest_taken_kbps(envelope, coding)
    return "" if told is None else f" from {taken:.3g} kbit/s{unit} (encoders told {told:g})"


def coding_in_words(stream: StreamFacts) -> str:
    """`MP3, 48 kbit/s on average`; a rate of several channels is that of one."""
    coding, kbps = coding_of(stream), kbps_a_channel(stream)
    if coding == LOSSLESS or kbps is None:
        return coding
    return f"{coding}, {kbps:.0f} kbit/s{' a channel' if stream.channels > 1 else ''} on average"


def _coding_refused(envelope: Envelope, stream: StreamFacts) -> str:
    coding, kbps = coding_of(stream), kbps_a_channel(stream)
    if coding not in envelope.codecs:
        known = codings_in_words(envelope)
        return f"AP-035: the coding is {coding_in_words(stream)}; the method was validated on {known}."
    found = f"{coding} at an unknown bit rate" if kbps is None else coding_in_words(stream)
    return f"AP-037: the coding is {found}; the method was validated{_from_rate(envelope, coding, ' a channel')}."


def _compare(limit: Limit, condition: Condition, outside: list[str], edge: list[str]) -> None:
    outer, inner, words = _WORDS[limit.quantity]
    value: float = getattr(condition, limit.quantity)
    match limit.verdict(condition):
        case "outside":
            outside.append(f"{outer}: {words.format(value)}; {_beyond(limit, words)}.")
        case "edge" if limit.working:
            edge.append(f"{inner}: {words.format(value)}; the validation's clips had next to none.")
        case "edge":
            share = f"{EDGE_PCT:.0f} in 100"
            edge.append(f"{inner}: {words.format(value)}; of the validation's clips fewer than {share} were as bad.")
        case _:
            pass


def _beyond(limit: Limit, words: str) -> str:
    reached = words.format(limit.outside)
    if limit.working:
        return f"more than {reached} is not accepted (a working value: the validation's clips had next to none)"
    return f"the method was validated {'to' if limit.quantity in _AT_MOST else 'from'} {reached}"


def _too_long(envelope: Envelope, condition: Condition) -> list[str]:
    if not 0 < envelope.longest_speech_s < condition.speech_s:
        return []
    return [
        f"AP-046: {condition.speech_s:.0f} s of speech, more than was validated ({envelope.longest_speech_s:.1f} s); "
        "what a ratio is worth in longer recordings was not measured. "
        "A recording that is synthetic in part is not covered: look at the regions."
    ]
