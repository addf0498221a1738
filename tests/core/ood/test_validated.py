"""The validated envelope: inside, edge and outside of each quantity, with the reason."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.audio.recording import Condition, StreamFacts
from core.ood.validated import Envelope, Limit, compare, fit_envelope

GOOD = Condition(
    speech_s=2.2,
    bandwidth_hz=8000,
    snr_db=30,
    clipped_pct=0,
    codec="PCM 16 bit",
    peak_dbfs=-3,
    rms_dbfs=-20,
    dc_offset=0,
    effective_bits=16,
    digital_silence_pct=0,
)
STREAM = StreamFacts(container="WAV", codec="PCM 16 bit", sample_rate=16000, channels=1, frames=40000)
ENVELOPE = Envelope(
    limits=(
        Limit(quantity="speech_s", edge=1.5, outside=1.0),
        Limit(quantity="bandwidth_hz", edge=6000, outside=3500),
        Limit(quantity="snr_db", edge=15, outside=8),
        Limit(quantity="clipped_pct", edge=0.5, outside=2),
    ),
    codecs=("MP3", "lossless"),
    longest_speech_s=2.4,
)


def test_a_recording_like_the_validations_is_inside():
    assert compare(ENVELOPE, GOOD, STREAM).verdict == "inside"
    assert compare(ENVELOPE, GOOD, STREAM).reasons == ()


@pytest.mark.parametrize(
    ("change", "verdict", "code"),
    [
        ({"speech_s": 1.2}, "edge", "AP-041"),
        ({"speech_s": 0.9}, "outside", "AP-031"),
        ({"bandwidth_hz": 5000}, "edge", "AP-042"),
        ({"bandwidth_hz": 3400}, "outside", "AP-032"),
        ({"snr_db": 10}, "edge", "AP-043"),
        ({"snr_db": 5}, "outside", "AP-033"),
        ({"clipped_pct": 1}, "edge", "AP-044"),
        ({"clipped_pct": 3}, "outside", "AP-034"),
        ({"codec": "PCM 16 bit; energy ends sharply at 3.4 kHz"}, "edge", "AP-045"),
    ],
)
def test_each_quantity_leads_to_the_edge_and_outside(change, verdict, code):
    found = compare(ENVELOPE, replace(GOOD, **change), STREAM)
    assert (found.verdict, len(found.reasons)) == (verdict, 1)
    assert found.reasons[0].startswith(code)


def test_noise_that_was_not_measured_says_nothing():
    assert compare(ENVELOPE, replace(GOOD, snr_db=0, snr_measured=False), STREAM).verdict == "inside"


def test_only_validated_codings_are_inside():
    coded = [replace(STREAM, codec=codec) for codec in ("MP3", "Opus")]
    found = [compare(ENVELOPE, replace(GOOD, codec=stream.codec), stream) for stream in coded]
    assert [check.verdict for check in found] == ["inside", "outside"]
    assert found[1].reasons == ("AP-035: the coding is Opus; the method was validated on MP3, lossless.",)
    efficient = replace(STREAM, codec="HE-AAC", mean_bit_rate=48_000.0, channels=2)
    plain = replace(ENVELOPE, codecs=("AAC", "lossless"), lowest_kbps=(("AAC", 64.0),))
    (reason,) = compare(plain, replace(GOOD, codec="HE-AAC"), efficient).reasons
    words = "HE-AAC, 24 kbit/s a channel on average; the method was validated on AAC from 57.6 kbit/s "
    words += "(encoders told 64), lossless."
    assert reason == f"AP-035: the coding is {words}"


def test_longer_recordings_than_any_that_was_validated_are_on_the_edge():
    found = compare(ENVELOPE, replace(GOOD, speech_s=60), STREAM)
    assert found.verdict == "edge"
    assert found.reasons[0].startswith("AP-046: 60 s of speech, more than was validated (2.4 s);")


MP3 = replace(STREAM, codec="MP3")
WITH_RATES = replace(ENVELOPE, lowest_kbps=(("MP3", 64.0),))


@pytest.mark.parametrize(
    ("bits_per_s", "channels", "verdict"),
    [
        (64_000, 1, "inside"),
        (58_000, 1, "inside"),  # within a tenth
        (57_000, 1, "outside"),
        (96_000, 2, "outside"),  # 48 for each
        (128_000, 2, "inside"),
        (None, 1, "outside"),  # a rate that nobody counted was not validated
    ],
)
def test_a_coding_is_validated_from_a_bit_rate_on(bits_per_s, channels, verdict):
    stream = replace(MP3, mean_bit_rate=bits_per_s, channels=channels)
    found = compare(WITH_RATES, replace(GOOD, codec="MP3"), stream)
    assert found.verdict == verdict
    assert all(reason.startswith("AP-037") for reason in found.reasons)
    assert compare(ENVELOPE, replace(GOOD, codec="MP3"), stream).verdict == "inside"  # a record without rates


def test_the_reason_names_the_rate_that_was_found_and_the_one_that_was_validated():
    stream = replace(MP3, mean_bit_rate=32_100.0)
    (reason,) = compare(WITH_RATES, replace(GOOD, codec="MP3"), stream).reasons
    assert reason == (
        "AP-037: the coding is MP3, 32 kbit/s on average; "
        "the method was validated from 57.6 kbit/s a channel (encoders told 64)."
    )


def test_a_coding_that_spends_what_the_sound_needs_is_taken_by_what_its_validated_copies_measured():
    """Copies told 32 kbit/s measure 20 to 32; told 24 they measure at most 24, and were not validated."""
    validated = replace(ENVELOPE, codecs=("Opus", "lossless"), lowest_kbps=(("Opus", 32.0),))
    streams = [replace(STREAM, codec="Opus", mean_bit_rate=1000 * kbps) for kbps in (28.1, 25.2, 23.8)]
    found = [compare(validated, replace(GOOD, codec="Opus"), stream) for stream in streams]
    assert [check.verdict for check in found] == ["inside", "inside", "outside"]
    assert found[-1].reasons[0].endswith("validated from 25 kbit/s a channel (encoders told 32).")


def test_clips_without_clipping_do_not_refuse_a_recording_for_a_handful_of_samples():
    made = fit_envelope([replace(GOOD, clipped_pct=value) for value in (0.0, 0.0, 0.003)])
    verdicts = {value: compare(made, replace(GOOD, clipped_pct=value), STREAM) for value in (0.05, 0.5, 2.0)}
    assert [found.verdict for found in verdicts.values()] == ["inside", "edge", "outside"]
    assert "working value" in verdicts[2.0].reasons[0]


def test_limits_are_percentiles_of_what_was_measured():
    clips = [
        replace(GOOD, speech_s=float(i), snr_db=float(i), snr_measured=i > 50, clipped_pct=float(i)) for i in range(101)
    ]
    made = fit_envelope(clips, ["MP3", "lossless", "MP3"])
    limits = {limit.quantity: (limit.edge, limit.outside) for limit in made.limits}
    assert limits["speech_s"] == (5, 1)
    assert limits["clipped_pct"] == (95, 99)
    assert limits["snr_db"] == pytest.approx(np.percentile(np.arange(51, 101), [5, 1]))
    assert made.codecs == ("MP3", "lossless")
    assert made.longest_speech_s == 100
    assert not any(limit.working for limit in made.limits)
