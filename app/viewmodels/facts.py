"""Facts as rows of words: what the inspector shows of a recording, its condition and the cursor."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.viewmodels.time_form import claimed
from app.viewmodels.wording import MINUS, QUESTION_TITLES, grouped_hash
from core.foundation.names import visible
from core.foundation.units import RMS_FULL_SCALE, format_bytes, format_time

if TYPE_CHECKING:
    from app.viewmodels.reading import Reading
    from core.audio.recording import Condition, Recording

NOT_RECORDED = "not recorded in the file"
_BANDWIDTH_ERROR_HZ = 100.0
"""What the spectrum is smoothed over."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value."""

    label: str
    value: str
    exact: str = ""
    """What is copied, where it differs from what is shown."""
    is_code: bool = False
    """Shown in a fixed-width font."""
    is_muted: bool = False
    """Shown grey: no evidence by itself."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the facts below it."""

    title: str
    facts: tuple[Fact, ...]


def file_sections(recording: Recording, received_name: str = "") -> list[Section]:
    """Which file it is, what the container says, and every tag.

    Args:
        recording: What was opened.
        received_name: Name of the file as received, where it is an exhibit's working copy.
    """
    file, stream = recording.id, recording.stream
    working_copy = (Fact("Working copy", file.path.name, is_code=True),) if received_name else ()
    identity = Section(
        "File",
        (
            Fact("Received as" if received_name else "Name", visible(received_name or file.path.name)),
            *working_copy,
            Fact("Folder", str(file.path.parent)),
            Fact("Size", f"{format_bytes(file.size_bytes)} ({file.size_bytes:,} bytes)", str(file.size_bytes)),
            hash_fact("SHA-256 of the file", file.sha256),
            hash_fact("SHA-256 of the samples", file.pcm_sha256),
            Fact("Samples hashed as", file.pcm_encoding),
        ),
    )
    start = claimed(recording)
    sound = Section(
        "Sound",
        (
            Fact("Container", stream.container),
            Fact("Coding", stream.codec),
            Fact("Sample rate", f"{stream.sample_rate:,} Hz", str(stream.sample_rate)),
            Fact("Channels", str(stream.channels)),
            Fact("Length", f"{format_time(recording.duration_s)} ({stream.frames:,} frames)", str(stream.frames)),
            Fact("Claims to begin", start.words if start else NOT_RECORDED),
            Fact("Bits per sample", str(stream.bits) if stream.bits else "does not apply to this coding"),
            Fact("Bit rate", f"{stream.bit_rate / 1000:,.1f} kbit/s" if stream.bit_rate else NOT_RECORDED),
            Fact("Decoder", stream.decoder),
        ),
    )
    sections = [identity, sound]
    if recording.notices:
        sections.insert(0, Section("Notices", tuple(Fact(n.code, n.message) for n in recording.notices)))
    if stream.facts:
        sections.append(Section("Container facts", _pairs(stream.facts)))
    sections.append(Section("Tags", _pairs(stream.tags) or (Fact("Tags", NOT_RECORDED),)))
    return sections


def condition_sections(condition: Condition, sample_rate: int) -> list[Section]:
    """Measured state of the signal."""
    stretches = [segment.seconds(sample_rate) for segment in condition.speech]
    level = Section(
        "Level",
        (
            Fact("Peak", _optional(condition.peak_dbfs, "{:.1f} dBFS")),
            Fact("RMS", _optional(condition.rms_dbfs, "{:.1f} dBFS"), f"{condition.rms_dbfs} dBFS ({RMS_FULL_SCALE})"),
            Fact("Clipped samples", f"{condition.clipped_pct:.2f} %"),
            Fact("DC offset", _optional(condition.dc_offset, "{:+.5f} of full scale")),
            Fact("Effective bits", _effective_bits(condition.effective_bits)),
            Fact("Digital silence", f"{condition.digital_silence_pct:.2f} %"),
        ),
    )
    signal = Section(
        "Signal",
        (
            Fact("Speech", f"{condition.speech_s:.1f} s in {len(stretches)} stretches"),
            Fact("Bandwidth", _reach(condition.bandwidth_hz, sample_rate)),
            Fact("Signal to noise", _signal_to_noise(condition)),
            Fact("Coding", condition.codec or "no trace of earlier lossy coding"),
            Fact("Channels", condition.channel_note or "one channel"),
        ),
    )
    return [signal, level]


