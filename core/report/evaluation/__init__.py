"""The page of an evaluation: figures and tables of what core.evaluation found; computes no figures itself."""
