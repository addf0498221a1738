"""Immutable values in, signals out; no widgets."""
