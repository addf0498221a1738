"""Two stretches at one level: the louder is turned down until the active speech of both is equally loud."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from core.audio.channels import analysis_channel, mono
from core.foundation.errors import AudioError
from core.foundation.progress import SILENT, Progress
from core.listening.programme import Programme
from core.listening.treatment import GAINS_DB, Treatment

LONGEST_S = 120.0
"""Longer stretches are cut to this before they are compared by ear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """Two stretches of one length, ready to be switched between."""

    a: Programme
    b: Programme
    levels_dbfs: tuple[float, float]
    """Active speech level of A and B as recorded, over exactly what is played."""

    @property
    def gains_db(self) -> tuple[float, float]:
        """By how much each is turned down; one of them is 0."""
        return self.a.treatment.gain_db, self.b.treatment.gain_db


def match(a: Programme, b: Programme, progress: Progress = SILENT) -> Matched:
    """Cut two programmes to the shorter one's length, take one channel of each, and bring both to one level.

    The level is the active speech level of ITU-T P.56: pauses do not count. Where the mean of a recording's channels
    would cancel, its strongest channel is taken.

    Raises:
        AudioError: one of them is silent (IN-030), or they differ by more than can be matched (IN-031); the file
            changed (IN-007).
    """
    length_s = min(a.length_s, b.length_s, LONGEST_S)
    cut = [replace(p, stop_s=p.start_s + length_s, loop=True, begin_s=None) for p in (a, b)]
    levels = []
    for number, programme in enumerate(cut):
        progress.check()
        progress.report(number / 2, "measuring levels")
        levels.append(_level_dbfs(programme))
    target = min(levels)
    if max(levels) - target > -GAINS_DB[0]:
        raise AudioError(
            "IN-031",
            f"The two stretches differ by {max(levels) - target:.0f} dB.",
            means=f"They cannot be brought to one level; the limit is {-GAINS_DB[0]:g} dB.",
            do="Choose stretches in which somebody speaks.",
        )
    matched = [_turned_down(p, target - level) for p, level in zip(cut, levels, strict=True)]
    return Matched(a=matched[0], b=matched[1], levels_dbfs=(levels[0], levels[1]))


def _level_dbfs(programme: Programme) -> float:
    from core.audio.active_level import active_power  # brings scipy, which the window need not wait for

    recording, rate = programme.recording, programme.recording.sample_rate
    frames = round(programme.start_s * rate), round(programme.stop_s * rate)
    power = active_power(mono(recording, *frames, analysis_channel(recording)), rate)
    if power <= 0:
        raise AudioError(
            "IN-030",
            f"{recording.id.path.name} is silent in the chosen stretch.",
            means="There is no level to match, and nothing to compare.",
            do="Choose a stretch in which somebody speaks.",
        )
    return 10 * math.log10(power)


def _turned_down(programme: Programme, gain_db: float) -> Programme:
    return replace(programme, treatment=Treatment(gain_db=gain_db, channel=analysis_channel(programme.recording)))
