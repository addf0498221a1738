"""Characters that hide or turn others are shown by their numbers, all others as they are."""

from __future__ import annotations

import pytest

from core.foundation.names import visible


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("call\u202e3pm.wav", "call⟨U+202E⟩3pm.wav"),
        ("a\u2066b\u2069\u200b.wav", "a⟨U+2066⟩b⟨U+2069⟩⟨U+200B⟩.wav"),
        ("a\x07\udcff.wav", "a⟨U+0007⟩⟨U+DCFF⟩.wav"),
        ("a\u2063b\u3164\U000e0041.wav", "a⟨U+2063⟩b⟨U+3164⟩⟨U+E0041⟩.wav"),
    ],
)
def test_what_hides_is_shown(name: str, shown: str) -> None:
    assert visible(name) == shown
    assert visible(shown) == shown


@pytest.mark.parametrize(
    "name", ["Zeugin Müller – Anruf 1.wav", "تسجيل ١.wav", "שיחה.mp3", "可.wav", "👩‍🔬.wav", "a\nb\tc"]
)
def test_names_of_all_scripts_stay(name: str) -> None:
    assert visible(name) == name
