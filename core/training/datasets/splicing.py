"""Recordings of genuine speech with a synthetic or neurally coded stretch in them, boundaries known; and controls.

Controls are spliced in the same way from genuine speech alone, so that a splice by itself is no cue.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from core.audio.active_level import active_power
from core.detectors.card import QUESTIONS
from core.foundation.errors import DataError
from core.foundation.files import save
from core.foundation.hashing import sha256_file
from core.foundation.progress import SILENT, Progress, steps
from core.foundation.rng import generator
from core.training.datasets.groups import sentence, voice
from core.training.datasets.manifest import Clip
from core.training.datasets.spliced import INSERT_S, Piece, Spliced, SplicedSet
from core.training.prepare import LEVEL_DBFS, dither, load

Wave = NDArray[np.float32]
LENGTH_S = (8.0, 15.0)
FADE_MS = (10.0, 30.0)
EDGE_S = 0.25
"""Of a clip that something is set into, at least so much stays on either side."""
CONTROL_EVERY = 3
"""Every third recording is a control."""
PEAK = 0.98
"""No recording is louder than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Clips that may stand in one recording: of one speaker of a source, or of the source."""

    name: str
    genuine: tuple[Clip, ...]
    donors: tuple[Clip, ...]
    """Synthetic or neurally coded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A clip as it goes into a recording."""

    clip: Clip
    insert: Clip | None = None
    """What is set into the clip; None leaves it whole."""
    insert_s: float = 0.0


def pools_of(clips: Sequence[Clip], rate_hz: int) -> list[Pool]:
    """Pools with enough genuine speech and something to set into it, by name; a speaker's own where there is one.

    Clips of a lower rate than the recordings', or of coded genuine speech, are left out: they would be heard apart.
    """
    shortest = max(INSERT_S[0], 2 * EDGE_S) + FADE_MS[1] / 1000
    usable = [c for c in clips if (c.sample_rate or rate_hz) >= rate_hz and c.seconds >= shortest]
    genuine = [c for c in usable if c.label == "real" and c.family in ("real", "")]
    donors = [c for c in usable if 1 in (c.synthetic, c.neural_codec)]
    found: list[Pool] = []
    for source in sorted({c.source for c in genuine}):
        of_source = [c for c in genuine if c.source == source]
        groups = {v: [c for c in of_source if voice(c) == v] for v in sorted({voice(c) for c in of_source} - {""})}
        groups = {v: members for v, members in groups.items() if _enough(members)} or {"": of_source}
        for name, members in groups.items():
            others = [c for c in donors if c.source == source]
            own = _related(others, members, name)
            found.append(Pool(name=f"{source}/{name}".rstrip("/"), genuine=tuple(members), donors=tuple(own or others)))
    return [pool for pool in found if pool.donors and _enough(pool.genuine)]


def splice(
    clips: Sequence[Clip],
    folder: Path,
    *,
    split: str,
    count: int,
    seed: int = 0,
    rate_hz: int = 16000,
    progress: Progress = SILENT,
) -> SplicedSet:
    """Write `count` recordings, a third of them controls, and spliced.json beside them; the same seed, the same bytes.

    Raises:
        DataError: no source has enough genuine speech and something to set into it (DA-034), or a clip cannot be read
            (DA-004).
        CoreError: the folder cannot be written (SY-002).
    """
    pools = pools_of([clip for clip in clips if clip.split == split], rate_hz)
    if not pools or count < 1:
        raise _too_little(split, count)
    order = _by_turns(pools, count, seed)
    written = [
        _write(number, pool, folder, seed, rate_hz)
        for number, pool in steps(list(enumerate(order)), progress, "splicing")
    ]
    made = SplicedSet(split=split, seed=seed, rate_hz=rate_hz, recordings=tuple(written))
    save(folder / SplicedSet.FILE, made.to_json())
    return made


def arrange(pool: Pool, inserts: int, control: bool, rng: np.random.Generator) -> list[Part]:
    """Clips of a recording in their order, no genuine one twice, each insert in a clip of its own."""
    left = [pool.genuine[i] for i in rng.permutation(len(pool.genuine))]
    parts: list[Part] = []
    while len(parts) < inserts and len(left) >= 2:
        donor, seconds = _donor(left if control else pool.donors, rng)
        host = max((clip for clip in left if clip is not donor), key=lambda clip: _kinship(clip, donor))
        left = [clip for clip in left if clip is not host and clip is not donor]
        parts.append(Part(clip=host, insert=donor, insert_s=seconds))
    target = rng.uniform(*LENGTH_S)
    for clip in left:
        if sum(part.clip.seconds for part in parts) + clip.seconds / 2 > target:
            break
        parts.append(Part(clip=clip))
    return [parts[i] for i in rng.permutation(len(parts))]


def assemble(parts: Sequence[Part], fade: int, rate_hz: int, rng: np.random.Generator) -> tuple[Wave, list[Piece]]:
    """The recording (frames,) of clips brought to one active level, and its pieces.

    Args:
        parts: Clips in order.
        fade: Frames of each cross-fade; 0 for hard cuts.
        rate_hz: Of the recording.
        rng: Says where inserts go that have no place of their own.
    """
    cuts = [cut for part in parts for cut in _cuts(part, fade, rate_hz, rng)]
    wave, bounds = join([samples for samples, _ in cuts], fade)
    pieces = [
        replace(piece, start_frame=first, end_frame=last)
        for (_, piece), first, last in zip(cuts, bounds, bounds[1:], strict=False)
    ]
    return wave, pieces


def join(parts: Sequence[Wave], fade: int) -> tuple[Wave, list[int]]:
    """Waveforms (frames,) one after the other, `fade` frames of neighbours laid over each other with raised cosines.

    Returns:
        The whole, and where parts begin and the last one ends: a boundary is the middle of its cross-fade.
    """
    rise = np.sin((np.arange(fade, dtype=np.float32) + 0.5) / max(fade, 1) * np.pi / 2) ** 2
    whole = np.zeros(sum(map(len, parts)) - fade * (len(parts) - 1), np.float32)
    at, bounds = 0, [0]
    for number, part in enumerate(parts):
        faded = part.copy()
        if number and fade:
            faded[:fade] *= rise
        if number < len(parts) - 1 and fade:
            faded[-fade:] *= rise[::-1]
        whole[at : at + len(faded)] += faded
        at += len(faded) - fade
        bounds.append(at + fade // 2)
    return whole, [*bounds[:-1], len(whole)]


def _write(number: int, pool: Pool, folder: Path, seed: int, rate_hz: int) -> Spliced:
    rng = generator(seed, "splice", number)
    control = number % CONTROL_EVERY == CONTROL_EVERY - 1
    fade = round(rng.uniform(*FADE_MS) / 1000 * rate_hz) // 2 * 2 * int(rng.integers(2))
    wave, pieces = assemble(arrange(pool, int(rng.integers(1, 3)), control, rng), fade, rate_hz, rng)
    wave = wave * np.float32(min(1.0, PEAK / max(float(np.abs(wave).max()), 1e-9)))
    sound = io.BytesIO()
    sf.write(sound, dither(wave, rng), rate_hz, format="FLAC", subtype="PCM_16")
    name = f"audio/{number:04d}.flac"
    save(folder / name, sound.getvalue())
    return Spliced(
        path=name,
        sha256=sha256_file(folder / name),
        frames=len(wave),
        source=pool.genuine[0].source,
        pool=pool.name,
        control=control,
        fade_frames=fade,
        pieces=tuple(pieces),
    )


def _donor(clips: Sequence[Clip], rng: np.random.Generator) -> tuple[Clip, float]:
    """A clip to cut an insert from, and the insert's length: kind and length are drawn first, as far as clips allow."""
    question = QUESTIONS[int(rng.integers(len(QUESTIONS)))]
    kind = [clip for clip in clips if clip.truth(question) == 1] or clips
    longest = max(clip.seconds for clip in kind) - FADE_MS[1] / 1000
    lengths = [seconds for seconds in INSERT_S if seconds <= longest]
    seconds = lengths[int(rng.integers(len(lengths)))]
    long = [clip for clip in kind if clip.seconds >= seconds + FADE_MS[1] / 1000]
    return long[int(rng.integers(len(long)))], seconds


