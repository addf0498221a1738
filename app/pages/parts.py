"""The parts of the window, where they stand, and how the focus goes from one to the next."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from app.context import AppContext
from app.pages.compare.page import ComparePage
from app.pages.desk import Desk
from app.pages.examine.page import ExaminePage
from app.pages.explain.joining import explain_panel
from app.pages.focus import first_in, focus_inside, has_focus
from app.pages.listen.panel import ListenBar
from app.pages.marks.joining import marks_panel, notes_panel
from app.pages.measure.panel import MeasurePanel
from app.pages.pages import Pages
from app.theme.icons import icon
from app.theme.style import apply
from app.viewmodels.compare import CompareModel
from app.viewmodels.examine import ExamineModel
from app.viewmodels.exhibits import Role
from app.viewmodels.job_table import PROGRESS_COLUMN, JobTable
from app.widgets.build import label
from app.widgets.exhibit_list import ExhibitList, ListRoles
from app.widgets.front import FrontStack
from app.widgets.inspector import Inspector
from app.widgets.job_panel import JobLine, JobPanel
from app.widgets.message_bar import MessageBar
from app.widgets.start_page import StartPage
from app.widgets.turns import Turns

_MINIMUM = QSize(1000, 640)
_ROLES = ListRoles(id=Role.ID, state=Role.STATE, state_text=Role.STATE_TEXT, detail=Role.DETAIL)


class WindowParts(QMainWindow):
    """Base of the window: makes its parts and places them; they are not yet joined with the services."""

    def __init__(self, context: AppContext):
        super().__init__()
        self.context = context
        self.model = ExamineModel()
        self._turns = Turns(self)
        self._theme = apply(context.settings.current.theme, context.settings.current.text_scale)
        self._make_parts()
        self._place_parts()

    def focus_pane(self, by: int) -> None:
        """Move the focus to the next or previous pane; each lane is one."""
        panes = [pane for pane in self._panes() if first_in(pane)]
        at = next((i for i, pane in enumerate(panes) if has_focus(pane)), -by)
        focus_inside(panes[(at + by) % len(panes)])

    def toggle_dock(self, name: str) -> None:
        """Show or hide a panel."""
        self._desk.toggle(name)

    def show_tab(self, panel: str, tab: str) -> None:
        """Open a panel, or the Compare page, at a tab, with the focus in it."""
        if panel == "compare":
            self.pages.show_page("compare")
            front = self._compare.results.show_tab(tab)
        else:
            front = self._desk.show_tab(panel, tab)
        focus_inside(front)

    def reset_layout(self) -> None:
        """Put every panel at its first place."""
        self._desk.reset()
        self._desk.fit_sides(self.context.settings.current.text_scale)

    def enter_dock(self, name: str) -> None:
        """Show a panel and move the focus into it; hide it where it is in sight, and give the focus to the lanes."""
        content, was_open = self._docks[name].widget(), self.is_dock_open(name)
        had_focus = has_focus(content)
        self.toggle_dock(name)
        if not was_open:
            self._turns.later(self, partial(self._focus_when_made, content))
        elif had_focus and self._page.isVisible():
            focus_inside(self._page.frames[0] if self._page.frames else self._page)

    def _focus_when_made(self, content: QWidget) -> None:
        """Some panels make their parts when they are shown, in turns."""
        if self._turns.is_busy:
            self._turns.later(self, partial(self._focus_when_made, content))
        else:
            focus_inside(content)

    def is_dock_open(self, name: str) -> bool:
        """Whether a panel is shown."""
        return self._desk.is_open(name)

    def _make_parts(self) -> None:
        self._page = ExaminePage(self.model, self.context.jobs, self._theme, self._turns)
        self._compare = ComparePage(CompareModel(), self.context.jobs, self.context.exporter, self._theme)
        self._listen = ListenBar()
        self._measure = MeasurePanel(self._theme, self._turns)
        self._start = StartPage()
        self._exhibits = ExhibitList(_ROLES, self._theme)
        self._case = label(role="heading", name="Case", wrap=True)
        self._case.setContentsMargins(8, 6, 8, 6)
        self._inspector = Inspector()
        self._messages = MessageBar(self._theme)
        self._jobs = JobTable(self.context.jobs)
        self._job_panel = JobPanel(self._jobs, PROGRESS_COLUMN)
        self._job_line = JobLine()

    def _place_parts(self) -> None:
        self.setWindowIcon(icon("auditrace", "#ffffff"))
        self.setMinimumSize(_MINIMUM)
        self.setAcceptDrops(True)
        # from the outside to the inside: Qt styles all that is in a part anew whenever the part gets another parent
        self._centre = FrontStack()
        self._desk = Desk(self._centre)
        self.setCentralWidget(_stacked(self._messages, self._desk))
        self.pages = Pages()
        self._centre.addWidget(self._start)
        self._centre.addWidget(self.pages)
        self.pages.add("examine", "Examine", self._page, "One recording, lane by lane")
        self.pages.add("compare", "Compare", self._compare, "Two to four recordings on one aligned axis")
        self._desk.addToolBar(Qt.ToolBarArea.BottomToolBarArea, self._listen)
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        below = Qt.DockWidgetArea.BottomDockWidgetArea
        self._docks = {
            "exhibits": self._desk.add("exhibits", "Exhibits", _stacked(self._case, self._exhibits), left),
            "inspector": self._desk.add("inspector", "Inspector", self._inspector, right),
            "explain": self._desk.add("explain", "Explain", explain_panel(), below),
            "marks": self._desk.add("marks", "Marks", marks_panel(), below),
            "notes": self._desk.add("notes", "Notes", notes_panel(), below),
            "measure": self._desk.add("measure", "Measure", self._measure, below),
            "jobs": self._desk.add("jobs", "Jobs", self._job_panel, below),
        }
        self._desk.set_theme(self._theme)
        self.statusBar().addWidget(self._job_line, 1)
        self.statusBar().setSizeGripEnabled(False)

    def _panes(self) -> list[QWidget]:
        docked = (dock.widget() for name, dock in self._docks.items() if name not in ("exhibits", "inspector"))
        return [
            self._exhibits,
            self._start,
            self._page.overview,
            *self._page.frames,
            self._compare,
            self._listen,
            self._inspector,
            *docked,
            self._messages,
        ]


def _stacked(above: QWidget, below: QWidget) -> QWidget:
    """Two parts in a column; the lower one takes the room."""
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(above)
    column.addWidget(below, 1)
    return whole
