"""Jobs, settings, playback, session: what the screen starts and remembers."""
