"""Making detectors: data, plans, loop, evaluation, export."""
