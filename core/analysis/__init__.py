"""The examination of a recording: windows, scores, tracks, findings."""
