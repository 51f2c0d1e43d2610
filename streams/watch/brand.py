"""One brand as watch knows it: its minutes, its evidence, its usual words. Pure; moved by rows and by the clock only.

Idle brands are touched lazily: `advance` brings a brand up to any later minute, whatever lies between.
"""

import heapq
from bisect import insort
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.collapse import Collapse
from detectors.copies import CopyLimit
from detectors.evidence import CrisisEvidence, Evidence
from detectors.terms import UsualTerms
from detectors.windows import BUCKET_MS, BUCKETS, MINUTE_MS, Mask, MinuteBlock, writers
from schemas.digest import DigestBatch, DigestColumns
from schemas.enums import Flag

STATE_VERSION = 1
RECENT_MIN = 15  # kept by the minute
QUARTERS = 3  # then 3 quarters of an hour, so that an hour can be looked back upon
CHART_MIN = 60
MOST_WORDS = 400
MARKS = (
    "open_min",
    "born_min",
    "faded_min",
    "mentions",
    "negative",
    "late",
    "since_ms",
    "stated_ms",
    "stated_rate",
    "pointed_ms",
)


class BrandWatch:
    """State of one brand. `zone_min` is its zone's standard offset from UTC in minutes (summer time would jump)."""

    def __init__(self, brand: str, group: str, zone_min: int) -> None:
        self.brand = brand
        self.group = group
        self.zone_min = zone_min
        self.evidence = CrisisEvidence()
        self.blocks: dict[int, MinuteBlock] = {}  # the last quarter of an hour, the open minute, and minutes ahead
        self._ahead: list[int] = []  # heap of the minutes in `blocks` that aren't closed
        self._closed: list[int] = []  # those that are, ascending
        self.quarters: list[MinuteBlock] = []  # older, oldest first; `minute` is the first of the quarter
        self.chart: list[int] = []  # negative mentions of each closed minute of the last hour, the newest last
        self.volume: list[int] = []  # the same of all mentions
        self.usual = UsualTerms()
        self.words: dict[int, str] = {}
        self.copies = CopyLimit()
        self.collapse = Collapse()
        self.open_min: int | None = None  # the first minute that isn't closed
        self.born_min = 0  # the first minute of all
        self.faded_min = 0
        self.mentions = 0  # counted in all, for ever
        self.negative = 0
        self.late = 0  # mentions that came after the grace, in neither of them
        self.since_ms = 0  # since when there has been evidence; 0 = there is none
        self.stated_ms = 0  # when the level was last stated …
        self.stated_rate = 0.0  # … and what it was
        self.pointed_ms = 0  # when it last had a point in the series

    def add(self, rows: DigestColumns, batch: DigestBatch, negative_from: float) -> list[int]:
        """Takes in rows of this brand, none of them too late; the minutes that had none before are returned.

        Outbound rows answer; they aren't counted.
        """
        inbound = (rows.flags & Flag.OUTBOUND) == 0
        rows = rows if inbound.all() else rows.take(inbound)
        if not len(rows):
            return []
        minutes = rows.observed_ms // MINUTE_MS
        negative = rows.negativity >= negative_from
        self.mentions += len(rows)
        self.negative += int(np.count_nonzero(negative))
        if not self.evidence.next_minute:  # nothing is closed yet: another partition may bring an earlier beginning
            first = int(minutes.min())
            self.open_min = self.born_min = self.faded_min = min(first, self.open_min or first)
        new = []
        for minute in np.unique(minutes).tolist():
            if minute not in self.blocks:
                new.append(minute)
            here = minutes == minute
            whole = here.all()  # as nearly always when live: one minute a batch
            self._add_minute(minute, rows if whole else rows.take(here), negative if whole else negative[here], batch)
        self._learn_words(rows.terms[negative], batch.term_words)
        return new

    def _add_minute(self, minute: int, rows: DigestColumns, negative: Mask, batch: DigestBatch) -> None:
        assert self.open_min is not None
        self._block(minute).add(rows, negative, batch.networks, batch.handles, batch.epoch)
        # A late row counts in its own bucket; the evidence of that minute is closed, so it sees the row now.
        seen_in = max(minute, self.open_min)
        fresh = np.array(self.copies.fresh(rows.near.tolist(), seen_in), bool)
        self._block(seen_in).add_evidence(writers(rows)[fresh], negative[fresh])

    def _block(self, minute: int) -> MinuteBlock:
        block = self.blocks.get(minute)
        if block is None:
            block = self.blocks[minute] = MinuteBlock(minute)
            self._enlist(minute)
        return block

    def _enlist(self, minute: int) -> None:
        if self.open_min is None or minute >= self.open_min:
            heapq.heappush(self._ahead, minute)
        else:
            insort(self._closed, minute)

    def _learn_words(self, terms: NDArray[np.uint64], words: dict[int, str]) -> None:
        for term in np.unique(terms).tolist():
            word = words.get(term)
            if word is not None:
                self.words[term] = word
        if len(self.words) > 2 * MOST_WORDS:
            self._forget_words()

    def _forget_words(self) -> None:
        used = {t for b in (*self.blocks.values(), *self.quarters) for t in b.terms}
        kept = [(t, w) for t, w in self.words.items() if t in used][-MOST_WORDS:]
        self.words = dict(kept)

    def advance(self, now_ms: int) -> None:
        """Closes every minute that is over at `now_ms` (log time)."""
        if self.open_min is None:
            return
        minute = now_ms // MINUTE_MS
        while self._ahead and self._ahead[0] < minute:
            over = heapq.heappop(self._ahead)
            insort(self._closed, over)
            block = self.blocks[over]
            self._close_idle(over)
            self._close(block)
            self.open_min = over + 1
        self._close_idle(minute)
        self._retire(minute)

    def _close(self, block: MinuteBlock) -> None:
        negative_authors, authors = block.evident_negative.count(), block.evident.count()
        self.evidence.close(block.minute + self.zone_min, negative_authors, authors)
        mentions, negative = sum(block.mentions), sum(block.negative)
        self._chart(mentions, negative)
        if not self.evidence.frozen:
            self.collapse.learn(mentions, authors, negative, negative_authors, 1)

    def expected(self, level: Evidence, minutes: int) -> tuple[float, float]:
        """Mentions and negative mentions that are usual in that many minutes."""
        authors = level.mentions_expected / level.window_min * minutes
        return authors * self.collapse.all, authors * level.negative_share_expected * self.collapse.negative

    def _close_idle(self, until: int) -> None:
        assert self.open_min is not None
        idle = until - self.open_min
        if idle > 0:
            self.evidence.skip(idle)
            for _ in range(min(idle, CHART_MIN)):
                self._chart(0, 0)
            self.open_min = until

    def _chart(self, mentions: int, negative: int) -> None:
        for chart, count in ((self.volume, mentions), (self.chart, negative)):
            chart.append(count)
            del chart[:-CHART_MIN]

    def _retire(self, minute: int) -> None:
        self.copies.forget(minute)
        while self._closed and self._closed[0] < minute - RECENT_MIN:
            old = self._closed.pop(0)
            block = self.blocks.pop(old)
            if not self.quarters or block.minute >= self.quarters[-1].minute + RECENT_MIN:
                self.quarters.append(MinuteBlock(old))
            self.quarters[-1].merge(block)
        while self.quarters and self.quarters[0].minute < minute - RECENT_MIN * (QUARTERS + 1):
            gone = self.quarters.pop(0)
            self.usual.learn(gone.terms, sum(gone.negative))
        days = (minute - self.faded_min) / 1440
        if days >= 1:
            self.usual.fade(min(days, 365.0))
            self.faded_min = minute

    def level(self, now_ms: int) -> Evidence:
        """What the open minute says so far; `advance` to `now_ms` comes first."""
        minute = now_ms // MINUTE_MS
        block = self.blocks.get(minute)
        negative, authors = (block.evident_negative.count(), block.evident.count()) if block else (0, 0)
        return self.evidence.peek(minute + self.zone_min, negative, authors)

    def count(self, window_s: int, now_ms: int) -> tuple[int, int]:
        """Mentions and negative mentions of the sliding window that ends with the bucket of `now_ms`.

        Up to 15 minutes it is a sum of buckets of 10 s; for 60 minutes, of the open minute and the 59 closed before it.
        """
        if window_s > RECENT_MIN * 60:
            block = self.blocks.get(now_ms // MINUTE_MS) or MinuteBlock(0)
            closed = CHART_MIN - 1
            return sum(self.volume[-closed:]) + sum(block.mentions), sum(self.chart[-closed:]) + sum(block.negative)
        last = now_ms // BUCKET_MS
        mentions = negative = 0
        for bucket in range(last - window_s * 1000 // BUCKET_MS + 1, last + 1):
            minute, index = divmod(bucket, BUCKETS)
            if minute in self.blocks:
                mentions += self.blocks[minute].mentions[index]
                negative += self.blocks[minute].negative[index]
        return mentions, negative

    def window(self, minutes: int, now_ms: int) -> list[MinuteBlock]:
        """The blocks of the last `minutes` (15 or 60) up to the open minute."""
        last = now_ms // MINUTE_MS
        if minutes <= RECENT_MIN:
            return [self.blocks[m] for m in range(last - RECENT_MIN + 1, last + 1) if m in self.blocks]
        return [*self.quarters, *(self.blocks[m] for m in sorted(self.blocks) if m <= last)]

    def to_state(self) -> dict[str, Any]:
        """Plain values for msgpack."""
        # What isn't written is dropped from memory too, so that a restored brand is the same: first terms, then words.
        blocks, quarters = [self.blocks[m].to_state() for m in sorted(self.blocks)], [q.to_state() for q in self.quarters]
        self._forget_words()
        return {
            "v": STATE_VERSION,
            "brand": [self.brand, self.group, self.zone_min],
            "evidence": self.evidence.to_state(),
            "blocks": blocks,
            "quarters": quarters,
            "chart": [self.volume, self.chart],
            "usual": [self.usual.counts, self.usual.mentions],
            "words": self.words,
            "copies": self.copies.to_state(),
            "collapse": self.collapse.sums,
            "marks": {name: getattr(self, name) for name in MARKS},
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "BrandWatch":
        """The brand that `to_state` described; ValueError on another version."""
        if state["v"] != STATE_VERSION:
            raise ValueError(f"brand state has version {state['v']!r}, this program reads {STATE_VERSION}")
        watch = cls(*state["brand"])
        watch.evidence = CrisisEvidence.from_state(state["evidence"])
        watch.blocks = {block[0]: MinuteBlock.from_state(block) for block in state["blocks"]}
        watch.quarters = [MinuteBlock.from_state(block) for block in state["quarters"]]
        watch.volume, watch.chart = (list(chart) for chart in state["chart"])
        watch.usual.counts, watch.usual.mentions = dict(state["usual"][0]), state["usual"][1]
        watch.words = dict(state["words"])
        watch.copies = CopyLimit.from_state(state["copies"])
        watch.collapse.sums = list(state["collapse"])
        for name in MARKS:
            setattr(watch, name, state["marks"][name])
        for minute in sorted(watch.blocks):
            watch._enlist(minute)
        return watch
