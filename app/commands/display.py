"""How large text is, and whose keys are used."""

from __future__ import annotations

from functools import partial

from app.commands import keys
from app.commands.action import Action, Shell
from app.services.settings import TEXT_SCALES

SETTINGS = "settings preferences options font size zoom accessibility"


def step_text(shell: Shell, *, by: int) -> None:
    """Next larger (+1) or smaller (-1) size of all text."""
    at = TEXT_SCALES.index(shell.context.settings.current.text_scale) + by
    shell.use_text_scale(TEXT_SCALES[min(max(at, 0), len(TEXT_SCALES) - 1)])


def _can_grow(shell: Shell) -> bool:
    """The text is smaller than 200 %."""
    return shell.context.settings.current.text_scale < TEXT_SCALES[-1]


def _can_shrink(shell: Shell) -> bool:
    """The text is larger than 100 %."""
    return shell.context.settings.current.text_scale > TEXT_SCALES[0]


def _size(per_cent: int) -> Action:
    return Action(
        id=f"view.text.{per_cent}",
        title=f"Text at {per_cent} %",
        menu="View/Text size",
        run=lambda shell: shell.use_text_scale(per_cent),
        checked_when=lambda shell: shell.context.settings.current.text_scale == per_cent,
        starts_group=per_cent == TEXT_SCALES[0],
    )


ACTIONS = (
    Action(
        id="view.text.larger",
        title="&Larger text",
        menu="View/Text size",
        run=partial(step_text, by=+1),
        keys=("Ctrl+Alt+PgUp",),
        keywords=SETTINGS,
        enabled_when=_can_grow,
    ),
    Action(
        id="view.text.smaller",
        title="&Smaller text",
        menu="View/Text size",
        run=partial(step_text, by=-1),
        keys=("Ctrl+Alt+PgDown",),
        keywords=SETTINGS,
        enabled_when=_can_shrink,
    ),
    *map(_size, TEXT_SCALES),
    *keys.MAP_ACTIONS,
)
