"""One call from samples to a map: for people, tests and the command line."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.features.base import FEATURES, FeatureMap, FrontEnd
from core.foundation.errors import FeatureError


def front_end(name: str, sample_rate: int, **params: object) -> FrontEnd:
    """The front end of that name, built.

    Raises:
        FeatureError: unknown name (FE-007) or parameter (FE-002), or a value that cannot be used (FE-002 to FE-005).
    """
    if name not in FEATURES:
        known = ", ".join(FEATURES.names())
        raise FeatureError("FE-007", f"There is no feature called {name!r}.", do=f"Choose one of: {known}.")
    cls = FEATURES[name]
    unknown = sorted(set(params) - set(cls.Params.__dataclass_fields__))
    if unknown:
        known = ", ".join(cls.Params.__dataclass_fields__)
        raise FeatureError(
            "FE-002", f"The feature {name} has no parameter {', '.join(unknown)}.", do=f"It has: {known}."
        )
    return cls(sample_rate, cls.Params(**params))


def feature_map(
    name: str,
    waveform: NDArray[np.float32],
    sample_rate: int,
    start_s: float = 0.0,
    *,
    channel: int = 0,
    **params: object,
) -> FeatureMap:
    """Map of one waveform.

    Args:
        name: Name in FEATURES.
        waveform: (frames,), full scale ±1.
        sample_rate: Hz.
        start_s: Time of the first sample.
        channel: Which of the map's channels, e.g. 1 for the signs of packets.
        params: Parameters of the front end.

    Raises:
        FeatureError: as `front_end`; too short (FE-001); not one channel of finite samples (FE-006).
    """
    import torch  # the screen imports this package and must not wait for it

    if waveform.ndim != 1 or not np.isfinite(waveform).all():
        raise FeatureError(
            "FE-006", "A feature needs one channel of finite samples.", do="Choose one channel and a sound stretch."
        )
    built = front_end(name, sample_rate, **params)
    with torch.inference_mode():
        batch = built(torch.tensor(waveform, dtype=torch.float32).unsqueeze(0))
    time_s, frequency_hz = built.axes(waveform.size)
    return FeatureMap(
        values=batch[0, channel].numpy(),
        spec=built.spec,
        time_s=start_s + time_s,
        frequency_hz=frequency_hz,
        unit=getattr(built, "unit", ""),
    )
