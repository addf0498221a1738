"""From a path to a Recording: hash first, then one decoding pass that makes the PCM hash and the peaks."""

from __future__ import annotations

import hashlib
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.audio.chunks import FileStructure, read_structure
from core.audio.decoding import Decoder, DecodingStopped, SampleFormat, no_samples, to_float32
from core.audio.guard import FileGuard, unreadable
from core.audio.peaks import PeakBuilder, PeakPyramid
from core.audio.reading import NotForSoundfile, SoundfileDecoder, SoundfileSource
from core.audio.recording import FileId, Notice, PcmSource, Recording, StreamFacts
from core.audio.workfile import WorkingFile
from core.foundation.errors import AudioError
from core.foundation.hashing import sha256_file
from core.foundation.progress import SILENT, Progress, span
from core.foundation.units import format_time

_HASH_SHARE = 0.3
"""Part of the progress bar that hashing takes."""
RATES_HZ = (1_000, 1_000_000)
"""Sample rates outside these are taken for damage."""
_MAX_EXPANSION = 400
"""No coding in use makes one byte into more bytes of float32 than this."""


def open_recording(path: Path, progress: Progress = SILENT) -> Recording:
    """Open a recording of any known format, mono or many channels, of any length.

    Order: SHA-256 of the file; then one streamed decoding pass. No more than a few blocks of samples are in memory;
    codings without exact seek are decoded into an unnamed working file.

    Raises:
        AudioError: the file cannot be used (IN-…) or not decoded (DE-…).
        Cancelled: through `progress`.
    """
    path = Path(path)
    guard = FileGuard.of(path)
    try:
        sha256 = sha256_file(path, span(progress, 0.0, _HASH_SHARE))
        structure = read_structure(path)
        decoded = _decode(guard, span(progress, _HASH_SHARE, 1.0))
    except OSError as error:
        guard.check()
        raise unreadable(path, error) from error
    try:
        recording = _recording(guard, sha256, structure, decoded)
        guard.check()
        progress.report(1.0, "opened")
        return recording
    except BaseException:
        decoded.pcm.close()
        raise


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decoded:
    """Outcome of the decoding pass."""

    format: SampleFormat
    peaks: PeakPyramid
    pcm_sha256: str
    no_level: int
    notices: list[Notice]
    pcm: PcmSource


def _decode(guard: FileGuard, progress: Progress) -> _Decoded:
    try:
        with closing(SoundfileDecoder(guard.path)) as decoder:
            return _run(guard, decoder, span(progress, 0.0, 0.9))
    except NotForSoundfile:
        return _decode_container(guard, progress)
    except DecodingStopped:
        return _decode_container(guard, span(progress, 0.9, 1.0))


def _decode_container(guard: FileGuard, progress: Progress) -> _Decoded:
    from core.audio.container import ContainerDecoder  # 0.2 s that the start of the program need not wait for

    with closing(ContainerDecoder(guard.path)) as decoder:
        return _run(guard, decoder, progress)


def _run(guard: FileGuard, decoder: Decoder, progress: Progress) -> _Decoded:
    form = decoder.format
    _require_plausible(guard.path, form)
    working = None if decoder.exact_seek else WorkingFile(form.channels, _expected_bytes(guard, form))
    try:
        return _pass(guard, decoder, working, progress)
    except BaseException:
        if working:
            working.close()
        raise


def _expected_bytes(guard: FileGuard, form: SampleFormat) -> int:
    """Size of the working file, as far as the header can be believed."""
    return min((form.promised_frames or 0) * form.channels * 4, guard.size_bytes * _MAX_EXPANSION)


