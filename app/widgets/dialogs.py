"""Small dialogs: files, time, keys, texts. Free functions, so that a command names what it asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QInputDialog,
    QMessageBox,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app.widgets.build import named
from app.widgets.facts_table import FactsTable, SectionLike

Key = TypeVar("Key", bound=str)


def ask_files(parent: QWidget, title: str, patterns: str, folder: str = "") -> list[Path]:
    """Existing files; empty where the user changed their mind."""
    names, _ = QFileDialog.getOpenFileNames(parent, title, folder, patterns)
    return [Path(name) for name in names]


def ask_folder(parent: QWidget, title: str, folder: str = "") -> Path | None:
    """An existing folder."""
    name = QFileDialog.getExistingDirectory(parent, title, folder)
    return Path(name) if name else None


def ask_target(parent: QWidget, title: str, proposed: str, patterns: str) -> Path | None:
    """Where to write; asks before an existing file is replaced."""
    name, _ = QFileDialog.getSaveFileName(parent, title, proposed, patterns)
    return Path(name) if name else None


def ask_choice(parent: QWidget, title: str, text: str, options: Mapping[Key, str]) -> Key | None:
    """One of some options (key to words)."""
    words = list(options.values())
    chosen, accepted = QInputDialog.getItem(parent, title, text, words, editable=False)
    return list(options)[words.index(chosen)] if accepted else None


def ask_text(parent: QWidget, title: str, text: str, proposed: str) -> str | None:
    """A line of text."""
    line, accepted = QInputDialog.getText(parent, title, text, text=proposed)
    return line if accepted else None


def confirm(parent: QWidget, title: str, text: str, yes: str) -> bool:
    """Whether the user agrees; `No` is the default."""
    box = QMessageBox(QMessageBox.Icon.Question, title, text, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    agreed = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
    box.exec()
    return box.clickedButton() is agreed


def open_file(path: str) -> None:
    """Show a file with the program that the system has for it."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(path))


def show_table(parent: QWidget, title: str, sections: Sequence[SectionLike]) -> QDialog:
    """A table of facts in a window of its own; stays open beside the main window."""
    table = FactsTable(title)
    table.set_sections(sections)
    return _show(parent, title, table, (560, 640))


def show_text(parent: QWidget, title: str, markdown: str) -> QDialog:
    """A text to read; stays open beside the main window."""
    text = named(QTextBrowser(), title)
    text.setMarkdown(markdown)
    text.setOpenLinks(False)
    return _show(parent, title, text, (680, 620))


def _show(parent: QWidget, title: str, content: QWidget, size: tuple[int, int]) -> QDialog:
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.resize(*size)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.close)
    column = QVBoxLayout(dialog)
    column.addWidget(content)
    column.addWidget(buttons)
    dialog.show()
    return dialog
