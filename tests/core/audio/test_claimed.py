"""When a recording began, as its file claims."""

from __future__ import annotations

import struct
from datetime import date
from pathlib import Path

import pytest

from core.audio.claimed import claimed_start
from core.audio.opening import open_recording
from core.audio.recording import StreamFacts

RATE = 48_000
NINE = 9 * 3600


def stream(*tags: tuple[str, str]) -> StreamFacts:
    return StreamFacts(container="WAV", codec="PCM 16 bit", sample_rate=RATE, channels=1, frames=RATE, tags=tags)


def broadcast_wave(path: Path, made: bytes, reference: int) -> Path:
    """EBU Tech 3285: description, originator, reference, date, time, samples after midnight, version, the rest."""
    bext = bytes(256 + 32 + 32) + b"2026-03-04" + made + struct.pack("<QH", reference, 1) + bytes(64 + 190)
    form = struct.pack("<HHIIHH", 1, 1, RATE, 2 * RATE, 2, 16)
    parts = [(b"bext", bext), (b"fmt ", form), (b"data", bytes(200))]
    body = b"WAVE" + b"".join(name + struct.pack("<I", len(part)) + part for name, part in parts)
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    return path


def test_the_first_sample_after_midnight_goes_before_the_time_of_making(tmp_path: Path) -> None:
    found = claimed_start(
        open_recording(broadcast_wave(tmp_path / "a.wav", b"09:03:07", RATE * NINE + RATE // 4)).stream
    )
    assert found is not None
    assert found.day_s == NINE + 0.25
    assert found.date == date(2026, 3, 4)
    assert not found.is_utc
    assert found.words.startswith("2026-03-04 09:00:00.250, no time zone said (time reference")


@pytest.mark.parametrize("made", [b"09:03:07", b"09-03-07", b"09.03.07"])
def test_the_time_of_making_stands_where_nothing_was_counted(tmp_path: Path, made: bytes) -> None:
    found = claimed_start(open_recording(broadcast_wave(tmp_path / "a.wav", made, 0)).stream)
    assert found is not None
    assert found.day_s == NINE + 3 * 60 + 7


def test_times_of_other_containers_are_told_in_utc() -> None:
    found = claimed_start(stream(("creation_time", "2026-03-04T23:30:00.500000+02:00")))
    assert found is not None
    assert (found.day_s, found.date, found.is_utc) == (21.5 * 3600 + 0.5, date(2026, 3, 4), True)


@pytest.mark.parametrize(
    "tags",
    [
        (),
        (("creation_time", "yesterday"),),
        (("creation_time", "25:00:00"),),
        (("creation_time", "2026-13-01T00:00:00Z"),),
        (("date", "2026"), ("title", "09:00:00")),
        (("time_reference", str(RATE * 90_000)),),
    ],
)
def test_nothing_is_claimed_by_what_is_no_time(tags: tuple[tuple[str, str], ...]) -> None:
    assert claimed_start(stream(*tags)) is None
