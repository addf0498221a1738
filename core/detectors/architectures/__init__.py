"""Networks, one file each. A network maps a detector's features to logits and offers its penultimate activations."""
