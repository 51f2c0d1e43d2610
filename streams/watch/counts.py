"""How many spoke of one brand: by buckets of 10 s for a quarter of an hour, by minutes for an hour. Pure."""

import heapq
from operator import add
from typing import Any

from detectors.rows import BUCKET_MS, BUCKETS, MINUTE_MS

RECENT_MIN = 15
CHART_MIN = 60
NONE = (0, 0)


class Counts:
    """Mentions and negative mentions, exact."""

    __slots__ = ("_asked", "_buckets", "_oldest", "_totals", "chart", "volume")

    def __init__(self) -> None:
        self._buckets: dict[int, list[int]] = {}  # minute → mentions in each bucket, then negative ones in each
        self._totals: dict[int, tuple[int, int]] = {}  # the sums of both
        self._asked: tuple[int, int, tuple[int, int]] | None = None  # the last window that was summed; no state
        self._oldest: list[int] = []  # heap of those minutes: in a replay many of them lie ahead
        self.volume: list[int] = []  # mentions of each closed minute of the last hour, the newest last
        self.chart: list[int] = []  # the same of negative ones

    def __contains__(self, minute: int) -> bool:
        return minute in self._buckets

    def add(self, minute: int, counts: list[int]) -> bool:
        """Counts of one minute: six of mentions, six of negative ones; whether there were none before."""
        held = self._buckets.get(minute)
        if held is None:
            heapq.heappush(self._oldest, minute)
        else:
            counts = list(map(add, held, counts))
        self._buckets[minute] = counts
        self._totals[minute] = _total(counts)
        self._asked = None
        return held is None

    def of(self, minute: int) -> tuple[int, int]:
        """Mentions and negative mentions of a minute."""
        return self._totals.get(minute, NONE)

    def close(self, minute: int) -> tuple[int, int]:
        """The minute is over: it goes into the charts. Returns its counts."""
        counts = self.of(minute)
        self._chart(*counts)
        return counts

    def idle(self, minutes: int) -> None:
        """So many minutes went by without a mention."""
        for _ in range(min(minutes, CHART_MIN)):
            self._chart(0, 0)

    def _chart(self, mentions: int, negative: int) -> None:
        for chart, count in ((self.volume, mentions), (self.chart, negative)):
            chart.append(count)
            if len(chart) > CHART_MIN:
                del chart[0]

    def retire(self, minute: int) -> None:
        """Forgets the buckets of all minutes more than a quarter of an hour before this one."""
        while self._oldest and self._oldest[0] < minute - RECENT_MIN:
            oldest = heapq.heappop(self._oldest)
            del self._buckets[oldest], self._totals[oldest]

    def window(self, window_s: int, now_ms: int) -> tuple[int, int]:
        """Mentions and negative mentions of the sliding window that ends with the bucket of `now_ms`.

        Up to 15 minutes it is a sum of buckets of 10 s; for 60 minutes, of the open minute and the 59 closed before it.
        """
        minute, bucket = now_ms // MINUTE_MS, now_ms % MINUTE_MS // BUCKET_MS
        if window_s > RECENT_MIN * 60:
            mentions, negative = self.of(minute)
            closed = CHART_MIN - 1
            return sum(self.volume[-closed:]) + mentions, sum(self.chart[-closed:]) + negative
        last = minute * BUCKETS + bucket
        if self._asked is not None and self._asked[:2] == (window_s, last):
            return self._asked[2]
        total = self._between(*divmod(last - window_s * 1000 // BUCKET_MS + 1, BUCKETS), minute, bucket)
        self._asked = window_s, last, total
        return total

    def _between(self, first_minute: int, first_bucket: int, minute: int, bucket: int) -> tuple[int, int]:
        mentions = negative = 0
        totals = self._totals
        for each in range(first_minute + 1, minute):
            if each in totals:
                in_mentions, in_negative = totals[each]
                mentions += in_mentions
                negative += in_negative
        for each in {first_minute, minute}:
            if each in totals:
                counts = self._buckets[each]
                start = first_bucket if each == first_minute else 0
                end = bucket + 1 if each == minute else BUCKETS
                mentions += sum(counts[start:end])
                negative += sum(counts[BUCKETS + start : BUCKETS + end])
        return mentions, negative

    def to_state(self) -> list[Any]:
        """Plain values, in the order of `from_state`."""
        return [self._buckets, self.volume, self.chart]

    @classmethod
    def from_state(cls, state: list[Any]) -> "Counts":
        """The counts that `to_state` described."""
        counts = cls()
        counts._buckets = {minute: list(held) for minute, held in state[0].items()}
        counts._totals = {minute: _total(held) for minute, held in counts._buckets.items()}
        counts._oldest = sorted(counts._buckets)
        counts.volume, counts.chart = list(state[1]), list(state[2])
        return counts


def _total(counts: list[int]) -> tuple[int, int]:
    """Mentions and negative mentions of all buckets of a minute."""
    return sum(counts[:BUCKETS]), sum(counts[BUCKETS:])
