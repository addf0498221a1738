"""The ratios of stretches of a recording, from the window scores of a finding. No model is run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.analysis.evidence import TOO_LONG, applicability
from core.analysis.finding import DetectorResult, Finding
from core.analysis.ratio_track import STRETCH_S, Floats, RatioTrack, Stretches
from core.analysis.running import grid
from core.analysis.scoring import file_score, speech_shares
from core.calibration.calibration import Calibration
from core.calibration.verbal import why_none
from core.detectors.card import QUESTIONS, ModelCard, Question
from core.foundation.progress import SILENT, Progress
from core.measure.result import Origin
from core.ood.envelope import Verdict

NOT_KEPT = "No likelihood ratios of stretches, because the calibration was not kept with the run."
NO_WHOLE = "No likelihood ratios of stretches, because no stretch up to {longest_s:.1f} s is made of whole windows."
TOO_SHORT = (
    "No likelihood ratios of stretches, because the recording ({duration_s:.1f} s) is not as long as a stretch "
    "({stretch_s:.1f} s): its one ratio is in the results."
)
TOO_LITTLE = (
    "No likelihood ratios of stretches, because no stretch of {stretch_s:.1f} s holds as much speech as was validated."
)

_TOLERANCE_S = 1e-6

Grid = tuple[float, float]
"""Length of a window and step from one to the next, seconds."""


def ratio_tracks(finding: Finding, progress: Progress = SILENT) -> tuple[RatioTrack, ...]:
    """The ratios of stretches for each question of a finding, or why there are none.

    A stretch has the windows, and so the score, that it would have as a recording of its own; how much of it is
    speech is known from the recording. Its conditions are the recording's but for the speech that it holds.

    Args:
        finding: Of any recording; it holds window scores, calibrations and speech.
        progress: May cancel.

    Source: that a likelihood ratio is valid only under the conditions of its validation: Meuwly, Ramos & Haraksim
    (2017), Forensic Sci. Int. 276, 142-153. Score, ratio and interval are those of core.analysis and core.calibration.
    """
    return tuple(_track(finding, question, progress) for question in QUESTIONS if question in finding.questions)


def stretch_length(grids: Sequence[Grid], longest_s: float) -> float:
    """Length of the stretches: the longest, in whole windows of every model, that is no longer than `longest_s`.

    Args:
        grids: Window and hop (s) of each model.
        longest_s: Longest that it may be.

    Returns:
        Seconds; 0 where no such stretch is made of whole windows, as where a window is longer.
    """
    window_s, hop_s = grids[0]
    hops = int((longest_s - window_s + _TOLERANCE_S) // hop_s)
    lengths = (window_s + hop_s * count for count in range(hops, -1, -1))
    return next((length for length in lengths if all(_fits(length, *each) for each in grids)), 0.0)


def _fits(length_s: float, window_s: float, hop_s: float) -> bool:
    over = length_s - window_s
    return over > -_TOLERANCE_S and bool(_is_multiple(np.array(over), hop_s))


def _is_multiple(seconds: Floats, step_s: float) -> NDArray[np.bool_]:
    return np.abs(seconds - np.rint(seconds / step_s) * step_s) < _TOLERANCE_S


def _track(finding: Finding, question: Question, progress: Progress) -> RatioTrack:
    answer, calibration = finding.questions[question], finding.calibrations.get(question)
    refusal = why_none(answer.reasons) if answer.log10_lr is None else ""
    if refusal and not refusal.startswith(TOO_LONG):
        return _empty(finding, question, refusal)
    if calibration is None:
        return _empty(finding, question, NOT_KEPT)
    asked = {result.card.id: result for result in finding.detectors if result.question == question}
    results = [asked[model] for model in calibration.models]
    grids = [_seconds(result.card, finding.stream.sample_rate) for result in results]
    longest_s = calibration.envelope.longest_speech_s or STRETCH_S
    params = Stretches(stretch_s=stretch_length(grids, longest_s), step_s=grids[0][1])
    if not params.stretch_s:
        return _empty(finding, question, NO_WHOLE.format(longest_s=longest_s))
    if _duration_s(finding) < params.stretch_s - _TOLERANCE_S:
        return _empty(finding, question, TOO_SHORT.format(duration_s=_duration_s(finding), stretch_s=params.stretch_s))
    return _measured(finding, question, calibration, results, params, progress)


def _measured(
    finding: Finding,
    question: Question,
    calibration: Calibration,
    results: Sequence[DetectorResult],
    params: Stretches,
    progress: Progress,
) -> RatioTrack:
    starts = _starts(results, params)
    params = replace(params, step_s=float(starts[1] - starts[0]) if starts.size > 1 else params.step_s)
    spans = [(start, start + params.stretch_s) for start in starts.tolist()]
    shares = speech_shares(spans, finding.condition, finding.stream.sample_rate)
    speech = np.round(shares * params.stretch_s, 6)
    scores = np.stack([_scores(each, finding, starts, params.stretch_s, progress) for each in results], axis=1)
    verdicts = _verdicts(finding, calibration, results, speech)
    log10_lr, interval = calibration.ratios(scores)
    outside = np.array([verdict == "outside" for verdict in verdicts], bool)
    log10_lr[outside] = interval[outside] = np.nan
    return RatioTrack(
        origin=_origin(finding),
        params=params,
        question=question,
        calibration=calibration.id,
        bounds=calibration.bounds,
        starts_s=starts,
        log10_lr=log10_lr,
        interval=interval,
        speech_s=speech,
        verdicts=verdicts,
        reason=TOO_LITTLE.format(stretch_s=params.stretch_s) if outside.all() else "",
    )


def _starts(results: Sequence[DetectorResult], params: Stretches) -> Floats:
    """Starts, evenly spaced, of the stretches that are whole windows of every model."""
    starts = np.array([window.start_s for window in results[0].windows])
    starts = starts[_is_multiple(starts, params.step_s)]
    for result in results:
        begins, ends = _edges(result)
        first, last = _windows(result, starts, params.stretch_s)
        whole = last > first
        whole[whole] &= np.abs(begins[first[whole]] - starts[whole]) < _TOLERANCE_S
        whole[whole] &= np.abs(ends[last[whole] - 1] - starts[whole] - params.stretch_s) < _TOLERANCE_S
        starts = starts[whole]
    return starts


def _scores(result: DetectorResult, finding: Finding, starts: Floats, stretch_s: float, progress: Progress) -> Floats:
    """Score (n,) of each stretch, as of a recording: over its windows that hold speech."""
    edges = np.stack(_edges(result), axis=1).tolist()
    shares = speech_shares(edges, finding.condition, finding.stream.sample_rate)
    progress.check()
    spans = zip(*_windows(result, starts, stretch_s), strict=True)
    return np.array([file_score(result.windows[a:b], shares[a:b], finding.plan.trim) for a, b in spans])


def _windows(result: DetectorResult, starts: Floats, stretch_s: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """First window of each stretch, and the first one after it."""
    begins, ends = _edges(result)
    first = np.searchsorted(begins, starts - _TOLERANCE_S)
    return first, np.searchsorted(ends, starts + stretch_s + _TOLERANCE_S)


def _edges(result: DetectorResult) -> tuple[Floats, Floats]:
    """Starts and ends (windows,) of a model's windows, seconds."""
    edges = np.array([(window.start_s, window.end_s) for window in result.windows]).reshape(-1, 2)
    return edges[:, 0], edges[:, 1]


