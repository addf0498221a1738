"""Is the method applicable: how far a recording lies from what a model was validated on."""
