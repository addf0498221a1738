"""The list of exhibits: name above, facts below, state as icon and words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QListView, QMenu, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.theme import Theme
from app.theme.icons import icon
from app.widgets.build import LEAST_SCROLLED_PX

_EMPTY = "Nothing is open yet."
_PAD = 8
_ICON = 16
_BESIDE_ICON = _ICON + 6
_WRAPPED = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
_ANY_HEIGHT = 10_000
_STATE_ROLES = {
    "caution": "caution",
    "failed": "caution",
    "examined": "good",
    "examining": "accent",
    "waiting": "muted",
    "ready": "muted",
}
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRoles:
    """Which roles of the model hold what."""

    id: int
    state: int
    state_text: int
    detail: int


class ExhibitDelegate(QStyledItemDelegate):
    """Paints id and name, facts, and the state on as many lines as it takes."""

    def __init__(self, roles: ListRoles, theme: Theme, parent: QWidget):
        super().__init__(parent)
        self._roles, self.theme = roles, theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Two lines of text, and as many as the state takes."""
        step = option.fontMetrics.lineSpacing() + 2
        view = self.parent()
        assert isinstance(view, QListView)
        width = view.viewport().width() - 2 * _PAD - _BESIDE_ICON
        if index.data(Qt.ItemDataRole.CheckStateRole) is not None:
            width -= view.style().pixelMetric(QStyle.PixelMetric.PM_IndicatorWidth) + 2 * _PAD
        text = index.data(self._roles.state_text) or ""
        state = option.fontMetrics.boundingRect(QRect(0, 0, max(width, 1), _ANY_HEIGHT), _WRAPPED, text).height()
        return QSize(160, 2 * step + max(state + 2, step) + 2 * _PAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        area = option.rect.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        if index.data(Qt.ItemDataRole.CheckStateRole) is not None:
            mark = style.subElementRect(QStyle.SubElement.SE_ItemViewItemCheckIndicator, option, option.widget)
            area.setLeft(mark.right() + _PAD)
        painter.save()
        self._lines(painter, option, index, area, selected)
        painter.restore()

    def _lines(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, area: QRect, selected: bool
    ) -> None:
        step = option.fontMetrics.lineSpacing() + 2
        text = self.theme.on_accent if selected else self.theme.text
        muted = self.theme.on_accent if selected else self.theme.muted
        bold = QFont(option.font)
        bold.setBold(True)
        line = QRect(area.left(), area.top(), area.width(), step)
        self._line(painter, bold, text, line, index.data(Qt.ItemDataRole.DisplayRole))
        facts = line.translated(0, step)
        self._line(painter, option.font, muted, facts, index.data(self._roles.detail), Qt.TextElideMode.ElideRight)
        state = index.data(self._roles.state)
        colour = self.theme.on_accent if selected else getattr(self.theme, _STATE_ROLES[state])
        third = line.translated(0, 2 * step)
        box = QRect(third.left(), third.top() + (step - _ICON) // 2, _ICON, _ICON)
        icon(state, colour).paint(painter, box)
        painter.setFont(option.font)
        painter.setPen(colour)
        rest = QRect(
            third.left() + _BESIDE_ICON, third.top() + 1, third.width() - _BESIDE_ICON, area.bottom() - third.top()
        )
        painter.drawText(rest, _WRAPPED, index.data(self._roles.state_text))

    def _line(
        self,
        painter: QPainter,
        font: QFont,
        colour: str,
        box: QRect,
        text: str,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
    ) -> None:
        painter.setFont(font)
        painter.setPen(colour)
        shown = QFontMetrics(font).elidedText(text, mode, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


class ExhibitList(QListView):
    """One row for each exhibit; what is chosen in its menu is announced."""

    chosen = Signal(str)
    """Id of the exhibit that became current."""
    copy_hash_wanted = Signal(str)
    copy_path_wanted = Signal(str)
    reveal_wanted = Signal(str)
    remove_wanted = Signal(str)
    compare_wanted = Signal(str, str)
    """Ids of two exhibits to be put side by side."""

    def __init__(self, roles: ListRoles, theme: Theme, parent: QWidget | None = None):
        super().__init__(parent)
        self._roles = roles
        self._delegate = ExhibitDelegate(roles, theme, self)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName("Exhibits")
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMinimumHeight(LEAST_SCROLLED_PX)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)

    def set_theme(self, theme: Theme) -> None:
        """Draw in a theme's colours."""
        self._delegate.theme = theme
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Say so while the list is empty."""
        super().paintEvent(event)
        if self.model() is None or self.model().rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(self._delegate.theme.muted)
            box = self.viewport().rect().adjusted(12, 12, -12, -12)
            painter.drawText(box, Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, _EMPTY)

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """A state may take more lines than the one before."""
        super().dataChanged(first, last, list(roles))
        self.scheduleDelayedItemsLayout()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the current exhibit in sight where it was."""
        row = self.visualRect(self.currentIndex())
        was_seen = row.isValid() and row.bottom() > 0 and row.top() < event.oldSize().height()
        super().resizeEvent(event)
        if was_seen:
            self.scrollTo(self.currentIndex())

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Announce the exhibit that became current."""
        super().currentChanged(current, previous)
        if current.isValid():
            self.chosen.emit(current.data(self._roles.id))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes the current exhibit off the list."""
        if event.key() == Qt.Key.Key_Delete and self.currentIndex().isValid():
            self.remove_wanted.emit(self.currentIndex().data(self._roles.id))
        else:
            super().keyPressEvent(event)

    def menu_for(self, exhibit_id: str) -> QMenu:
        """What can be done with an exhibit."""
        menu = QMenu(self)
        menu.addAction("Copy SHA-256", lambda: self.copy_hash_wanted.emit(exhibit_id))
        menu.addAction("Copy path", lambda: self.copy_path_wanted.emit(exhibit_id))
        menu.addAction("Show in folder", lambda: self.reveal_wanted.emit(exhibit_id))
        menu.addSeparator()
        self._add_comparing(menu, exhibit_id)
        menu.addAction("Remove from the list", lambda: self.remove_wanted.emit(exhibit_id))
        return menu

    def _add_comparing(self, menu: QMenu, exhibit_id: str) -> None:
        """A menu of the other exhibits."""
        comparing = menu.addMenu("Compare with")
        for row in range(self.model().rowCount()):
            index = self.model().index(row, 0)
            other = index.data(self._roles.id)
            if other != exhibit_id:
                title = index.data(Qt.ItemDataRole.DisplayRole).replace("&", "&&")
                comparing.addAction(title, partial(self.compare_wanted.emit, exhibit_id, other))
        comparing.setEnabled(not comparing.isEmpty())

    def _show_menu(self, point: QPoint) -> None:
        index = self.indexAt(point)
        if index.isValid():
            self.menu_for(index.data(self._roles.id)).exec(self.viewport().mapToGlobal(point))
