"""The engine: turns a recording into findings. Knows no screen and no network."""
