"""Where two models or two questions differ most along the recording."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSplitter, QWidget

from app.pages.explain import wording
from app.pages.explain.parts import ReadTable, column, refill, row, take_what_is_left
from app.plots.explaining.tracks import TracksPlot
from app.theme import Theme
from app.viewmodels.wording import signed
from app.widgets.build import label, named

if TYPE_CHECKING:
    from core.analysis.disagreement import Disagreement, Voice

_COLUMNS = ("From (s)", "To (s)", "Difference", "First score", "Second score")


class DisagreementTab(QWidget):
    """Two tracks to choose, their curves, and the list of stretches; Enter goes to one."""

    compare_wanted = Signal(object, object)
    """Two Voices."""
    go_wanted = Signal(float, float)

    def __init__(self):
        super().__init__()
        self.first, self.second = named(QComboBox(), "First track"), named(QComboBox(), "Second track")
        self.plot = TracksPlot()
        self.table = ReadTable("Stretches where the tracks differ most", _COLUMNS)
        self.words = label(wording.NO_FINDING, role="muted", name="What disagreement means", wrap=True)
        self._voices: dict[str, Voice] = {}
        self._found: Disagreement | None = None
        self.lead = self.first
        self.head = QHBoxLayout()
        self.head.addLayout(row(self.first, label("against"), self.second, None), 1)
        self._split = split = QSplitter()
        split.addWidget(self.plot)
        split.addWidget(self.table)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setChildrenCollapsible(False)
        take_what_is_left(split)
        # the caution comes first: below it would be scrolled out of sight in a low dock
        column(self, self.head, self.words, split, stretch=2).addStretch(0)
        self._is_chosen = False
        """Whether a person chose the tracks; until then two models are shown where there are two."""
        for box in (self.first, self.second):
            box.activated.connect(self._choose)
            box.currentIndexChanged.connect(self.ask)
        self.table.currentCellChanged.connect(lambda r, *_: self.plot.choose(r))
        self.table.cellActivated.connect(lambda r, _: self._go(r))

    @property
    def found(self) -> Disagreement | None:
        """What is shown."""
        return self._found

    @property
    def meaning(self) -> str:
        """What a difference between the tracks means: of one model's two answers less than of two models."""
        return wording.DISAGREEMENT_MEANS if any(v.model for v in self._voices.values()) else wording.ONE_MODEL

    def set_voices(self, voices: Sequence[Voice], empty: str = wording.NO_FINDING) -> None:
        """Offer tracks."""
        self._voices = {voice.key: voice for voice in voices}
        items = [(wording.voice_title(voice), voice.key) for voice in voices]
        for box, voice in zip((self.first, self.second), _pair(voices), strict=True):
            refill(box, items)
            if voice is not None and not self._is_chosen:
                box.blockSignals(True)
                box.setCurrentIndex(box.findData(voice.key))
                box.blockSignals(False)
        if len(voices) < 2:
            self.show_found(None, empty if not voices else wording.ONE_TRACK)
        else:
            self.ask()

    def ask(self) -> None:
        """Ask for the two that are chosen."""
        pair = [self._voices.get(box.currentData()) for box in (self.first, self.second)]
        if None not in pair:
            self.compare_wanted.emit(*pair)

    def show_found(self, found: Disagreement | None, empty: str = wording.NO_FINDING) -> None:
        """Show a comparison."""
        self._found = found
        self._split.setVisible(found is not None)
        self.plot.show_tracks(found, _legend(found.first, found.second) if found else ("", ""))
        self.table.fill(self._rows())
        if found is None:
            self.words.setText(empty)
            return
        how = (
            "Both tracks are on the scale of their calibrations (log10 LR)."
            if found.scale == "log10 LR"
            else "No calibration may be used for both: each track counts by its ranks within this recording."
        )
        self.words.setText(f"{how} {self.meaning}")

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.plot.set_theme(theme)

    def describe(self) -> str:
        """The comparison in words."""
        return f"{self.plot.describe()} {self.words.text()}"

    def _rows(self) -> list[tuple[str, ...]]:
        if self._found is None:
            return []
        return [
            (f"{s.start_s:.1f}", f"{s.end_s:.1f}", signed(s.difference), signed(s.first), signed(s.second))
            for s in self._found.stretches
        ]

    def _choose(self) -> None:
        self._is_chosen = True

    def _go(self, index: int) -> None:
        if self._found is not None and 0 <= index < len(self._found.stretches):
            stretch = self._found.stretches[index]
            self.go_wanted.emit(stretch.start_s, stretch.end_s)


def _pair(voices: Sequence[Voice]) -> tuple[Voice | None, Voice | None]:
    """Two models that answer the same question; without such the first two tracks."""
    for voice in voices:
        models = [other for other in voices if other.model and other.question == voice.question]
        if len(models) > 1:
            return models[0], models[1]
    return (voices[0], voices[-1] if len(voices) < 2 else voices[1]) if voices else (None, None)


def _legend(first: Voice, second: Voice) -> tuple[str, str]:
    """Names of the tracks; of two models that answer the same question the models', which a low panel has room for."""
    if first.model and second.model and first.question == second.question:
        return first.model, second.model
    return wording.voice_title(first), wording.voice_title(second)
