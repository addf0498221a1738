"""Front ends: from waveform to a map over time and frequency."""
