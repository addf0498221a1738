"""Work of the Compare page as jobs: aligning, matching levels, average spectra, fingerprints."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.services.errors import ErrorPresenter
from app.services.jobs import JobRunner
from core.foundation.progress import Progress

if TYPE_CHECKING:
    from core.audio.recording import Segment
    from core.compare.alignment import Alignment, Part
    from core.compare.fingerprint import Fingerprint
    from core.compare.spectra import Spectrum


class Comparer(QObject):
    """Starts the jobs and hands out their results by the row's key. A newer wish replaces an older one."""

    aligned = Signal(str, object, object)
    """Key, the Part it was aligned to, Alignment."""
    matched = Signal(str, object, object)
    """Key, the Part whose level it shall have, gain in dB or None."""
    spectrum_made = Signal(str, object)
    fingerprint_made = Signal(str, object)

    def __init__(self, jobs: JobRunner, errors: ErrorPresenter, parent: QObject | None = None):
        super().__init__(parent)
        self._jobs, self._errors = jobs, errors

    def align(self, key: str, reference: Part, other: Part) -> None:
        """Align by correlation."""
        done = partial(self.aligned.emit, key, reference)
        self._submit("Align", key, "align", _align, reference, other, done=done)

    def match_level(self, key: str, reference: Part, other: Part, alignment: Alignment) -> None:
        """Find the gain that makes the other as loud as the reference."""
        job = (_match_level, reference, other, alignment)
        done = partial(self.matched.emit, key, reference)
        self._submit("Match the level", key, "level", *job, done=done, quiet=True)

    def measure_spectrum(self, key: str, part: Part, speech: Sequence[Segment] | None, *, speech_only: bool) -> None:
        """Average the spectrum of a row."""
        job = (_spectrum, part, speech, speech_only)
        self._submit("Average the spectrum", key, "spectrum", *job, done=partial(self.spectrum_made.emit, key))

    def measure_fingerprint(self, key: str, part: Part, rate: int) -> None:
        """Average the wavelet packets of a row, at a rate that all rows share."""
        done = partial(self.fingerprint_made.emit, key)
        self._submit("Average wavelet packets", key, "packets", _fingerprint, part, rate, done=done)

    def _submit(self, title: str, key: str, slot: str, function, *arguments: object, done, quiet: bool = False) -> None:
        self._jobs.submit(
            title,
            function,
            *arguments,
            pool="io",
            slot=f"compare.{slot}.{key}",
            subject=key,
            quiet=quiet,
            on_done=done,
            on_fail=partial(self._errors.present, subject=key),
        )


def _align(reference: Part, other: Part, *, progress: Progress) -> Alignment:
    from core.compare.correlate import align

    return align(reference, other, progress)


def _match_level(reference: Part, other: Part, alignment: Alignment, *, progress: Progress) -> float | None:
    from core.compare.level import match_level

    return match_level(reference, other, alignment, progress)


def _spectrum(part: Part, speech: Sequence[Segment] | None, speech_only: bool, *, progress: Progress) -> Spectrum:
    from core.compare.spectra import average_spectrum

    return average_spectrum(part, speech, speech_only=speech_only, progress=progress)


def _fingerprint(part: Part, rate: int, *, progress: Progress) -> Fingerprint:
    from core.compare.fingerprint import fingerprint

    return fingerprint(part, rate, progress)
