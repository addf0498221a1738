"""Which parts of the input a score rests on, and how far that account can be trusted."""
