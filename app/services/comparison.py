"""Two stretches compared by ear: one level, switched at the same place, and blind."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, Signal

from app.services.jobs import JobRunner
from app.services.listening import Listening
from app.services.playback import Playback
from core.listening.abx import BlindTest, Letter, commitment, draw_seed
from core.listening.programme import Programme

if TYPE_CHECKING:
    from core.audio.recording import Recording
    from core.foundation.progress import Progress
    from core.listening.matching import Matched

Choice = Literal["A", "B", "X"]
CHOICES: tuple[Choice, ...] = ("A", "B", "X")
LEAST_HEARD_S = 0.5
"""So much of each must have been heard before an answer: a device plays up to 0.3 s of what was chosen before."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """A stretch that is compared."""

    exhibit_id: str
    name: str
    """Of the file as received; a case's working copy is named by its hash."""
    recording: Recording
    start_s: float
    stop_s: float


class Comparison(QObject):
    """Plays A, B and X, asks nothing and shows nothing itself."""

    matched = Signal(object)
    """A Matched: both stretches are ready."""
    refused = Signal(object)
    """Why they cannot be compared: a CoreError."""
    heard_changed = Signal(str)
    """`A`, `B` or `X`; empty while nothing plays."""
    test_changed = Signal()
    """A trial was answered or may be answered now, or the test began or ended."""

    def __init__(
        self,
        jobs: JobRunner,
        listening: Listening,
        *,
        playback: Playback | None = None,
        draw: Callable[[], int] = draw_seed,
        parent: QObject | None = None,
    ):
        super().__init__(parent)
        self._jobs, self._listening, self._draw = jobs, listening, draw
        self.playback = playback or Playback(self)
        self.playback.playing_changed.connect(lambda playing: None if playing else self._say(""))
        self.playback.heard.connect(self._count)
        listening.watch(self.playback)
        self._sources: tuple[Source, Source] | None = None
        self._match: Matched | None = None
        self._test: BlindTest | None = None
        self._choice: Choice = "A"
        self._plays: dict[Choice, int] = {}
        self._heard_s: dict[Choice, float] = {}
        self._x_heard_s: list[float] = []
        self._devices: set[str] = set()
        self._clear_counts()
        self._begun_at = ""
        self.last_record: dict[str, Any] | None = None
        """Of the latest test that ended."""

    @property
    def is_ready(self) -> bool:
        """Whether A and B can be played."""
        return self._match is not None

    @property
    def test(self) -> BlindTest | None:
        """The test that runs."""
        return self._test

    @property
    def unheard(self) -> tuple[Choice, ...]:
        """What must still be heard before an answer is taken: X in each trial, A and B once in a test."""
        if self._test is None:
            return ()
        heard = self._heard_s | {"X": self._x_heard_s[-1]}
        return tuple(choice for choice in CHOICES if heard[choice] < LEAST_HEARD_S)

    def prepare(self, a: Source, b: Source) -> None:
        """Measure both and bring them to one level; `matched` or `refused` follows."""
        self.forget()
        self._sources = (a, b)
        self._jobs.submit(
            "Match levels",
            match_sources,
            a,
            b,
            slot="match",
            subject=f"{a.exhibit_id}, {b.exhibit_id}",
            quiet=True,
            on_done=self._take,
            on_fail=self.refused.emit,
        )

    def uses(self, exhibit_id: str) -> bool:
        """Whether it is an exhibit that is compared."""
        return any(source.exhibit_id == exhibit_id for source in self._sources or ())

    def forget(self) -> None:
        """Compare nothing; a test that runs is given up."""
        self.give_up()
        self.playback.stop()
        self._match = self._sources = None

    def play(self, choice: Choice) -> None:
        """Play A, B or X; what plays goes on at the same place in the other."""
        if self._match is None or (choice == "X" and self._test is None):
            return
        self._plays[choice] += 1
        self._choice = choice
        letter = self._test.x() if choice == "X" and self._test else choice
        self.playback.switch(self._match.a if letter == "A" else self._match.b)
        self._say(choice)

    def stop(self) -> None:
        """Be silent."""
        self.playback.stop()

    def begin(self, trials: int) -> None:
        """Begin a blind test of so many trials; its order is drawn now. Refused where nothing would be heard."""
        if self._match is None or self._test is not None:
            return
        problem = self.playback.find_problem()
        if problem is not None:
            self.refused.emit(problem)
            return
        self._test, self._begun_at = BlindTest(trials, self._draw()), _now()
        self._clear_counts()
        self._listening.begin_test(self._facts() | {"trials": trials, "commitment_sha256": self._commitment()})
        self.playback.stop()
        self.test_changed.emit()

    def answer(self, letter: Letter) -> None:
        """Say what X is; the next trial follows, or the end. Not taken before all was heard that must be."""
        if self._test is None or self.unheard:
            return
        self.playback.stop()
        self._test.answer(letter)
        if self._test.is_over:
            self._finish()
        else:
            self._x_heard_s.append(0.0)
        self.test_changed.emit()

    def give_up(self) -> None:
        """End a test before its last answer: it is kept as given up, without a result."""
        if self._test is not None:
            self.playback.stop()
            self._finish()
            self.test_changed.emit()

    def _finish(self) -> None:
        if self._test is None:
            return
        record = self._facts() | self._test.record()
        record |= {"commitment_sha256": self._commitment(), "ended_at": _now()} | self._output_facts()
        self._test, self.last_record = None, record
        self._listening.end_test(record)

    def _take(self, matched: Matched) -> None:
        if self._sources is not None:
            self._match = matched
            self.matched.emit(matched)

    def _clear_counts(self) -> None:
        self._plays, self._heard_s = dict.fromkeys(CHOICES, 0), dict.fromkeys(CHOICES, 0.0)
        self._x_heard_s, self._devices = [0.0], set()

    def _count(self, _: Recording, spans: Sequence[tuple[float, float]]) -> None:
        """Add what came out of the device to what is chosen now."""
        before, heard_s = self.unheard, sum(end - start for start, end in spans)
        self._heard_s[self._choice] += heard_s
        if self._choice == "X":
            self._x_heard_s[-1] += heard_s
        self._devices |= {self.playback.device} - {""}
        if self.unheard != before:
            self.test_changed.emit()

    def _output_facts(self) -> dict[str, Any]:
        """What was played, how often and how long, and through which device; seconds are those that were audible."""
        return {
            "plays": dict(self._plays),
            "heard_s": {choice: round(heard_s, 2) for choice, heard_s in self._heard_s.items()},
            "x_heard_s": [round(heard_s, 2) for heard_s in self._x_heard_s],
            "audible": sum(self._heard_s.values()) > 0,
            "devices": sorted(self._devices),
        }

    def _say(self, choice: str) -> None:
        self.heard_changed.emit(choice)

    def _commitment(self) -> str:
        return commitment(self._test.trials, self._test.seed) if self._test else ""

    def _facts(self) -> dict[str, Any]:
        """What is compared, and how."""
        if self._match is None or self._sources is None:
            return {}
        programmes, names = (self._match.a, self._match.b), ("A", "B")
        return {"begun_at": self._begun_at} | {
            name: {
                "exhibit_id": source.exhibit_id,
                "file": source.name,
                "sha256": source.recording.id.sha256,
                "start_s": programme.start_s,
                "stop_s": programme.stop_s,
                "level_dbfs": round(level, 2),
                **programme.treatment.record(),
            }
            for name, source, programme, level in zip(
                names, self._sources, programmes, self._match.levels_dbfs, strict=True
            )
        }


def match_sources(a: Source, b: Source, *, progress: Progress) -> Matched:
    """Both stretches at one length and level; raises AudioError (IN-030, IN-031, IN-007, IN-012)."""
    from core.listening.matching import match

    one, other = (Programme(recording=x.recording, start_s=x.start_s, stop_s=x.stop_s) for x in (a, b))
    return match(one, other, progress)


def record_bytes(record: dict[str, Any], suffix: str) -> bytes:
    """The record of a test as a file: JSON, or for `.csv` a table with a row for each trial."""
    is_table = suffix.lower() == ".csv"
    text = _trials(record) if is_table else json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    return text.encode()


def _trials(record: dict[str, Any]) -> str:
    """Number, what X was, the answer, whether it was right."""
    pairs = zip(record["order"], record["answers"], strict=False)
    rows = [f"{number},{x},{answer},{int(x == answer)}" for number, (x, answer) in enumerate(pairs, 1)]
    return "\n".join(["trial,x,answer,right", *rows]) + "\n"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
