"""Tables from TOML or JSON read strictly into dataclasses: a misspelt field cannot pass unnoticed."""

from __future__ import annotations

import math
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
_WORDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


class FieldError(ValueError):
    """A table's field is not what it must be."""

    def __init__(self, field: str, why: str):
        """Keep both parts apart.

        Args:
            field: Where it stands, e.g. `answers[0].positive`; empty for the whole table.
            why: What is wrong, to be put behind the field's name.
        """
        super().__init__(f"{field} {why}")
        self.field = field
        self.why = why


def read_record(table: object, kind: type[T]) -> T:
    """The table as a dataclass of that kind; its fields' annotations say what each value must be.

    Annotations may be str, int, float, bool, Literal, tuple[X, ...], tuple[X, X], Mapping (plain values only), other
    dataclasses, and any of these or None.

    Raises:
        FieldError: unknown or missing field, or a value of another type; the first such field is named.
    """
    return cast(T, _record(table, kind, ""))


def _convert(value: object, hint: Any, path: str) -> object:
    """The value as the annotated type; the path says where it stands."""
    origin, arguments = get_origin(hint), get_args(hint)
    if is_dataclass(hint):
        return _record(value, cast(type, hint), path)
    if origin in (Union, types.UnionType):
        return _convert(value, next(a for a in arguments if a is not type(None)), path)
    if origin is Literal:
        return _choice(value, arguments, path)
    if origin is tuple:
        return _items(value, arguments, path)
    if origin is Mapping:
        return _plain(_typed(value, dict, path, "a table"), path)
    return _typed(value, hint, path, _WORDS[hint])


def _record(value: object, kind: type, path: str) -> object:
    table = _typed(value, dict, path, "a table")
    hints, known = get_type_hints(kind), {field.name: field for field in fields(kind)}
    prefix = f"{path}." if path else ""
    for name in table:
        if name not in known:
            raise FieldError(prefix + name, "is not a known field")
    required = {name for name, hint in known.items() if hint.default is hint.default_factory}  # both are MISSING
    if missing := sorted(required - set(table)):
        raise FieldError(prefix + missing[0], "is missing")
    return kind(**{name: _convert(item, hints[name], prefix + name) for name, item in table.items()})


def _items(value: object, arguments: tuple[Any, ...], path: str) -> tuple[object, ...]:
    items = _typed(value, list, path, "a list")
    if arguments[-1] is not Ellipsis and len(items) != len(arguments):
        raise FieldError(path, f"must have {len(arguments)} values")
    return tuple(_convert(item, arguments[0], f"{path}[{i}]") for i, item in enumerate(items))


def _choice(value: object, allowed: tuple[object, ...], path: str) -> object:
    if value not in allowed:
        raise FieldError(path, f"must be one of {', '.join(map(str, allowed))}")
    return value


def _typed(value: object, kind: type, path: str, name: str) -> Any:
    wanted = (int, float) if kind is float else kind
    if not isinstance(value, wanted) or (isinstance(value, bool) and kind is not bool):
        raise FieldError(path, f"must be {name}, but is {type(value).__name__}")
    return value


def _plain(value: object, path: str) -> Any:
    """Only what JSON has too, so that a record can go into a report's annex."""
    if isinstance(value, dict):
        return {key: _plain(item, f"{path}.{key}") for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, f"{path}[{i}]") for i, item in enumerate(value)]
    if isinstance(value, float) and not math.isfinite(value):
        raise FieldError(path, "must be finite")
    if not isinstance(value, (str, int, float, bool)):
        raise FieldError(path, f"must be text, a number, true or false, but is {type(value).__name__}")
    return value
