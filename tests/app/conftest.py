"""A window with a made-up engine, and the certainty that nothing runs on when a test has ended."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Iterator

import pytest
import scipy.signal  # noqa: F401 - else the first sound that is made waits for it, in a thread that is to end
from helpers.examine_data import fake_attribution, fake_card, fake_checks, fake_finding
from helpers.waiting import PATIENCE_S
from helpers.window import open_all
from PySide6.QtCore import QCoreApplication, QEvent

from app.context import AppContext, build
from app.main_window import MainWindow
from app.services.engine import Engine, Models
from core.foundation.progress import steps


class FakeEngine(Engine):
    """Opens and measures for real; examines and explains by invention, and as slowly as it is told."""

    def __init__(self):
        super().__init__()
        self.steps = 1
        self.error: Exception | None = None

    def models(self, *, progress):
        return Models(cards=(fake_card(), fake_card("published/other")), default_ids=("auditrace/test",))

    def examine(self, recording, plan, condition, case_folder, exhibit_id, *, progress):
        for _ in steps(range(self.steps), progress, "fake windows"):
            time.sleep(0.001 if self.steps == 1 else 0.01)
        if self.error is not None:
            raise self.error
        return dataclasses.replace(fake_finding(recording), plan=plan, made_at="2026-11-21T10:00:00+00:00")

    def explain(self, recording, request, *, progress):
        return fake_attribution(request.start_s, request.start_s + 4.0)

    def check_explanation(self, recording, found, *, progress):
        return dataclasses.replace(found, checks=fake_checks())


@pytest.fixture(autouse=True)
def deleted() -> Iterator[None]:
    """What a test asked to delete is deleted when it ends; else it waits for garbage, and is styled with all others."""
    yield
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def context(qapp, engine: FakeEngine) -> Iterator[AppContext]:
    """The application's services with a made-up engine; every job has stopped at the end."""
    made = build(engine)
    made.workbench.list_models()
    assert made.jobs.settle()
    yield made
    made.playback.stop()
    assert made.jobs.shutdown(PATIENCE_S) == ()


@pytest.fixture
def window(qtbot, context: AppContext) -> Iterator[MainWindow]:
    """A shown window; closed without questions at the end, all its threads ended."""
    made = MainWindow(context)
    made.show()
    qtbot.waitExposed(made)
    yield made
    context.workbench.has_unsaved = False
    context.session.set_case(None)  # forgets marks and notes that were not exported
    context.jobs.cancel_all()
    assert context.jobs.settle()
    made.close()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    for thread in threading.enumerate():
        if thread.name == "playback":
            thread.join(PATIENCE_S)
            assert not thread.is_alive()


@pytest.fixture
def messages(context: AppContext) -> list:
    """Everything that was announced."""
    seen: list = []
    context.errors.presented.connect(seen.append)
    return seen


@pytest.fixture
def opened(window: MainWindow, wav) -> MainWindow:
    """A window with one recording of 6 s."""
    open_all(window, [wav("one.wav", 6.0)])
    return window
