"""Connects the list of marks, their lane, and the lines in all lanes to the marks that there are."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.commands import marks as commands
from app.commands.action import Shell
from app.pages.exporting import ExportButton
from app.pages.marks.drawing import MarkDrawing
from app.pages.marks.panel import MarksPanel
from app.services.exporting import Origin, Table, source_of
from app.viewmodels.marks import EXPORT_COLUMNS, export_rows
from core.marks import MARK_TYPES, Mark


class MarksBinding(QObject):
    """The list shows the marks of the recording on the screen, and does with them what is asked."""

    def __init__(self, panel: MarksPanel, drawing: MarkDrawing, shell: Shell):
        super().__init__(panel)
        self._panel, self._drawing, self._shell = panel, drawing, shell
        self._marking, self._session = shell.context.marking, shell.context.session
        self._listed: tuple[Mark, ...] = ()
        panel.add_control(
            ExportButton(shell.context.exporter, "Marks", origin=self._origin, table=self._table),
        )
        self._connect()
        self._show()

    def _connect(self) -> None:
        marking, table = self._marking, self._panel.table
        for signal in (marking.changed, self._session.current_changed, self._session.removed, self._session.added):
            signal.connect(lambda *_: self._show())
        marking.selected_changed.connect(self._select)
        self._panel.filter_changed.connect(marking.set_filter)
        self._panel.picked.connect(marking.select)
        table.go_wanted.connect(self._go_to)
        table.edit_wanted.connect(self._edit)
        table.delete_wanted.connect(marking.remove)
        table.type_wanted.connect(self._set_type)
        self._drawing.picked.connect(self._pick)
        self._drawing.opened.connect(self._edit)
        self._drawing.moved.connect(self._move)
        self._drawing.delete_wanted.connect(lambda: commands.delete(self._shell))
        self._drawing.type_wanted.connect(self._set_type)

    def _show(self) -> None:
        exhibit = self._session.current
        listed, total = self._marking.listed(exhibit), len(self._marking.marks(exhibit))
        self._listed = listed
        self._panel.rows.show_marks(listed)
        self._panel.show_state(len(listed), total)
        self._select()

    def _select(self) -> None:
        mark = self._marking.selected_on(self._session.current)
        self._panel.follow(mark.id if mark else "")
        self._drawing.show_marks(self._listed, mark.id if mark else "")

    def _found(self, mark_id: str) -> Mark | None:
        return self._marking.history.book.get(mark_id)

    def _go_to(self, mark_id: str) -> None:
        mark = self._found(mark_id)
        if mark is not None:
            commands.go_to(self._shell, mark)

    def _pick(self, mark_id: str) -> None:
        mark = self._found(mark_id)
        self._marking.select(mark_id)
        if mark is not None:
            self._shell.model.set_cursor(mark.start_s)

    def _edit(self, mark_id: str) -> None:
        self._marking.select(mark_id)
        commands.edit(self._shell)

    def _move(self, mark_id: str, start_s: float, end_s: float) -> None:
        mark, duration_s = self._found(mark_id), self._shell.model.duration_s
        if mark is not None:
            inside = (min(max(edge, 0.0), duration_s) for edge in (start_s, end_s))
            self._marking.change(mark, f"move {mark.kind}", **dict(zip(("start_s", "end_s"), inside, strict=True)))

    def _set_type(self, digit: int) -> None:
        kinds = list(MARK_TYPES)
        if digit <= len(kinds):
            commands.set_type(self._shell, kinds[digit - 1])

    def _origin(self) -> Origin | None:
        exhibit = self._session.current
        return Origin(title="Marks", sources=(source_of(exhibit),)) if exhibit else None

    def _table(self) -> Table | None:
        origin = self._origin()
        rows = export_rows(self._panel.rows.marks)
        return Table(columns=EXPORT_COLUMNS, rows=rows, origin=origin) if origin and rows else None
