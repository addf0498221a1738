"""The main screen: overview, lanes and ruler of one recording, in step on one time axis."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QStackedLayout, QWidget

from app.pages.examine import keys
from app.pages.examine.boxes import BoxEditor
from app.pages.examine.controls import SpectrogramControls, packet_controls, waveform_controls
from app.pages.examine.lane_frame import LaneFrame
from app.pages.examine.lane_kinds import FACTORIES, Factory, LaneContext, MadeLane, channel_waveform
from app.pages.examine.lane_stack import LaneStack
from app.pages.examine.lanes_figure import LanesFigure
from app.pages.examine.low_page import LowPage
from app.pages.examine.pointer import PointerReader
from app.pages.examine.ratio_button import RatioButton
from app.pages.examine.status_line import StatusLine
from app.pages.examine.steering import Steering
from app.plots.lane import LanePlot
from app.plots.overview import Overview
from app.plots.packet_grid import PacketLane
from app.plots.score_track import LABELS, ScoreLane
from app.plots.spectrogram import SpectrogramLane
from app.plots.tiled_lane import TiledLane
from app.plots.waveform import WaveformLane
from app.services.jobs import JobRunner
from app.theme import Theme
from app.viewmodels.examine import ExamineModel
from app.viewmodels.lanes import LaneEntry, channel_of
from app.widgets.figure import at_size
from app.widgets.turns import Turns

EMPTY = "No recording is open.\n\nDrop audio or video files here, or choose File, Open."


class ExaminePage(Steering):
    """Shows an ExamineModel. Every wish of the mouse goes to the model; every change of the model comes back."""

    def __init__(self, model: ExamineModel, jobs: JobRunner, theme: Theme, turns: Turns | None = None):
        super().__init__(model)
        self._theme, self._exhibit = theme, ""
        submit = partial(jobs.submit, pool="io", quiet=True)
        self._context = LaneContext(model, submit, jobs.submit)
        self._turns = turns or Turns(self)
        self.overview = Overview()
        self.waveform = WaveformLane(submit)
        self.spectrogram = SpectrogramLane(submit)
        self.packets = PacketLane(submit)
        self.scores = ScoreLane()
        self.controls = SpectrogramControls(self.spectrogram, [self.packets])
        self._factories = dict(FACTORIES) | self._own_factories()
        self.stack = LaneStack(self._make_frame)
        self.pointer = PointerReader(
            model,
            submit,
            waveform=self.waveform,
            spectrogram=self.spectrogram,
            packets=self.packets,
            parent=self,
        )
        self.boxes = BoxEditor(model, self.spectrogram, self)
        self.status = StatusLine(model)
        self._lay_out()
        self._connect_parts()
        self._connect_model()
        self.set_theme(theme)
        self.stack.reset()
        self._show_recording()

    @property
    def frames(self) -> tuple[LaneFrame, ...]:
        """The lanes that are shown, each with its header, from top to bottom."""
        return self.stack.frames

    @property
    def lanes(self) -> tuple[LanePlot, ...]:
        """The lanes that are shown, from top to bottom."""
        return self.stack.lanes

    def provide_lane(self, name: str, factory: Factory) -> None:
        """Say how a lane of `LANES` is made that needs more than the page has."""
        self._factories[name] = factory

    def set_theme(self, theme: Theme) -> None:
        """Take another theme's colours."""
        self._theme = theme
        for frame in self.stack.made:
            frame.lane.set_theme(theme)
        self.overview.set_theme(theme)
        self.ruler.set_theme(theme)

    def set_exhibit(self, exhibit: str) -> None:
        """Say whose lanes these are."""
        self._exhibit = exhibit
        for frame in self.stack.made:
            frame.set_exhibit(exhibit)

    def set_empty_text(self, text: str) -> None:
        """What is said while there is no recording to show; empty for the usual words."""
        self._empty.setText(text or EMPTY)

    def describe(self) -> str:
        """All that is on the screen, in words."""
        if self.model.recording is None:
            return self._empty.text().replace("\n\n", " ")
        name = self.model.name or self.model.recording.id.path.name
        return "\n".join([f"{name}. {self.overview.describe()}", *(frame.lane.describe() for frame in self.frames)])

    @property
    def figure_size(self) -> QSize:
        """Size at which all lanes show, those too that have to be scrolled to."""
        return self._figure.whole_size

    @property
    def figure(self) -> QWidget:
        """The lanes and their ruler."""
        return self._figure

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """Title of each lane that is open, and with which parameters it is drawn in a figure, which may be wider."""
        return at_size(self._figure, self.figure_size, self._printed_parameters)

    def _printed_parameters(self) -> tuple[tuple[str, str], ...]:
        lanes = (frame.lane for frame in self.frames if not frame.is_folded)
        with self._figure.printed():
            return tuple((lane.title, lane.summary) for lane in lanes)

    def stop(self) -> None:
        """Have nothing more computed."""
        self.pointer.stop()
        for frame in self.stack.made:
            frame.lane.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, pages, ends, plus and minus."""
        if not keys.handle(self, event):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """The page itself first, the lanes in a turn of their own."""
        super().showEvent(event)
        self._turns.later(self, self._show_figure)

    def hideEvent(self, event: QHideEvent) -> None:
        """What nobody sees is not computed."""
        super().hideEvent(event)
        self.stop()

    def _own_factories(self) -> dict[str, Factory]:
        """The four lanes that are always there, shown or not, as others read their values."""
        return {
            "waveform": lambda _: MadeLane(self.waveform, *waveform_controls(self.waveform)),
            "spectrogram": lambda _: MadeLane(self.spectrogram, self.controls.widgets(), self.controls.follow),
            "packets": lambda _: MadeLane(self.packets, *packet_controls(self.packets)),
            "scores": lambda _: MadeLane(self.scores, (self.scores.legend, RatioButton(self.stack, self.model))),
        }

    def _make_frame(self, entry: LaneEntry) -> LaneFrame | None:
        channel = channel_of(entry.name)
        factory = self._factories.get(entry.name) if channel is None else channel_waveform(channel)
        if factory is None:
            return None
        made = factory(self._context)
        frame = LaneFrame(
            made.lane, made.controls, name=entry.name, minimum_px=entry.height_px // 2, follow=made.follow
        )
        frame.set_exhibit(self._exhibit)
        self._connect_lane(frame.lane)
        frame.lane.set_theme(self._theme)
        self._place(frame.lane)
        return frame

    def _place(self, lane: LanePlot) -> None:
        """Show view, cursor and selection as they are now."""
        lane.set_view(*self.model.view_s)
        lane.set_cursor(self.model.cursor_s if self.model.recording else None)
        lane.set_selection(self.model.selection_s)
        lane.set_selected_band(self.model.band_hz)
        lane.set_box_tool(self.boxes.is_tool_on)

    def _lay_out(self) -> None:
        self._figure = LanesFigure(self.stack, self.ruler)
        content = LowPage(self.status, self.overview, self._figure)
        self._figure.scrolled.bar_width_changed.connect(self._leave_room)
        self._empty = QLabel(EMPTY)
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setMargin(24)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(content)

    def _connect_parts(self) -> None:
        for lane in (self.ruler, self.overview):
            self._connect_lane(lane, is_overview=lane is self.overview)
        for lane in (self.spectrogram, self.packets):
            lane.loader.arrived.connect(self.pointer.refresh)
        self.overview.view_asked.connect(self.model.set_view)
        self.status.channel_chosen.connect(self._use_channel)
        self.stack.asked.connect(self._copy)

    def _connect_lane(self, lane: LanePlot, *, is_overview: bool = False) -> None:
        """Join a lane with the model in both directions."""
        model = self.model
        lane.in_turn = partial(self._turns.later, lane)
        lane.zoom_asked.connect(model.zoom)
        lane.scroll_asked.connect(model.scroll)
        lane.fit_asked.connect(model.fit)
        model.view_changed.connect(lane.set_view)
        model.cursor_changed.connect(lane.set_cursor)
        model.selection_changed.connect(lane.set_selection)
        model.band_changed.connect(lane.set_selected_band)
        model.playhead_changed.connect(lane.set_playhead)
        if is_overview:
            return
        self.boxes.tool_changed.connect(lane.set_box_tool)
        lane.cursor_asked.connect(self.put_cursor)
        lane.selection_asked.connect(model.select_stretch)
        lane.edges_asked.connect(lambda start, end: model.set_selection((start, end)))
        lane.box_asked.connect(model.select_box)
        lane.pointer_left.connect(self._read_cursor)
        lane.pointed.connect(partial(self._point, has_frequency=isinstance(lane, TiledLane)))

    def _point(self, time_s: float, position: float, *, has_frequency: bool) -> None:
        self.pointer.point(time_s, position if has_frequency else None)

    def _copy(self, frame: LaneFrame, wish: str) -> None:
        recording, lane = self.model.recording, frame.lane
        if recording is None:
            return
        start_s, end_s = self.model.view_s
        stored = recording.id.path.name
        name = f"{self._exhibit} {self.model.name or stored}".lstrip()
        parameters = (
            f"{lane.title}: {lane.summary}\nFile: {name}\nSHA-256: {recording.id.sha256}\n"
            f"In view: {start_s:.6f} to {end_s:.6f} s\n"
        )
        clipboard = QGuiApplication.clipboard()
        if wish == "copy_data":
            # a case's copies are named by their hashes
            lane.copy_data(lambda text: clipboard.setText(text.replace(f"file: {stored}\n", f"file: {name}\n")))
        else:
            clipboard.setText(parameters)

    def _leave_room(self, pixels: int) -> None:
        """Keep overview and ruler as wide as the lanes beside their scroll bar."""
        for part in (self.overview, self.ruler):
            part.leave_room(pixels)

    def _connect_model(self) -> None:
        model = self.model
        for lane in (self.ruler, self.overview):
            model.time_scale_changed.connect(lane.set_time_scale)
        model.recording_changed.connect(self._show_recording)
        model.finding_changed.connect(self._show_finding)
        model.attribution_changed.connect(self._show_attribution)
        model.cursor_changed.connect(self._read_cursor)

    def _show_recording(self) -> None:
        recording = self.model.recording
        self._show_parts()
        self.pointer.stop()
        self._frequency_hz = None
        for lane in (self.overview, self.waveform, self.spectrogram, self.packets):
            lane.set_recording(recording)
        for lane in (*(frame.lane for frame in self.stack.made), self.ruler, self.overview):
            self._place(lane)
        self.controls.follow()
        self._show_finding()
        self._show_attribution()
        self._read_cursor()

    def _show_parts(self) -> None:
        self._stack.setCurrentIndex(0 if self.model.recording is None else 1)
        if self.model.recording is None:
            self._figure.hide()
        elif self.isVisible():
            self._turns.later(self, self._show_figure)

    def _show_figure(self) -> None:
        """Show the lanes and all their controls, after the page is shown: both at once would hold up other events."""
        self._figure.setVisible(self.model.recording is not None)

    def _show_finding(self) -> None:
        self.scores.set_finding(self.model.finding)
        pointed = self.model.pointed_out()
        self.overview.set_marks(
            {question: found.spans for question, found in pointed.items()},
            stated={question for question, found in pointed.items() if found.is_stated},
            words="; ".join(f"{LABELS[question]}: {found.words}" for question, found in pointed.items()),
        )
        self.pointer.refresh()

    def _show_attribution(self) -> None:
        self.spectrogram.set_attribution(self.model.attribution)
        self.controls.overlay.set_available(self.model.attribution is not None)
        self.pointer.refresh()

    def _use_channel(self, channel: str) -> None:
        self.spectrogram.set_recording(self.model.recording, channel)
        self.packets.set_recording(self.model.recording, channel)
