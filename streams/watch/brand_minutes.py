"""The minutes of one brand: what was said in the open one, and what its detectors learn of each that is over. Pure.

Idle brands are touched lazily: `advance` brings a brand up to any later minute, whatever lies between.
"""

import heapq
from functools import cached_property
from itertools import chain

from detectors.author_cap import AuthorCaps
from detectors.collapse import Collapse
from detectors.copies import CopyLimit
from detectors.echo import Echo
from detectors.evidence import CrisisEvidence
from detectors.freeze import MAX_FROZEN_MIN
from detectors.minute import Minute
from detectors.open_minute import OpenMinute, Weighed
from detectors.rows import MINUTE_MS, told
from streams.watch.counts import Counts
from streams.watch.looks import Looks
from streams.watch.names import Names
from streams.watch.open_questions import OpenQuestions
from streams.watch.panel import Panel
from streams.watch.parcels import Parcel
from streams.watch.planned import BrandPlan
from streams.watch.statement import Statement
from streams.watch.talk import Talk


class BrandMinutes:
    """One brand, only counted if it isn't `judged`. `zone_min`: its zone's standard offset from UTC, minutes."""

    def __init__(self, brand: str, group: str, zone_min: int, judged: bool = True) -> None:
        self.brand = brand
        self.group = group
        self.zone_min = zone_min
        self.judged = judged
        self.counts = Counts()
        self.minutes: dict[int, OpenMinute] = {}  # what was said in the open minute, and in those ahead of the clock
        self._ahead: list[int] = []  # heap of such minutes
        self._late: dict[int, list[Parcel]] = {}  # rows of closed minutes, within the grace
        self.talk = Talk(self.minutes)
        self.copies, self.author_caps, self.echo = CopyLimit(), AuthorCaps.new(), Echo()
        self.collapse, self.looks = Collapse(), Looks()
        self.open_min: int | None = None  # the first minute that isn't closed
        self.begun = False  # whether a minute was closed
        self.born_min = 0  # the very first minute
        self.mentions = self.negative = 0  # counted in all, for ever
        self.late = 0  # mentions that came after the grace, in neither of them
        self.late_negative = 0  # negative mentions within the grace that count as evidence of the open minute
        self.questions: OpenQuestions | None = None  # None: nobody has asked
        self.stated = Statement()
        self.story = ""  # what its last levels were about (`streams.watch.kinds`)
        self._settled = 0  # new levels that the panel knows of (`CrisisEvidence.settled`)
        self.pointed_ms = 0  # when it last had a point in the series
        self.plan: BrandPlan | None = None  # of the config, not of the state

    @cached_property
    def evidence(self) -> CrisisEvidence:
        """Of its anger. Made when it is asked for: thousands of brands may only be counted."""
        return CrisisEvidence()

    @cached_property
    def panel(self) -> Panel:
        """The detectors beside it."""
        return Panel()

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
            if self._is_open(parcel.minute):
                held.weigh(self.copies, self.author_caps, parcel.minute)
            else:
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
            if held.is_heavy and self._is_open(minute):
                held.weigh(self.copies, self.author_caps, minute)

    def _is_open(self, minute: int) -> bool:
        """Whether all minutes before it are over, and none will turn up: until one is over, another may be the first."""
        return minute == self.open_min and self.begun

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
        held.weigh(self.copies, self.author_caps, minute)
        if minute == self.born_min:  # a part of a minute tells what is said, not how much is usual
            self.talk.close(held.block)
            return
        negative_authors, authors = self._evident(weighed := held.weighed, minute)
        self.echo.close(minute, weighed.authors, weighed.copied)
        self.evidence.close(minute + self.zone_min, negative_authors, authors)
        self._follow_level()
        frozen = self.evidence.frozen
        if not frozen:
            self.collapse.learn(mentions, authors, negative, negative_authors, 1)
        if held.block.mentions:
            block = held.block
            self.panel.close(
                Minute(
                    minute + self.zone_min, mentions, negative, authors, negative_authors, held.voices,
                    block.negative_reach, frozen, held.angry_again,
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
            elif self.judged:
                self.evidence.skip(idle)
                self._follow_level()
            self.counts.idle(idle)
            self.open_min = until

    def _follow_level(self) -> None:
        """What has become normal for the anger is for the days, too."""
        if self.evidence.settled != self._settled:
            self._settled = self.evidence.settled
            self.panel.settle()

    def _retire(self, minute: int) -> None:
        self.counts.retire(minute)
        if self.judged:
            self.copies.forget(minute)
            self.talk.retire(minute, learn=not self._in_trouble(minute))

    def _in_trouble(self, minute: int) -> bool:
        """Whether what is said now is news while it goes on, as long as a freeze at most: it must not become usual."""
        since_min = self.stated.since_ms // MINUTE_MS
        return self.evidence.frozen or (since_min > 0 and minute - since_min < MAX_FROZEN_MIN)
