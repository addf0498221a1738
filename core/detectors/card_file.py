"""card.toml: read strictly, so that a misspelt field cannot change a method unnoticed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import tomli_w

from core.detectors.card import ModelCard
from core.foundation.errors import ModelError
from core.foundation.tables import FieldError, read_record

_MOST_S = 600
"""Longest window, seconds."""
_ID = re.compile(r"[a-z0-9][a-z0-9._-]*/[a-z0-9][a-z0-9._-]*")


def parse_card(text: bytes) -> ModelCard:
    """The card of a pack.

    Raises:
        ModelError: MO-006, naming the field: not TOML, unknown or missing field, wrong type, or values that cannot be.
    """
    try:
        table = tomllib.loads(text.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise _wrong("card.toml", f"is not TOML ({error})") from error
    card = _card(table)
    check_card(card)
    return card


def format_card(card: ModelCard) -> bytes:
    """The card as TOML: the same card, the same bytes. Fields without a value are left out.

    Raises:
        ModelError: MO-006, the card's values cannot be.
    """
    check_card(card)
    table = {name: value for name, value in asdict(card).items() if value is not None}
    return tomli_w.dumps(table).encode()


def card_of(record: Mapping[str, Any]) -> ModelCard:
    """The card kept in a run's record (its fields as JSON; `sha256` of the pack beside them).

    Raises:
        ModelError: MO-006, naming the field.
    """
    table = {name: value for name, value in record.items() if name != "sha256" and value is not None}
    return _card(table)


def check_card(card: ModelCard) -> None:
    """Refuse values that have the right type and still make no sense.

    Raises:
        ModelError: MO-006.
    """
    if not _ID.fullmatch(card.id):
        raise _wrong("id", "must be like group/name, in lower-case letters, digits, dots and hyphens")
    for name, most in (
        ("sample_rate", 768_000),
        ("window_frames", _MOST_S * card.sample_rate),
        ("hop_frames", card.window_frames),
    ):
        if not 1 <= getattr(card, name) <= most:
            raise _wrong(name, f"must be from 1 to {most}")
    if card.window_frames % card.hop_frames:
        raise _wrong("hop_frames", f"must divide window_frames ({card.window_frames})")
    if not card.answers:
        raise _wrong("answers", "must not be empty")
    if len(set(card.questions)) < len(card.questions):
        raise _wrong("answers", "must not answer a question twice")
    for i, answer in enumerate(card.answers):
        _check_indices(answer.positive, answer.negative, len(card.classes), f"answers[{i}]")


def _check_indices(positive: tuple[int, ...], negative: tuple[int, ...], classes: int, path: str) -> None:
    indices = (*positive, *negative)
    if not positive:
        raise _wrong(f"{path}.positive", "must not be empty")
    if len(set(indices)) < len(indices):
        raise _wrong(path, "must not name a class twice")
    if not all(0 <= index < classes for index in indices):
        raise _wrong(path, f"must name outputs from 0 to {classes - 1}")


def _card(table: Mapping[str, Any]) -> ModelCard:
    try:
        return read_record(table, ModelCard)
    except FieldError as error:
        raise _wrong(error.field or "card.toml", error.why) from error


def _wrong(path: str, why: str) -> ModelError:
    return ModelError(
        "MO-006",
        f"The model's card is not usable: {path} {why}.",
        means="The model was not loaded.",
        do="Get the pack again from where it came, or have its author correct card.toml.",
        facts={"field": path},
    )
