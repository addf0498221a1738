"""What is said under a figure: what it shows, how each part was computed, and the hash of what is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.audio import Recording
from core.explain.attribution import PATH_METHODS, Attribution
from core.features.base import FeatureMap
from core.report import numbers
from core.report.document import Figure
from core.report.facts import Model, Subject
from core.report.figure_data import RANGE_DB, FigureData, Track
from core.report.wording import text

_WINDOWS_LISTED = 12


def figure_of(models: Sequence[Model], subject: Subject) -> Figure:
    """The figure of an examined exhibit with its caption and parameters."""
    data = subject.figure
    if data is None:
        raise ValueError(f"{subject.id} has no figure")
    caption = text(
        "figures.caption",
        exhibit=subject.id,
        stretch=numbers.stretch(data.start_s, data.end_s),
        parts="; ".join(_parts(data)),
    )
    return Figure(
        data=data,
        exhibit=subject.id,
        caption=caption,
        parameters=tuple(_parameters(models, subject, data)),
        data_sha256=data.sha256(),
    )


def windows_of(models: Sequence[Model]) -> str:
    """`2.00 s` or `1.00 s and 4.04 s`: the different window lengths."""
    lengths = sorted({model.window_s for model in models if model.window_s})
    return numbers.listed([numbers.seconds(length) for length in lengths]) if lengths else text("methods.unstated")


def _parts(data: FigureData) -> Iterator[str]:
    yield text("figures.part_waveform")
    if data.spectrogram is not None:
        yield text("figures.part_spectrogram")
    if data.packets is not None:
        yield text("figures.part_packets")
    for track in data.tracks:
        yield text("figures.part_track", question=_question(track), labels=_labels(track))
    if any(track.regions for track in data.tracks):
        yield text("figures.part_regions")
    for question in dict.fromkeys(shown.question for shown in data.attributions):
        yield text("figures.part_attribution", question=text(f"questions.{question}").lower())


def _parameters(models: Sequence[Model], subject: Subject, data: FigureData) -> Iterator[str]:
    if data.spectrogram is not None:
        yield _spectrogram(data.spectrogram)
    if data.packets is not None:
        yield _packets(data.packets)
    if data.tracks:
        step = numbers.seconds(subject.plan["segment_s"])
        yield text("figures.parameters_track", windows=windows_of(models), step=step)
        if data.score_range:
            low, high = (numbers.score(limit) for limit in data.score_range)
            yield text("figures.parameters_scale", low=low, high=high)
    for shown in data.attributions:
        yield _attribution(shown)
    if incomplete := [shown for shown in data.attributions if shown.is_incomplete]:
        yield text("figures.incomplete", count=len(incomplete), all=len(data.attributions))


def _spectrogram(shown: FeatureMap) -> str:
    parameters = dict(shown.spec.parameters)
    hop_s = float(parameters["hop_s"])
    return text(
        "figures.parameters_spectrogram",
        window=str(parameters["window"]).capitalize(),
        window_ms=f"{1000 * float(parameters['window_s']):.0f}",
        step_ms=f"{1000 * hop_s:.2f}",
        top_hz=shown.spec.sample_rate // 2,
        range_db=RANGE_DB,
        mean=_mean(shown, hop_s),
    )


def _packets(shown: FeatureMap) -> str:
    parameters = dict(shown.spec.parameters)
    bands = shown.frequency_hz.size
    return text(
        "figures.parameters_packets",
        wavelet=parameters["wavelet"],
        level=parameters["level"],
        bands=bands,
        width_hz=f"{shown.spec.sample_rate / 2 / bands:.1f}",
        range_db=RANGE_DB,
        mean=_mean(shown, bands / shown.spec.sample_rate),
    )


def _mean(shown: FeatureMap, hop_s: float) -> str:
    """Words for columns that stand for more than one step."""
    if shown.time_s.size < 2:
        return ""
    column_s = (shown.time_s[-1] - shown.time_s[0]) / (shown.time_s.size - 1)
    return text("figures.mean", column_ms=f"{1000 * column_s:.0f}") if column_s > 1.01 * hop_s else ""


def _attribution(shown: Attribution) -> str:
    model, _, sha256 = shown.model.rpartition("@")
    return text(
        "figures.parameters_attribution",
        method=shown.method,
        baseline=shown.baseline,
        target=shown.target,
        steps=shown.steps,
        model=model,
        sha256=sha256,
        stretch=numbers.stretch(shown.start_s, shown.end_s),
        error=_completeness(shown),
        checks=_checked(shown),
    )


def attribution_lines(recording: Recording, attributions: Sequence[Attribution]) -> list[str]:
    """What a picture of attributions must say by itself: whose, by what, how, and how far it is to be trusted."""
    sha256 = recording.id.sha256[:16]
    lines = [text("figures.of_file", name=recording.id.path.name, sha=sha256)]
    settings = dict.fromkeys(_setting(shown) for shown in attributions)
    for setting in settings:
        same = [shown for shown in attributions if _setting(shown) == setting]
        lines += [setting, *map(_window, same[:_WINDOWS_LISTED])]
        if rest := same[_WINDOWS_LISTED:]:
            lines.append(_rest(rest))
    if incomplete := [shown for shown in attributions if shown.is_incomplete]:
        lines.append(text("figures.incomplete", count=len(incomplete), all=len(attributions)))
    return [*lines, text("figures.caution")]


def _setting(shown: Attribution) -> str:
    return text(
        "figures.of_setting",
        model=shown.model.rpartition("@")[0],
        pack=shown.model.rpartition("@")[2][:16],
        question=text(f"questions.{shown.question}"),
        target=shown.target,
        method=text(f"figures.method_{shown.method}"),
        baseline=shown.baseline,
        steps=shown.steps,
        of=text(f"figures.of_{shown.of}"),
    )


def _window(shown: Attribution) -> str:
    return text(
        "figures.of_window",
        stretch=numbers.stretch(shown.start_s, shown.end_s),
        score=numbers.score(shown.score),
        baseline_score=numbers.score(shown.baseline_score),
        error=_completeness(shown),
        checks=_outcome(shown),
    )


def _rest(rest: Sequence[Attribution]) -> str:
    """How many windows are not listed, and the largest error among them."""
    if not _completeness(rest[0]):
        return text("figures.of_rest_unmeasured", count=len(rest))
    worst = max(rest, key=lambda shown: shown.completeness_error)
    return text("figures.of_rest", count=len(rest), error=_completeness(worst))


def _checked(shown: Attribution) -> str:
    """Verdict and figures of both checks, in sentences."""
    if shown.checks is None:
        return text("figures.checks_none", verdict=shown.verdict)
    faithfulness, sanity = shown.checks.faithfulness, shown.checks.sanity
    return text("figures.checks", verdict=shown.verdict, faithfulness=faithfulness.words, sanity=sanity.words)


def _outcome(shown: Attribution) -> str:
    """What came of both checks, as short as a line of a picture needs it."""
    if shown.checks is None:
        return text("figures.checks_missing")
    outcomes = {"faithfulness": shown.checks.faithfulness.passed, "sanity": shown.checks.sanity.passed}
    failed = [text(f"figures.check_{name}") for name, passed in outcomes.items() if not passed]
    if failed or not shown.baseline_is_higher:
        return text("figures.checks_failed", which=numbers.listed(failed)) if failed else text("figures.checks_passed")
    return text("figures.checks_none_lower" if shown.none_is_lower else "figures.checks_baseline_higher")


def _completeness(shown: Attribution) -> str:
    """`, unexplained …`; nothing of methods whose map does not add up to the score."""
    if shown.method not in PATH_METHODS:
        return ""
    return text("figures.completeness", error=shown.unexplained)


def _question(track: Track) -> str:
    return text(f"questions.{track.question}").lower()


def _labels(track: Track) -> str:
    return numbers.listed([line.label for line in track.detectors])
