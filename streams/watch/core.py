"""Watch: levels of every brand of one digests partition, from batches of digests and their watermarks. Pure.

It states levels and applies no threshold of its own: budgets, silences and the life of incidents are decided by who reads
the signals. Its only clock is the log's.
"""

import heapq
from collections.abc import Callable, Iterator, Mapping
from math import log
from typing import Any

import msgspec
import numpy as np

from detectors.evidence import Evidence
from detectors.rows import MINUTE_MS
from schemas.beat import Beats
from schemas.config.model import Config
from schemas.digest import DigestBatch, DigestColumns
from schemas.enums import Flag, Kind
from schemas.logclock import LogClock
from schemas.series import Point, SeriesBatch
from schemas.signal import Signal, SignalRecord, Source
from schemas.wire import VERSION
from streams.watch.brand import BrandWatch
from streams.watch.brands import Brands, Resting
from streams.watch.choice import choice_of
from streams.watch.emitted import Emitted
from streams.watch.figures import figures, point, rising
from streams.watch.fleet import Fleet
from streams.watch.hearing import Hearing
from streams.watch.kinds import Leading, leading_kind, looks_ms
from streams.watch.names import Names
from streams.watch.networks import Networks
from streams.watch.parcels import parcels
from streams.watch.planned import plans_of
from streams.watch.statement import RESTATE_MS
from streams.watch.unanswered import NO_SOURCE, Answering, Talk
from streams.watch.written import Written

GRACE_MS = 120_000  # a mention that comes later than this after its time is counted as late
POINT_MS = 60_000

Zones = Callable[[str], int]  # brand → standard offset of its zone, minutes


