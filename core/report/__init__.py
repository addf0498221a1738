"""From a case to a PDF. Computes no numbers."""
