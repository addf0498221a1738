"""From a path to a Recording: SHA-256 of the file beside one decoding pass that makes the PCM hash and the peaks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.audio.chunks import FileStructure, read_structure
from core.audio.coding import is_lossless
from core.audio.decoding import Decoder, DecodingStopped, SampleFormat, no_samples, to_float32
from core.audio.guard import FileGuard, unreadable
from core.audio.peaks import PeakBuilder, PeakPyramid
from core.audio.reading import NotForSoundfile, SoundfileDecoder, SoundfileSource
from core.audio.recording import FileId, Notice, PcmSource, Recording, StreamFacts
from core.audio.workfile import WorkingFile
from core.foundation.errors import AudioError
from core.foundation.hashing import DigestThread, sha256_file
from core.foundation.names import visible
from core.foundation.progress import SILENT, Cancelled, Progress, Silent, span
from core.foundation.units import format_time

_DECODING_SHARE = 0.98
"""Part of the progress bar that decoding takes; hashing runs beside it and seldom ends later."""
_CHECK_S = 0.1
RATES_HZ = (1_000, 1_000_000)
"""Sample rates outside these are taken for damage."""
_MAX_EXPANSION = 400
"""No coding in use makes one byte into more bytes of float32 than this."""


def open_recording(path: Path, progress: Progress = SILENT) -> Recording:
    """Open a recording of any known format, mono or many channels, of any length.

    SHA-256 of the file and one streamed decoding pass run side by side, so that its bytes come from the disk once;
    the recording exists when both are done and the file is still the one of which they were taken. No more than a few
    blocks of samples are in memory; codings without exact seek are decoded into an unnamed working file.

    Raises:
        AudioError: the file cannot be used (IN-…) or not decoded (DE-…).
        Cancelled: through `progress`.
    """
    path = Path(path)
    guard = FileGuard.of(path)
    try:
        with _hashing(path) as sha256:
            structure = read_structure(path)
            decoded = _decode(guard, span(progress, 0.0, _DECODING_SHARE))
            try:
                recording = _recording(guard, _awaited(sha256, progress), structure, decoded)
                guard.check()
            except BaseException:
                decoded.pcm.close()
                raise
    except OSError as error:
        guard.check()
        raise unreadable(path, error) from error
    progress.report(1.0, "opened")
    return recording


class _UntilStopped(Silent):
    """Stops the hashing when the opening has failed or was cancelled."""

    def __init__(self):
        self.stop = threading.Event()

    def check(self) -> None:
        if self.stop.is_set():
            raise Cancelled


@contextmanager
def _hashing(path: Path) -> Iterator[Future[str]]:
    """SHA-256 of a file, in a thread that ends with the block."""
    until = _UntilStopped()
    with ThreadPoolExecutor(1, thread_name_prefix="sha256") as thread:
        try:
            yield thread.submit(sha256_file, path, until)
        finally:
            until.stop.set()


def _awaited(sha256: Future[str], progress: Progress) -> str:
    progress.check()
    progress.report(_DECODING_SHARE, "computing SHA-256")
    while not wait([sha256], _CHECK_S).done:
        progress.check()
    return sha256.result()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decoded:
    """Outcome of the decoding pass."""

    format: SampleFormat
    peaks: PeakPyramid
    pcm_sha256: str
    no_level: int
    notices: list[Notice]
    pcm: PcmSource
    packet_bytes: int | None


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
    with DigestThread() as digest:
        return _hashed_pass(guard, decoder, working, digest, progress)


def _hashed_pass(
    guard: FileGuard, decoder: Decoder, working: WorkingFile | None, digest: DigestThread, progress: Progress
) -> _Decoded:
    form = decoder.format
    peaks = PeakBuilder(form.channels)
    frames = no_level = 0
    done = 0.0
    for block in decoder.blocks():
        progress.check()
        digest.add(np.ascontiguousarray(block).data)
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
        packet_bytes=decoder.packet_bytes(),
    )


def _recording(guard: FileGuard, sha256: str, structure: FileStructure, decoded: _Decoded) -> Recording:
    from core.audio.container import container_facts  # imported late: see _decode_container

    form = decoded.format
    found, mean_bit_rate = container_facts(guard.path), _mean_bit_rate(guard.path, decoded)
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
            mean_bit_rate=mean_bit_rate,
            decoder=form.decoder,
            tags=found.tags,
            facts=(*structure.facts(), *found.facts, *_rate_fact(mean_bit_rate)),
        ),
        peaks=decoded.peaks,
        notices=tuple(_notices(guard.path, structure, decoded)),
        pcm=decoded.pcm,
    )


def _mean_bit_rate(path: Path, decoded: _Decoded) -> float | None:
    """Bits per second of a lossy coding; the mean where its rate varies. What a container declares may be anything."""
    from core.audio.container import packet_bytes

    if is_lossless(decoded.format.codec):
        return None
    size = packet_bytes(path) if decoded.packet_bytes is None else decoded.packet_bytes
    return 8 * size * decoded.format.sample_rate / decoded.peaks.frames if size else None


def _rate_fact(bits_per_s: float | None) -> tuple[tuple[str, str], ...]:
    if bits_per_s is None:
        return ()
    return (("mean bit rate", f"{bits_per_s / 1000:.1f} kbit/s, counted over the packets that were decoded"),)


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
    if visible(path.name) != path.name:
        found.append(hidden_name(path.name))
    if decoded.no_level:
        found.append(
            Notice(
                code="DE-022",
                message=f"{decoded.no_level} samples are no numbers (NaN, infinite or too large) and are read as 0. "
                "Recorders do not normally write such samples: ask how the file was made.",
            )
        )
    return found


def hidden_name(name: str) -> Notice:
    """IN-022: what a name shows is not all that it holds."""
    return Notice(
        code="IN-022",
        message=f"The file's name holds characters that are not seen, or that change the order in which it is read; "
        f"they are shown by their numbers: {visible(name)}. Such a name can pretend to another ending.",
    )


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
