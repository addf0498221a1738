"""Copies of human speech by vocoders and codecs: pairs of an original and its copy for training."""
