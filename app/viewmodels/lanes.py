"""Which lanes there are, and which of them are shown how. Plain values, no widgets."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneEntry:
    """A lane that can be shown. To add one: an entry here, and its factory in pages/examine/lane_kinds."""

    name: str
    title: str
    height_px: int = 110
    is_shown: bool = False
    """Whether it is shown until the user chooses otherwise."""
    keys: tuple[str, ...] = ()


LANES: tuple[LaneEntry, ...] = (
    LaneEntry(name="waveform", title="Waveform", height_px=160, is_shown=True, keys=("Ctrl+Alt+1",)),
    LaneEntry(name="spectrogram", title="Spectrogram", height_px=280, is_shown=True, keys=("Ctrl+Alt+2",)),
    LaneEntry(name="packets", title="Wavelet packets", height_px=196, is_shown=True, keys=("Ctrl+Alt+3",)),
    LaneEntry(name="scores", title="Score track", height_px=150, is_shown=True, keys=("Ctrl+Alt+4",)),
    LaneEntry(name="ratios", title="Likelihood ratio track", height_px=150, keys=("Ctrl+Alt+0",)),
    LaneEntry(name="marks", title="Marks", height_px=92, keys=("Ctrl+Alt+M",)),
    LaneEntry(name="speech", title="Speech activity", height_px=80, keys=("Ctrl+Alt+5",)),
    LaneEntry(name="level", title="Level", keys=("Ctrl+Alt+6",)),
    LaneEntry(name="loudness", title="Momentary loudness"),
    LaneEntry(name="f0", title="Fundamental frequency", keys=("Ctrl+Alt+7",)),
    LaneEntry(name="bandwidth", title="Bandwidth", keys=("Ctrl+Alt+8",)),
    LaneEntry(name="snr", title="Signal-to-noise ratio", keys=("Ctrl+Alt+9",)),
    LaneEntry(name="background", title="Background level"),
    LaneEntry(name="hum", title="Mains frequency"),
)
"""In the order in which they are shown at first."""
_CHANNEL = "waveform."


def channel_entry(channel: int) -> LaneEntry:
    """The lane of one channel's waveform, counted from 0."""
    return LaneEntry(name=f"{_CHANNEL}{channel}", title=f"Waveform of channel {channel + 1}")


def channel_of(name: str) -> int | None:
    """The channel whose waveform a lane shows; None for other lanes."""
    number = name.removeprefix(_CHANNEL)
    return int(number) if number != name and number.isdecimal() else None


def entry_of(name: str) -> LaneEntry | None:
    """The entry of a lane; None where there is no such lane."""
    channel = channel_of(name)
    if channel is not None:
        return channel_entry(channel)
    return next((entry for entry in LANES if entry.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneState:
    """How a lane is shown."""

    name: str
    is_shown: bool = True
    is_folded: bool = False
    height_px: int = 0
    """0 where it was never shown."""
    values: dict[str, Any] = field(default_factory=dict)
    """Its parameters."""


def states_text(states: Sequence[LaneState]) -> str:
    """States as JSON, to be kept between sessions."""
    return json.dumps([asdict(state) for state in states])


def states_from(text: str) -> tuple[LaneState, ...]:
    """The states of `states_text`; what cannot be read is left out, so that it is as at first."""
    try:
        found = json.loads(text)
    except ValueError:
        return ()
    return tuple(state for row in found if (state := _state(row))) if isinstance(found, list) else ()


def _state(row: Any) -> LaneState | None:
    kinds = {"name": str, "is_shown": bool, "is_folded": bool, "height_px": int, "values": dict}
    fits = isinstance(row, dict) and row.keys() == kinds.keys()
    return LaneState(**row) if fits and all(isinstance(row[key], kind) for key, kind in kinds.items()) else None