def _cuts(part: Part, fade: int, rate_hz: int, rng: np.random.Generator) -> Iterator[tuple[Wave, Piece]]:
    """The clip's waveform, or what stands before its insert, the insert, and what stands after it."""
    host = levelled(part.clip, rate_hz)
    if part.insert is None:
        yield host, _piece(part.clip)
        return
    donor, length, edge = levelled(part.insert, rate_hz), round(part.insert_s * rate_hz), round(EDGE_S * rate_hz)
    length = min(length, len(donor) - fade)
    start = _loudest(donor, length + fade)
    gone = min(length, len(host) - 2 * edge)
    free = len(host) - 2 * edge - gone
    paired = sentence(part.insert) and sentence(part.insert) == sentence(part.clip)
    at = edge + (min(max(start - edge, 0), free) if paired else int(rng.integers(free + 1)))
    half = fade // 2
    yield host[: at + half], _piece(part.clip)
    yield donor[start : start + length + fade], replace(_piece(part.insert), insert=True)
    yield host[at + gone - half :], _piece(part.clip)


def levelled(clip: Clip, rate_hz: int) -> Wave:
    """A clip's waveform (frames,) at the set active level.

    Raises:
        DataError: it cannot be read (DA-004).
    """
    wave = load(clip.path, rate_hz)
    power = active_power(wave, rate_hz)
    return wave if power == 0 else wave * np.float32(10 ** (LEVEL_DBFS / 20) / np.sqrt(power))


