"""One brand as watch knows it: its level, when a look at it pays, and its state. Pure; moved by rows and the clock only."""

from math import inf, isfinite
from typing import Any

from detectors.author_cap import AuthorCaps
from detectors.copies import CopyLimit
from detectors.echo import Echo
from detectors.evidence import Evidence
from detectors.open_minute import OpenMinute
from detectors.promise import LEAST_ANSWERS
from detectors.rows import MINUTE_MS
from detectors.volume import volume_false_alarms
from streams.watch.brand_minutes import BrandMinutes
from streams.watch.counts import RECENT_MIN, Counts
from streams.watch.looks import STATED_BELOW, Looks
from streams.watch.names import Names
from streams.watch.open_questions import OpenQuestions
from streams.watch.panel import Panel
from streams.watch.statement import Statement
from streams.watch.written import Written

STATE_VERSION = 2
WITHOUT_END = 2**62
VOLUME_RATIO = 3.0  # less than three times the usual is not worth a word
GROWN_UP_MIN = 1440  # in its first day a brand's usual volume isn't known
MARKS = ("open_min", "begun", "born_min", "mentions", "negative", "late", "late_negative", "pointed_ms", "story")


def require_version(found: object) -> None:
    """ValueError on another version of a brand's state than this program's."""
    if found != STATE_VERSION:
        raise ValueError(f"brand state has version {found!r}, this program reads {STATE_VERSION}")


class BrandWatch(BrandMinutes):
    """Its minutes, and what they say by now."""

    def expected(self, level: Evidence, minutes: int) -> tuple[float, float]:
        """Mentions and negative mentions that are usual in that many minutes up to now, at this time of the day."""
        authors = self.evidence.usual(minutes)
        if not isfinite(authors):  # no whole minute was seen
            authors = level.mentions_expected / level.window_min * minutes
        return authors * self.collapse.all, authors * level.negative_share_expected * self.collapse.negative

    def quarter_usual(self, level: Evidence) -> float:
        """Negative mentions that are usual in the last quarter of an hour; 0 before a whole minute says what is."""
        authors = self.evidence.usual_quarter
        return authors * level.negative_share_expected * self.collapse.negative if isfinite(authors) else 0.0

    def volume(self, level: Evidence, now_ms: int) -> float:
        """Mentions that are expected in the last quarter of an hour: the usual ones, and those that are planned."""
        lift = self.plan.mean_lift(now_ms // MINUTE_MS + self.zone_min, RECENT_MIN) if self.plan else 1.0
        return lift * self.expected(level, RECENT_MIN)[0]

    def busy(self, level: Evidence, now_ms: int) -> float:
        """False alarms a month of its volume; inf where it isn't three times what is expected, and in its first day."""
        if now_ms // MINUTE_MS <= self.born_min + GROWN_UP_MIN:
            return inf
        mentions, _ = self.counts.window(RECENT_MIN * 60, now_ms)
        expected = self.volume(level, now_ms)
        return volume_false_alarms(mentions, expected) if mentions >= VOLUME_RATIO * expected else inf

    def is_answering(self, now_min: int) -> bool:
        """Whether it is known how the brand answers, and most who asked in the last hour were answered."""
        asked = self.questions
        return asked is not None and asked.evidence.seen >= LEAST_ANSWERS and not asked.left_alone(now_min)

    def level(self, now_ms: int, names: Names) -> Evidence:
        """What the open minute says so far; `advance` to `now_ms` comes first."""
        minute = now_ms // MINUTE_MS
        held = self.minutes.get(minute)
        negative = authors = 0
        if held is not None:
            self._read(held, names)
            held.weigh(self.copies, self.author_caps, minute)
            negative, authors = self._evident(held.weighed, minute)
        level = self.evidence.peek(minute + self.zone_min, negative, authors)
        self.looks.found(level, now_ms, minute + self.zone_min, self._said(minute))
        return level

    def quiet_level(self, now_ms: int) -> Evidence | None:
        """The level of a few minutes ago, when nothing has been stated and nothing can be by now."""
        minute = now_ms // MINUTE_MS
        level = self.looks.kept(minute + self.zone_min)
        if level is None or self.stated.since_ms or self.panel.speaks(minute + self.zone_min) or self.may_cross(minute):
            return None
        return None if self.busy(level, now_ms) < STATED_BELOW else level

    def may_cross(self, minute: int) -> bool:
        """Whether the open minute may have a level worth stating by now; never before a whole one says what is usual."""
        if not self.evidence.seen or minute not in self.minutes:
            return False
        return self.looks.pays(self.evidence, minute + self.zone_min, self._said(minute))

    def room(self, minute: int) -> int:
        """With fewer negative mentions more in the open minute nobody need look at the brand; 0 = somebody must, or may.

        So it is until it has been brought up to the minute and has a row in it, and while a level is stated. One that is
        only counted, or of which no whole minute says what is usual, has room without end.
        """
        if minute != self.open_min or minute not in self.counts or self.stated.since_ms:
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
            "author_caps": self.author_caps.to_state(),
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
            setattr(watch, name, marks.get(name, getattr(watch, name)))  # an older state has fewer
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
        self.author_caps = AuthorCaps.from_state(state["author_caps"]) if "author_caps" in state else AuthorCaps.new()
        self.collapse.sums = list(state["collapse"])
        self.panel = Panel.from_state(state.get("panel", {}))
        self.echo = Echo.from_state(state.get("echo", []))
        self.questions = OpenQuestions.from_state(state["questions"]) if "questions" in state else None
