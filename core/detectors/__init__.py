"""Detectors, their cards and packs, and the architectures they are made of."""
