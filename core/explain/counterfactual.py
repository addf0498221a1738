"""Hearing an explanation: the window without the regions that a map marks most, and only them.

A mask on the short-time spectrum, the phase of the original, overlap-add. What is heard is derived, never evidence.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.audio import Recording
from core.detectors.base import Detector
from core.explain.attribution import Attribution
from core.explain.window import samples_at, window_of
from core.foundation.progress import SILENT, Progress

_WINDOW_S = 0.032
_SOFT_CELLS = 1.0
"""Deviation of the blur that keeps the mask's edges from ringing, in cells of the short-time spectrum."""
SHARE = 0.1
ATTENUATION_DB = 40.0
NOTE = "Derived from the original by a spectral mask; for listening only, not evidence."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counterfactual:
    """The window in three ways, float32 (frames,) at the recording's rate.

    `without` and `only` add up to the original, louder by 1 + 10^(-attenuation_db / 20).
    """

    original: NDArray[np.float32]
    without: NDArray[np.float32]
    """The marked regions attenuated."""
    only: NDArray[np.float32]
    """All but the marked regions attenuated."""
    sample_rate: int
    start_s: float
    share: float
    """Share of the map's cells that is marked."""
    attenuation_db: float
    sha256: str = ""
    """Of the recording it is derived from."""
    scores: tuple[float, float, float] | None = None
    """The explained score of the three, in their order."""

    def note(self, version: str) -> str:
        """What a file of `without` or `only` says of itself."""
        marked = f"the {100 * self.share:g} % of an explanation's map that is highest"
        quiet = marked if version == "without" else f"all but {marked}"
        return (
            f"{NOTE} Attenuated by {self.attenuation_db:g} dB: {quiet}. From {self.start_s:.3f} s of the recording "
            f"with SHA-256 {self.sha256}."
        )


def counterfactual(
    waveform: NDArray[np.float32],
    sample_rate: int,
    found: Attribution,
    *,
    share: float = SHARE,
    attenuation_db: float = ATTENUATION_DB,
) -> Counterfactual:
    """The window without what the map marks most, and only that.

    Args:
        waveform: (frames,) mono, the recording from found.start_s to found.end_s at its own rate.
        sample_rate: Hz.
        found: Its map.
        share: Share (0..1) of the map's cells, the highest first, that counts as marked.
        attenuation_db: By how much; the marked or the others.

    Frequencies above the map's highest band are never marked.
    """
    from scipy import ndimage, signal  # half a second that a window need not wait for

    size = 1 << round(np.log2(_WINDOW_S * sample_rate))
    transform = signal.ShortTimeFFT(np.hanning(size + 1)[:-1], size // 4, sample_rate)
    spectrum = transform.stft(waveform.astype(np.float64))
    times, hertz = transform.t(waveform.size), transform.f
    mask = ndimage.gaussian_filter(_marked(found, times, hertz, share).astype(float), _SOFT_CELLS, mode="nearest")
    floor = 10 ** (-attenuation_db / 20)

    def heard(gain: NDArray[np.float64]) -> NDArray[np.float32]:
        return transform.istft(spectrum * gain, k1=waveform.size).astype(np.float32)

    return Counterfactual(
        original=waveform.astype(np.float32),
        without=heard(1 - (1 - floor) * mask),
        only=heard(floor + (1 - floor) * mask),
        sample_rate=sample_rate,
        start_s=found.start_s,
        share=share,
        attenuation_db=attenuation_db,
    )


def heard(
    recording: Recording, found: Attribution, *, share: float = SHARE, attenuation_db: float = ATTENUATION_DB
) -> Counterfactual:
    """The same of a recording's own samples (all channels mixed), with its hash."""
    samples = samples_at(recording, found.start_s, found.end_s - found.start_s)
    made = counterfactual(samples, recording.sample_rate, found, share=share, attenuation_db=attenuation_db)
    return dataclasses.replace(made, sha256=recording.id.sha256)


def scored(detector: Detector, found: Attribution, made: Counterfactual, progress: Progress = SILENT) -> Counterfactual:
    """With the explained score of each of the three: whether the model, too, misses what was taken away.

    Each becomes the model's window as the recording's samples became the map's: the original has the map's score.
    """
    from core.explain.explaining import recipe_of, score_of

    # what the input is compared with does not move its score
    recipe = dataclasses.replace(recipe_of(found), method="ig", baseline="zero")
    scores = []
    for waveform in (made.original, made.without, made.only):
        progress.check()
        window = window_of(detector.card, waveform, made.sample_rate)
        scores.append(score_of(detector, window, recipe))
        progress.report(len(scores) / 3, "scoring")
    return dataclasses.replace(made, scores=(scores[0], scores[1], scores[2]))


def _marked(
    found: Attribution, times: NDArray[np.float64], hertz: NDArray[np.float64], share: float
) -> NDArray[np.bool_]:
    """Whether each cell (frequencies, times) of a spectrum lies in the map's strongest cells."""
    limit = np.quantile(found.values, 1 - share)
    strong = (found.values >= limit) & (found.values > 0)
    rows = np.abs(found.frequency_hz[:, None] - hertz).argmin(axis=0)
    columns = np.abs(found.time_s[:, None] - found.start_s - times).argmin(axis=0)
    centres = found.frequency_hz
    half = (centres[-1] - centres[-2]) / 2 if centres.size > 1 else np.inf
    marked = strong[rows][:, columns]
    marked[hertz > centres[-1] + half] = False
    return marked
