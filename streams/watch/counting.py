"""What is said of every brand of one digests partition, from rows of digests, before anybody looks at it. Pure."""

import heapq
from collections.abc import Callable, Mapping

import numpy as np

from detectors.rows import MINUTE_MS
from schemas.config.model import Config
from schemas.digest import DigestBatch, DigestColumns
from schemas.enums import Flag
from schemas.logclock import LogClock
from streams.watch.applied import Applied
from streams.watch.arrivals import Arrivals, Deferred, loud_of
from streams.watch.brand import BrandWatch
from streams.watch.brands import Brands
from streams.watch.choice import choice_of
from streams.watch.hearing import Hearing
from streams.watch.names import Names
from streams.watch.networks import Networks
from streams.watch.parcels import LoudOnes, parcels
from streams.watch.planned import plans_of
from streams.watch.question_rows import Talk
from streams.watch.unanswered import Answering

GRACE_MS = 120_000  # a mention that comes later than this after its time is counted as late

Zones = Callable[[str], int]  # brand → standard offset of its zone, minutes


class Counting:
    """The brands, when each is due to be looked at, and what is heard of them all together."""

    def __init__(self, config: Config, zones: Zones) -> None:
        self._brands = Brands({}, judged=True)
        self._deferred = Deferred()
        self._groups: dict[str, str] = {}  # of each brand, as its last row had it
        self.names = Names()
        self.touched: set[str] = set()
        self.late = 0
        self.configure(config, zones)
        self.clock = LogClock()
        self.hearing, self.networks = Hearing(), Networks()
        self._applied = Applied()
        self._due: list[tuple[int, str]] = []
        self._ahead: set[str] = set()  # brands with rows ahead of the clock

    def configure(self, config: Config, zones: Zones) -> None:
        """Takes over a changed config; brands that are no longer watched are forgotten when their state is next read."""
        self._take_waiting(self._deferred.take())
        self._negative_from = config.intake.negative_from
        self._judges = config.detector.judges
        self._deferred = Deferred(self._judges)
        self._plans = plans_of(config)
        self._choice = choice_of(config)
        self._brands.judge(self._judges)
        self._brands.use(self._choice)
        self._brands.plan(self._plans)
        self._zones = zones
        self._answering = Answering(config)

    @property
    def brands(self) -> Brands:
        """All brands, with all rows that have come."""
        self._take_waiting(self._deferred.take())
        return self._brands

    def _count(self, batch: DigestBatch, columns: DigestColumns) -> set[str]:
        """Counts the rows, or lets them wait; returns the brands that had some which couldn't."""
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
        groups = dict(zip(batch.brands, batch.groups, strict=True))
        for name, group in groups.items():
            if self._groups.get(name) != group:
                self._deferred.forbid(name)
                self._groups[name] = group
        slots = self._deferred.slots(batch.brands)
        loud = {} if networks is None else loud_of(batch, columns, slots)
        arrived = Arrivals.of(batch, columns, slots, self._negative_from, networks)
        # Also what waits, or lies ahead of the clock, is touched: its offsets are counted in the next checkpoint.
        self.touched.update(map(batch.brands.__getitem__, np.flatnonzero(np.bincount(columns.brand)).tolist()))
        waited, now = self._deferred.put(arrived, self.clock.now_ms // MINUTE_MS, {slot for _, slot in loud})
        self._take_waiting(waited)
        if self._deferred.is_full:
            self._take_waiting(self._deferred.take())
        return self._take_in(now, groups, loud)

    def _take_in(self, arrived: Arrivals, groups: Mapping[str, str], loud: LoudOnes) -> set[str]:
        """Gives rows that have just come to their brands, of which these are the groups; returns those that had some."""
        counted: set[str] = set()
        now_min = self.clock.now_ms // MINUTE_MS
        for parcel in parcels(arrived, loud):
            name, minute = self._deferred.names[parcel.brand], parcel.minute
            brand = self._brand(name, groups[name])
            brand.advance(self.clock.now_ms, self.names)
            if brand.count(parcel):
                heapq.heappush(self._due, ((minute + 1) * MINUTE_MS - 1, name))
            if parcel.rows:
                brand.add(parcel, self.names)
            if minute > now_min:
                self._ahead.add(name)
            counted.add(name)
        return counted

    def _take_waiting(self, waiting: Arrivals | None) -> None:
        """Gives rows that waited to their brands. The minute was open when they came, and nobody has closed it since."""
        for parcel in parcels(waiting) if waiting else ():
            brand = self._brands[self._deferred.names[parcel.brand]]
            brand.count(parcel)
            if parcel.rows:
                brand.add(parcel, self.names)

    def _hear(self, batch: DigestBatch, columns: DigestColumns) -> None:
        """Takes in questions and answers; answers about a brand that nobody has spoken of answer nothing."""

        def brand_of(talk: Talk) -> BrandWatch | None:
            name = batch.brands[talk.brand]
            return self._brand(name, batch.groups[talk.brand]) if len(talk.questions) or name in self._brands else None

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
            brand = self._brands[name]
        except KeyError:
            brand = self._brands[name] = BrandWatch(name, group, self._zones(name), self._judges)
        brand.group = group
        return brand
