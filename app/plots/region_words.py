"""What the regions of a score track are, in words: they come of other windows than the drawn scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.analysis.finding import Finding, LocalisationResult


def in_legend(finding: Finding) -> str:
    """`region: 1 s windows`: why a region and the track under it differ; the head of a lane has no room for more."""
    settings = (result.setting for result in _stated(finding))
    said = dict.fromkeys(f"{setting.window_s:g} s windows" for setting in settings if setting is not None)
    return ": ".join(["region", *([", ".join(said)] if said else [])])


def in_words(finding: Finding, labels: dict[str, str]) -> str:
    """Each region's place, and of which windows; empty without regions.

    Args:
        finding: Of a recording.
        labels: How each question is named.
    """
    results = _stated(finding)
    spans = [
        f"{labels[region.question]} {region.start_s:.2f} to {region.end_s:.2f} s, ends ±{region.resolution_s:g} s"
        for result in results
        for region in result.regions
    ]
    scales = dict.fromkeys(result.scale for result in results if result.scale)
    why = f" They come of scores {'; '.join(scales)}, not of the drawn track, and may differ from it." if scales else ""
    return f"Regions: {'; '.join(spans)}.{why}" if spans else ""


def _stated(finding: Finding) -> list[LocalisationResult]:
    return [result for result in finding.localisation.values() if result.regions]
