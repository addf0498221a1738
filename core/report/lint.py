"""What a report must never say or leave out (PRACTICE section 3). Reads the report's own words, not what it quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.calibration.verbal import scale
from core.report.document import Bullets, Code, Document, Figure, Heading, KeyValues, Kind, Notice, Paragraph, Table
from core.report.figure_data import FigureData

_HYPOTHESIS = r"(?:fake|synthetic|genuine|real|human|authentic|manipulated|AI|deepfake|forged|generated)"
_FORBIDDEN: tuple[tuple[str, str], ...] = (
    (rf"\d\s*(?:%|per ?cent)\s*(?:likely\s+)?{_HYPOTHESIS}\b", "rule 1: a percentage of a proposition"),
    (rf"\b{_HYPOTHESIS}\s*[:=(]?\s*\d+(?:\.\d+)?\s*(?:%|per ?cent)", "rule 1: a percentage of a proposition"),
    (r"\b(?:probability|chance|odds|likelihood|likely|probable) that\b", "rule 1: probability of a proposition"),
    (rf"\b(?:probably|likely|presumably|certainly|clearly|proven)\s+(?:\w+\s+)?{_HYPOTHESIS}\b", "rule 1: a verdict"),
    (r"\b(?:is|was|are|were) (?:a )?(?:fake|forged|deepfake)\b", "rule 1: a verdict"),
    (
        r"\b(?:no|without|zero) errors?\b|\berror[- ]free\b|\binfallib\w+|\bzero error rate\b",
        "rule 3: no method is without error",
    ),
    (r"(?<![\d.])100\s?(?:%|per ?cent)", "rule 3: certainty"),
    (r"\b(?:scientific|absolute|complete|full) certainty\b|\bbeyond (?:any |all )?doubt\b", "rule 3: certainty"),
    (r"\bauthentic\b(?!ity)|\bauthenticity (?:is|was) (?:confirmed|proven|established)", "rule 4: `authentic`"),
    (
        r"\bmade (?:with|by) (?:ElevenLabs|HiFi-?GAN|WaveNet|MelGAN|VALL-E|Tortoise|EnCodec|SoundStream)\b",
        "P-47: a source without its list",
    ),
)
_HASH = re.compile(r"\b[0-9a-f]{64}\b|\b[0-9a-f]{8}…[0-9a-f]{8}\b")
_CLOCK = re.compile(r"\b\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2})?+(?:\.\d+)?+(?! ?UTC|[+Z])")
_STANDARD = re.compile(
    r"\b(?:ISO(?:/IEC)?|ASTM|SWGDE|ENFSI|AES|FSR)[ -]?[A-Z]{0,3}[ -]?\d[\w-]*+"
    r"(?![-:,. ]*(?:v|version)?(?: of)?[ .(]*(?:19|20)\d\d)"
)
_PROOF_CAUTION = "what the model used"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words with what stands around it."""

    where: str
    words: str
    kind: Kind
    around: str
    """Its heading, key or caption: the algorithm of a hash may be named there."""


def lint(document: Document) -> list[str]:
    """Every breach of the rules, one sentence each; empty for a report that keeps them."""
    pieces = list(_pieces(document))
    return [
        *_words(pieces),
        *_hashes(pieces),
        *_times(pieces),
        *_figures(document),
        *_models(document, pieces),
        *_ratios(document, pieces),
    ]


def _pieces(document: Document) -> Iterator[Piece]:
    for number, block in enumerate(document.blocks):
        where = f"block {number + 1}"
        match block:
            case Heading() | Paragraph():
                yield Piece(where, block.text, getattr(block, "kind", "text"), "")
            case Bullets():
                yield from (Piece(where, item, block.kind, "") for item in block.items)
            case Notice():
                yield from (Piece(where, words, "text", "") for words in (block.title, block.text))
            case KeyValues():
                yield from (Piece(where, row.value, row.kind, row.key) for row in block.rows)
                yield from (Piece(where, row.key, "text", "") for row in block.rows)
            case Table():
                yield from _table_pieces(where, block)
            case Figure():
                yield from (Piece(where, words, "text", "") for words in (block.caption, *block.parameters))
            case Code():
                yield Piece(where, block.text, "mono", "SHA-256")
            case _:
                pass


