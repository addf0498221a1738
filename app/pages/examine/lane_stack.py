"""The lanes one above another: shown, removed, folded, moved, and remembered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QSplitter

from app.pages.examine.lane_frame import LaneFrame
from app.plots.lane import LanePlot
from app.viewmodels.lanes import LANES, LaneEntry, LaneState, channel_of, entry_of

_HANDLE_PX = 5


class LaneStack(QSplitter):
    """Keeps the order of the lanes. A lane is made when it is first shown; removing it hides it."""

    brought = Signal(object)
    """A LaneFrame that was added, or to which the focus came by key: it should be in sight."""
    changed = Signal()
    """What is shown, its order, folding or heights."""
    asked = Signal(object, str)
    """A LaneFrame, and what was chosen in its menu that the stack itself does not do."""

    def __init__(self, make: Callable[[LaneEntry], LaneFrame | None]):
        super().__init__(Qt.Orientation.Vertical)
        self._make = make
        self._frames: dict[str, LaneFrame] = {}
        self._heights = {entry.name: entry.height_px for entry in LANES}
        self._last = ""
        self.setChildrenCollapsible(False)
        self.setHandleWidth(_HANDLE_PX)
        self.splitterMoved.connect(self._keep_heights)

    @property
    def frames(self) -> tuple[LaneFrame, ...]:
        """Those that are shown, from top to bottom."""
        rows = (self.widget(row) for row in range(self.count()))
        return tuple(frame for frame in rows if isinstance(frame, LaneFrame) and frame.is_shown)

    @property
    def lanes(self) -> tuple[LanePlot, ...]:
        """The lanes that are shown, from top to bottom."""
        return tuple(frame.lane for frame in self.frames)

    @property
    def made(self) -> tuple[LaneFrame, ...]:
        """All that were ever shown."""
        return tuple(self._frames.values())

    @property
    def current(self) -> LaneFrame | None:
        """The lane that has the focus or had it last."""
        focus = QApplication.focusWidget()
        for frame in self.frames:
            if focus is not None and frame.isAncestorOf(focus):
                self._last = frame.name
        return next((frame for frame in self.frames if frame.name == self._last), None)

    def is_shown(self, name: str) -> bool:
        """Whether a lane is on the screen."""
        return name in self._frames and self._frames[name].is_shown

    def show_lane(self, name: str, shown: bool = True) -> None:
        """Add a lane below the others, or where it was; or remove it."""
        self._keep_heights()
        self._set_shown(name, shown)
        self._apply_heights()
        self.changed.emit()
        if shown and name in self._frames:
            self.brought.emit(self._frames[name])

    def bring(self, name: str) -> None:
        """Have a lane that is shown scrolled to."""
        if self.is_shown(name):
            self.brought.emit(self._frames[name])

    def toggle(self, name: str) -> None:
        """Add or remove a lane."""
        self.show_lane(name, not self.is_shown(name))

    def move(self, name: str, by: int) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Move a lane up (-1) or down (+1) past its neighbour."""
        names = [frame.name for frame in self.frames]
        to = names.index(name) + by if name in names else -1
        if 0 <= to < len(names):
            self._keep_heights()
            self.insertWidget(self.indexOf(self._frames[names[to]]), self._frames[name])
            self._apply_heights()
            self.changed.emit()

    def reset(self) -> None:
        """Lanes, order and heights as at the first start."""
        self._heights = {entry.name: entry.height_px for entry in LANES}
        others = [name for name in self._frames if channel_of(name) is not None]
        first = [LaneState(name=entry.name, is_shown=entry.is_shown) for entry in LANES]
        self.restore([*first, *(LaneState(name=name, is_shown=False) for name in others)])

    def states(self) -> tuple[LaneState, ...]:
        """How every lane that was made is shown, from top to bottom."""
        self._keep_heights()
        rows = (self.widget(row) for row in range(self.count()))
        return tuple(self._state(frame) for frame in rows if isinstance(frame, LaneFrame))

    def restore(self, states: Sequence[LaneState]) -> None:
        """Show lanes as they were; those that are not named are as at first."""
        named = {state.name for state in states}
        first = [LaneState(name=entry.name, is_shown=entry.is_shown) for entry in LANES if entry.name not in named]
        for state in (*states, *first):
            self._restore(state)
        self._apply_heights()
        self.changed.emit()

    def _restore(self, state: LaneState) -> None:
        self._heights[state.name] = state.height_px or self._heights.get(state.name, 0)
        self._set_shown(state.name, state.is_shown)
        frame = self._frames.get(state.name)
        if frame is not None:
            self.addWidget(frame)
            frame.setVisible(frame.is_shown)
            frame.set_folded(state.is_folded)
            frame.restore(state.values)

    def _set_shown(self, name: str, shown: bool) -> None:
        if shown and name not in self._frames:
            self._add(name)
        if name in self._frames:
            frame = self._frames[name]
            frame.is_shown = shown
            frame.setVisible(shown)
            if not shown:
                frame.lane.stop()

    def _add(self, name: str) -> None:
        entry = entry_of(name)
        frame = self._make(entry) if entry is not None else None
        if frame is None or entry is None:
            return
        self._heights.setdefault(name, entry.height_px)
        self.insertWidget(self._place_of(name), frame)
        self._frames[name] = frame
        self.setStretchFactor(self.indexOf(frame), entry.height_px)
        frame.came_by_key.connect(lambda: self.brought.emit(frame))
        frame.asked.connect(partial(self._do, frame))
        frame.folded.connect(lambda _: self.changed.emit())

    def _place_of(self, name: str) -> int:
        """Row of a lane that is added: a single channel below the waveforms there are, others below all."""
        waves = [self.indexOf(f) for n, f in self._frames.items() if n == "waveform" or channel_of(n) is not None]
        return max(waves) + 1 if waves and channel_of(name) is not None else self.count()

    def _do(self, frame: LaneFrame, wish: str) -> None:
        match wish:
            case "up" | "down":
                self.move(frame.name, -1 if wish == "up" else +1)
            case "remove":
                self.show_lane(frame.name, False)
            case _:
                self.asked.emit(frame, wish)

    def _state(self, frame: LaneFrame) -> LaneState:
        return LaneState(
            name=frame.name,
            is_shown=frame.is_shown,
            is_folded=frame.is_folded,
            height_px=self._heights.get(frame.name, 0),
            values=frame.lane.state(),
        )

    def _keep_heights(self, *_: int) -> None:
        """Remember the heights of lanes that can be seen."""
        for frame in self.frames:
            if self.isVisible() and frame.isVisible() and not frame.is_folded:
                self._heights[frame.name] = frame.height()

    def _apply_heights(self) -> None:
        rows = (self.widget(row) for row in range(self.count()))
        self.setSizes([self._heights.get(getattr(frame, "name", ""), 1) for frame in rows])
