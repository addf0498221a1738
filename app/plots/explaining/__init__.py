"""Plots of explanations: deletion curves, averages, two tracks, moves under perturbations."""
