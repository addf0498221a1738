"""card.toml: read strictly, so that a misspelt field cannot change a method unnoticed."""

from __future__ import annotations

import math
import re
import tomllib
import types
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

import tomli_w

from core.detectors.card import ModelCard
from core.foundation.errors import ModelError

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
    card = cast(ModelCard, _convert(table, ModelCard, ""))
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
    return cast(ModelCard, _convert(table, ModelCard, ""))


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


def _convert(value: object, hint: Any, path: str) -> object:
    """The TOML value as the annotated type; the path says where it stands."""
    origin, arguments = get_origin(hint), get_args(hint)
    if is_dataclass(hint):
        return _record(value, cast(type, hint), path)
    if origin in (Union, types.UnionType):
        return _convert(value, next(a for a in arguments if a is not type(None)), path)
    if origin is Literal:
        return _choice(value, arguments, path)
    if origin is tuple:
        items = _typed(value, list, path, "a list")
        return tuple(_convert(item, arguments[0], f"{path}[{i}]") for i, item in enumerate(items))
    if origin is Mapping:
        return _plain(_typed(value, dict, path, "a table"), path)
    return _typed(value, hint, path, {str: "text", int: "a whole number", float: "a number"}[hint])


def _record(value: object, kind: type, path: str) -> object:
    table = _typed(value, dict, path, "a table")
    hints, known = get_type_hints(kind), {field.name: field for field in fields(kind)}
    prefix = f"{path}." if path else ""
    for name in table:
        if name not in known:
            raise _wrong(prefix + name, "is not a field of a card")
    required = {name for name, hint in known.items() if hint.default is hint.default_factory}  # both are MISSING
    if missing := sorted(required - set(table)):
        raise _wrong(prefix + missing[0], "is missing")
    return kind(**{name: _convert(item, hints[name], prefix + name) for name, item in table.items()})


def _choice(value: object, allowed: tuple[object, ...], path: str) -> object:
    if value not in allowed:
        raise _wrong(path, f"must be one of {', '.join(map(str, allowed))}")
    return value


def _typed(value: object, kind: type, path: str, name: str) -> Any:
    wanted = (int, float) if kind is float else kind
    if not isinstance(value, wanted) or (isinstance(value, bool) and kind is not bool):
        raise _wrong(path or "card.toml", f"must be {name}, but is {type(value).__name__}")
    return value


def _plain(value: object, path: str) -> Any:
    """Only what JSON has too, so that a card can go into a report's annex."""
    if isinstance(value, dict):
        return {key: _plain(item, f"{path}.{key}") for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, f"{path}[{i}]") for i, item in enumerate(value)]
    if isinstance(value, float) and not math.isfinite(value):
        raise _wrong(path, "must be finite")
    if not isinstance(value, (str, int, float, bool)):
        raise _wrong(path, f"must be text, a number, true or false, but is {type(value).__name__}")
    return value


def _wrong(path: str, why: str) -> ModelError:
    return ModelError(
        "MO-006",
        f"The model's card is not usable: {path} {why}.",
        means="The model was not loaded.",
        do="Get the pack again from where it came, or have its author correct card.toml.",
        facts={"field": path},
    )
