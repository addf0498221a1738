"""Data sets: manifests, decoded clips, and how batches are drawn from them."""
