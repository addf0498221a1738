"""One generator of copies a file."""