def _effective_bits(bits: float | None) -> str:
    return "not applicable: lossy coding" if bits is None else f"{bits:.1f}"


def reading_sections(reading: Reading, selection_s: tuple[float, float] | None) -> list[Section]:
    """Values at the pointer or cursor, and the selected stretch. Always the same rows, so that nothing jumps."""
    amplitude = ", ".join(_minus(f"{value:+.5f}") for value in reading.amplitude or ())
    point = Section(
        "At the cursor",
        (
            Fact("Time", _moment(reading.time_s, reading.sample_s / 2), f"{reading.time_s:.6f}"),
            Fact("Sample", f"{reading.sample:,}", str(reading.sample)),
            Fact("Amplitude", amplitude or "–"),
            Fact("Frequency", _hertz(reading.frequency_hz, reading.resolution_hz)),
            Fact("Level", _optional(reading.level_dbfs, "{:.1f} dBFS")),
            Fact("Packet band", _hertz(reading.packet_hz, reading.packet_width_hz)),
            Fact("Packet level", _optional(reading.packet_db, "{:.1f} dB")),
        ),
    )
    track = Section(
        "Uncalibrated scores here",
        (
            Fact(QUESTION_TITLES["synthetic"], _optional(reading.synthetic, "{:+.2f}")),
            Fact(QUESTION_TITLES["neural_codec"], _optional(reading.neural_codec, "{:+.2f}")),
            Fact("Attribution", _optional(reading.attribution, "{:+.3g}")),
        ),
    )
    return [point, track, _selection(selection_s, reading.sample_s)]


def _selection(selection_s: tuple[float, float] | None, sample_s: float) -> Section:
    """Each end is known to half a sample, the length to one."""
    start, end = selection_s or (None, None)
    length = None if start is None or end is None else end - start
    times = (("Start", start, sample_s / 2), ("End", end, sample_s / 2), ("Length", length, sample_s))
    facts = (Fact(name, "–" if t is None else _moment(t, by)) for name, t, by in times)
    return Section("Selection", tuple(facts))


def _moment(seconds: float, uncertainty_s: float) -> str:
    """`6.500000 ± 0.000031 s`, as the measuring dock says it."""
    if uncertainty_s <= 0:
        return format_time(seconds)
    decimals = decimals_of(uncertainty_s)
    return f"{format_time(seconds, decimals).removesuffix(' s')} ± {uncertainty_s:.{decimals}f} s"


def _hertz(value: float | None, width_hz: float | None) -> str:
    """A frequency, and half the width of what it was looked at through."""
    if value is None or not width_hz:
        return _optional(value, "{:,.0f} Hz")
    return f"{value:,.0f} ± {width_hz / 2:.0f} Hz"


def decimals_of(uncertainty: float) -> int:
    """So many that the uncertainty has two digits."""
    return min(max(1 - math.floor(math.log10(uncertainty)), 0), 8) if uncertainty > 0 else 3


def _signal_to_noise(condition: Condition) -> str:
    if condition.snr_measured:
        return f"{condition.snr_db:.0f} dB, estimated"
    return f"at least {condition.snr_db:.0f} dB (no pause shows the background)"


def as_text(sections: list[Section]) -> str:
    """Everything as lines of `label: value`, for the clipboard."""
    return "\n".join(_lines(sections))


def _lines(sections: list[Section]) -> Iterator[str]:
    for section in sections:
        yield section.title
        for fact in section.facts:
            yield f"  {fact.label}: {fact.exact or fact.value}"


def _pairs(pairs: tuple[tuple[str, str], ...]) -> tuple[Fact, ...]:
    return tuple(Fact(name, value if value.strip() else "empty", value) for name, value in pairs)


def hash_fact(label: str, digest: str) -> Fact:
    """A hash in groups that can be compared by eye; copied in one piece."""
    return Fact(label, grouped_hash(digest), digest, is_code=True)


def _optional(value: float | None, form: str) -> str:
    return "–" if value is None else _minus(form.format(value))


def _minus(text: str) -> str:
    return text.replace("-", MINUS)


def _reach(bandwidth_hz: float, sample_rate: int) -> str:
    """How far the sound reaches; what lies above half the sample rate cannot be known."""
    reach = f"{bandwidth_hz:,.0f} Hz"
    is_limit = bandwidth_hz + _BANDWIDTH_ERROR_HZ >= sample_rate / 2
    return f"{reach}, up to the limit of the sample rate" if is_limit else reach
