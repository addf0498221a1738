"""Detectors, their cards and packs, and the architectures they are made of.

Names are imported when first used, so that listing cards needs no torch.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.detectors.base import ARCHITECTURES, Detector
    from core.detectors.card import QUESTIONS, Answer, ModelCard, Question
    from core.detectors.network_detector import NetworkDetector
    from core.detectors.pack import PackInfo, read_card, read_pack, write_pack
    from core.detectors.store import ModelStore

__all__ = [
    "ARCHITECTURES",
    "QUESTIONS",
    "Answer",
    "Detector",
    "ModelCard",
    "ModelStore",
    "NetworkDetector",
    "PackInfo",
    "Question",
    "read_card",
    "read_pack",
    "write_pack",
]

_HOMES = {
    **dict.fromkeys(("ARCHITECTURES", "Detector"), "base"),
    **dict.fromkeys(("QUESTIONS", "Answer", "ModelCard", "Question"), "card"),
    **dict.fromkeys(("PackInfo", "read_card", "read_pack", "write_pack"), "pack"),
    "ModelStore": "store",
    "NetworkDetector": "network_detector",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
