"""Is a method applicable: the measured condition of a recording against what the models were made for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from core.audio.recording import Condition, StreamFacts
from core.detectors.card import ModelCard

MIN_SPEECH_S = 1.0
GOOD_SPEECH_S = 3.0
MIN_BANDWIDTH_HZ = 3000.0
GOOD_BANDWIDTH_HZ = 7000.0
MIN_SNR_DB = 5.0
GOOD_SNR_DB = 15.0
MAX_CLIPPED_PCT = 1.0

Verdict = Literal["inside", "edge", "outside"]
_ORDER: tuple[Verdict, ...] = ("inside", "edge", "outside")


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainCheck:
    """Whether the method applies, and why not. Says nothing about the evidence itself."""

    verdict: Verdict
    reasons: tuple[str, ...]
    """Sentences with their codes (AP-…), worst first; empty inside."""


def check(
    cards: Iterable[ModelCard], condition: Condition, stream: StreamFacts, *, validated: bool = False
) -> DomainCheck:
    """Compare a recording with general limits and with those of the models that were run.

    The limits are working values from practice (P-38: vendors want 3 s of speech or more), not a validated envelope:
    they can only take away, and no likelihood ratio is given on their strength.

    Args:
        cards: Of the models that were run.
        condition: Measured on the recording.
        stream: Of the recording.
        validated: A calibration's own envelope is looked at as well: it knows the edges better, and only what lies
            outside is told here.
    """
    outside = [*_outside(condition), *_models(cards, stream)]
    edge = [] if validated else list(_edge(condition))
    verdict: Verdict = "outside" if outside else "edge" if edge else "inside"
    return DomainCheck(verdict=verdict, reasons=tuple(outside + edge))


def joined(checks: Iterable[DomainCheck]) -> DomainCheck:
    """Several checks as one: the worst verdict, with the reasons for it first."""
    ordered = sorted(checks, key=lambda check: _ORDER.index(check.verdict), reverse=True)
    reasons = tuple(reason for check in ordered for reason in check.reasons)
    return DomainCheck(verdict=ordered[0].verdict if ordered else "inside", reasons=reasons)


def _outside(c: Condition) -> Iterable[str]:
    if c.speech_s < MIN_SPEECH_S:
        yield f"AP-011: only {c.speech_s:.1f} s of speech found; at least {MIN_SPEECH_S:.0f} s are needed."
    if c.speech_s > 0 and c.bandwidth_hz < MIN_BANDWIDTH_HZ:
        yield f"AP-012: the sound ends at {c.bandwidth_hz:.0f} Hz; at least {MIN_BANDWIDTH_HZ:.0f} Hz are needed."
    if c.speech_s > 0 and c.snr_measured and c.snr_db < MIN_SNR_DB:
        yield f"AP-013: the speech is only {c.snr_db:.0f} dB above the background; {MIN_SNR_DB:.0f} dB are needed."


def _edge(c: Condition) -> Iterable[str]:
    if MIN_SPEECH_S <= c.speech_s < GOOD_SPEECH_S:
        yield f"AP-021: {c.speech_s:.1f} s of speech is short; {GOOD_SPEECH_S:.0f} s or more are better."
    if c.speech_s > 0 and MIN_BANDWIDTH_HZ <= c.bandwidth_hz < GOOD_BANDWIDTH_HZ:
        yield f"AP-022: the sound ends at {c.bandwidth_hz:.0f} Hz; traces above it, if there were any, are gone."
    if c.speech_s > 0 and c.snr_measured and MIN_SNR_DB <= c.snr_db < GOOD_SNR_DB:
        yield f"AP-023: the speech is {c.snr_db:.0f} dB above the background; noise hides traces of generation."
    if c.clipped_pct > MAX_CLIPPED_PCT:
        yield f"AP-024: {c.clipped_pct:.1f} % of the samples are clipped; clipping adds lines to the spectrum."


def _models(cards: Iterable[ModelCard], stream: StreamFacts) -> Iterable[str]:
    for card in cards:
        if stream.sample_rate < card.min_rate_hz:
            yield (
                f"AP-004: {card.id} was made for {card.min_rate_hz} Hz and more, "
                f"the recording has {stream.sample_rate} Hz; nothing above half of that can be evidence."
            )
