"""While results are sealed, the places where they would stand say so."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.pages.examine.page import ExaminePage
from app.plots.ratio_lane import RatioLane
from app.plots.score_track import ScoreLane
from app.services.session import Session
from app.viewmodels.notes import SEALED_LANE, SEALED_RESULTS
from app.widgets.inspector import Inspector


class SealBinding(QObject):
    """Lanes and tab of results explain what is hidden; there is nothing else to hide, as nothing is given out."""

    def __init__(self, page: ExaminePage, inspector: Inspector, session: Session):
        super().__init__(page)
        self._page, self._inspector, self._session = page, inspector, session
        for signal in (session.seal_changed, session.current_changed, session.changed, page.stack.changed):
            signal.connect(lambda *_: self._show())
        self._show()

    def _show(self) -> None:
        is_sealed = self._session.is_current_sealed
        for lane in (frame.lane for frame in self._page.stack.made):
            if isinstance(lane, ScoreLane | RatioLane):
                lane.set_empty_text(SEALED_LANE if is_sealed else "")
        if is_sealed:
            self._inspector.set_empty_text("results", SEALED_RESULTS)
