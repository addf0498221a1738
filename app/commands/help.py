"""The Help menu."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import qVersion

from app.commands import find, keys
from app.commands.action import Action, Shell
from app.widgets import dialogs
from core.foundation.paths import resources_dir, user_dir
from core.foundation.version import NAME, package_versions, version


def show_about(shell: Shell) -> None:
    """Versions, models, where things lie, and that nothing goes over the network."""
    dialogs.show_text(shell.dialog_parent, f"About {NAME}", about_text(shell))


def about_text(shell: Shell) -> str:
    """The about box, Markdown."""
    packages = "\n".join(f"- {name} {number}" for name, number in package_versions().items())
    models = "\n".join(f"- {card.title} ({card.id}, version {card.version})" for card in _cards(shell))
    none = "None is installed." if shell.context.workbench.has_models_read else "They are still being read."
    return (
        f"# {NAME} {version()}\n\nForensic examination of speech recordings.\n\n"
        "**No network use.** The program opens no connection and sends nothing. Recordings are only read.\n\n"
        "Scores by themselves are not evidence; the examiner concludes, not the program.\n\n"
        f"## Models\n\n{models or none}\n\n"
        f"## Made with\n\n{packages}\n- Qt {qVersion()}\n\n"
        f"Settings and imported models lie in `{user_dir()}`."
    )


def show_sample_text(shell: Shell, *, name: str, title: str) -> None:
    """A text that belongs to the sample case."""
    dialogs.show_text(shell.dialog_parent, title, (resources_dir() / "samples" / name).read_text(encoding="utf-8"))


def show_messages(shell: Shell) -> None:
    """Every code, what it means and what to do."""
    text = (resources_dir() / "help" / "messages.md").read_text(encoding="utf-8")
    dialogs.show_text(shell.dialog_parent, "Messages", text)


def _cards(shell: Shell):
    return shell.context.workbench.models.cards


ACTIONS = (
    *keys.ACTIONS,
    *find.ACTIONS,
    Action(id="help.messages", title="&Messages and their codes", menu="Help", run=show_messages),
    Action(
        id="help.sample",
        title="The &sample case: what it is",
        menu="Help",
        run=partial(show_sample_text, name="README.md", title="Sample case"),
        starts_group=True,
    ),
    Action(
        id="help.answers",
        title="The sample case: &answer sheet",
        menu="Help",
        run=partial(show_sample_text, name="answer sheet.md", title="Answer sheet"),
        tip="Look at it last",
    ),
    Action(id="help.about", title=f"A&bout {NAME}", menu="Help", run=show_about, starts_group=True),
)
