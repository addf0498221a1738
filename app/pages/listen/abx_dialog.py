"""Comparing two stretches by ear: A, B, and a blind test of whether they can be told apart. Works by keys alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.pages.listen.source_row import SourceRow
from app.services.comparison import Comparison
from app.widgets.build import button, label, named
from core.foundation.errors import CoreError
from core.foundation.units import format_time
from core.listening.abx import TRIALS, BlindTest, evaluate

if TYPE_CHECKING:
    from core.listening.matching import Matched

_DEFAULT_TRIALS = 16
_WIDTH = 780
_INTRODUCTION = (
    "The louder stretch is turned down until the active speech of both is equally loud. Both are played in a loop, and "
    "switching keeps the place."
)
_TEST = (
    "In each trial X is A or B, drawn by chance. Listen as often as you like, then say which it is. The number of "
    "trials is fixed before; an answer is taken once X was heard in that trial, and A and B in the test; no score is "
    "shown before the end; a test that is given up is kept as given up."
)
_FIRST = "Choose two stretches, then match their levels."
_KEYS = "Keys: 1, 2, 3 play A, B, X; 0 stops; A and B answer."


class AbxDialog(QDialog):
    """Sources above, listening in the middle, the test below."""

    def __init__(self, comparison: Comparison, export: Callable[[dict], object], parent: QWidget | None = None):
        super().__init__(parent)
        self.setWindowTitle("Compare by ear (A/B/X)")
        self._comparison, self._export = comparison, export
        self._matched = ""
        """What was said when the levels were matched."""
        self.a, self.b = SourceRow("A"), SourceRow("B")
        self.match = button("&Match levels", self._match, is_primary=True)
        self.state = label(_FIRST, wrap=True, name="State of the comparison")
        self.players = {
            "A": _key("&1  Play A", "1", lambda: comparison.play("A")),
            "B": _key("&2  Play B", "2", lambda: comparison.play("B")),
            "X": _key("&3  Play X", "3", lambda: comparison.play("X")),
        }
        self.silence = _key("&0  Stop", "0", comparison.stop)
        self.trials = named(QSpinBox(), "Number of trials")
        self.trials.setRange(*TRIALS)
        self.trials.setValue(_DEFAULT_TRIALS)
        self.begin = button("&Begin the blind test", self._begin)
        self.answers = {
            "A": _key("X is &A", "A", lambda: comparison.answer("A")),
            "B": _key("X is &B", "B", lambda: comparison.answer("B")),
        }
        self.give_up = button("&Give up", comparison.give_up)
        self.outcome = label(wrap=True, name="Blind test")
        self.save = button("&Export the record…", self._save)
        self.close_button = button("&Close", self.close)
        for part in self.findChildren(QPushButton):
            part.setAutoDefault(False)
        self._lay_out()
        self._connect(comparison)
        self._show_heard("")
        self._show_test()

    def describe(self) -> str:
        """What the dialog says, in words."""
        return " ".join(filter(None, (self.state.text(), self.outcome.text())))

    def leave_out(self, exhibit_id: str) -> None:
        """Offer an exhibit no more; where it is one of the two, the comparison ends."""
        rows = (self.a, self.b)
        if self._comparison.uses(exhibit_id) or exhibit_id in [row.exhibit.currentData() for row in rows]:
            self.close()
            self._comparison.forget()
            self.state.setText(_FIRST)
            self._show_test()
        for row in rows:
            row.leave_out(exhibit_id)

    def showEvent(self, event: QShowEvent) -> None:
        """As high as the texts need at that width."""
        super().showEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Grow with what it says: a label that wraps does not make its dialog larger."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return done

    def done(self, result: int) -> None:
        """Closing, in whatever way, is giving up; nothing plays on."""
        self._comparison.give_up()
        self._comparison.stop()
        super().done(result)

    def _fit(self) -> None:
        layout = self.layout()
        if layout is None or not self.isVisible():
            return
        width = max(self.width(), _WIDTH, layout.minimumSize().width())
        self.resize(width, max(self.height(), layout.totalHeightForWidth(width)))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.addWidget(label(_INTRODUCTION, role="muted", wrap=True))
        form = QFormLayout()
        form.addRow("A", self.a)
        form.addRow("B", self.b)
        column.addLayout(form)
        column.addLayout(_line(self.match, None))
        column.addWidget(self.state)
        column.addLayout(_line(*self.players.values(), self.silence, None))
        group = QGroupBox("Blind test")
        inside = QVBoxLayout(group)
        inside.addWidget(label(_TEST, role="muted", wrap=True))
        caption = label("Trials")
        inside.addLayout(_line(caption, self.trials, self.begin, None, *self.answers.values(), self.give_up))
        inside.addWidget(self.outcome)
        column.addWidget(group)
        column.addLayout(_line(label(_KEYS, role="muted"), None, self.save, self.close_button))

    def _connect(self, comparison: Comparison) -> None:
        comparison.matched.connect(self._show_match)
        comparison.refused.connect(self._show_refusal)
        comparison.playback.failed.connect(self._show_refusal)
        comparison.heard_changed.connect(self._show_heard)
        comparison.test_changed.connect(self._show_test)
        for row in (self.a, self.b):
            row.changed.connect(self._sources_changed)

    def _match(self) -> None:
        a, b = self.a.source(), self.b.source()
        if a is None or b is None:
            self.state.setText("A stretch needs at least 0.1 s.")
            return
        self.state.setText("Measuring levels…")
        self._comparison.prepare(a, b)
        self._show_test()

    def _begin(self) -> None:
        self.state.setText(self._matched)
        self._comparison.begin(self.trials.value())
        if self._comparison.test is None:
            self.state.setText(f"The blind test was not begun. {self.state.text()}")

    def _sources_changed(self) -> None:
        if self._comparison.is_ready:
            self.state.setText("The stretches were changed: match their levels again to hear the new ones.")

    def _show_match(self, matched: Matched) -> None:
        level_a, level_b = matched.levels_dbfs
        gains = zip("AB", matched.gains_db, strict=True)
        turned = [f"{letter} is turned down by {-gain:.1f} dB" for letter, gain in gains if gain < 0]
        self._matched = (
            f"Active speech level: A {_db(level_a)}, B {_db(level_b)}; {' and '.join(turned) or 'nothing is changed'}. "
            f"{format_time(matched.a.length_s)} of each are played."
        )
        self.state.setText(self._matched)
        self._show_test()
        self.players["A"].setFocus()

    def _show_refusal(self, error: Exception) -> None:
        self.state.setText(f"{error.message} ({error.code})" if isinstance(error, CoreError) else str(error))
        self._show_test()

    def _show_heard(self, choice: str) -> None:
        for name, player in self.players.items():
            player.setChecked(name == choice)

    def _show_test(self) -> None:
        comparison, test = self._comparison, self._comparison.test
        runs = test is not None
        for part in (self.a, self.b, self.match, self.trials):
            part.setEnabled(not runs)
        self.begin.setEnabled(comparison.is_ready and not runs)
        self.give_up.setEnabled(runs)
        for name, player in self.players.items():
            player.setEnabled(comparison.is_ready and (runs or name != "X"))
        for answer in self.answers.values():
            answer.setEnabled(runs and not comparison.unheard)
        self.silence.setEnabled(comparison.is_ready)
        self.save.setEnabled(comparison.last_record is not None and not runs)
        self.outcome.setText(_state(test, comparison.unheard) if test else _outcome(comparison.last_record))
        if runs and not any(player.hasFocus() for player in self.players.values()):
            self.players["X"].setFocus()

    def _save(self) -> None:
        if self._comparison.last_record is not None:
            self._export(self._comparison.last_record)


def _state(test: BlindTest, unheard: Sequence[str]) -> str:
    """Which trial it is, and what must be heard before it can be answered."""
    wanted = f" To be heard before the answer: {', '.join(unheard)}." if unheard else " X is A or B?"
    return f"Trial {test.trial} of {test.trials}.{wanted}"


def _outcome(record: dict | None) -> str:
    """The result of the latest test in words."""
    if record is None:
        return ""
    if not record["completed"]:
        return f"Given up after {len(record['answers'])} of {record['trials']} trials: no result. This is kept."
    return f"{evaluate(record['right'], record['trials']).words} {_through(record)}"


def _through(record: dict) -> str:
    """What it was heard through."""
    return f"Heard through {', '.join(record['devices'])}." if record["devices"] else ""


def _key(text: str, key: str, run: Callable[[], object]) -> QPushButton:
    """A button that a single key presses wherever the focus is, but in a field."""
    made = button(text, run)
    made.setShortcut(key)
    if key in "123":
        made.setCheckable(True)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return made


def _line(*parts: QWidget | None) -> QHBoxLayout:
    """Parts in a row; None is room that stretches."""
    row = QHBoxLayout()
    for part in parts:
        if part is None:
            row.addStretch(1)
        else:
            row.addWidget(part)
    return row


def _db(level: float) -> str:
    return f"{level:.1f} dBFS".replace("-", "\N{MINUS SIGN}")
