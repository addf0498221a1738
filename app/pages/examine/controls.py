"""Controls in the lanes' headers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QMenu,
    QSlider,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from app.plots.attribution_overlay import LEGEND
from app.plots.colours import COLOUR_MAPS, DEFAULT_MAP
from app.plots.frequency_scale import SCALES
from app.plots.packet_grid import WAVELETS, PacketLane
from app.plots.spectrogram import PRESETS, WINDOWS_S, SpectrogramLane
from app.plots.tiled_lane import SPEECH_TOP_HZ, TiledLane
from app.plots.value_axis import number
from app.plots.waveform import WaveformLane
from app.widgets.yielding_box import YieldingBox

_AUTOMATIC = "automatic"
TOPS_DBFS = (0, -10, -20, -30, -40, -50, -60)
RANGES_DB = (30, 40, 50, 60, 70, 80, 100, 120, 140)

BANDS = {"full": "To Nyquist", "speech": "0–5 kHz"}


def choice(name: str, items: Mapping[str, str], chosen: str, use: Callable[[str], object]) -> QComboBox:
    """A box to choose one of some items (key to title); `use` gets the key."""
    box = YieldingBox()
    box.setAccessibleName(name)
    box.setToolTip(name)
    for key, title in items.items():
        box.addItem(title, key)
    box.setCurrentIndex(box.findData(chosen))
    box.currentIndexChanged.connect(lambda _: use(box.currentData()))
    return box


def show_choice(box: QComboBox, key: str) -> None:
    """Show what a lane has, without asking it for that again."""
    with QSignalBlocker(box):
        box.setCurrentIndex(box.findData(key))


def range_box(lane: TiledLane) -> QComboBox:
    """Dynamic range of a map, dB: from the darkest to the brightest colour."""
    ranges = {str(size): f"{size} dB" for size in RANGES_DB}
    box = choice(f"{lane.title}, dynamic range", ranges, "", lambda key: lane.set_range(float(key)))
    show_range(box, lane)
    return box


def show_range(box: QComboBox, lane: TiledLane) -> None:
    """Show the lane's own dynamic range."""
    show_choice(box, f"{lane.range_db:.0f}")


Controls = tuple[tuple[QWidget, ...], Callable[[], object]]
"""Widgets of a header, and what brings them in step with their lane."""


def waveform_controls(lane: WaveformLane) -> Controls:
    """Which channels are shown, where there are several, and the unit of the amplitude axis."""
    units = {"fs": "Full scale", "db": "dBFS"}
    box = choice(f"{lane.title}, amplitude axis", units, "fs", lambda key: lane.set_decibels(key == "db"))
    channels = QComboBox()
    channels.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    channels.setMinimumContentsLength(len("Channel 1"))
    channels.setAccessibleName(f"{lane.title}, channels shown")
    channels.setToolTip("All channels one above another, or one of them in all the height")
    channels.activated.connect(lambda _: lane.set_channel(channels.currentData()))
    lane.channels_changed.connect(lambda: show_channels(channels, lane))
    show_channels(channels, lane)
    return (channels, box), lambda: show_choice(box, "db" if lane.state()["in_db"] else "fs")


def show_channels(box: QComboBox, lane: WaveformLane) -> None:
    """Offer the channels of the lane's recording; nothing where there is no choice."""
    if box.count() != lane.channel_count + 1:
        box.clear()
        box.addItem("All channels", None)
        for channel in range(lane.channel_count):
            box.addItem(f"Channel {channel + 1}", channel)
    box.setCurrentIndex(0 if lane.channel is None else lane.channel + 1)
    box.setVisible(lane.channel_count > 1)


def top_box(lane: TiledLane) -> QComboBox:
    """Level of the brightest colour."""
    levels = {_AUTOMATIC: "Loudest parts"} | {str(level): f"{number(level)} dBFS" for level in TOPS_DBFS}
    box = choice(
        f"{lane.title}, level of the brightest colour",
        levels,
        _AUTOMATIC,
        lambda key: lane.set_top(None if key == _AUTOMATIC else float(key)),
    )
    show_top(box, lane)
    return box


def show_top(box: QComboBox, lane: TiledLane) -> None:
    """Show the lane's own level of the brightest colour."""
    show_choice(box, _AUTOMATIC if lane.is_top_automatic else f"{lane.top_db:.0f}")


class DisplayButton(QToolButton):
    """Opens a panel with the settings of a picture."""

    def __init__(self, lane_title: str, rows: Mapping[str, QWidget]):
        super().__init__()
        self.setText("Display ▾")
        self.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.setAccessibleName(f"{lane_title}, display")
        self.setToolTip("Range, frequencies and colours of the picture")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        panel = QWidget()
        form = QFormLayout(panel)
        form.setContentsMargins(12, 10, 12, 10)
        for title, widget in rows.items():
            form.addRow(title, widget)
        action = QWidgetAction(self)
        action.setDefaultWidget(panel)
        menu = QMenu(self)
        menu.addAction(action)
        self.setMenu(menu)


