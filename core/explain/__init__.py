"""Which parts of the input a score rests on, and how far that account can be trusted. Loads no torch by itself."""

from core.explain.attribution import Attribution, Baseline, Method, Place, Rule, Scale
from core.explain.averaging import Average, average
from core.explain.baselines import explain_from_lower, lower_baseline
from core.explain.checking import checked
from core.explain.counterfactual import Counterfactual, counterfactual
from core.explain.explaining import Recipe, attribute, explain_window, recipe_of
from core.explain.verdicts import Checks, Faithfulness, Sanity
from core.explain.window import window_at

__all__ = [
    "Attribution",
    "Average",
    "Baseline",
    "Checks",
    "Counterfactual",
    "Faithfulness",
    "Method",
    "Place",
    "Recipe",
    "Rule",
    "Sanity",
    "Scale",
    "attribute",
    "average",
    "checked",
    "counterfactual",
    "explain_from_lower",
    "explain_window",
    "lower_baseline",
    "recipe_of",
    "window_at",
]
