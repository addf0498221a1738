"""The measuring dock: spectra, levels, framing, hum, rates, repeats, and readings at cursor and box."""