class WatchCore:
    """All brands of one digests partition."""

    def __init__(self, config: Config, zones: Zones, partitions: int = 1) -> None:
        self.partitions = partitions
        self.brands = Brands({}, judged=True)
        self.names = Names()
        self.touched: set[str] = set()
        self.late = 0
        self.configure(config, zones)
        self.clock = LogClock()
        self._replay = config.time == "replay"
        self._source_partitions = 1
        self._beats = Beats()
        self.hearing, self.networks = Hearing(), Networks()
        self.fleet = Fleet()
        self._applied: dict[tuple[int, int], int] = {}  # (epoch, source partition) → last offset counted
        self._due: list[tuple[int, str]] = []
        self._ahead: set[str] = set()  # brands with rows ahead of the clock
        self._candidates_min = self._ticked_ms = 0
        self._learn_until_ms = 0
        self._quiet_since_ms = 0  # when a level was last stated

    def configure(self, config: Config, zones: Zones) -> None:
        """Takes over a changed config; brands that are no longer watched are forgotten when their state is next read."""
        self._negative_from = config.intake.negative_from
        self._judges = config.detector.judges
        self._plans = plans_of(config)
        self._choice = choice_of(config)
        self.brands.judge(self._judges)
        self.brands.use(self._choice)
        self.brands.plan(self._plans)
        self._zones = zones
        self._answering = Answering(config)

    def apply(
        self, batch: DigestBatch, columns: DigestColumns, at: Source, append_ms: int | None = None
    ) -> tuple[list[SignalRecord], list[SeriesBatch]]:
        """What follows from one record; `at` is its place in the log, `append_ms` when the broker took it.

        Rows are counted first, also those ahead of the clock; then the clock goes from minute to minute to the new
        watermark and levels are stated on the way. So a batch of a week decides as 10,080 batches of a minute do.
        """
        self._source_partitions = max(self._source_partitions, batch.source_partitions)
        self._learn_until_ms = max(self._learn_until_ms, batch.learn_until_ms)
        counted = self._count(batch, self._unseen(batch.epoch, columns))
        for mark in batch.watermarks:
            self.clock = self.clock.marked(mark.partition, mark.ms, self._source_partitions, self._replay, append_ms)
        out = Emitted(at, self.partitions, self._ticked_ms)
        for now, names in self._steps(counted):
            out.tick_until(now, self._quiet_since_ms)
            self.fleet.turn(now, self.brands.awake())
            self.networks.turn(now)
            points = [p for name in names if (p := self._look(self.brands[name], now, out))]
            if points:
                out.series.append(SeriesBatch(VERSION, now, points, self.late))
                self.late = 0
        out.tick(self.clock.now_ms)
        self._pass_beats(batch, out)
        self._ticked_ms = out.ticked_ms
        return out.records, out.series

    def _pass_beats(self, batch: DigestBatch, out: Emitted) -> None:
        """A round goes on once every source partition has brought it."""
        before = self._beats
        for beat in batch.beats:
            self._beats = self._beats.heard(beat.partition, beat.ms, self._source_partitions)
        if self._beats.passed_ms > before.passed_ms and self.clock.now_ms:
            out.beat(self.clock.now_ms, self._beats.passed_ms)

    def _steps(self, counted: set[str]) -> Iterator[tuple[int, list[str]]]:
        """Times up to now at which brands have something to say, with their names."""
        end = self.clock.now_ms
        while self._due and self._due[0][0] <= end:
            now = self._due[0][0]
            names = set()
            while self._due and self._due[0][0] == now:
                names.add(heapq.heappop(self._due)[1])
            yield now, sorted(names & self.brands.keys())
        if self._judges:
            yield end, sorted(name for name in self._candidates(counted) if self._is_restless(self.brands[name]))

    def _is_restless(self, brand: BrandWatch) -> bool:
        """Whether a look pays before the minute is over: there is a level, or there may be one by now."""
        minute = self.clock.now_ms // MINUTE_MS
        follow = brand.stated.since_ms > 0 and minute in brand.minutes and brand.looks.are_old(self.clock.now_ms)
        return follow or brand.may_cross(minute)

    def _candidates(self, counted: set[str]) -> set[str]:
        """Brands of which something new lies in the open minute: it has just come, or the clock has come to it."""
        open_min = self.clock.now_ms // MINUTE_MS
        if open_min == self._candidates_min:
            return counted
        self._candidates_min = open_min
        reached = self._ahead
        self._ahead = {name for name in reached if self.brands[name].last_min > open_min}
        return counted | reached

    def _look(self, brand: BrandWatch, now: int, out: Emitted) -> Point | None:
        """Brings the brand up to `now`, states its level if that is due, and returns its point of the minute."""
        if brand.open_min is not None and now // MINUTE_MS < brand.open_min:
            return None
        self.touched.add(brand.brand)
        if not brand.begun and now // MINUTE_MS == brand.open_min:
            brand.evidence.believe(self.fleet.prior)
        brand.advance(now, self.names)
        level = brand.quiet_level(now)
        if level is None and brand.judged and brand.begun:
            level = brand.level(now, self.names)
            self._state(brand, level, now, out)
        for due_ms in looks_ms(brand, now):
            heapq.heappush(self._due, (due_ms, brand.brand))
        for due_ms in self._answering.look(brand, now, lambda signal: self._say(signal, now, out), self.names):
            heapq.heappush(self._due, (due_ms, brand.brand))
        if now < brand.pointed_ms + POINT_MS:
            return None
        brand.pointed_ms = now
        return point(brand, level, now)

    def _unseen(self, epoch: int, columns: DigestColumns) -> DigestColumns:
        """Rows that haven't been counted: each source partition comes in order, so an offset not above the last is old."""
        if not len(columns):
            return columns
        keep = np.zeros(len(columns), bool)
        for partition in np.flatnonzero(np.bincount(columns.partition)).tolist():
            here = columns.partition == partition
            last = self._applied.get((epoch, partition), -1)
            keep |= here & (columns.offset > last)
            self._applied[epoch, partition] = max(last, int(columns.offset[here].max()))
        return columns if keep.all() else columns.take(keep)

    def _count(self, batch: DigestBatch, columns: DigestColumns) -> set[str]:
        """Counts the rows; returns the brands that had some."""
        newest_ms = int(columns.observed_ms.max()) if len(columns) else 0
        networks = self.names.take(batch, newest_ms, self.clock.now_ms) if self._judges else None
        if self._judges and len(columns):
            self._hear(batch, columns)
        columns = self._in_time(batch, columns)
        if not len(columns):
            return set()
        if networks is not None:
            self.hearing.hear(columns.observed_ms)
            self.networks.count(batch.networks, columns.network, columns.observed_ms)
        watched = [self._brand(name, group) for name, group in zip(batch.brands, batch.groups, strict=True)]
        now_ms = self.clock.now_ms
        now_min = now_ms // MINUTE_MS
        counted = set()
        for parcel in parcels(batch, columns, self._negative_from, networks):
            brand, minute = watched[parcel.brand], parcel.minute
            brand.advance(now_ms, self.names)
            if brand.count(parcel):
                heapq.heappush(self._due, ((minute + 1) * MINUTE_MS - 1, brand.brand))
            if networks is not None:
                brand.add(parcel, self.names)
            if minute > now_min:
                self._ahead.add(brand.brand)
            counted.add(brand.brand)
        self.touched |= counted  # also what lies ahead of the clock: its offsets are counted in the next checkpoint
        return counted

    def _hear(self, batch: DigestBatch, columns: DigestColumns) -> None:
        """Takes in questions and answers; answers about a brand that nobody has spoken of answer nothing."""

        def brand_of(talk: Talk) -> BrandWatch | None:
            name = batch.brands[talk.brand]
            return self._brand(name, batch.groups[talk.brand]) if len(talk.questions) or name in self.brands else None

        for brand, due_ms in self._answering.hear(batch, columns, brand_of, self.names, self.clock.now_ms - GRACE_MS):
            self.touched.add(brand.brand)
            heapq.heappush(self._due, (due_ms, brand.brand))

    def _in_time(self, batch: DigestBatch, columns: DigestColumns) -> DigestColumns:
        """The rows that count: outbound rows answer, and what is too late is only noted."""
        kept = (columns.flags & Flag.OUTBOUND) == 0
        late = kept & (columns.observed_ms < self.clock.now_ms - GRACE_MS)
        if late.any():
            for index, count in enumerate(np.bincount(columns.brand[late]).tolist()):
                if count:
                    brand = self._brand(batch.brands[index], batch.groups[index])
                    brand.late += count
                    self.late += count
                    self.touched.add(brand.brand)
            kept &= ~late
        return columns if kept.all() else columns.take(kept)

    def _brand(self, name: str, group: str) -> BrandWatch:
        try:
            brand = self.brands[name]
        except KeyError:
            brand = self.brands[name] = BrandWatch(name, group, self._zones(name), self._judges)
        brand.group = group
        return brand

    def _state(self, brand: BrandWatch, level: Evidence, now: int, out: Emitted) -> None:
        """States the level when it is above the floor and new, changed or due; and once more when it has fallen below."""
        found = leading_kind(brand, level, now, self.hearing)
        if self.hearing.deaf_ms == now:
            heapq.heappush(self._due, (now + RESTATE_MS, brand.brand))
        if not brand.stated.due(found.rate, now):
            return
        self._say(self._signal(brand, level, found, now), now, out)
        if brand.stated.done(found.rate, now):
            heapq.heappush(self._due, (now + RESTATE_MS, brand.brand))

    def _say(self, signal: Signal, now: int, out: Emitted) -> None:
        self._quiet_since_ms = now
        if now > self._learn_until_ms:
            out.records.append(msgspec.structs.replace(signal, source=out.next_source()))

    def _signal(self, brand: BrandWatch, level: Evidence, found: Leading, now: int) -> Signal:
        brand.settle(self.names)
        kind, rate, window_min, unusual = found
        shown = self._answering.shown(brand, figures(brand, level, now, window_min, unusual), now)
        calibrated = kind is Kind.SURGE and not brand.panel.judges_anger
        return Signal(
            v=VERSION, source=NO_SOURCE, brand=brand.brand, group=brand.group, kind=kind, at_ms=now,
            since_ms=brand.stated.since_ms, evidence=round(level.u if calibrated else -log(rate), 4),
            false_alarms_per_month=rate, evidence_window_s=window_min * 60, figures=shown, rising=rising(shown),
            learning=brand.evidence.learning,
        )  # fmt: skip

    def state(self, name: str, written: Written | None = None) -> dict[str, Any]:
        """A brand's state, plain values for msgpack, but for what is `written` already."""
        brand = self.brands[name]
        brand.read(self.names)
        return brand.to_state(written)

    def position(self) -> dict[str, Any]:
        """What belongs to the partition and to no brand: plain values."""
        applied = [[epoch, partition, offset] for (epoch, partition), offset in sorted(self._applied.items())]
        return {
            "clock": msgspec.to_builtins(self.clock), "sources": self._source_partitions, "applied": applied,
            "due": [list(due) for due in self._due],
            "ticked": self._ticked_ms, "learn": self._learn_until_ms, "quiet": self._quiet_since_ms, "late": self.late,
            "beats": msgspec.to_builtins(self._beats), "heard": self.hearing.to_state(),
            "fleet": self.fleet.to_state(), "networks": self.networks.to_state(),
        }  # fmt: skip

    def restore(self, position: dict[str, Any], brands: Mapping[str, BrandWatch | Resting]) -> None:
        """Goes on where `position` and the brands' states were taken. Reads no brand that is resting."""
        self.clock = msgspec.convert(position["clock"], LogClock, strict=False)
        self._source_partitions = position["sources"]
        self._applied = {(epoch, partition): offset for epoch, partition, offset in position["applied"]}
        self._due = [(due, name) for due, name in position["due"]]
        self._ticked_ms, self._learn_until_ms = position["ticked"], position["learn"]
        self._quiet_since_ms, self.late = position["quiet"], position["late"]
        self._beats = msgspec.convert(position.get("beats", []), Beats, strict=False)
        self.hearing = Hearing.from_state(position["heard"]) if "heard" in position else Hearing()
        self.networks = Networks.from_state(position["networks"]) if "networks" in position else Networks()
        self.fleet = Fleet.from_state(position["fleet"]) if "fleet" in position else Fleet()
        self.brands = Brands(brands, self._judges, self._plans, self._choice)
        self._candidates_min = self.clock.now_ms // MINUTE_MS
        self._ahead = self.brands.beyond(self._candidates_min)
