"""Plots of the Compare page: rows on one scale, their difference, and curves over frequency."""
