"""card.toml: the same card comes back, and everything that cannot be is refused with its place."""

from __future__ import annotations

import dataclasses
import tomllib

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from core.detectors.card_file import format_card, parse_card
from core.detectors.published import KNOWN
from core.foundation.errors import ModelError


def test_card_comes_back(card):
    assert parse_card(format_card(card)) == card


def test_cards_of_published_models_come_back():
    for checkpoint in KNOWN:
        assert parse_card(format_card(checkpoint.card)) == checkpoint.card


def test_absent_fields_take_their_defaults(card):
    plain = dataclasses.replace(card, seed=None, results=(), limits=())
    table = tomllib.loads(format_card(plain).decode())
    for name in ("seed", "results", "limits", "licence"):
        table.pop(name, None)
    assert parse_card(tomli_w.dumps(table).encode()) == plain


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("version", 1, "version must be text, but is int"),
        ("sample_rate", "16000", "sample_rate must be a whole number, but is str"),
        ("sample_rate", True, "sample_rate must be a whole number, but is bool"),
        ("sample_rate", 0, "sample_rate must be from 1 to 768000"),
        ("window_frames", 8000 * 601, "window_frames must be from 1"),
        ("hop_frames", 1000, "hop_frames must divide window_frames (2048)"),
        ("hop_frames", 4096, "hop_frames must be from 1 to 2048"),
        ("id", "../evil", "id must be like group/name"),
        ("id", "a/b/c", "id must be like group/name"),
        ("origin", "elsewhere", "origin must be one of auditrace, published, user"),
        ("resampling", 3, "resampling must be one of file, window"),
        ("min_speech_s", "2", "min_speech_s must be a number, but is str"),
        ("classes", "real", "classes must be a list, but is str"),
        ("limits", ["ok", 3], "limits[1] must be text, but is int"),
        ("architecture_args", [1], "architecture_args must be a table, but is list"),
        ("front_end_args", {"a": {"b": [1, float("nan")]}}, "front_end_args.a.b[1] must be finite"),
        ("answers", [], "answers must not be empty"),
        ("answers", [{"question": "alien", "positive": [1], "negative": [0]}], "answers[0].question must be one of"),
        (
            "answers",
            [{"question": "synthetic", "positive": [], "negative": [0]}],
            "answers[0].positive must not be empty",
        ),
        (
            "answers",
            [{"question": "synthetic", "positive": [3], "negative": [0]}],
            "answers[0] must name outputs from 0 to 2",
        ),
        (
            "answers",
            [{"question": "synthetic", "positive": [0], "negative": [0]}],
            "answers[0] must not name a class twice",
        ),
        ("answers", [{"question": "synthetic", "positive": [1]}], "answers[0].negative is missing"),
        (
            "answers",
            [{"question": "synthetic", "positive": [1], "negative": []}] * 2,
            "must not answer a question twice",
        ),
        ("min_rate", 22050, "min_rate is not a known field"),
    ],
)
def test_wrong_value_is_refused_with_its_place(card, path, value, said):
    table = tomllib.loads(format_card(card).decode())
    table[path] = value
    with pytest.raises(ModelError) as caught:
        parse_card(tomli_w.dumps(table).encode())
    assert caught.value.code == "MO-006"
    assert said in caught.value.what


@pytest.mark.parametrize("field", ["id", "answers", "sample_rate", "architecture"])
def test_missing_field_is_named(card, field):
    table = tomllib.loads(format_card(card).decode())
    del table[field]
    with pytest.raises(ModelError, match=f"{field} is missing"):
        parse_card(tomli_w.dumps(table).encode())


def test_card_that_cannot_be_is_not_written(card):
    with pytest.raises(ModelError, match="must divide window_frames"):
        format_card(dataclasses.replace(card, hop_frames=999))


def test_deeply_nested_text_is_refused():
    with pytest.raises(ModelError, match="MO-006"):
        parse_card(b"a = " + b"[" * 100_000)


@given(st.binary(max_size=300))
def test_any_bytes_give_our_error(data):
    with pytest.raises(ModelError):
        parse_card(data)
