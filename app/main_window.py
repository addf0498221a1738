"""The window: exhibits on the left, the recording in the middle, the inspector on the right, jobs below."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QWidget,
)

from app.commands import ACTIONS, Action
from app.commands.keymaps import effective
from app.commands.menus import Menus
from app.context import AppContext
from app.pages.compare.binding import CompareBinding
from app.pages.compare.marks import CompareMarks
from app.pages.desk import Describing
from app.pages.examine.memory import LaneMemory
from app.pages.examine.page import ExaminePage
from app.pages.explain.joining import join_explain
from app.pages.focus import focus_inside
from app.pages.heading import fill_recent, show_case, show_start, window_title
from app.pages.leaving import may_lose
from app.pages.listen.binding import ListenBinding
from app.pages.marks.joining import join
from app.pages.measure.joining import join_measure
from app.pages.panels import ExhibitsBinding, InspectorBinding, JobsBinding, ScreenBinding
from app.pages.parts import WindowParts
from app.services.session import Unopened
from app.theme import ThemeName
from app.theme.style import apply, tell_stragglers
from app.viewmodels.exhibits import ExhibitsModel, unopened_text
from core.foundation.version import NAME

_SIZE = QSize(1440, 900)
_ROOMY = QSize(1600, 1000)
_CLOSE_TIMEOUT_S = 5.0


def is_roomy(screen: QSize) -> bool:
    """Whether a screen has so much room that the window is maximised at its first start."""
    return screen.width() > _ROOMY.width() and screen.height() > _ROOMY.height()


class MainWindow(WindowParts):
    """Assembles the parts; what they do is in commands, what they show in pages."""

    def __init__(self, context: AppContext):
        super().__init__(context)
        self.hanging: tuple[str, ...] = ()
        """Titles of jobs that did not stop when the window was closed."""
        self._active_jobs = 0
        self._refreshing = QTimer(self, singleShot=True, interval=0)
        self._refreshing.timeout.connect(self._refresh)
        self._bind()
        self.menus = Menus(self, self, ACTIONS)
        self._listen.set_actions(self.menus.made)
        self._listening.set_theme(self._theme)
        self.keys_changed()
        self._recent = self.menus.menu("File/Opened last")
        self._recent.aboutToShow.connect(lambda: fill_recent(self._recent, context))
        self.menus.set_theme(self._theme)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._leave_space_to_buttons)
        self._restore()
        self._follow_changes()
        self._refresh()

    @property
    def actions_offered(self) -> tuple[Action, ...]:
        """All that the user can do."""
        return ACTIONS

    @property
    def page(self) -> ExaminePage:
        """The main screen."""
        return self._page

    @property
    def front(self) -> QWidget:
        """The page in front."""
        return self.pages.front

    @property
    def dialog_parent(self) -> QWidget:
        """What dialogs belong to."""
        return self

    def begin(self, paths: Sequence[Path]) -> None:
        """What is done once the window is in sight: read the models' cards, open what was named."""
        gc.freeze()  # the window stays: looking through it for garbage stops everything for 60 ms
        if self.context.settings.notice is not None:
            self.context.errors.present(self.context.settings.notice)
        self.context.workbench.list_models()
        self.context.workbench.warm_up()
        self.context.workbench.open(paths)

    def use_theme(self, name: ThemeName, *, remember: bool = True) -> None:
        """Change colours everywhere."""
        if remember:
            self.context.settings.change(theme=name)
        self._theme = apply(name, self.context.settings.current.text_scale)
        tell_stragglers(self)
        for part in (
            self._page,
            self._compare,
            self._exhibits,
            self._messages,
            self._desk,
            self._listening,
            self.menus,
        ):
            part.set_theme(self._theme)

    def use_text_scale(self, per_cent: int) -> None:
        """Show all text larger or smaller."""
        self.context.settings.change(text_scale=per_cent)
        self.use_theme(self.context.settings.current.theme, remember=False)
        self._desk.fit_sides(per_cent)
        self.menus.refresh()

    def describe(self) -> str:
        """The page in front and the open panels, in words."""
        front = self.front
        page = front.describe() if isinstance(front, Describing) else front.accessibleName()
        return "\n\n".join((page, f"Listening. {self._listen.describe()}", self._desk.describe())).strip()

    def dismiss_messages(self) -> None:
        """Take all messages away."""
        self._messages.dismiss_all()

    def show_results(self) -> None:
        """Bring the results to the front of the inspector."""
        self._inspector.show_tab("results")

    def perform(self, action_id: str) -> None:
        """Do what an action does, if it can be done now."""
        self.menus.made[action_id].trigger()

    def keys_of(self, action_id: str) -> tuple[str, ...]:
        """Keys of an action under the map in use."""
        return self.menus.keys[action_id]

    def keys_changed(self) -> None:
        """Take the keys that the settings say."""
        settings = self.context.settings.current
        self.menus.use_keys(effective(ACTIONS, settings.key_map, settings.own_keys))
        self.menus.refresh()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and folders may be dropped anywhere."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        self.context.workbench.open(paths)
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask where something would be lost; then stop all work and remember the layout."""
        if not self._may_close():
            event.ignore()
            return
        self.context.settings.change(geometry=_text(self.saveGeometry()), layout=self._desk.layout_text())
        self.hide()
        self._listening.stop()
        self.context.playback.stop()
        self.context.writer.finish()  # a listening test that was given up, and what was played, still go into the log
        self.hanging = self.context.jobs.shutdown(_CLOSE_TIMEOUT_S)
        event.accept()

    def _bind(self) -> None:
        context = self.context
        ExhibitsBinding(self._exhibits, ExhibitsModel(context.session), context)
        ScreenBinding(self.model, context)
        self._listening = ListenBinding(self._listen, self._page.overview, self.model, context)
        self.comparison = CompareBinding(self._compare, self.model, context)
        CompareMarks(self._exhibits, self.comparison, self.pages)
        InspectorBinding(self._inspector, self.model, context.session, self._turns)
        JobsBinding(self._job_panel, self._job_line, self._jobs, context)
        LaneMemory(self._page, context.settings)
        join(self, self._docks, self._inspector)
        join_explain(self, self._docks)
        join_measure(self, self._docks)
        self._job_line.all_wanted.connect(lambda: self.toggle_dock("jobs"))
        context.errors.presented.connect(self._messages.add)
        context.errors.mentioned.connect(self._job_line.say)
        context.workbench.explained.connect(lambda _: self._page.controls.overlay.show_overlay())
        context.workbench.may_replace = lambda: self._may_lose("Open a case", "Open")
        self._bind_start()
        for part in self._desk.findChildren(QWidget):
            part.setAcceptDrops(False)  # a text field would take a dropped file's name

    def _bind_start(self) -> None:
        start, workbench = self._start, self.context.workbench
        start.add_wanted.connect(lambda: self.perform("file.add_to_case"))
        start.open_wanted.connect(lambda: self.perform("file.open"))
        start.folder_wanted.connect(lambda: self.perform("file.open_folder"))
        start.sample_wanted.connect(workbench.open_sample)
        start.recent_wanted.connect(lambda path: workbench.open([Path(path)]))

    def _follow_changes(self) -> None:
        """Ask anew what can be done whenever something changed that an action may depend on."""
        session, comparison = self.context.session, self._compare.model
        changes = (
            session.current_changed,
            session.changed,
            session.removed,
            session.case_changed,
            session.seal_changed,
            self.context.workbench.models_changed,
            self.context.playback.playing_changed,
            self.context.marking.changed,
            self.context.marking.selected_changed,
            self.context.notebook.changed,
            self.model.selection_changed,
            self.model.band_changed,
            self.model.attribution_changed,
            self.model.history_changed,
            comparison.rows_changed,
            comparison.history_changed,
            comparison.active_changed,
            self.pages.shown,
            self._desk.changed,
        )
        for change in changes:
            change.connect(self._refresh)
        self._jobs.summary_changed.connect(self._follow_jobs)

    def _follow_system(self) -> None:
        self.use_theme(self.context.settings.current.theme, remember=False)

    def _leave_space_to_buttons(self, _: QWidget | None, focus: QWidget | None) -> None:
        """Space plays, but where a button has the focus it presses that button."""
        is_pressed = isinstance(focus, QAbstractButton | QComboBox)
        keys = [key for key in self.menus.keys["play.toggle"] if not (is_pressed and key == "Space")]
        self.menus.made["play.toggle"].setShortcuts([QKeySequence(key) for key in keys])

    def _follow_jobs(self) -> None:
        """Ask what can be done now once for all jobs that begin or end together, and not at every step of theirs."""
        active = len(self._jobs.active)
        if active != self._active_jobs:
            self._active_jobs = active
            self._refreshing.start()

    def _refresh(self) -> None:
        session = self.context.session
        current = session.current_listed
        self._page.set_empty_text(unopened_text(current) if isinstance(current, Unopened) else "")
        self._page.set_exhibit(current.id if current else "")
        if current is None:
            self._show_listening()
            self._show_centre()
        else:
            self._turns.later(self, self._show_listening)
            self._turns.later(self, self._show_centre)
        show_start(self._start, self.context)
        self.menus.refresh()
        show_case(self._case, session)
        self.setWindowTitle(window_title(session))

    def _show_listening(self) -> None:
        self._listen.setVisible(self.model.recording is not None)

    def _show_centre(self) -> None:
        has_recording = self.context.session.current_listed is not None
        shown = self.pages if has_recording else self._start
        if self._centre.currentWidget() is not shown:
            self._centre.setCurrentWidget(shown)
            focus_inside(self._exhibits if has_recording else shown)

    def _restore(self) -> None:
        settings = self.context.settings.current
        self.model.set_time_form(settings.time_form)
        if not self.restoreGeometry(_bytes(settings.geometry)):
            self.resize(_SIZE)
            if is_roomy(self.screen().availableSize()):
                self.setWindowState(Qt.WindowState.WindowMaximized)
        self._desk.restore(settings.layout)

    def _may_close(self) -> bool:
        return self._may_lose(f"Close {NAME}", "Close")

    def _may_lose(self, title: str, action: str) -> bool:
        return may_lose(self.context, self, title, action)


def _text(data: QByteArray) -> str:
    return bytes(data.toBase64().data()).decode("ascii")


def _bytes(text: str) -> QByteArray:
    return QByteArray.fromBase64(text.encode("ascii", "replace"))
