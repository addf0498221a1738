"""Distance from the training data: Gaussians, of which the distance is known."""

from __future__ import annotations

import numpy as np
import pytest

from core.ood.distance import Neighbourhood, fit_neighbourhood


def test_distance_of_a_known_gaussian():
    near = Neighbourhood(means=((0.0, 0.0), (10.0, 0.0)), precision=((4.0, 0.0), (0.0, 1.0)), edge=2.0, outside=3.0)
    found = near.distances(np.array([[1.0, 0.0], [0.0, 3.0], [9.0, 0.0]]))
    assert found == pytest.approx([2.0, 3.0, 2.0])  # sqrt(4·1²), sqrt(1·3²), and sqrt(4·1²) from the second class


def test_fit_finds_the_gaussians_that_data_were_drawn_from():
    rng = np.random.default_rng(2)
    spread = np.array([[1.0, 0.6], [0.6, 2.0]])
    classes = np.arange(20000) % 2
    draw = rng.multivariate_normal([0, 0], spread, 20000)
    data = draw + np.where(classes[:, None] == 1, [5.0, -5.0], 0)
    near = fit_neighbourhood(data[:10000], classes[:10000], data[10000:])
    assert np.array(near.precision) == pytest.approx(np.linalg.inv(spread), abs=0.05)
    # squared distances of two dimensions follow chi-square with 2 degrees of freedom: 5.99 and 9.21
    assert near.edge**2 == pytest.approx(5.99, rel=0.06)
    assert near.outside**2 == pytest.approx(9.21, rel=0.08)


@pytest.mark.parametrize(
    ("distance", "verdict", "code"), [(1, "inside", ""), (2.5, "edge", "AP-047"), (4, "outside", "AP-036")]
)
def test_a_far_recording_is_outside_and_the_reason_names_the_model(distance, verdict, code):
    near = Neighbourhood(means=((0.0,),), precision=((1.0,),), edge=2.0, outside=3.0)
    found = near.check(distance, "a/b")
    assert found.verdict == verdict
    assert all(reason.startswith(f"{code}: to a/b ") for reason in found.reasons)
