"""The Explain panel: what a score rests on, whether the map can be relied on, and how firm the score is."""
