"""Text is readable on every surface, marks are visible, in both themes."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtGui import QPalette

from app.theme import THEMES, Theme
from app.theme.style import outlined_palette, qt_palette, style_sheet


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.1."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.fixture(params=sorted(THEMES))
def theme(request) -> Theme:
    return THEMES[request.param]


def test_an_empty_box_is_seen(theme: Theme) -> None:
    """Fusion draws the outline of a control in the window's colour of its palette, darker by 40 per cent."""
    outline = outlined_palette(theme).window().color().darker(140).name()
    assert contrast(outline, theme.window) >= 3.0
    assert contrast(outline, theme.surface) >= 3.0


def test_contrast_of_black_on_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)


@pytest.mark.parametrize(
    ("role", "ground"),
    [
        *itertools.product(("text", "muted", "accent", "good", "caution", "bad"), ("window", "surface")),
        *itertools.product(("text", "muted"), ("raised",)),
        ("on_accent", "accent"),
        ("axis", "plot"),
    ],
)
def test_text_contrast(theme: Theme, role: str, ground: str) -> None:
    assert contrast(getattr(theme, role), getattr(theme, ground)) >= 4.5


@pytest.mark.parametrize("role", ["Text", "WindowText", "ButtonText"])
def test_what_cannot_be_done_now_can_still_be_read(theme: Theme, role: str) -> None:
    palette = qt_palette(theme)
    for ground in (QPalette.ColorRole.Window, QPalette.ColorRole.Base):
        shown = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole[role]).name()
        assert contrast(shown, palette.color(QPalette.ColorGroup.Disabled, ground).name()) >= 4.5
        assert shown != palette.color(QPalette.ColorRole[role]).name()


@pytest.mark.parametrize("role", ["waveform", "cursor", "playhead", "synthetic", "neural_codec", "supports", "opposes"])
def test_marks_stand_out_from_the_plot(theme: Theme, role: str) -> None:
    assert contrast(getattr(theme, role), theme.plot) >= 3.0


def test_focus_ring_stands_out(theme: Theme) -> None:
    assert contrast(theme.focus, theme.surface) >= 3.0
    assert contrast(theme.focus, theme.window) >= 3.0


def test_style_sheet_has_no_open_places(theme: Theme) -> None:
    assert "%(" not in style_sheet(theme)
    assert qt_palette(theme).window().color().name() == theme.window