class OverlayControl(QWidget):
    """Shows or hides the explanation over the spectrogram, and sets its opacity."""

    changed = Signal(bool, float)

    def __init__(self):
        super().__init__()
        self._show = QCheckBox("Explanation")
        self._show.setToolTip(f"{LEGEND} (O)")
        self._show.setAccessibleDescription(LEGEND)
        self._show.setChecked(True)
        self._opacity = QSlider(Qt.Orientation.Horizontal)
        self._opacity.setRange(10, 100)
        self._opacity.setValue(75)
        self._opacity.setFixedWidth(80)
        self._opacity.setAccessibleName("Opacity of the explanation, per cent")
        self._opacity.setToolTip("Opacity of the explanation")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._show)
        row.addWidget(self._opacity)
        self._show.toggled.connect(self._say)
        self._opacity.valueChanged.connect(self._say)
        self.set_available(False)

    @property
    def is_on(self) -> bool:
        """Whether the explanation is shown."""
        return self._show.isChecked()

    def set_available(self, available: bool) -> None:
        """Whether there is an explanation at all."""
        self.setVisible(available)

    def show_overlay(self) -> None:
        """Show it, as someone has just asked for it."""
        self._show.setChecked(True)

    def toggle(self) -> None:
        """Show or hide."""
        self._show.toggle()

    def step_opacity(self) -> None:
        """Next of four opacities."""
        steps = (25, 50, 75, 100)
        value = self._opacity.value()
        self._opacity.setValue(next((step for step in steps if step > value), steps[0]))

    def _say(self) -> None:
        self.changed.emit(self._show.isChecked(), self._opacity.value() / 100)


class SpectrogramControls:
    """Preset, range, colours and band of the spectrogram; the colours are the packet map's too."""

    def __init__(self, lane: SpectrogramLane, others: Sequence[TiledLane]):
        self._lane, self._others = lane, others
        titles = {name: preset.title for name, preset in PRESETS.items()}
        self.preset = choice("Spectrogram, preset", titles, lane.preset, self._use_preset)
        self.preset.setPlaceholderText("Own window")
        for row, preset in enumerate(PRESETS.values()):
            self.preset.setItemData(row, preset.purpose, Qt.ItemDataRole.ToolTipRole)
        self.range, self.top = range_box(lane), top_box(lane)
        self.colours = choice("Colour map", COLOUR_MAPS, DEFAULT_MAP, self._use_map)
        self.band = choice("Spectrogram, frequencies shown", BANDS, "full", self._use_band)
        self.band.setPlaceholderText("Zoomed")
        windows = {str(seconds): f"{seconds * 1000:.3g} ms" for seconds in WINDOWS_S}
        self.window = choice("Spectrogram, window length", windows, "", lambda key: lane.set_window(float(key)))
        scales = {name: scale.title for name, scale in SCALES.items()}
        self.scale = choice("Spectrogram, frequency axis", scales, lane.scale_name, lane.set_scale)
        lane.band_changed.connect(self.follow)
        self.overlay = OverlayControl()
        self.overlay.changed.connect(lambda on, opacity: lane.set_overlay(visible=on, opacity=opacity))

    def widgets(self) -> tuple[QWidget, ...]:
        """From left to right."""
        rows = {
            "Window": self.window,
            "Dynamic range": self.range,
            "Brightest colour": self.top,
            "Frequencies": self.band,
            "Frequency axis": self.scale,
            "Colours": self.colours,
        }
        return self.overlay, self.preset, DisplayButton(self._lane.title, rows)

    def follow(self) -> None:
        """Show the lane's own state, after a preset or a recording changed it."""
        show_range(self.range, self._lane)
        show_top(self.top, self._lane)
        for box, value in (
            (self.preset, self._lane.preset),
            (self.window, str(self._lane.window_s)),
            (self.scale, self._lane.scale_name),
            (self.colours, self._lane.colour_map),
        ):
            with QSignalBlocker(box):
                box.setCurrentIndex(box.findData(value))
        nyquist_hz = self._lane.source.sample_rate / 2 if self._lane.source else 0.0
        shown = {(0.0, nyquist_hz): "full", (0.0, SPEECH_TOP_HZ): "speech"}.get(self._lane.band_hz)
        with QSignalBlocker(self.band):
            self.band.setCurrentIndex(self.band.findData(shown))

    def step_range(self, way: int) -> None:
        """Next larger (+1) or smaller (-1) dynamic range."""
        self.range.setCurrentIndex(min(max(self.range.currentIndex() + way, 0), self.range.count() - 1))

    def _use_preset(self, name: str) -> None:
        self._lane.use_preset(name)
        self.follow()

    def _use_map(self, name: str) -> None:
        for lane in (self._lane, *self._others):
            lane.set_colour_map(name)

    def _use_band(self, key: str) -> None:
        source = self._lane.source
        if source is not None:
            self._lane.set_band(0.0, SPEECH_TOP_HZ if key == "speech" else source.sample_rate / 2)


def packet_controls(lane: PacketLane) -> Controls:
    """Wavelet and range of the packet map."""
    wavelets = {name: name for name in WAVELETS}
    wavelet = choice("Wavelet packets, wavelet", wavelets, lane.wavelet, lane.use_wavelet)
    levels, top = range_box(lane), top_box(lane)

    def follow() -> None:
        show_choice(wavelet, lane.wavelet)
        show_range(levels, lane)
        show_top(top, lane)

    return (wavelet, DisplayButton(lane.title, {"Dynamic range": levels, "Brightest colour": top})), follow
