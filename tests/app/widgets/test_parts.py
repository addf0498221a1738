"""Lists, tables, messages and dialogs as a user meets them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox, QMessageBox, QWidget

from app.services.errors import Message
from app.theme import DARK, LIGHT
from app.theme.style import qt_palette
from app.viewmodels.facts import Fact, Section
from app.widgets import dialogs
from app.widgets.case_dialog import CaseChoice, CaseDialog
from app.widgets.exhibit_list import ExhibitList, ListRoles
from app.widgets.explain_dialog import ExplainableModel, ExplainDialog, ExplainWords
from app.widgets.facts_table import FactsTable
from app.widgets.message_bar import MessageBar
from app.widgets.run_dialog import ModelChoice, RunDialog

SECTIONS = [
    Section("File", (Fact("Name", "a.wav"), Fact("SHA-256", "01234567 89abcdef", "0123456789abcdef", True))),
    Section("Tags", (Fact("title", "x"),)),
]


@pytest.fixture
def table(qtbot) -> FactsTable:
    made = FactsTable("File")
    qtbot.addWidget(made)
    made.set_sections(SECTIONS)
    made.show()
    return made


def test_what_is_current_stays_in_sight_where_the_list_gets_lower(qtbot) -> None:
    roles = ListRoles(id=256, state=257, state_text=258, detail=259)
    exhibits = ExhibitList(roles, DARK)
    qtbot.addWidget(exhibits)
    exhibits.setModel(QStringListModel([f"Q{n}" for n in range(30)]))
    exhibits.resize(260, 800)
    exhibits.show()
    row_px = exhibits.visualRect(exhibits.model().index(0, 0)).height()
    last_seen = exhibits.model().index(800 // row_px - 1, 0)
    exhibits.setCurrentIndex(last_seen)
    exhibits.resize(260, 300)
    assert exhibits.viewport().rect().contains(exhibits.visualRect(last_seen))
    exhibits.scrollToBottom()
    place = exhibits.verticalScrollBar().value()
    exhibits.setCurrentIndex(exhibits.model().index(0, 0))
    exhibits.verticalScrollBar().setValue(place)
    exhibits.resize(260, 310)
    assert not exhibits.viewport().rect().intersects(exhibits.visualRect(exhibits.model().index(0, 0)))


def test_copy_gives_exact_values(qtbot, table: FactsTable) -> None:
    table.selectRow(2)
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "SHA-256: 0123456789abcdef"


def test_nothing_selected_copies_all(table: FactsTable) -> None:
    table.clearSelection()
    assert table.copied() == "File\nName: a.wav\nSHA-256: 0123456789abcdef\nTags\ntitle: x"


def test_a_fact_without_a_label_takes_both_columns_and_only_the_height_of_its_text(table: FactsTable) -> None:
    words = "Nothing here says how the sound was made, as many programs write the same."
    table.resize(300, 400)
    table.set_sections([Section("In words", (Fact("", words), Fact("A", words)))])
    table.resizeRowsToContents()
    assert table.columnSpan(1, 0) == 2
    assert table.copied() == f"In words\n{words}\nA: {words}"
    assert table.rowHeight(1) < table.rowHeight(2)


def test_new_values_move_nothing(table: FactsTable) -> None:
    table.selectRow(1)
    table.set_sections([Section("File", (Fact("Name", "b.wav"), SECTIONS[0].facts[1])), SECTIONS[1]])
    assert table.item(1, 1).text() == "b.wav"
    assert [index.row() for index in table.selectedIndexes()] == [1, 1]


def test_other_rows_replace_the_old_ones(table: FactsTable) -> None:
    table.set_sections([Section("Only", (Fact("a", "1"),)), Section("Then", ())])
    assert table.rowCount() == 3
    assert table.item(2, 1) is None
    assert table.columnSpan(0, 0) == 2
    assert table.columnSpan(1, 0) == 1


def test_headings_follow_the_colours(table: FactsTable) -> None:
    for theme in (DARK, LIGHT):
        table.setPalette(qt_palette(theme))
        assert table.item(0, 0).background().color().name() == theme.raised


def test_messages_are_kept_until_dismissed(qtbot) -> None:
    bar = MessageBar(LIGHT)
    qtbot.addWidget(bar)
    assert bar.isHidden()
    for n in range(3):
        bar.add(Message(text=f"message {n}", code="IN-001", level="caution", details=f"details {n}"))
    assert not bar.isHidden()
    bar.dismiss()
    assert [message.text for message in bar.messages] == ["message 0", "message 1"]
    bar.set_theme(DARK)
    bar.dismiss_all()
    assert bar.isHidden()


def test_details_are_copied(qtbot) -> None:
    bar = MessageBar(LIGHT)
    qtbot.addWidget(bar)
    bar.add(Message(text="short", details="everything"))
    bar._copy.click()
    assert QGuiApplication.clipboard().text() == "everything"


MODELS = [
    ModelChoice(id="a", title="A", about="About A.", is_default=True),
    ModelChoice(id="b", title="B", about="About B."),
]


def run_dialog(qtbot, models=MODELS, channels: int = 2) -> RunDialog:
    dialog = RunDialog(models, [("Q1", "x.wav"), ("Q2", "y.wav")], "Q2", channels)
    qtbot.addWidget(dialog)
    return dialog


def test_the_suite_that_ships_is_chosen_beforehand(qtbot) -> None:
    choice = run_dialog(qtbot).choice()
    assert choice.models == ("a",)
    assert choice.exhibits == ("Q2",)
    assert (choice.device, choice.channel, choice.reference) == ("auto", "mix", False)


def test_all_recordings_and_one_channel(qtbot) -> None:
    dialog = run_dialog(qtbot)
    dialog.scope.setCurrentIndex(1)
    dialog.channel.setCurrentIndex(2)
    dialog.models.item(1).setCheckState(Qt.CheckState.Checked)
    choice = dialog.choice()
    assert choice.exhibits == ("Q1", "Q2")
    assert choice.channel == "1"
    assert choice.models == ("a", "b")


def test_without_a_model_nothing_can_be_run(qtbot) -> None:
    dialog = run_dialog(qtbot)
    ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    assert ok.isEnabled()
    dialog.models.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert not ok.isEnabled()
    assert not run_dialog(qtbot, models=[]).buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()


def test_what_a_model_is_shown(qtbot) -> None:
    dialog = run_dialog(qtbot)
    dialog.models.setCurrentRow(1)
    assert dialog.details.toPlainText() == "About B."


@pytest.mark.parametrize(
    ("cursor_s", "duration_s", "start_s"), [(10.0, 60.0, 8.0), (0.5, 60.0, 0.0), (59.0, 60.0, 56.0), (1.0, 2.0, 0.0)]
)
def test_the_window_lies_about_the_cursor(qtbot, cursor_s: float, duration_s: float, start_s: float) -> None:
    words = ExplainWords(
        questions={"q": "Q"},
        methods={"ig": "IG"},
        targets={"fake": "F", "real": "R"},
        baselines={"zero": "Z"},
        places={"input": "I"},
    )
    model = ExplainableModel(id="m", title="M", questions=("q",), window_s=4.0)
    dialog = ExplainDialog([model], words, cursor_s, duration_s)
    qtbot.addWidget(dialog)
    assert dialog.choice().start_s == pytest.approx(start_s)
    assert SimpleNamespace(**{name: getattr(dialog.choice(), name) for name in ("model", "question", "method")}) == (
        SimpleNamespace(model="m", question="q", method="ig")
    )
    assert dialog.choice().target == "fake"


@pytest.mark.parametrize(("score", "target"), [(2.0, "fake"), (-3.0, "real")])
def test_an_explanation_asks_for_what_speaks_for_the_sign_of_the_score(qtbot, score: float, target: str) -> None:
    words = ExplainWords(questions={"q": "Q"}, methods={}, targets={"fake": "F", "real": "R"}, baselines={}, places={})
    model = ExplainableModel(id="m", title="M", questions=("q",), window_s=4.0)
    dialog = ExplainDialog([model], words, 1.0, 9.0, scores={("m", "q"): score})
    qtbot.addWidget(dialog)
    assert dialog.choice().target == target


def test_a_case_needs_number_examiner_and_folder(qtbot, tmp_path) -> None:
    dialog = CaseDialog(str(tmp_path / "case"))
    qtbot.addWidget(dialog)
    dialog.number.setText(" 2026/14 ")
    assert not dialog._ok.isEnabled()
    dialog.examiner.setText("A. Weber")
    assert dialog._ok.isEnabled()
    assert dialog.choice() == CaseChoice(folder=tmp_path / "case", number="2026/14", examiner="A. Weber")
    dialog.folder.setText("  ")
    assert not dialog._ok.isEnabled()


def test_enter_keeps_what_a_question_would_give_up(qtbot, monkeypatch) -> None:
    parent, asked = QWidget(), []
    qtbot.addWidget(parent)
    monkeypatch.setattr(QMessageBox, "exec", lambda box: asked.append(box.defaultButton().text()))
    assert not dialogs.confirm(parent, "Close", "1 note would be lost.", "Close")
    assert [text.replace("&", "") for text in asked] == ["Cancel"]
