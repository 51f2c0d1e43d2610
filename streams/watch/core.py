"""Watch: levels of every brand of one digests partition, from batches of digests and their watermarks. Pure.

It states levels and applies no threshold of its own: budgets, silences and the life of incidents are decided by who reads
the signals. Its only clock is the log's.
"""

import heapq
from collections.abc import Iterator, Mapping
from math import log
from typing import Any

import msgspec

from detectors.evidence import Evidence
from detectors.rows import MINUTE_MS
from schemas.beat import Beats
from schemas.config.model import Config
from schemas.digest import DigestBatch, DigestColumns
from schemas.enums import Kind
from schemas.logclock import LogClock
from schemas.series import Point, SeriesBatch
from schemas.signal import Signal, SignalRecord, Source, is_about_questions
from schemas.wire import VERSION
from streams.watch.applied import Applied
from streams.watch.arrivals import Deferred
from streams.watch.brand import BrandWatch
from streams.watch.brands import Brands, Resting
from streams.watch.counting import Counting, Zones
from streams.watch.emitted import Emitted
from streams.watch.figures import figures, point, rising
from streams.watch.fleet import Fleet
from streams.watch.hearing import Hearing
from streams.watch.kinds import Leading, leading_kind, looks_ms, story_of
from streams.watch.networks import Networks
from streams.watch.statement import RESTATE_MS
from streams.watch.unanswered import NO_SOURCE
from streams.watch.written import Written

POINT_MS = 60_000


class WatchCore(Counting):
    """All brands of one digests partition: what is said of them, and the levels that follow."""

    def __init__(self, config: Config, zones: Zones, partitions: int = 1) -> None:
        super().__init__(config, zones)
        self.partitions = partitions
        self._replay = config.time == "replay"
        self._source_partitions = 1
        self._beats = Beats()
        self.fleet = Fleet()
        self._candidates_min = self._ticked_ms = 0
        self._learn_until_ms = 0
        self._quiet_since_ms = 0  # when a level was last stated

    def apply(
        self, batch: DigestBatch, columns: DigestColumns, at: Source, append_ms: int | None = None
    ) -> tuple[list[SignalRecord], list[SeriesBatch]]:
        """What follows from one record; `at` is its place in the log, `append_ms` when the broker took it.

        Rows are counted first, also those ahead of the clock; then the clock goes from minute to minute to the new
        watermark and levels are stated on the way. So a batch of a week decides as 10,080 batches of a minute do.
        """
        self._source_partitions = max(self._source_partitions, batch.source_partitions)
        self._learn_until_ms = max(self._learn_until_ms, batch.learn_until_ms)
        counted = self._count(batch, self._applied.unseen(batch.epoch, columns))
        for mark in batch.watermarks:
            self.clock = self.clock.marked(mark.partition, mark.ms, self._source_partitions, self._replay, append_ms)
        out = Emitted(at, self.partitions, self._ticked_ms)
        for now, names in self._steps(counted):
            out.tick_until(now, self._quiet_since_ms)
            self.fleet.turn(now, self._brands.awake())
            self.networks.turn(now)
            points = [p for name in names if (p := self._look(self._brands[name], now, out))]
            if points:
                out.series.append(SeriesBatch(VERSION, now, points, self.late))
                self.late = 0
        self._allow(counted)
        out.tick(self.clock.now_ms)
        self._pass_beats(batch, out)
        self._ticked_ms = out.ticked_ms
        return out.records, out.series

    def _allow(self, counted: set[str]) -> None:
        """Lets further rows of these brands wait in this minute, as many as change nothing, for the look at its end."""
        minute = self.clock.now_ms // MINUTE_MS
        if self.clock.now_ms == (minute + 1) * MINUTE_MS - 1:  # which has just been
            return
        for name in counted:
            room = self._brands[name].room(minute)
            if room > 0:
                self._deferred.allow(name, minute, room)

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
            self._take_waiting(self._deferred.take_of(names))
            yield now, sorted(names & self._brands.keys())
        if self._judges:
            candidates = self._candidates(counted)
            self._take_waiting(self._deferred.take_of(candidates))
            yield end, sorted(name for name in candidates if self._is_restless(self._brands[name]))

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
        self._ahead = {name for name in reached if self._brands[name].last_min > open_min}
        return counted | reached

    def _look(self, brand: BrandWatch, now: int, out: Emitted) -> Point | None:
        """Brings the brand up to `now`, states its level if that is due, and returns its point of the minute."""
        if brand.open_min is not None and now // MINUTE_MS < brand.open_min:
            return None
        self.touched.add(brand.brand)
        self._deferred.forbid(brand.brand)
        if brand.judged and not brand.begun and now // MINUTE_MS == brand.open_min:
            brand.evidence.believe(self.fleet.prior)
        brand.advance(now, self.names)
        level = brand.quiet_level(now) if brand.judged else None
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

    def _state(self, brand: BrandWatch, level: Evidence, now: int, out: Emitted) -> None:
        """States the level when it is above the floor and new, changed or due; and once more when it has fallen below."""
        found = leading_kind(brand, level, now, self.hearing)
        if self.hearing.deaf_ms == now:
            heapq.heappush(self._due, (now + RESTATE_MS, brand.brand))
        if not brand.stated.due(found.rate, now):
            return
        brand.story = story_of(found, brand.story)
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
        if is_about_questions(kind, unusual) and brand.questions:
            shown = msgspec.structs.replace(shown, samples=brand.questions.newest(now // 1000) or shown.samples)
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
        return {
            "clock": msgspec.to_builtins(self.clock), "sources": self._source_partitions,
            "applied": self._applied.to_state(),
            "due": [list(due) for due in self._due],
            "ticked": self._ticked_ms, "learn": self._learn_until_ms, "quiet": self._quiet_since_ms, "late": self.late,
            "beats": msgspec.to_builtins(self._beats), "heard": self.hearing.to_state(),
            "fleet": self.fleet.to_state(), "networks": self.networks.to_state(),
        }  # fmt: skip

    def restore(self, position: dict[str, Any], brands: Mapping[str, BrandWatch | Resting]) -> None:
        """Goes on where `position` and the brands' states were taken. Reads no brand that is resting."""
        self.clock = msgspec.convert(position["clock"], LogClock, strict=False)
        self._source_partitions = position["sources"]
        self._applied = Applied(position["applied"])
        self._due = [(due, name) for due, name in position["due"]]
        self._ticked_ms, self._learn_until_ms = position["ticked"], position["learn"]
        self._quiet_since_ms, self.late = position["quiet"], position["late"]
        self._beats = msgspec.convert(position.get("beats", []), Beats, strict=False)
        self.hearing = Hearing.from_state(position["heard"]) if "heard" in position else Hearing()
        self.networks = Networks.from_state(position["networks"]) if "networks" in position else Networks()
        self.fleet = Fleet.from_state(position["fleet"]) if "fleet" in position else Fleet()
        self._brands = Brands(brands, self._judges, self._plans, self._choice)
        self._deferred, self._groups = Deferred(self._judges), {}
        self._candidates_min = self.clock.now_ms // MINUTE_MS
        self._ahead = self._brands.beyond(self._candidates_min)
