"""Looking for the frames of lossy coders in decoded samples."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.audio.coding import is_lossless
from core.audio.recording import Recording
from core.foundation.progress import SILENT, Progress, span, steps
from core.measure.frame_positions import FrameReader, Position, positions
from core.measure.framing import Framing, FramingParams, GridTrace
from core.measure.grids import GRIDS, Grid
from core.measure.result import Origin

_OTHER_SHARE = 1 / 3


def measure_framing(
    recording: Recording,
    params: FramingParams | None = None,
    names: Sequence[str] = tuple(GRIDS),
    progress: Progress = SILENT,
) -> Framing:
    """Look for the frames of lossy coders in the decoded samples.

    Each grid's transform is taken at every position; at the one a coder used, lines it had set to zero come out as
    rounding noise only. Counted are lines below a threshold, in bands that are not empty anyway. See
    framing.HOW_OFTEN for known rates of hits and false alarms.

    Raises:
        FeatureError: the recording is shorter than a frame (FE-001).
        AudioError: there is no such channel (IN-021), or the file changed.
        Cancelled: through `progress`.

    Source: Yang, Shi and Huang 2009, Proc. ACM MM&Sec, 117-124 (MP3); Korycki 2014, Forensic Sci. Int. 238, 33-46.
    """
    params = params or FramingParams()
    traces = []
    for at, name in enumerate(names):
        part = span(progress, at / len(names), (at + 1) / len(names))
        traces.append(_trace(recording, name, GRIDS[name], params, part))
    return Framing(
        origin=Origin.of(recording, channel=params.channel),
        params=params,
        traces=tuple(traces),
        is_coded=not is_lossless(recording.stream.codec),
    )


def _trace(recording: Recording, name: str, grid: Grid, params: FramingParams, progress: Progress) -> GridTrace:
    message = f"looking for frames of {grid.title}"
    reader = FrameReader(recording, grid, near_zero_lsb=params.near_zero_lsb, channel=params.channel)
    whole = reader.shares(0, recording.frames, params.frames, span(progress, 0.0, 0.4), message)
    found = positions(whole.shares)
    is_found = found[0].contrast >= params.least_contrast
    times, local = _follow(reader, params, span(progress, 0.4, 1.0), message) if is_found else (np.empty(0), ())
    least = max(params.least_contrast, _OTHER_SHARE * found[0].contrast)
    progress.report(1.0, message)
    return GridTrace(
        name=name,
        title=grid.title,
        spacing=grid.moves_by,
        lines=whole.lines,
        shares=whole.shares,
        best=found[0],
        others=tuple(position for position in found[1:] if position.contrast >= least),
        found=is_found,
        times_s=times,
        local=local,
    )


def _follow(
    reader: FrameReader, params: FramingParams, progress: Progress, message: str
) -> tuple[NDArray[np.float64], tuple[Position, ...]]:
    """Best position in stretches along time."""
    rate, frames = reader.recording.sample_rate, reader.recording.frames
    length = min(max(round(params.local_s * rate), reader.grid.span + reader.grid.hop), frames)
    count = min(max(frames // length, 1), params.stretches)
    starts = np.linspace(0, frames - length, count).astype(int).tolist()
    local = []
    for start in steps(starts, progress, message):
        shares = reader.shares(start, start + length, params.local_frames)
        local.append(positions(shares.shares)[0])
    return (np.array(starts) + length / 2) / rate, tuple(local)
