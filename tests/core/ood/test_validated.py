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


def test_long_recordings_stay_inside_with_a_word_of_caution():
    found = compare(ENVELOPE, replace(GOOD, speech_s=60), STREAM)
    assert found.verdict == "inside"
    assert found.reasons[0].startswith("AP-046: 60 s of speech; the method was validated to 2.4 s.")


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
