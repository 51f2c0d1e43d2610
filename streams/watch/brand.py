"""One brand as watch knows it: its minutes, its evidence, its usual words. Pure; moved by rows and by the clock only.

Idle brands are touched lazily: `advance` brings a brand up to any later minute, whatever lies between.
"""

import heapq
from itertools import chain
from typing import Any

from detectors.collapse import Collapse
from detectors.copies import CopyLimit
from detectors.echo import Echo
from detectors.evidence import CrisisEvidence, Evidence
from detectors.minute import Minute
from detectors.open_minute import OpenMinute, Weighed
from detectors.rows import MINUTE_MS, told
from streams.watch.counts import RECENT_MIN, Counts
from streams.watch.looks import Looks
from streams.watch.names import Names
from streams.watch.open_questions import OpenQuestions
from streams.watch.panel import Panel
from streams.watch.parcels import Parcel
from streams.watch.planned import BrandPlan
from streams.watch.statement import Statement
from streams.watch.talk import Talk
from streams.watch.written import Written

STATE_VERSION = 2
WITHOUT_END = 2**62
VOLUME_RATIO = 3.0  # less than three times the usual is not worth a word
MARKS = ("open_min", "begun", "born_min", "mentions", "negative", "late", "late_negative", "pointed_ms")


def require_version(found: object) -> None:
    """ValueError on another version of a brand's state than this program's."""
    if found != STATE_VERSION:
        raise ValueError(f"brand state has version {found!r}, this program reads {STATE_VERSION}")


