"""Errors, progress, registry, hashing, paths, random numbers, logging: what every floor stands on."""