def _pass(guard: FileGuard, decoder: Decoder, working: WorkingFile | None, progress: Progress) -> _Decoded:
    form = decoder.format
    digest, peaks = hashlib.sha256(), PeakBuilder(form.channels)
    frames = no_level = 0
    done = 0.0
    for block in decoder.blocks():
        progress.check()
        digest.update(np.ascontiguousarray(block).data)
        samples, bad = to_float32(block)
        peaks.add(np.ascontiguousarray(samples.T))
        if working:
            working.add(samples)
        frames += len(block)
        no_level += bad
        done = max(done, decoder.position())
        progress.report(done, "decoding")
    _require_samples(guard.path, frames * form.channels, no_level)
    return _Decoded(
        format=form,
        peaks=peaks.finish(),
        pcm_sha256=digest.hexdigest(),
        no_level=no_level,
        notices=decoder.notices(),
        pcm=working.finish(guard) if working else SoundfileSource(guard, frames),
    )


def _recording(guard: FileGuard, sha256: str, structure: FileStructure, decoded: _Decoded) -> Recording:
    from core.audio.container import container_facts  # imported late: see _decode_container

    form = decoded.format
    found = container_facts(guard.path)
    return Recording(
        id=FileId(
            path=guard.path,
            size_bytes=guard.size_bytes,
            sha256=sha256,
            pcm_sha256=decoded.pcm_sha256,
            pcm_encoding=form.encoding,
        ),
        stream=StreamFacts(
            container=form.container,
            codec=form.codec,
            sample_rate=form.sample_rate,
            channels=form.channels,
            frames=decoded.peaks.frames,
            bits=form.bits,
            bit_rate=form.bit_rate,
            decoder=form.decoder,
            tags=found.tags,
            facts=(*structure.facts(), *found.facts),
        ),
        peaks=decoded.peaks,
        notices=tuple(_notices(guard.path, structure, decoded)),
        pcm=decoded.pcm,
    )


def _notices(path: Path, structure: FileStructure, decoded: _Decoded) -> list[Notice]:
    found = list(decoded.notices)
    if not any(notice.code == "DE-020" for notice in found):
        found += _shortfall(structure, decoded)
    if path.suffix and structure.extensions and path.suffix.lower() not in structure.extensions:
        found.append(
            Notice(
                code="IN-020",
                message=f"The name ends in {path.suffix}, but the content is {structure.kind}. "
                "It was read by its content.",
            )
        )
    if decoded.no_level:
        found.append(
            Notice(
                code="DE-022",
                message=f"{decoded.no_level} samples are no numbers (NaN, infinite or too large) and are read as 0. "
                "Recorders do not normally write such samples: ask how the file was made.",
            )
        )
    return found


def _shortfall(structure: FileStructure, decoded: _Decoded) -> list[Notice]:
    form, frames = decoded.format, decoded.peaks.frames
    readable_s = frames / form.sample_rate
    missing_s = ((form.promised_frames or 0) - frames) / form.sample_rate
    if structure.missing_bytes:
        why = f"{structure.missing_bytes} bytes that its header promises are missing"
    elif structure.cut:
        why = "the mark with which such a file ends is missing"
    elif missing_s > form.promise_slack_s:
        why = f"its header promises {format_time(readable_s + missing_s)}"
    else:
        return []
    return [
        Notice(
            code="DE-020",
            message=f"Damaged or ended early: {why}. The first {format_time(readable_s)} are readable and were used.",
        )
    ]


def _require_plausible(path: Path, form: SampleFormat) -> None:
    if not RATES_HZ[0] <= form.sample_rate <= RATES_HZ[1]:
        raise AudioError(
            "IN-011",
            f"{path.name} declares a sample rate of {form.sample_rate} Hz.",
            means="No sound recording has such a rate; the header is damaged or was altered.",
            do="Ask for the original file.",
        )


def _require_samples(path: Path, samples: int, no_level: int) -> None:
    if samples == 0:
        raise no_samples(path)
    if samples == no_level:
        raise AudioError(
            "IN-010",
            f"Not one sample of {path.name} is a number (all are NaN or infinite).",
            means="There is nothing to examine.",
            do="Ask for the original file.",
        )