class BrandWatch:
    """State of one brand, only counted if it isn't `judged`. `zone_min`: its zone's standard offset from UTC, minutes."""

    def __init__(self, brand: str, group: str, zone_min: int, judged: bool = True) -> None:
        self.brand = brand
        self.group = group
        self.zone_min = zone_min
        self.judged = judged
        self.evidence = CrisisEvidence()
        self.counts = Counts()
        self.minutes: dict[int, OpenMinute] = {}  # what was said in the open minute, and in those ahead of the clock
        self._ahead: list[int] = []  # heap of such minutes
        self._late: dict[int, list[Parcel]] = {}  # rows of closed minutes, within the grace
        self.talk = Talk(self.minutes)
        self.panel = Panel()
        self.copies, self.echo = CopyLimit(), Echo()
        self.collapse, self.looks = Collapse(), Looks()
        self.open_min: int | None = None  # the first minute that isn't closed
        self.begun = False  # whether a minute was closed
        self.born_min = 0  # the very first minute
        self.mentions = self.negative = 0  # counted in all, for ever
        self.late = 0  # mentions that came after the grace, in neither of them
        self.late_negative = 0  # negative mentions within the grace that count as evidence of the open minute
        self.questions: OpenQuestions | None = None  # None: nobody has asked
        self.stated = Statement()
        self.pointed_ms = 0  # when it last had a point in the series
        self.plan: BrandPlan | None = None  # of the config, not of the state

    def count(self, parcel: Parcel) -> bool:
        """Counts mentions of a minute, none too late; whether there were none in it before."""
        minute = parcel.minute
        new = self.counts.add(minute, parcel.counts)
        self.mentions += parcel.mentions
        self.negative += parcel.negative
        if not self.begun:  # another partition may bring an earlier beginning
            self.open_min = self.born_min = self.talk.faded_min = min(minute, self.open_min or minute)
        if new and (self.open_min is None or minute >= self.open_min) and minute not in self.minutes:
            heapq.heappush(self._ahead, minute)
        return new

    def add(self, parcel: Parcel, names: Names) -> None:
        """Takes in who said what about a brand that is judged; `count` comes first, and `advance` to now."""
        assert self.open_min is not None
        if parcel.minute < self.open_min:
            self._add_late(parcel)
            return
        held = self._minute(parcel.minute)
        if held.put(parcel.rows):
            self._read(held, names)
            held.condense()
        if parcel.loud:
            held.block.add_loud(parcel.loud)

    def _add_late(self, parcel: Parcel) -> None:
        """Counts in its own minute; the evidence of that is closed, so it sees the rows now."""
        assert self.open_min is not None
        self._late.setdefault(parcel.minute, []).append(parcel)
        self._minute(self.open_min).put_evidence(parcel.rows)
        self.late_negative += parcel.negative

    def settle(self, names: Names) -> None:
        """Puts late rows into the blocks of their minutes."""
        for minute, late in self._late.items():
            block = self.talk.history.block(minute)
            block.add(told(b"".join(parcel.rows for parcel in late)), names.networks)
            block.add_loud(chain.from_iterable(parcel.loud for parcel in late))
            self.talk.hear(block, names)
            self.talk.close(block)
        self._late.clear()

    def _minute(self, minute: int) -> OpenMinute:
        held = self.minutes.get(minute)
        if held is None:
            held = self.minutes[minute] = OpenMinute(minute)
            if minute not in self.counts:
                heapq.heappush(self._ahead, minute)
        return held

    def _read(self, held: OpenMinute, names: Names) -> None:
        if held.read(names.networks):
            self.talk.hear(held.block, names)

    def read(self, names: Names) -> None:
        """Reads all that was put aside: before the state is written."""
        self.settle(names)
        for minute, held in self.minutes.items():
            self._read(held, names)
            if held.is_heavy and minute == self.open_min and self.begun:
                held.weigh(self.copies, minute)

    def advance(self, now_ms: int, names: Names) -> None:
        """Closes every minute that is over at `now_ms` (log time)."""
        minute = now_ms // MINUTE_MS
        if self.open_min is None or minute <= self.open_min:
            return
        while self._ahead and self._ahead[0] < minute:
            over = heapq.heappop(self._ahead)
            self._close_idle(over)
            self._close(over, names)
            self.open_min = over + 1
            self.begun = True
        self._close_idle(minute)
        if self.judged:
            self.panel.hear(self.evidence)
        self.settle(names)
        self.late_negative = 0
        self._retire(minute)

    def _close(self, minute: int, names: Names) -> None:
        mentions, negative = self.counts.close(minute)
        held = self.minutes.pop(minute, None)
        if held is None:
            return
        self._read(held, names)
        weighed = held.weigh(self.copies, minute)
        if minute == self.born_min:  # a part of a minute tells what is said, not how much is usual
            self.talk.close(held.block)
            return
        negative_authors, authors = self._evident(weighed, minute)
        self.echo.close(minute, weighed.authors, weighed.copied)
        self.evidence.close(minute + self.zone_min, negative_authors, authors)
        frozen = self.evidence.frozen
        if not frozen:
            self.collapse.learn(mentions, authors, negative, negative_authors, 1)
        if held.block.mentions:
            block = held.block
            self.panel.close(
                Minute(
                    minute + self.zone_min, mentions, negative, authors, negative_authors, held.voices,
                    block.negative_reach, frozen,
                )
            )  # fmt: skip
            self.talk.close(block)

    def _evident(self, weighed: Weighed, minute: int) -> tuple[int, int]:
        """Negative authors and authors that are evidence: copies of one text as far as other texts bear them out."""
        usual, usual_copies = self.evidence.usual_quarter, max(0.0, self.collapse.all - 1)
        return weighed.with_copies(self.echo.share(minute, weighed.authors, weighed.copied, usual, usual_copies))

    def _close_idle(self, until: int) -> None:
        assert self.open_min is not None
        idle = until - self.open_min
        if idle > 0:
            if self.judged and not self.evidence.seen:
                self.evidence.close(self.open_min + self.zone_min, 0, 0)
                self.evidence.skip(idle - 1)
            else:
                self.evidence.skip(idle)
            self.counts.idle(idle)
            self.open_min = until

    def _retire(self, minute: int) -> None:
        self.copies.forget(minute)
        self.counts.retire(minute)
        self.talk.retire(minute)

    def expected(self, level: Evidence, minutes: int) -> tuple[float, float]:
        """Mentions and negative mentions that are usual in that many minutes."""
        authors = level.mentions_expected / level.window_min * minutes
        return authors * self.collapse.all, authors * level.negative_share_expected * self.collapse.negative

    def volume(self, level: Evidence, now_ms: int) -> float:
        """Mentions that are expected in the last quarter of an hour: the usual ones, and those that are planned."""
        lift = self.plan.mean_lift(now_ms // MINUTE_MS + self.zone_min, RECENT_MIN) if self.plan else 1.0
        return lift * self.expected(level, RECENT_MIN)[0]

    def level(self, now_ms: int, names: Names) -> Evidence:
        """What the open minute says so far; `advance` to `now_ms` comes first."""
        minute = now_ms // MINUTE_MS
        held = self.minutes.get(minute)
        negative = authors = 0
        if held is not None:
            self._read(held, names)
            negative, authors = self._evident(held.weigh(self.copies, minute), minute)
        level = self.evidence.peek(minute + self.zone_min, negative, authors)
        self.looks.found(level, now_ms, minute + self.zone_min, self._said(minute))
        return level

    def quiet_level(self, now_ms: int) -> Evidence | None:
        """The level of a few minutes ago, when nothing has been stated and nothing can be by now."""
        minute = now_ms // MINUTE_MS
        level = self.looks.kept(minute + self.zone_min)
        if level is None or self.stated.since_ms or self.panel.speaks(minute + self.zone_min) or self.may_cross(minute):
            return None
        mentions, _ = self.counts.window(RECENT_MIN * 60, now_ms)
        return None if mentions >= VOLUME_RATIO * self.volume(level, now_ms) else level

    def may_cross(self, minute: int) -> bool:
        """Whether the open minute may have a level worth stating by now; never before a whole one says what is usual."""
        if not self.evidence.seen or minute not in self.minutes:
            return False
        return self.looks.pays(self.evidence, minute + self.zone_min, self._said(minute))

    def room(self, minute: int) -> int:
        """With fewer negative mentions more in the open minute, of which there were some, nobody need look at the brand.

        One that is only counted, or of which no whole minute says what is usual, has room without end.
        """
        if minute not in self.counts or self.stated.since_ms:
            return 0
        if not (self.judged and self.evidence.seen):
            return WITHOUT_END
        crosses = minute not in self.minutes or self.may_cross(minute)
        return 0 if crosses else self.looks.room(self._said(minute))

    def _said(self, minute: int) -> int:
        """Negative mentions that the evidence of the open minute sees, at most."""
        return self.counts.of(minute)[1] + self.late_negative

    @property
    def last_min(self) -> int:
        """The last minute with something in it that isn't closed; −1 if there is none."""
        return max(self.minutes, default=-1)

    @property
    def marks(self) -> dict[str, Any]:
        """Its times and totals, and what was last stated of it: the part of its state that tools look at."""
        stated = {"since_ms": self.stated.since_ms, "stated_ms": self.stated.stated_ms, "stated_rate": self.stated.rate}
        return {**{name: getattr(self, name) for name in MARKS}, "faded_min": self.talk.faded_min, **stated}

    def to_state(self, written: Written | None = None) -> dict[str, Any]:
        """Plain values for msgpack; `read` comes first. What hasn't changed is taken from `written`, encoded."""
        return {
            "v": STATE_VERSION,
            "brand": [self.brand, self.group, self.zone_min, self.judged],
            "counts": self.counts.to_state(),
            "ahead": sorted(self._ahead),
            "marks": self.marks,
            **(self._judgement(written) if self.judged else {}),
        }

    def _judgement(self, written: Written | None) -> dict[str, Any]:
        # Writing drops what is too much from memory as well, so that a restored brand is the same: first terms, then words.
        return {
            "evidence": written.evidence(self.evidence) if written else self.evidence.to_state(),
            "looks": self.looks.to_state(),
            "minutes": [self.minutes[minute].to_state() for minute in sorted(self.minutes)],
            **self.talk.to_state(),
            "copies": self.copies.to_state(),
            "collapse": self.collapse.sums,
            "panel": written.panel(self.panel) if written else self.panel.to_state(),
            "echo": self.echo.to_state(),
            **({"questions": self.questions.to_state()} if self.questions else {}),
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "BrandWatch":
        """The brand that `to_state` described; ValueError on another version."""
        require_version(state["v"])
        watch = cls(*state["brand"])
        watch.counts = Counts.from_state(state["counts"])
        watch._ahead = list(state["ahead"])
        marks = state["marks"]
        for name in MARKS:
            setattr(watch, name, marks[name])
        watch.talk.faded_min = marks["faded_min"]
        watch.stated = Statement(marks["since_ms"], marks["stated_ms"], marks["stated_rate"])
        if watch.judged:
            watch._restore_judgement(state)
        return watch

    def _restore_judgement(self, state: dict[str, Any]) -> None:
        self.evidence.restore(state["evidence"])
        self.looks = Looks.from_state(state["looks"])
        for held in map(OpenMinute.from_state, state["minutes"]):
            self.minutes[held.block.minute] = held
        self.talk.restore(state)
        self.copies = CopyLimit.from_state(state["copies"])
        self.collapse.sums = list(state["collapse"])
        self.panel = Panel.from_state(state.get("panel", {}))
        self.echo = Echo.from_state(state.get("echo", []))
        self.questions = OpenQuestions.from_state(state["questions"]) if "questions" in state else None
