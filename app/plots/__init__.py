"""Drawing on the synced time axis."""
