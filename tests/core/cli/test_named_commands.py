"""Messages and documents name commands that there are."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from core.cli.main import parser

ROOT = Path(__file__).parents[3]
DOCUMENTS = [ROOT / "README.md", *(ROOT / "resources" / "help").glob("*.md"), *(ROOT / "models").glob("*.md")]
SOURCES = [path for folder in ("core", "app", "resources/wording") for path in (ROOT / folder).rglob("*.*")]
NAMED = re.compile(r"(?:`|^ {4}|Scripts.)auditrace ([a-z]+)(?: ([a-z]+))?", re.MULTILINE)


def actions(of: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Parsers of the actions that a command has; none for most."""
    found = [action for action in of._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(found[0].choices) if found else {}


def test_every_command_that_is_named_exists():
    commands = actions(parser())
    named = set()
    for path in DOCUMENTS + [path for path in SOURCES if path.suffix in (".py", ".toml")]:
        named |= {(path.name, *found) for found in NAMED.findall(path.read_text(encoding="utf-8"))}
    assert len(named) > 20
    for file, command, action in named:
        assert command in commands, file
        assert not action or not actions(commands[command]) or action in actions(commands[command]), (file, action)


@pytest.mark.parametrize("words", ["self-test", "selftest", "validate the method"])
def test_no_message_sends_to_what_there_is_not(words):
    assert words not in (ROOT / "resources" / "help" / "messages.md").read_text(encoding="utf-8")