def _table_pieces(where: str, block: Table) -> Iterator[Piece]:
    yield Piece(where, block.caption, "text", "")
    for column in block.columns:
        yield Piece(where, column.title, "text", "")
    for row in block.rows:
        for column, words in zip(block.columns, row, strict=True):
            yield Piece(where, words, column.kind, f"{block.caption} {column.title}")


def _words(pieces: list[Piece]) -> Iterator[str]:
    """Rules 1, 3, 4 and 12: what the report says itself."""
    for piece in pieces:
        if piece.kind != "text":
            continue
        for pattern, rule in _FORBIDDEN:
            if found := re.search(pattern, piece.words, re.IGNORECASE):
                yield f"{piece.where}: {rule}: {found.group(0)!r}"
        for found in _STANDARD.finditer(piece.words):
            yield f"{piece.where}: rule 12: a standard without its version: {found.group(0)!r}"


def _hashes(pieces: list[Piece]) -> Iterator[str]:
    """Rule 6."""
    for piece in pieces:
        if _HASH.search(piece.words) and "SHA-256" not in piece.words + piece.around:
            yield f"{piece.where}: rule 6: a hash without its algorithm: {piece.words[:20]!r}"


def _times(pieces: list[Piece]) -> Iterator[str]:
    """Rule 7."""
    for piece in pieces:
        found = _CLOCK.search(piece.words)
        if piece.kind == "text" and found:
            yield f"{piece.where}: rule 7: a time without its zone: {found.group(0)!r}"


def _figures(document: Document) -> Iterator[str]:
    """Rules 5 and 9; rule 10 is kept by figures.py, which knows one colour map only."""
    for block in document.blocks:
        if not isinstance(block, Figure):
            continue
        if not block.caption or not block.parameters or not block.data_sha256:
            yield f"figure {block.number}: rule 5: a figure without its parameters"
        shows_attributions = isinstance(block.data, FigureData) and block.data.attributions
        if shows_attributions and _PROOF_CAUTION not in " ".join(block.parameters):
            yield f"figure {block.number}: rule 9: an attribution offered as proof"


def _models(document: Document, pieces: list[Piece]) -> Iterator[str]:
    """Rules 8 and 11."""
    printed = "\n".join(piece.words for piece in pieces)
    for model in document.models:
        if not model.version or not model.sha256 or model.sha256 not in printed or model.id not in printed:
            yield f"model {model.id}: rule 8: a model without version and hash"
        if not model.principle:
            yield f"model {model.id}: rule 11: a model without a description of its method"


def _ratios(document: Document, pieces: list[Piece]) -> Iterator[str]:
    """Rule 2, P-07 and P-22: bounds, interval, calibration and the scale of the words stand with every ratio."""
    printed = "\n".join(piece.words for piece in pieces)
    for shown in document.ratios:
        where = f"exhibit {shown.exhibit}, {shown.question}"
        if shown.bounds is None:
            yield f"{where}: rule 2: a likelihood ratio without the bounds of its validation"
        elif not shown.bounds[0] <= shown.log10_lr <= shown.bounds[1]:
            yield f"{where}: rule 2: a likelihood ratio outside the bounds of its validation"
        if shown.interval is None:
            yield f"{where}: P-22: a likelihood ratio without its interval"
        if not shown.calibration or shown.calibration not in printed:
            yield f"{where}: rule 2: a likelihood ratio without its calibration"
    if document.ratios and not all(row[0] in printed and row[2] in printed for row in scale().rows()):
        yield "P-07: words for likelihood ratios without the whole verbal scale"
