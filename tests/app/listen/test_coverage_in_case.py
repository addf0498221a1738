"""What came out of a sound device is in the case's log once, comes back with the case, and stays out of other cases."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt

from app.context import AppContext
from core.case import Case, desk


def make_case(folder: Path, recording: Path) -> Path:
    Case.create(folder, number=folder.name, examiner="A. Weber").add(recording)
    return folder


def open_case(context: AppContext, folder: Path) -> None:
    context.workbench.open([folder])
    assert context.jobs.settle()


def hear(context: AppContext, *spans: tuple[float, float]) -> None:
    playback = context.playback
    playback.heard.emit(context.session.exhibits[0].recording, spans)
    playback.playing_changed.emit(False)
    assert context.writer.finish()


def heard(context: AppContext) -> tuple[tuple[float, float], ...]:
    return context.listening.coverage(context.session.exhibits[0].recording).spans


def test_rows_hold_what_was_not_played_before(context: AppContext, wav, tmp_path: Path) -> None:
    folder = make_case(tmp_path / "one", wav("call.wav", 6.0))
    open_case(context, folder)
    hear(context, (0.0, 2.0))
    hear(context, (1.0, 2.0))
    hear(context, (1.0, 3.0))
    rows = [entry.data["spans_s"] for entry in Case.open(folder).log(desk.HEARD)]
    assert rows == [[[0.0, 2.0]], [[2.0, 3.0]]]


def test_it_comes_back_with_its_case_only(context: AppContext, wav, tmp_path: Path) -> None:
    call = wav("call.wav", 6.0)
    one, other = make_case(tmp_path / "one", call), make_case(tmp_path / "other", call)
    open_case(context, one)
    hear(context, (0.0, 2.0))
    open_case(context, other)
    assert heard(context) == ()
    hear(context, (4.0, 5.0))
    open_case(context, one)
    assert heard(context) == ((0.0, 2.0),)


def test_nothing_is_written_without_a_case(context: AppContext, wav) -> None:
    context.workbench.open([wav("loose.wav", 3.0)])
    assert context.jobs.settle()
    hear(context, (0.0, 2.0))
    assert context.jobs.active == ()
    assert heard(context) == ((0.0, 2.0),)


def test_what_plays_while_the_case_gives_way_to_another_is_in_its_own_log(context: AppContext, wav, tmp_path) -> None:
    one, other = (make_case(tmp_path / name, wav(f"{name}.wav", 6.0)) for name in ("one", "other"))
    open_case(context, one)
    playback, call = context.playback, context.session.exhibits[0].recording

    def stop() -> None:
        playback.heard.emit(call, ((0.0, 2.0),))
        playback.playing_changed.emit(False)

    context.session.current_changed.connect(stop, Qt.ConnectionType.SingleShotConnection)
    open_case(context, other)
    assert context.writer.finish()
    assert [entry.data["spans_s"] for entry in Case.open(one).log(desk.HEARD)] == [[[0.0, 2.0]]]
    assert not Case.open(other).log(desk.HEARD)
