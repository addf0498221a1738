"""What a perturbation is: a record that holds all the chance there is in it, and what it does to a waveform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from core.foundation.errors import PerturbationError
from core.foundation.params import illegal, wanted
from core.foundation.registry import Registry

Wave = NDArray[np.float32]
SEEDS = 2**31
"""Seeds in records are whole numbers from 0 up to, but not including, this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """What a recording that went through a coder would be stored in."""

    name: str
    """As Recording.stream.codec has it."""
    kbps: float | None = None
    """Bit rate of one channel, kbit/s; None where it is not fixed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Perturbation:
    """Something that may happen to a recording. Its fields are its record: same record, same samples.

    Raises:
        PerturbationError: a field has the wrong type or lies outside its range (PE-001).
    """

    name: ClassVar[str]
    """Name in PERTURBATIONS."""
    help: ClassVar[str]
    """One sentence for forms and help pages."""

    def __post_init__(self) -> None:
        if item := illegal(self):
            raise bad_record(
                self.name, f"{item.name} cannot be {getattr(self, item.name)!r}", f"Choose {wanted(item)}."
            )

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """Draw a record from the range that training wants.

        Raises:
            PerturbationError: it needs clips, and there are none (PE-003).
        """
        raise NotImplementedError

    @classmethod
    def lacks(cls) -> PerturbationError | None:
        """Why it cannot be applied here; None where it can."""
        return None

    def apply(self, waveform: Wave, rate_hz: int) -> Wave:
        """The perturbed waveform.

        Args:
            waveform: float32 (frames,), full scale ±1, finite.
            rate_hz: Its sample rate.

        Returns:
            float32 (frames,), not shifted in time against the input; may exceed ±1.

        Raises:
            PerturbationError: as `stored`.
        """
        return self.stored(waveform, rate_hz)[0]

    def stored(self, waveform: Wave, rate_hz: int) -> tuple[Wave, Coding | None]:
        """The perturbed waveform, as `apply` gives it, and what coder a file of it would come from.

        Returns:
            The waveform; the coding at the bit rate counted on this very sound where the coder tells it, else at the
            rate it was told; None where it is no coder.

        Raises:
            PerturbationError: it is not available here (PE-002, PE-003), its clip is not the one it was (PE-005), or
                the waveform cannot be used (PE-004).
        """
        _check(waveform, rate_hz)
        if lack := self.lacks():
            raise lack
        made, coding = self._store(waveform, rate_hz)
        changed = made[: len(waveform)]
        return np.pad(changed, (0, len(waveform) - len(changed))).astype(np.float32, copy=False), coding

    def _store(self, waveform: Wave, rate_hz: int) -> tuple[NDArray[np.floating], Coding | None]:
        """What `stored` does; overridden where bits are counted."""
        return self._change(waveform, rate_hz), self.coding()

    def _change(self, waveform: Wave, rate_hz: int) -> NDArray[np.floating]:
        """What `apply` does; the result may be shorter or longer at its end."""
        raise NotImplementedError

    def record(self) -> dict[str, Any]:
        """Kind and fields, JSON-compatible; `from_record` is the way back."""
        return {"kind": self.name, **asdict(self)}

    def coding(self) -> Coding | None:
        """What coder a recording that went through this would come from; None where it is none."""
        return None

    def made_with(self, rate_hz: int) -> str:
        """Coder, its settings beyond the record's, and its library with version, on sound of that rate; empty where it
        is no coder."""
        return ""

    def reseeded(self, rng: np.random.Generator) -> Self:
        """The same strength with other chance: seeds and clips are drawn anew."""
        if "seed" not in {item.name for item in fields(self)}:
            return self
        return replace(self, seed=draw_seed(rng))  # type: ignore[call-arg]


PERTURBATIONS: Registry[type[Perturbation]] = Registry("perturbation", "core.audio.perturb")
"""Perturbations by name."""


def available() -> tuple[str, ...]:
    """Names of the perturbations that can be applied here, sorted: coders and clips may be missing."""
    return tuple(name for name in PERTURBATIONS.names() if PERTURBATIONS[name].lacks() is None)


def kind_of(name: object) -> type[Perturbation]:
    """The perturbation of a name that a file gives.

    Raises:
        PerturbationError: there is none (PE-001).
    """
    if name not in PERTURBATIONS:
        known = ", ".join(PERTURBATIONS.names())
        raise bad_record("a perturbation", f"the kind {name!r} is unknown", f"Choose one of {known}.")
    return PERTURBATIONS[str(name)]


def from_record(record: Mapping[str, Any]) -> Perturbation:
    """The perturbation of a record.

    Raises:
        PerturbationError: unknown kind, a field that it does not have, or an illegal value (PE-001).
    """
    cls = kind_of(record.get("kind"))
    values = {name: value for name, value in record.items() if name != "kind"}
    known = [item.name for item in fields(cls)]
    if strange := sorted(set(values) - set(known)):
        raise bad_record(cls.name, f"there is no field {strange[0]}", f"Its fields: {', '.join(known) or 'none'}.")
    return cls(**values)


def draw_seed(rng: np.random.Generator) -> int:
    """A seed for a record."""
    return int(rng.integers(SEEDS))


def bad_record(name: str, fault: str, do: str) -> PerturbationError:
    """The error for a record that describes no perturbation (PE-001)."""
    return PerturbationError(
        "PE-001", f"The parameters of {name} are not valid: {fault}.", means="Nothing was changed.", do=do
    )


def _check(waveform: Wave, rate_hz: int) -> None:
    fault = ""
    if waveform.ndim != 1 or waveform.dtype != np.float32:
        fault = f"it is {waveform.dtype} of shape {waveform.shape}, not float32 of shape (frames,)"
    elif len(waveform) == 0:
        fault = "it is empty"
    elif not np.isfinite(waveform).all():
        fault = "it holds samples that are no numbers"
    elif rate_hz < 1000:
        fault = f"its sample rate is {rate_hz} Hz"
    if fault:
        raise PerturbationError(
            "PE-004",
            f"The waveform cannot be perturbed: {fault}.",
            means="Nothing was changed.",
            do="Give one channel of finite samples, at 1000 Hz or more.",
        )
