"""What shortcuts achieve on the clips that are evaluated; the probes are those of `auditrace dataset check`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.evaluation.plan import DataSet
from core.evaluation.result import Probe
from core.foundation.progress import SILENT, Progress, span


def probes(data: Sequence[DataSet], splits: dict[str, str], progress: Progress = SILENT) -> Iterator[Probe]:
    """Every probe on every data set; a question that has too few clips gives one row that says so.

    Args:
        data: Data sets.
        splits: The evaluated split of each, by name; empty for all clips.
        progress: Told how far it is.
    """
    from core.training.datasets.checking import check
    from core.training.datasets.probes import in_words

    for number, one in enumerate(data):
        clips = one.split(splits[one.name])
        part = span(progress, number / len(data), (number + 1) / len(data))
        report = check(clips, splits=sorted({clip.split for clip in clips}), progress=part)
        split = splits[one.name] or "all clips"
        for found in report.probes:
            yield Probe(
                data=one.name,
                split=split,
                question=found.question,
                name=f"{found.trace}, {'prepared crop' if found.prepared else 'file as it is'}",
                eer=found.eer_pct / 100,
                interval=(found.low / 100, found.high / 100),
                verdict=in_words(found),
            )
        for problem in report.problems:
            if problem.code == "DA-013":
                yield Probe(data=one.name, split=split, verdict=problem.message)
