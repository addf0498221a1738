"""Perturbations: what may happen to a recording before anyone examines it, for training, evaluation and sweeps."""

from core.audio.perturb.base import PERTURBATIONS, Coding, Perturbation, Wave, available, from_record, kind_of
from core.audio.perturb.mixing import MIXERS, Mixer, mix_batch
from core.audio.perturb.standard import STANDARD, Standard, available_standards

__all__ = [
    "MIXERS",
    "PERTURBATIONS",
    "STANDARD",
    "Coding",
    "Mixer",
    "Perturbation",
    "Standard",
    "Wave",
    "available",
    "available_standards",
    "from_record",
    "kind_of",
    "mix_batch",
]
