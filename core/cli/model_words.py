"""What `auditrace models show` says of a pack beside its card: figures, calibration, regions. No numbers of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from core.calibration.calibration import Calibration
from core.calibration.localisation import Localisation
from core.calibration.record import CalibrationRecord
from core.calibration.verbal import Weight
from core.ood.validated import Limit, codings_in_words

_LIMITS = {
    "speech_s": "less than {:.1f} s of speech",
    "bandwidth_hz": "a bandwidth below {:.0f} Hz",
    "snr_db": "speech less than {:.0f} dB above the background",
    "clipped_pct": "more than {:.1f} % of clipped samples",
}


def results_table(results: Sequence[Mapping[str, object]]) -> Iterator[str]:
    """The card's equal error rates as a table."""
    rows = [row for row in results if "eer_pct" in row]
    if rows:
        yield f"  {'set':<6} {'condition':<34} {'question':<13} {'EER %':>6}  {'95 % interval':<14} {'clips':>6}"
    for row in rows:
        interval = f"{row['low']} to {row['high']}" if "low" in row and "high" in row else ""
        yield (
            f"  {row.get('set', '')!s:<6} {row.get('condition', '')!s:<34} {row.get('question', '')!s:<13} "
            f"{row['eer_pct']!s:>6}  {interval:<14} {row.get('n', '')!s:>6}"
        )


def families_table(results: Sequence[Mapping[str, object]]) -> Iterator[str]:
    """What share of each family of clips scores above 0."""
    rows = [row for row in results if "above_zero_pct" in row]
    if rows:
        yield f"  {'set':<6} {'family':<34} {'question':<13} {'above 0 %':>9} {'clips':>6}"
    for row in rows:
        yield (
            f"  {row.get('set', '')!s:<6} {row.get('family', '')!s:<34} {row.get('question', '')!s:<13} "
            f"{row['above_zero_pct']!s:>9} {row.get('n', '')!s:>6}"
        )


def calibration_lines(record: CalibrationRecord | None) -> Iterator[str]:
    """Which likelihood ratios the pack gives by itself, on what they rest, and why there are none."""
    if record is None or not record.questions:
        yield "Likelihood ratios: none, the model has no calibration of its own"
        return
    for found in record.questions.values():
        yield f"Likelihood ratios, {found.question}: {found.refusal or 'given'}"
        yield from _calibration(found)


def region_lines(record: CalibrationRecord | None) -> Iterator[str]:
    """From what length on regions are stated and how well, or why none are."""
    if record is None or not record.localisation:
        yield "Regions: none, no threshold was fixed for this model"
        return
    for setting in record.localisation.values():
        shortest = setting.shortest_s
        if shortest is None:
            yield f"Regions, {setting.question}: none, too few inserts of any length were found"
        else:
            yield f"Regions, {setting.question}: {setting.refusal or f'stated from {shortest:g} s on'}"
        yield from _located(setting)


def _calibration(found: Calibration) -> Iterator[str]:
    limits = Weight(question=found.question, log10_lr=0.0, bounds=found.bounds).limits
    yield f"  {found.id}, {found.method}, made {found.made or 'on a day that was not recorded'}; {limits}"
    envelope = found.envelope
    longest = f", to {envelope.longest_speech_s:.1f} s of speech" if envelope.longest_speech_s else ""
    yield f"  validated on {codings_in_words(envelope)}{longest}; longer is given with caution"
    if envelope.limits:
        yield f"  refused with {', '.join(map(_limit, envelope.limits))}"
    for each in found.measured:
        cost, at_limits = found.in_words(each)
        yield f"  {cost}"
        yield f"    {at_limits}"


def _limit(limit: Limit) -> str:
    return _LIMITS[limit.quantity].format(limit.outside) + (" (a working value)" if limit.working else "")


def _located(setting: Localisation) -> Iterator[str]:
    for each in setting.measured:
        lengths = ", ".join(f"{one.length_s:g} s {one.found} of {one.inserts}" for one in each.by_length)
        rate = "not known" if each.false_per_minute is None else f"{each.false_per_minute:.1f}"
        yield f"  {each.data}: inserts found {lengths}; false regions in a minute of genuine speech {rate}"
