"""What may happen to a training crop: a thin user of core.audio.perturb, whose records hold all the chance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from core.audio.perturb import PERTURBATIONS, Perturbation, kind_of

MIXTURES: Mapping[str, Mapping[str, float]] = {
    "lossy": {"opus": 2.0, "mp3": 1.0, "vorbis": 1.0},
    "telephony": {"telephone": 1.0, "g711": 1.0, "gsm": 1.0, "amr_nb": 2.0, "g722": 1.0},
}
"""Names of plans that stand for one of several perturbations, drawn by weight."""


def names() -> tuple[str, ...]:
    """All names that a plan may give a chance."""
    return (*PERTURBATIONS.names(), *MIXTURES)


def check(chosen: Iterable[str]) -> None:
    """Find before training starts what would stop it later.

    Raises:
        PerturbationError: a name is unknown (PE-001), a coder (PE-002) or a folder of clips (PE-003) is missing.
    """
    for name in chosen:
        for kind in MIXTURES.get(name, (name,)):
            if lack := kind_of(kind).lacks():
                raise lack


def draw_chain(probabilities: Mapping[str, float], clean: float, rng: np.random.Generator) -> tuple[Perturbation, ...]:
    """Draw which perturbations a crop gets, and their records.

    Args:
        probabilities: Chance of each name of `names()`, in the order of application.
        clean: Chance that nothing at all is done.
        rng: Seeded generator.

    Raises:
        PerturbationError: a name is unknown (PE-001), or there are no clips to draw from (PE-003).
    """
    if rng.random() < clean:
        return ()
    return tuple(_draw(name, rng) for name, chance in probabilities.items() if rng.random() < chance)


def _draw(name: str, rng: np.random.Generator) -> Perturbation:
    if name in MIXTURES:
        kinds = tuple(MIXTURES[name])
        weights = np.array(tuple(MIXTURES[name].values()))
        name = kinds[int(rng.choice(len(kinds), p=weights / weights.sum()))]
    return kind_of(name).draw(rng)
