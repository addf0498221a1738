"""The export buttons of the Explain panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.context import AppContext
from app.pages.explain import origins
from app.pages.explain.panel import ExplainPanel
from app.pages.exporting import ExportButton
from app.services.exporting import Origin, Source, Table, source_of

if TYPE_CHECKING:
    from core.explain import Average


class Exports:
    """Adds a button to the head of each tab that shows figures or tables."""

    def __init__(
        self,
        panel: ExplainPanel,
        context: AppContext,
        average: Callable[[], tuple[tuple[Source, ...], Average] | None],
    ):
        self._panel, self._session, self._average = panel, context.session, average
        moves, tracks = panel.robustness, panel.disagreement
        for head, name, figure, table, place in (
            (panel.map.head, "Checks", panel.map.curve, self._map_table, 2),
            (panel.average.head, "Average", panel.average.plot, self._average_table, 1),
            (tracks.head, "Disagreement", tracks.plot, self._tracks_table, 1),
            (moves.head, "Robustness", moves.plot, self._moves_table, 1),
        ):
            made = ExportButton(context.exporter, name, origin=_origin_of(table), figure=[figure], table=table)
            head.insertWidget(place, made)

    def _source(self) -> Source | None:
        current = self._session.current
        return source_of(current) if current else None

    def _map_table(self) -> Table | None:
        current = self._session.current
        found = current.attribution if current else None
        return origins.map_table(source_of(current), found) if current and found else None

    def _average_table(self) -> Table | None:
        made = self._average()
        return origins.average_table(*made) if made else None

    def _tracks_table(self) -> Table | None:
        source, found = self._source(), self._panel.disagreement.found
        return origins.disagreement_table(source, found, self._panel.disagreement.meaning) if source and found else None

    def _moves_table(self) -> Table | None:
        source, found = self._source(), self._panel.robustness.found
        return origins.robustness_table(source, found) if source and found else None


def _origin_of(table: Callable[[], Table | None]) -> Callable[[], Origin | None]:
    def origin() -> Origin | None:
        found = table()
        return found.origin if found else None

    return origin
