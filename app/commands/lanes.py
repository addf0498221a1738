"""Lanes and what is selected in them."""

from __future__ import annotations

from functools import partial

from app.commands.action import Action, Shell, has_recording
from app.viewmodels.lanes import LANES, LaneEntry, channel_entry

_MOST_CHANNELS = 16
_WORDS = {
    "waveform": "oscillogram amplitude samples envelope",
    "spectrogram": "sonogram STFT FFT mel voiceprint frequency",
    "packets": "wavelet packet WPT WPD symlet leaves",
    "scores": "score track segments detector models",
    "ratios": "LR log10 calibrated ratio band interval weight of evidence",
    "marks": "marks markers labels annotations",
    "speech": "VAD voice activity detection speech pauses silence",
    "level": "RMS loudness volume envelope dBFS",
    "loudness": "LUFS EBU R128 ITU BS.1770 momentary",
    "f0": "F0 pitch fundamental frequency intonation voice",
    "bandwidth": "bandwidth cut-off cutoff upper frequency limit",
    "snr": "SNR signal noise ratio",
    "background": "noise floor background level",
    "hum": "ENF electric network frequency mains hum 50 Hz 60 Hz",
}
"""Names of the field for what a lane shows."""


def move(shell: Shell, by: int) -> None:
    """Move the lane in use up or down."""
    lane = shell.page.stack.current
    if lane is not None:
        shell.page.stack.move(lane.name, by)


def remove(shell: Shell) -> None:
    """Take the lane in use from the screen."""
    lane = shell.page.stack.current
    if lane is not None:
        shell.page.stack.show_lane(lane.name, False)


def fold(shell: Shell) -> None:
    """Fold the lane in use away, or show it."""
    lane = shell.page.stack.current
    if lane is not None:
        lane.set_folded(not lane.is_folded)


def _lane(entry: LaneEntry) -> Action:
    return Action(
        id=f"view.lane.{entry.name}",
        title=entry.title,
        menu="View/Lanes",
        run=lambda shell: shell.page.stack.toggle(entry.name),
        keys=entry.keys,
        keywords=f"lane track {_WORDS.get(entry.name, '')}",
        enabled_when=has_recording,
        checked_when=lambda shell: shell.page.stack.is_shown(entry.name),
    )


def show_channels(shell: Shell) -> None:
    """Give the waveform of every channel a lane of its own, or take those lanes away."""
    stack, shown = shell.page.stack, not has_channel_lanes(shell)
    for name in _channel_lanes(shell):
        stack.show_lane(name, shown)


def has_channel_lanes(shell: Shell) -> bool:
    """Every channel has a lane of its own."""
    names = _channel_lanes(shell)
    return bool(names) and all(map(shell.page.stack.is_shown, names))


def has_channels(shell: Shell) -> bool:
    """The recording on the screen has 2 to 16 channels."""
    return bool(_channel_lanes(shell))


def _channel_lanes(shell: Shell) -> list[str]:
    channels = shell.model.recording.channels if shell.model.recording else 0
    return [channel_entry(channel).name for channel in range(channels)] if 1 < channels <= _MOST_CHANNELS else []


ACTIONS = (
    Action(
        id="view.box_tool",
        title="D&raw time-frequency boxes",
        menu="View",
        run=lambda shell: shell.page.boxes.toggle_tool(),
        keys=("R",),
        enabled_when=has_recording,
        checked_when=lambda shell: shell.page.boxes.is_tool_on,
        tip="Dragging in the spectrogram selects a time-frequency box; without this, Alt and dragging does",
        starts_group=True,
    ),
    *map(_lane, LANES),
    Action(
        id="view.lane_channels",
        title="Waveform of &each channel",
        menu="View/Lanes",
        run=show_channels,
        enabled_when=has_channels,
        checked_when=has_channel_lanes,
        tip="A lane of its own for the waveform of every channel",
        starts_group=True,
    ),
    Action(
        id="view.lane_up",
        title="Move the lane &up",
        menu="View/Lanes",
        run=partial(move, by=-1),
        keys=("Alt+Shift+Up",),
        enabled_when=has_recording,
        tip="The lane that has the focus or had it last",
        starts_group=True,
    ),
    Action(
        id="view.lane_down",
        title="Move the lane &down",
        menu="View/Lanes",
        run=partial(move, by=+1),
        keys=("Alt+Shift+Down",),
        enabled_when=has_recording,
    ),
    Action(
        id="view.lane_fold",
        title="&Fold the lane away or show it",
        menu="View/Lanes",
        run=fold,
        keys=("Alt+Shift+F",),
        enabled_when=has_recording,
    ),
    Action(
        id="view.lane_remove",
        title="&Remove the lane",
        menu="View/Lanes",
        run=remove,
        keys=("Alt+Shift+Del",),
        enabled_when=has_recording,
    ),
    Action(
        id="view.lanes_reset",
        title="Rese&t lanes",
        menu="View/Lanes",
        run=lambda shell: shell.page.stack.reset(),
        enabled_when=has_recording,
        tip="Lanes, their order, heights and folding as at the first start",
        keywords="layout default restore",
        starts_group=True,
    ),
)
