"""Adapters, one for each layout of a data set; the name is what `auditrace dataset prepare` takes."""
