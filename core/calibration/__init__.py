"""From a score to a likelihood ratio, and its bounds."""
