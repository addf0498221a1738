"""What every measurement is: values in named columns with units, how they were made, and of which file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import Field, dataclass, fields
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from core.audio.recording import Recording
from core.features.params import Params

_UNIT_ENDINGS = ("_s", "_hz", "_db", "_dbfs", "_pct", "_lsb")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What was measured. Equal hashes mean equal bytes, so that anyone can repeat the measurement."""

    file_name: str
    sha256: str
    """Of the file's bytes as received."""
    sample_rate: int
    start_s: float
    end_s: float
    channel: str = "mix"
    """`mix` (mean of all channels) or a channel's number from 0; `all` where each channel counts."""

    @property
    def channel_name(self) -> str:
        """In words, counted from 1."""
        return channel_name(self.channel)

    @classmethod
    def of(cls, recording: Recording, start_s: float = 0.0, end_s: float | None = None, channel: str = "mix") -> Self:
        """A stretch of a recording; the whole one where no stretch is given."""
        return cls(
            file_name=recording.id.path.name,
            sha256=recording.id.sha256,
            sample_rate=recording.sample_rate,
            start_s=start_s,
            end_s=recording.duration_s if end_s is None else end_s,
            channel=channel,
        )


@dataclass(frozen=True, slots=True)
class Quantity:
    """One value with its unit, and how far off it may be."""

    name: str
    value: float | int | str | None
    """None where it could not be measured."""
    unit: str = ""
    uncertainty: float | None = None
    """Half-width in the same unit, within which the value is known; None where it is exact or not known."""
    about: str = ""
    """What the uncertainty rests on, or what the value means."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column of a table."""

    name: str
    unit: str
    values: NDArray[np.generic] | Sequence[object]

    @property
    def title(self) -> str:
        """Name with its unit in brackets."""
        return f"{self.name} ({self.unit})" if self.unit else self.name


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Columns of one length."""

    title: str
    columns: tuple[Column, ...]

    def __len__(self) -> int:
        return len(self.columns[0].values) if self.columns else 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measurement:
    """Base of all results. Says what was measured, never what it proves."""

    title: ClassVar[str]
    origin: Origin
    params: Params

    def parameters(self) -> tuple[Quantity, ...]:
        """How it was made: each parameter with its unit."""
        return tuple(self._parameter(item) for item in fields(self.params))

    def _parameter(self, item: Field[Any]) -> Quantity:
        """Words have no unit, numbers written as words have."""
        value = _plain(getattr(self.params, item.name))
        is_word = isinstance(value, str) and not value.isdecimal()
        return Quantity(name_of(item), value, "" if is_word else item.metadata["unit"])

    def facts(self) -> tuple[Quantity, ...]:
        """Single values that were measured."""
        return ()

    def sentences(self) -> tuple[str, ...]:
        """What was found, and what it does not say, in plain words."""
        return ()

    def tables(self) -> tuple[Table, ...]:
        """All values, for export."""
        return ()


def channel_name(channel: str) -> str:
    """A channel as parameters name it, in words; counted from 1."""
    names = {"mix": "mean of all channels", "all": "all channels"}
    return names.get(channel) or (f"channel {int(channel) + 1}" if channel.isdecimal() else channel)


def name_of(item: Field[Any]) -> str:
    """What a parameter is called, without its unit, which stands beside the value."""
    return item.metadata.get("name") or plain_name(item.name)


def plain_name(field: str) -> str:
    """`window_s` as `window`: the unit stands beside the value."""
    ending = next((ending for ending in _UNIT_ENDINGS if field.endswith(ending)), "")
    return field.removesuffix(ending).replace("_", " ")


def _plain(value: object) -> float | int | str:
    return value if isinstance(value, float | int | str) else ", ".join(map(str, value))  # type: ignore[arg-type]