def _loudest(wave: Wave, frames: int) -> int:
    """Where the stretch of that length with the most energy begins."""
    energy = np.concatenate([[0.0], np.cumsum(np.square(wave, dtype=np.float64))])
    return int(np.argmax(energy[frames:] - energy[: len(energy) - frames]))


def _piece(clip: Clip) -> Piece:
    return Piece(
        start_frame=0,
        end_frame=0,
        clip=clip.sha256 or clip.path.name,
        insert=False,
        synthetic=clip.synthetic,
        neural_codec=clip.neural_codec,
        family=clip.family,
        generator=clip.generator,
    )


def _kinship(host: Clip, donor: Clip) -> int:
    """How near a genuine clip is to what is set into it: same sentence, same speaker, or neither."""
    if sentence(donor) and sentence(donor) == sentence(host):
        return 2
    return int(bool(voice(donor)) and voice(donor) == voice(host))


def _related(donors: Sequence[Clip], genuine: Sequence[Clip], speaker: str) -> list[Clip]:
    sentences = {sentence(clip) for clip in genuine} - {""}
    return [c for c in donors if sentence(c) in sentences or (speaker and voice(c) == speaker)]


def _enough(genuine: Sequence[Clip]) -> bool:
    return sum(clip.seconds for clip in genuine) >= LENGTH_S[0]


def _by_turns(pools: Sequence[Pool], count: int, seed: int) -> list[Pool]:
    """Sources by turns, and in each its pools by turns, so that no source counts for more than another."""
    by_source: dict[str, list[Pool]] = {}
    for pool in pools:
        by_source.setdefault(pool.genuine[0].source, []).append(pool)
    names = [sorted(by_source)[i] for i in generator(seed, "sources").permutation(len(by_source))]
    rounds = [(names[n % len(names)], n // len(names)) for n in range(count)]
    return [by_source[name][turn % len(by_source[name])] for name, turn in rounds]


def _too_little(split: str, count: int) -> DataError:
    return DataError(
        "DA-034",
        f"No recordings can be spliced from {split!r}: {count} were asked for, and no source in it has "
        f"{LENGTH_S[0]:.0f} s of genuine speech and a synthetic or neurally coded clip.",
        means="Nothing was written.",
        do="Choose another split or data set, or a lower rate.",
    )
