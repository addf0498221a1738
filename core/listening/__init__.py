"""Listening: what is played at which moment, changes for the ear, coverage, and blind tests."""

from core.listening.abx import BlindTest, Statistics, draw_seed, evaluate
from core.listening.coverage import Coverage
from core.listening.matching import Matched, match
from core.listening.programme import Piece, Programme, render
from core.listening.timeline import Timeline
from core.listening.treatment import Treatment

__all__ = [
    "BlindTest",
    "Coverage",
    "Matched",
    "Piece",
    "Programme",
    "Statistics",
    "Timeline",
    "Treatment",
    "draw_seed",
    "evaluate",
    "match",
    "render",
]
