"""How likelihood ratios are said: figures, limits, exchanged propositions, and the bands of the scale."""

from __future__ import annotations

import math

import pytest

from core.calibration.verbal import Weight, scale, two_figures, why_none


def weight(log10_lr: float, *, interval=None, bounds=(-2.0, 2.5)) -> Weight:
    return Weight(question="synthetic", log10_lr=log10_lr, interval=interval, bounds=bounds)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (158.5, "160"),
        (1584.9, "1,600"),
        (2.512, "2.5"),
        (9.96, "10"),
        (0.00631, "0.0063"),
        (0.0996, "0.10"),
        (1.0, "1.0"),
    ],
)
def test_ratios_have_two_significant_figures(value: float, shown: str) -> None:
    assert two_figures(value) == shown


def test_a_ratio_is_said_with_interval_and_limits() -> None:
    found = weight(2.2, interval=(1.6, 2.4))
    assert found.ratio == "LR 160 (95 % interval 40 to 250)"
    assert found.log_ratio == "log10 LR +2.20 (95 % interval +1.60 to +2.40)"
    assert found.limits == "log10 LR −2.00 to +2.50 (LR 0.010 to 320)"
    assert found.words == (
        "moderately strong support for the first proposition (the speech is synthetic) rather than the second"
    )
    assert found.sentence == (
        "The scores are about 160 times (95 % interval 40 to 250) more probable if the speech is synthetic "
        "than if the speech is human."
    )


def test_below_one_the_inverse_is_said_with_the_propositions_exchanged() -> None:
    found = weight(-1.5, interval=(-1.9, -0.9))
    assert found.ratio == "LR 0.032 (95 % interval 0.013 to 0.13)"
    assert found.words == "moderate support for the second proposition (the speech is human) rather than the first"
    assert found.sentence == (
        "The scores are about 32 times (95 % interval 7.9 to 79) more probable if the speech is human "
        "than if the speech is synthetic."
    )


def test_at_a_limit_it_reads_at_least_or_at_most() -> None:
    assert weight(2.5).ratio == "LR at least 320"
    assert weight(-2.0).log_ratio == "log10 LR at most −2.00"
    assert weight(-2.0).sentence.startswith("The scores are at least 100 times more probable if the speech is human")
    assert weight(2.49).limit == ""


def test_an_interval_without_width_at_a_limit_is_not_said_as_one() -> None:
    beyond = "(the limit of the validation; the computed 95 % interval lies wholly beyond it)"
    low, high = weight(-2.0, interval=(-2.0, -2.0)), weight(2.5, interval=(2.5, 2.5))
    assert low.ratio == f"LR at most 0.010 {beyond}"
    assert low.log_ratio == f"log10 LR at most −2.00 {beyond}"
    assert low.sentence.startswith(f"The scores are at least 100 times {beyond} more probable if the speech is human")
    assert high.ratio == f"LR at least 320 {beyond}"
    assert low.width is None
    assert weight(1.0, interval=(1.0, 1.0)).width == (1.0, 1.0)


def test_an_end_of_an_interval_that_a_limit_cut_is_said_as_such() -> None:
    assert weight(-2.0, interval=(-2.0, -1.0)).ratio == "LR at most 0.010 (95 % interval 0.010 or less to 0.10)"
    assert "100 times (95 % interval 10 to 100 or more) more" in weight(-2.0, interval=(-2.0, -1.0)).sentence
    assert weight(2.2, interval=(1.0, 2.5)).log_ratio == "log10 LR +2.20 (95 % interval +1.00 to +2.50 or more)"


@pytest.mark.parametrize(
    ("lr", "words"),
    [
        (0.51, "no meaningful support either way"),
        (1.0, "no meaningful support either way"),
        (2.0, "no meaningful support either way"),
        (2.01, "weak support for the first"),
        (10.0, "weak support for the first"),
        (0.09, "moderate support for the second"),
        (1000.0, "moderately strong support for the first"),
        (1001.0, "strong support for the first"),
        (2e4, "very strong support for the first"),
        (2e6, "extremely strong support for the first"),
    ],
)
def test_an_edge_has_the_words_of_the_lower_band(lr: float, words: str) -> None:
    assert weight(math.log10(lr), bounds=None).words.startswith(words)


def test_next_to_one_the_scores_are_about_as_probable_either_way() -> None:
    assert weight(-0.15).sentence == (
        "The scores are about as probable if the speech is synthetic as if the speech is human: LR 0.71."
    )


def test_the_scale_is_printed_without_a_gap() -> None:
    rows = scale().rows()
    assert rows[0][:2] == ("0.5 to 2", "−0.3 to 0.3")
    assert rows[2] == (
        "above 10, to 100",
        "above 1, to 2",
        "moderate support for the first proposition rather than the second",
    )
    assert rows[-1][0] == "above 1,000,000"
    assert scale().version


def test_the_sentence_that_says_why_there_is_none_is_found() -> None:
    refused = "AP-063: No likelihood ratio, because the recording lies outside."
    assert why_none(["AP-033: noisy.", refused]) == refused
    assert "not calibrated" in why_none([])
    assert why_none(["No model that answers this question was run."]).startswith("No likelihood ratio: No model")
