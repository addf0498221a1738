"""How each lane of the list is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QWidget

from app.pages.examine.controls import waveform_controls
from app.pages.examine.params_button import ParamsButton
from app.plots.lane import LanePlot
from app.plots.ratio_lane import RatioLane
from app.plots.submitting import Submit
from app.plots.track_lane import TrackLane
from app.plots.waveform import WaveformLane
from app.viewmodels.examine import ExamineModel


@dataclass(frozen=True, slots=True)
class LaneContext:
    """What a lane may use. It connects itself to the model for all that is not time, cursor, selection and theme."""

    model: ExamineModel
    read: Submit
    """For short work without a line in the job list."""
    compute: Submit
    """For long work, shown in the job list, where it can be cancelled."""


def nothing() -> None:
    """Follow nothing."""


@dataclass(frozen=True, slots=True)
class MadeLane:
    """A lane with the controls of its header."""

    lane: LanePlot
    controls: tuple[QWidget, ...] = ()
    follow: Callable[[], Any] = nothing
    """Brings the controls in step with the lane after its parameters were restored."""


Factory = Callable[[LaneContext], MadeLane]


def track(name: str, title: str, unit: str) -> Factory:
    """A lane of one of the curves over time."""

    def make(context: LaneContext) -> MadeLane:
        lane = TrackLane(name, title, unit, context.compute)
        context.model.recording_changed.connect(lane.set_recording)
        lane.set_recording(context.model.recording)
        button = ParamsButton(lane)
        return MadeLane(lane, (button,))

    return make


def channel_waveform(channel: int) -> Factory:
    """A lane of one channel's waveform, counted from 0."""

    def make(context: LaneContext) -> MadeLane:
        lane = WaveformLane(context.read, slot=f"examine.waveform.{channel}", channel=channel)
        context.model.recording_changed.connect(lane.set_recording)
        lane.set_recording(context.model.recording)
        return MadeLane(lane, *waveform_controls(lane))

    return make


def ratios(context: LaneContext) -> MadeLane:
    """The lane of likelihood ratios."""
    lane = RatioLane(context.read)
    context.model.finding_changed.connect(lane.set_finding)
    lane.set_finding(context.model.finding)
    return MadeLane(lane, (lane.legend,))


FACTORIES: dict[str, Factory] = {
    "ratios": ratios,
    "speech": track("speech", "Speech activity", ""),
    "level": track("level", "Level", "dBFS"),
    "loudness": track("loudness", "Momentary loudness", "LUFS"),
    "f0": track("f0", "Fundamental frequency", "Hz"),
    "bandwidth": track("bandwidth", "Bandwidth", "Hz"),
    "snr": track("snr", "Signal-to-noise ratio", "dB"),
    "background": track("background", "Background level", "dBFS"),
    "hum": track("hum", "Mains frequency", "Hz"),
}
"""By the name in `app.viewmodels.lanes.LANES`. A lane that needs a service is given to `ExaminePage.provide_lane`."""
