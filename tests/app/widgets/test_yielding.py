"""What gives way where there is too little room: boxes and columns."""

from __future__ import annotations

from PySide6.QtGui import QFont, QStandardItemModel

from app.widgets.rows_table import RowsTable
from app.widgets.yielding_box import YieldingBox


def test_a_box_asks_for_its_longest_item_and_lives_with_less(qtbot) -> None:
    box = YieldingBox()
    qtbot.addWidget(box)
    box.addItems(["Authenticity overview", "Speech"])
    assert box.minimumSizeHint().width() < 0.8 * box.sizeHint().width()
    assert box.sizeHint().width() > box.fontMetrics().horizontalAdvance("Authenticity overview")
    assert box.minimumSizeHint().height() == box.sizeHint().height()


def test_one_column_takes_the_rest_and_all_follow_the_size_of_the_text(qtbot) -> None:
    table = RowsTable()
    qtbot.addWidget(table)
    table.setModel(QStandardItemModel(2, 3))
    table.resize(800, 200)
    table.show()
    table.set_widths((10, 8, 12), 1)
    assert table.columnWidth(1) == table.viewport().width() - table.columnWidth(0) - table.columnWidth(2)
    row_px, first_px = table.rowHeight(0), table.columnWidth(0)
    table.setFont(QFont(table.font().family(), 3 * table.font().pointSize()))
    assert table.rowHeight(0) > 2 * row_px
    assert table.columnWidth(0) > 2 * first_px
    assert table.columnWidth(1) > 2 * first_px * 8 // 10, "never less than its own width: the table scrolls then"
