"""The bar below the lanes: what is played, and what is changed for the ear. Says so whenever something is."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QValidator
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QSizePolicy,
    QSpinBox,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.widgets.build import label, named
from app.widgets.two_groups import TwoGroups
from core.listening.treatment import ALL, DIFFERENCE, GAINS_DB, MIX, SPEEDS, Treatment, channel_words

BUTTONS = {
    "play.toggle": "Play",
    "play.from_cursor": "From cursor",
    "play.around": "2 s around",
    "play.loop_selection": "Loop selection",
    "play.loop": "Loop",
    "play.band": "Band of the box",
}
"""Actions of the Play menu that the bar offers, with their short titles."""
_WHILE_ON = {"play.toggle": "Stop"}
"""Titles while an action is on, where they differ."""
_LIMIT_SHOWN_MS = 3000
_MARGINS_PX = 2, 0, 20, 0


class GainBox(QSpinBox):
    """Decibels with their sign."""

    def __init__(self):
        super().__init__()
        self.setRange(round(GAINS_DB[0]), round(GAINS_DB[1]))
        self.setSuffix(" dB")

    def textFromValue(self, value: int) -> str:
        """`+3`, `0`, or a true minus."""
        return f"{value:+d}".replace("-", "\N{MINUS SIGN}") if value else "0"

    def valueFromText(self, text: str) -> int:
        """The inverse."""
        return int(text.removesuffix(self.suffix()).replace("\N{MINUS SIGN}", "-").strip() or 0)

    def validate(self, text: str, pos: int) -> tuple[QValidator.State, str, int]:
        """Either minus is one."""
        return super().validate(text.replace("\N{MINUS SIGN}", "-"), pos)


class ListenBar(QToolBar):
    """Controls of listening, all reached by Tab."""

    channel_chosen = Signal(str)
    gain_chosen = Signal(float)
    speed_chosen = Signal(float)

    def __init__(self):
        super().__init__("Listening")
        self.setObjectName("listen")
        self.setAccessibleName("Listening")
        self.setMovable(False)
        # what is heard may be changed, and that must not be out of sight
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.toggleViewAction().setVisible(False)
        self.channel = named(QComboBox(), "Channel that is heard", "Channel that is heard")
        self.gain = named(GainBox(), "Gain, decibels", "Gain; above 0 dB a limiter keeps peaks below full scale")
        self.speed = named(QDoubleSpinBox(), "Speed", "Speed, at the same pitch")
        self.notice = label(role="caution", name="What you hear", wrap=True)
        self.listened = label(role="muted", name="Listened to")
        self.notice.hide()
        self._limit_db, self._words = 0.0, ""
        self._limit_timer = QTimer(self)
        self._limit_timer.setSingleShot(True)
        self._limit_timer.setInterval(_LIMIT_SHOWN_MS)
        self._limit_timer.timeout.connect(self._forget_limit)
        self._prepare_fields()
        self._groups = TwoGroups()
        self._lay_out()
        self.set_channels(1)
        self.show_treatment(Treatment())

    def set_actions(self, actions: Mapping[str, QAction]) -> None:
        """Put buttons for these actions at the bar's ends."""
        for place, (action_id, title) in enumerate(BUTTONS.items()):
            self._groups.first.insertWidget(place, _button(actions[action_id], title, _WHILE_ON.get(action_id, "")))
        fields = self._groups.second
        at = fields.indexOf(self.listened)
        fields.insertWidget(at, _button(actions["play.compare"], "A/B/X"))
        fields.insertWidget(at, _button(actions["play.neutral"], "As it is"))

    def setVisible(self, visible: bool) -> None:
        """Take one row or two before it is laid out: what stands above would be laid out and drawn twice."""
        if visible and not self.isVisible():
            self.ensurePolished()
            self._groups.fit(self.window().width() - sum(_MARGINS_PX))
        super().setVisible(visible)

    def set_channels(self, count: int) -> None:
        """Offer the channels of a recording."""
        offered = [ALL, MIX, *map(str, range(count))] + ([DIFFERENCE] if count > 1 else [])
        with QSignalBlocker(self.channel):
            self.channel.clear()
            for channel in offered:
                self.channel.addItem(channel_words(channel).capitalize(), channel)
        self.channel.setEnabled(count > 1)

    def show_treatment(self, treatment: Treatment) -> None:
        """Show how what is heard is changed."""
        with QSignalBlocker(self.gain):
            self.gain.setValue(round(treatment.gain_db))
        with QSignalBlocker(self.speed):
            self.speed.setValue(treatment.speed)
        with QSignalBlocker(self.channel):
            self.channel.setCurrentIndex(max(self.channel.findData(treatment.channel), 0))
        self._words = treatment.words
        self._limit_db = 0.0
        self._show_notice()

    def show_limit(self, limited_db: float) -> None:
        """Say that peaks are turned down."""
        self._limit_db = max(self._limit_db, limited_db)
        self._limit_timer.start()
        self._show_notice()

    def show_listened(self, percent: float | None) -> None:
        """Show how much of the recording was heard; None without one."""
        self.listened.setText("" if percent is None else f"Listened {_percent(percent)}")

    def describe(self) -> str:
        """All that the bar shows, in words."""
        return " ".join(filter(None, (self.notice.text() or "You hear the recording as it is.", self.listened.text())))

    def _prepare_fields(self) -> None:
        self.speed.setRange(*SPEEDS)
        self.speed.setSingleStep(0.05)
        self.speed.setDecimals(2)
        self.speed.setPrefix("× ")
        for field in (self.gain, self.speed):
            field.setKeyboardTracking(False)
            field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.channel.activated.connect(lambda _: self.channel_chosen.emit(self.channel.currentData()))
        self.gain.valueChanged.connect(lambda value: self.gain_chosen.emit(float(value)))
        self.speed.valueChanged.connect(lambda value: self.speed_chosen.emit(round(value, 2)))

    def _lay_out(self) -> None:
        row = self._groups.second
        self._groups.first.addStretch(1)
        row.addSpacing(10)
        for title, field in (("Cha&nnel", self.channel), ("&Gain", self.gain), ("&Speed", self.speed)):
            caption = QLabel(title)
            caption.setBuddy(field)
            row.addWidget(caption)
            row.addWidget(field)
            row.addSpacing(6)
        row.addStretch(1)
        row.addWidget(self.listened)
        content = QWidget()
        content.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(content)
        column.setContentsMargins(*_MARGINS_PX)
        column.setSpacing(2)
        column.addWidget(self._groups)
        column.addWidget(self.notice)
        self.addWidget(content)

    def _forget_limit(self) -> None:
        self._limit_db = 0.0
        self._show_notice()

    def _show_notice(self) -> None:
        changed = f"What you hear is changed: {self._words}." if self._words else ""
        limited = f"Too loud: peaks are turned down by up to {self._limit_db:.1f} dB." if self._limit_db > 0.05 else ""
        text = " ".join(filter(None, (changed, limited)))
        if text != self.notice.text():
            self.notice.setText(text)
            self.notice.setVisible(bool(text))


def _button(action: QAction, title: str, while_on: str = "") -> QToolButton:
    """A button that does what an action does, under a shorter title; another one while it is on."""
    made = named(QToolButton(), action.text().replace("&", "").removesuffix("…"), action.toolTip())
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.setCheckable(action.isCheckable())
    made.clicked.connect(lambda: (action.trigger(), made.setChecked(action.isChecked())))

    def follow() -> None:
        made.setEnabled(action.isEnabled())
        made.setChecked(action.isChecked())
        made.setText((action.isChecked() and while_on) or title)

    action.changed.connect(follow)
    follow()
    return made


def _percent(percent: float) -> str:
    return "less than 1 %" if 0 < percent < 1 else "100 %" if percent > 99.95 else f"{int(percent)} %"
