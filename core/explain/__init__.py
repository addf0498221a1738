"""Which parts of the input a score rests on, and how far that account can be trusted. Loads no torch by itself."""

from core.explain.attribution import Attribution, Baseline, Method, Rule, Scale
from core.explain.explaining import attribute
from core.explain.window import window_at

__all__ = ["Attribution", "Baseline", "Method", "Rule", "Scale", "attribute", "window_at"]
