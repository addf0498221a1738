"""Ways to turn scores into likelihood ratios, one file each."""
