"""Counterfactual listening: the window without what the map marks, and only that."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSpinBox, QWidget

from app.pages.explain import wording
from app.pages.explain.parts import column, row
from app.viewmodels.wording import signed
from app.widgets.build import button, label, named
from core.explain.counterfactual import ATTENUATION_DB, SHARE, Counterfactual

VERSIONS = {
    "original": "Play the &original",
    "without": "Play &without the marked regions",
    "only": "Play &only the marked regions",
}


class ListenTab(QWidget):
    """Strength above; three ways to hear the window; what the model says of each."""

    derive_wanted = Signal(float, float)
    """Share 0..1, attenuation in dB."""
    play_wanted = Signal(str)
    """Key of VERSIONS."""
    save_wanted = Signal(str)
    stop_wanted = Signal()

    def __init__(self):
        super().__init__()
        self.lead = self.share = named(QSpinBox(), "Share of the map that counts as marked, per cent")
        self.share.setRange(1, 50)
        self.share.setValue(round(100 * SHARE))
        self.share.setSuffix(" % of the map")
        self.attenuation = named(QSpinBox(), "Attenuation, decibels")
        self.attenuation.setRange(6, 80)
        self.attenuation.setValue(round(ATTENUATION_DB))
        self.attenuation.setSuffix(" dB down")
        self.make = button("Make", self._ask, is_primary=True, tip="Compute both from the map on the screen")
        self.players = {
            key: button(title, lambda key=key: self.play_wanted.emit(key)) for key, title in VERSIONS.items()
        }
        self.stop = button("&Stop", self.stop_wanted.emit)
        self.savers = [
            button(
                "Save without…", lambda: self.save_wanted.emit("without"), tip="As WAV, with a note that it is derived"
            ),
            button("Save only…", lambda: self.save_wanted.emit("only"), tip="As WAV, with a note that it is derived"),
        ]
        self.scores = label(role="", name="Scores of the three", wrap=True)
        note = label(wording.LISTENING_NOTE, role="caution", name="Note", wrap=True)
        top = row(label("Marked:"), self.share, self.attenuation, self.make, None)
        column(
            self, top, row(*self.players.values(), self.stop, None), row(*self.savers, None), self.scores, note
        ).addStretch(1)
        self.show_derived(None, has_map=False)

    def show_derived(self, made: Counterfactual | None, *, has_map: bool, caution: str = "") -> None:
        """Show what was derived; the strengths can be set once there is a map, whose own caution stands first."""
        for part in (self.share, self.attenuation, self.make):
            part.setEnabled(has_map)
        for part in (*self.players.values(), *self.savers):
            part.setEnabled(made is not None)
        if made is None:
            words = "Press Make to derive both from the map." if has_map else wording.NO_MAP
            self.scores.setText(f"{caution} {words}".strip())
            return
        words = f"{caution} From {made.start_s:.2f} s, {100 * made.share:.0f} % marked, {made.attenuation_db:.0f} dB."
        if made.scores is not None:
            whole, without, only = map(signed, made.scores)
            words += (
                f" The model scores the original {whole}, without the marked regions {without}, only the "
                f"marked regions {only}. If the map is right, the score falls without them; the mask itself is a "
                "change that the model was not trained on."
            )
        self.scores.setText(words.strip())

    def describe(self) -> str:
        """The scores and the note."""
        return f"{self.scores.text()} {wording.LISTENING_NOTE}"

    def _ask(self) -> None:
        self.derive_wanted.emit(self.share.value() / 100, float(self.attenuation.value()))
