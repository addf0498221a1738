"""A zoo of small neural vocoders and codecs with drawn designs, trained on human speech to make copies of it."""
