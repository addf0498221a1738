"""Colours by role: light, dark, high contrast. Text roles keep a contrast of 4.5:1 to every surface, marks 3:1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ThemeName = Literal["system", "light", "dark", "contrast"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One colour (`#rrggbb`) for each role. The two questions' colours differ for every kind of colour vision."""

    name: Literal["light", "dark", "contrast"]
    window: str
    """Behind everything."""
    surface: str
    """Lists, tables, fields."""
    raised: str
    """Buttons, headers, alternate rows."""
    border: str
    text: str
    muted: str
    """Secondary text."""
    accent: str
    """Primary buttons, links, selected rows."""
    on_accent: str
    focus: str
    good: str
    caution: str
    bad: str
    plot: str
    """Background of a plot."""
    axis: str
    """Axis lines, ticks and labels on a plot."""
    grid: str
    waveform: str
    cursor: str
    playhead: str
    selection: str
    """Selected stretch of a plot; drawn translucent."""
    synthetic: str
    """Track of the question `synthetic`."""
    neural_codec: str
    """Track of the question `neural_codec`."""
    supports: str
    """Attribution that speaks for the target."""
    opposes: str
    """Attribution that speaks against the target."""


LIGHT = Theme(
    name="light",
    window="#f2f4f7",
    surface="#ffffff",
    raised="#e6e9ee",
    border="#c3c9d2",
    text="#171b21",
    muted="#4c5563",
    accent="#1d5fa6",
    on_accent="#ffffff",
    focus="#0f6fd1",
    good="#17603a",
    caution="#7d4600",
    bad="#a11a2b",
    plot="#ffffff",
    axis="#39414d",
    grid="#d5dae1",
    waveform="#2a6db3",
    cursor="#171b21",
    playhead="#b3261e",
    selection="#1d5fa6",
    synthetic="#c04a00",
    neural_codec="#0069a8",
    supports="#c04a00",
    opposes="#0069a8",
)

DARK = Theme(
    name="dark",
    window="#1a1d22",
    surface="#21252b",
    raised="#2c313a",
    border="#454d59",
    text="#e8eaee",
    muted="#aab2bf",
    accent="#6db3f5",
    on_accent="#0c1a29",
    focus="#8cc6ff",
    good="#74d39c",
    caution="#f2b661",
    bad="#ff9292",
    plot="#14161a",
    axis="#c3c9d3",
    grid="#343a44",
    waveform="#5ba7ec",
    cursor="#f4f5f7",
    playhead="#ff7a70",
    selection="#6db3f5",
    synthetic="#f0963c",
    neural_codec="#5fb8ec",
    supports="#f0963c",
    opposes="#5fb8ec",
)

CONTRAST = Theme(
    name="contrast",
    window="#000000",
    surface="#000000",
    raised="#1c1c1c",
    border="#ffffff",
    text="#ffffff",
    muted="#e6e6e6",
    accent="#ffe600",
    on_accent="#000000",
    focus="#00e5ff",
    good="#5cff8a",
    caution="#ffcf33",
    bad="#ff9d9d",
    plot="#000000",
    axis="#ffffff",
    grid="#5c5c5c",
    waveform="#8fd0ff",
    cursor="#ffffff",
    playhead="#ff9d9d",
    selection="#ffe600",
    synthetic="#ffab2e",
    neural_codec="#6fd3ff",
    supports="#ffab2e",
    opposes="#6fd3ff",
)

THEMES = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}
