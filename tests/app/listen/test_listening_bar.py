"""The bar plays and changes what is heard by keys alone, and says so; coverage counts what came out of a device."""

from __future__ import annotations

import pytest
from helpers.waiting import until
from helpers.window import open_all
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton, QWidget

from app.main_window import MainWindow
from app.pages.listen.panel import GainBox
from app.services.outputs import ClockOutput


@pytest.fixture(autouse=True)
def silent(context):
    """No test makes a sound, whatever the machine has, or waits for a library in the thread that it stops."""
    pytest.importorskip("scipy.signal")
    context.playback._outputs = lambda programme: (ClockOutput.of(programme), None)


def bar_of(window: MainWindow):
    return window._listen


def test_every_control_is_reached_by_tab_and_has_a_name(opened: MainWindow) -> None:
    bar = bar_of(opened)
    reached = {w for w in bar.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible()}
    fields = {bar.channel, bar.gain, bar.speed}
    assert fields <= reached
    assert len(reached - fields) >= 8
    assert all(widget.accessibleName() for widget in reached if not widget.objectName().startswith("qt_"))


def test_what_stops_the_sound_says_so_while_it_plays(opened: MainWindow) -> None:
    play = opened.menus.made["play.toggle"]
    button = next(w for w in bar_of(opened).findChildren(QToolButton) if w.accessibleName() == "Play or stop")
    assert (play.iconText(), button.text()) == ("Play", "Play")
    play.setChecked(True)
    assert (play.iconText(), button.text()) == ("Stop", "Stop")
    play.setChecked(False)
    assert (play.iconText(), button.text()) == ("Play", "Play")


def test_gain_and_speed_by_keys_are_heard_and_said(opened: MainWindow) -> None:
    bar, playback = bar_of(opened), opened.context.playback
    assert not bar.notice.isVisible()
    for key in (Qt.Key.Key_PageUp, Qt.Key.Key_Up, Qt.Key.Key_Up):
        QTest.keyClick(bar.gain, key)
    for _ in range(6):
        QTest.keyClick(bar.speed, Qt.Key.Key_Down)
    assert (playback.treatment.gain_db, playback.treatment.speed) == (12.0, 0.7)
    assert bar.notice.isVisible()
    assert bar.notice.text() == "What you hear is changed: +12 dB, speed 0.70."
    opened.menus.made["play.neutral"].trigger()
    assert playback.treatment.is_neutral
    assert not bar.notice.isVisible()
    assert (bar.gain.value(), bar.speed.value()) == (0, 1.0)


def test_gain_is_typed_with_either_minus(qtbot) -> None:
    box = GainBox()
    qtbot.addWidget(box)
    for typed in ("-7", "\N{MINUS SIGN}7"):
        box.setValue(0)
        box.lineEdit().setText(f"{typed} dB")
        box.interpretText()
        assert box.value() == -7
    assert box.textFromValue(-7) == "\N{MINUS SIGN}7"


def test_only_the_boxs_band_is_played_once_and_follows_the_box(opened: MainWindow) -> None:
    playback = opened.context.playback
    assert not opened.menus.made["play.band"].isEnabled()
    opened.model.set_selection((1.0, 3.0))
    opened.model.set_band((300.0, 3400.0))
    opened.menus.made["play.band"].trigger()
    assert playback.heard_treatment.band_hz == (300.0, 3400.0)
    assert (playback.programme.start_s, playback.programme.stop_s) == (1.0, 3.0)
    assert "only 300 to 3400 Hz" in bar_of(opened).describe()
    opened.model.set_band((500.0, 2000.0))
    assert playback.heard_treatment.band_hz == (500.0, 2000.0)
    playback.stop()
    assert playback.treatment.band_hz is None
    assert bar_of(opened).notice.text() == ""


def test_the_loop_follows_the_selection(opened: MainWindow) -> None:
    opened.model.set_selection((1.0, 2.0))
    opened.menus.made["play.loop_selection"].trigger()
    opened.model.set_selection((2.5, 4.0))
    programme = opened.context.playback.programme
    assert (programme.start_s, programme.stop_s, programme.loop) == (2.5, 4.0, True)


def test_channels_are_those_of_the_recording_and_do_not_outlive_it(opened: MainWindow, wav) -> None:
    bar, session = bar_of(opened), opened.context.session
    assert not bar.channel.isEnabled()
    open_all(opened, [wav("two.wav", 1.0, channels=2)])
    session.select(session.exhibits[1].id)
    offered = [bar.channel.itemText(row) for row in range(bar.channel.count())]
    assert offered[0] == "As recorded"
    assert offered[2:] == ["Channel 1", "Channel 2", "Channel 1 \N{MINUS SIGN} channel 2"]
    bar.channel.setCurrentIndex(4)
    bar.channel.activated.emit(4)
    assert opened.context.playback.treatment.channel == "difference"
    session.select(session.exhibits[0].id)
    assert opened.context.playback.treatment.is_neutral


def test_coverage_is_shown_and_belongs_to_its_recording(opened: MainWindow, wav) -> None:
    bar, session = bar_of(opened), opened.context.session
    assert bar.listened.text() == "Listened 0 %"
    opened.context.playback.heard.emit(opened.model.recording, ((0.0, 1.5), (4.5, 6.0)))
    until(lambda: bar.listened.text() == "Listened 50 %")
    drawn = opened._listening._line._line.points[0]
    assert drawn.tolist() == [0.0, 1.5, 4.5, 6.0]
    open_all(opened, [wav("other.wav", 2.0)])
    session.select(session.exhibits[1].id)
    assert bar.listened.text() == "Listened 0 %"


def test_the_limiter_is_said_for_a_while(opened: MainWindow) -> None:
    bar = bar_of(opened)
    opened.context.playback.limited.emit(4.21)
    assert bar.notice.text() == "Too loud: peaks are turned down by up to 4.2 dB."
    bar._limit_timer.timeout.emit()
    assert bar.notice.text() == ""


def test_a_file_that_changes_or_vanishes_is_said_once(opened: MainWindow, messages, qtbot) -> None:
    path = opened.model.recording.id.path
    with path.open("ab") as file:
        file.write(b"more")
    until(lambda: [m.code for m in messages] == ["IN-007"])
    with path.open("ab") as file:
        file.write(b"and more")
    qtbot.wait(200)
    opened.context.jobs.settle()
    assert [m.code for m in messages] == ["IN-007"]


def test_a_deleted_file_is_said(opened: MainWindow, messages) -> None:
    opened.model.recording.id.path.unlink()
    until(lambda: [m.code for m in messages] == ["IN-012"])
    assert "deleted or moved while it was open" in messages[0].text
