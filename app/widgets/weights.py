"""What the scores weigh, question by question: the ratio on its scale, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.widgets.build import label, named
from app.widgets.lr_scale import LrScale
from core.calibration.verbal import Weight


class WeighedLike(Protocol):
    """The answer to a question."""

    @property
    def title(self) -> str: ...
    @property
    def weight(self) -> Weight | None: ...
    @property
    def lines(self) -> Sequence[str]: ...


class Weights(QWidget):
    """One block for each question."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        named(self, "Likelihood ratios")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 4, 8, 4)
        self._column.setSpacing(2)
        self.scales: tuple[LrScale, ...] = ()

    def show_weights(self, weighed: Sequence[WeighedLike]) -> None:
        """Show these instead of the last ones."""
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        scales = []
        for one in weighed:
            self._column.addWidget(label(one.title, role="heading"))
            if one.weight is not None:
                scales.append(LrScale(one.title, one.weight))
                self._column.addWidget(scales[-1])
            for line in one.lines:
                self._column.addWidget(label(line, name=f"{one.title}: {line}", wrap=True))
            self._column.addSpacing(6)
        self.scales = tuple(scales)