def _verdicts(
    finding: Finding, calibration: Calibration, results: Sequence[DetectorResult], speech_s: Floats
) -> tuple[Verdict, ...]:
    """Where recordings like this one, but with so much speech, lie; likeness to the training is the recording's."""
    centiseconds = np.rint(100 * speech_s).astype(int)  # the grid on which speech is found

    def verdict(held_s: float) -> Verdict:
        condition = replace(finding.condition, speech_s=held_s)
        return applicability(results, calibration, condition, finding.stream, {}).verdict

    of: dict[int, Verdict] = {held: verdict(held / 100) for held in set(centiseconds.tolist())}
    return tuple(of[held] for held in centiseconds.tolist())


def _empty(finding: Finding, question: Question, reason: str) -> RatioTrack:
    none = np.empty(0)
    return RatioTrack(
        origin=_origin(finding),
        params=Stretches(),
        question=question,
        starts_s=none,
        log10_lr=none,
        interval=none.reshape(0, 2),
        speech_s=none,
        reason=reason,
    )


def _origin(finding: Finding) -> Origin:
    return Origin(
        file_name=finding.file.path.name,
        sha256=finding.file.sha256,
        sample_rate=finding.stream.sample_rate,
        start_s=0.0,
        end_s=_duration_s(finding),
        channel=finding.plan.channel,
    )


def _duration_s(finding: Finding) -> float:
    return finding.stream.frames / finding.stream.sample_rate


def _seconds(card: ModelCard, file_rate: int) -> Grid:
    """Window and hop as they are cut from a recording at that rate."""
    rate, window_frames, hop_frames = grid(card, file_rate)
    return window_frames / rate, hop_frames / rate
