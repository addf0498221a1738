"""A folder of copies: sounds, manifest.csv, and measures.csv with what was kept, what was not, and why."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import soundfile as sf

from core.foundation.files import save, unwritable
from core.foundation.hashing import sha256_file
from core.training.datasets.manifest import Clip, clip_of, read_manifest, write_manifest
from core.training.resynthesis.copies import Copy


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A line of measures.csv."""

    generator: str
    original: str
    """SHA-256 of the original."""
    kept: str
    """`yes`, or why not."""
    log_mel_l1: str = ""
    raw_gain_db: str = ""
    level_error_db: str = ""
    cpu_s: str = ""
    seconds: str = ""
    bitrate_kbps: str = ""


class Collection:
    """Copies under one folder; a second run goes on where the first ended."""

    def __init__(self, folder: Path):
        """Read what is there.

        Raises:
            DataError: its manifest cannot be read (DA-001 to DA-003).
        """
        self.folder = folder
        self._manifest, self._measures = folder / "manifest.csv", folder / "measures.csv"
        known = read_manifest(self._manifest).clips if self._manifest.exists() else ()
        self._clips = {clip.path: clip for clip in known if clip.path.exists()}
        self.records = self._read()

    def __contains__(self, key: tuple[str, str]) -> bool:
        """Whether (generator, SHA-256 of the original) was tried before."""
        return key in self.records

    @property
    def clips(self) -> Sequence[Clip]:
        """What was kept."""
        return tuple(self._clips.values())

    def add(
        self,
        clip: Clip,
        copy: Copy,
        *,
        generator: str,
        family: str,
        rate_hz: int,
        cpu_s: float,
        kbps: str = "",
        trace: str = "",
    ) -> Record:
        """Take one copy: write its sound unless it is refused, and its line of measures.

        Args:
            clip: The original.
            copy: What was made of it.
            generator: By what.
            family: What the copy counts as.
            rate_hz: Of the copy.
            cpu_s: What it cost.
            kbps: Bit rate, where there is one.
            trace: New value of the column `lossy_origin`; empty keeps the original's.

        Raises:
            CoreError: it cannot be written (SY-002).
        """
        if not copy.reason:
            made = self._sound(clip, copy, generator, rate_hz)
            line = _line(clip, made, copy, generator, family, rate_hz, kbps)
            self._clips[made] = replace(line, lossy_origin=trace or clip.lossy_origin)
        record = Record(
            generator=generator,
            original=clip.sha256,
            kept=copy.reason or "yes",
            log_mel_l1=f"{copy.log_mel_l1:.3f}",
            raw_gain_db=f"{copy.raw_gain_db:.2f}",
            level_error_db=f"{copy.level_error_db:.2f}",
            cpu_s=f"{cpu_s:.3f}",
            seconds=f"{len(copy.samples) / rate_hz:.3f}",
            bitrate_kbps=kbps,
        )
        self._append(record)
        return record

    def refuse(self, clip: Clip, generator: str, reason: str) -> Record:
        """Note that there is no copy of a clip."""
        record = Record(generator=generator, original=clip.sha256, kept=reason)
        self._append(record)
        return record

    def relabel(self, generator: str, change: Callable[[Clip], Clip]) -> None:
        """Change the manifest's lines of one generator."""
        self._clips = {p: change(c) if c.generator == generator else c for p, c in self._clips.items()}

    def save(self) -> None:
        """Write the manifest anew, whole or not at all.

        Raises:
            CoreError: it cannot be written (SY-002).
        """
        write_manifest(self._manifest, list(self._clips.values()))

    def _sound(self, clip: Clip, copy: Copy, generator: str, rate_hz: int) -> Path:
        path, sound = self.folder / "audio" / generator / f"{clip.sha256[:16]}.flac", io.BytesIO()
        samples = np.round(copy.samples * 32768).clip(-32768, 32767).astype(np.int16)
        sf.write(sound, samples, rate_hz, format="FLAC", subtype="PCM_16")
        save(path, sound.getvalue())
        return path

    def _read(self) -> dict[tuple[str, str], Record]:
        if not self._measures.exists():
            return {}
        names = {field.name for field in fields(Record)}
        with self._measures.open(newline="", encoding="utf-8") as file:
            lines = [{k: v or "" for k, v in row.items() if k in names} for row in csv.DictReader(file)]
        records = [Record(**line) for line in lines if line.get("original")]
        return {(r.generator, r.original): r for r in records if r.kept != "yes" or self._has(r)}

    def _has(self, record: Record) -> bool:
        return self.folder / "audio" / record.generator / f"{record.original[:16]}.flac" in self._clips

    def _append(self, record: Record) -> None:
        self.records[record.generator, record.original] = record
        names = [field.name for field in fields(Record)]
        if not self._measures.exists():
            save(self._measures, (",".join(names) + "\n").encode())
        try:
            with self._measures.open("a", newline="", encoding="utf-8") as file:
                csv.writer(file).writerow([getattr(record, name) for name in names])
        except OSError as error:
            raise unwritable(self._measures, error) from error


def _line(clip: Clip, path: Path, copy: Copy, generator: str, family: str, rate_hz: int, kbps: str) -> Clip:
    """The original's line with what the copy differs in: source, speaker and split stay, so that pairs meet."""
    truths = clip_of(family, path)
    return replace(
        clip,
        path=path,
        label=truths.label,
        synthetic=truths.synthetic,
        neural_codec=truths.neural_codec,
        family=family,
        generator=generator,
        bitrate_kbps=kbps,
        sample_rate=rate_hz,
        seconds=round(len(copy.samples) / rate_hz, 3),
        pair_id=clip.sha256,
        sha256=sha256_file(path),
        extra=(),
    )
