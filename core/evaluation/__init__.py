"""How good models and the whole method are on a data set: scores of clips, figures, groups, robustness."""
