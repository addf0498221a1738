"""A trained member in use: copies of whole waveforms; saving and loading."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from core.foundation.errors import DataError
from core.training.resynthesis.copies import active_level, amplify
from core.training.zoo.design import Design
from core.training.zoo.network import Graft, Member, build
from core.training.zoo.source import Wave, excitation

LEVEL_DBFS = -22.0
"""Active level that members are trained at and fed with."""
_EDGE_S = 0.1


def copy(member: Member | Graft, waveform: Wave, rng: np.random.Generator) -> Wave:
    """A member's copy of a waveform (frames,) at its rate, same length and about the same level.

    Args:
        member: In evaluation mode.
        waveform: Any length and level.
        rng: For the source signal's noise.
    """
    design, level = member.design, active_level(waveform, member.design.sample_rate)
    gain = LEVEL_DBFS - level if math.isfinite(level) else 0.0
    edge = math.ceil(_EDGE_S * design.sample_rate / design.hop) * design.hop
    fed = np.pad(amplify(waveform, gain), (edge, edge + -len(waveform) % design.hop))
    source = excitation(fed, design.sample_rate, design.excitation, rng)[None] if design.excitation else None
    with torch.inference_mode():
        made, _ = member(torch.from_numpy(fed)[None], None if source is None else torch.from_numpy(source))
    return amplify(made[0].float().numpy()[edge : edge + len(waveform)], -gain)


def save(member: Member | Graft, path: Path) -> None:
    """Write design and weights (half precision).

    Raises:
        OSError: it cannot be written.
    """
    weights = {name: t.detach().half() if t.is_floating_point() else t for name, t in member.state_dict().items()}
    save_file(weights, path, {"design": json.dumps(member.design.as_json())})


def load(path: Path) -> Member | Graft:
    """Read a member.

    Raises:
        DataError: the file cannot be read, or is no zoo member (DA-032).
    """
    try:
        with safe_open(path, "pt") as file:
            member = build(Design.from_json(json.loads(file.metadata()["design"])))
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
        member.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in weights.items()})
    except (OSError, SafetensorError, KeyError, TypeError, RuntimeError, ValueError) as error:
        raise DataError(
            "DA-032",
            f"{path.name} is not a member of a zoo ({type(error).__name__}).",
            means="No copy was made with it.",
            do="Use a file that `python -m core.training.zoo` wrote.",
        ) from error
    if member.bottleneck is not None:
        member.bottleneck.active = True
    return member.eval()
