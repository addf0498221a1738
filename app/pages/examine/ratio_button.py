"""In the header of the scores: opens and closes the lane of the likelihood ratios that were made of them."""

from __future__ import annotations

from PySide6.QtWidgets import QToolButton

from app.pages.examine.lane_stack import LaneStack
from app.viewmodels.examine import ExamineModel

_LANE = "ratios"


class RatioButton(QToolButton):
    """There only while there are results."""

    def __init__(self, stack: LaneStack, model: ExamineModel):
        super().__init__()
        self._stack = stack
        self.setText("Ratios")
        self.setCheckable(True)
        self.setToolTip("Likelihood ratios of stretches, with their 95 % intervals, in a lane of their own")
        self.setAccessibleName("Show the lane of likelihood ratios")
        self.clicked.connect(lambda _: stack.toggle(_LANE))
        stack.changed.connect(self._follow)
        model.finding_changed.connect(lambda finding: self.setVisible(finding is not None))
        self.setVisible(model.finding is not None)
        self._follow()

    def _follow(self) -> None:
        self.setChecked(self._stack.is_shown(_LANE))
