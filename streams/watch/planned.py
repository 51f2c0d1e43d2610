"""What is planned for each brand, minute by minute: a pure function of config, brand and minute. Pure.

So a replay after a crash expects what was expected before. A changed config may expect otherwise from the next record on.

    lift(t) = L^s(x)    s(x) = 3x² − 2x³, x from 0 to 1 over the ramp before an event begins, 1 while it lasts, and back to
                        0 over the aftermath

Where several events overlap the largest lift holds: their crowds are partly the same people, and a product of guesses would
hide too much.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from detectors.rows import MINUTE_MS
from schemas.config.events import AboutBrands, planned
from schemas.config.model import Config
from schemas.config.occurrences import Occurrences
from schemas.signal import Planned

CHUNK_MIN = 28 * 1440
"""Events are worked out for four weeks at once …"""
MOST_CHUNKS = 8
"""… and a few of them are kept: brands that share a plan may be behind each other."""

Plans = Callable[[str, int], "BrandPlan | None"]
"""Brand and standard offset of its zone (min) → what is planned for it; None for most."""


class Span(NamedTuple):
    """One event as it takes place once; minutes in the brand's local time."""

    first: float
    """The ramp begins …"""
    start: float
    end: float
    last: float
    """… and the aftermath ends."""
    lift: float
    name: str

    def lift_at(self, minute: float) -> float:
        """The lift at that time.

        >>> match = Span(0, 10, 100, 120, 4.0, "match")
        >>> [round(match.lift_at(t), 2) for t in (-1, 5, 10, 99, 110, 120)]
        [1.0, 2.0, 4.0, 4.0, 2.0, 1.0]
        """
        if minute < self.first or minute >= self.last:
            return 1.0
        if minute < self.start:
            x = (minute - self.first) / (self.start - self.first)
        elif minute < self.end:
            return self.lift
        else:
            x = (self.last - minute) / (self.last - self.end)
        return float(self.lift ** (x * x * (3 - 2 * x)))


class BrandPlan:
    """What is planned for brands that have the same events and live in the same zone."""

    def __init__(self, events: Sequence[Occurrences], zone_min: int) -> None:
        self._events = events
        self._zone_min = zone_min
        self._chunks: dict[int, list[Span]] = {}

    def lift(self, minute: int) -> float:
        """How many times the usual mentions are expected in a local minute, ≥ 1."""
        return max((span.lift_at(minute + 0.5) for span in self._near(minute)), default=1.0)

    def lifts(self, begin: int, end: int) -> bool:
        """Whether more than usual is expected in one of the minutes from `begin` until before `end`."""
        chunks = range(begin // CHUNK_MIN, (end - 1) // CHUNK_MIN + 1)
        return any(span.first < end and span.last > begin for chunk in chunks for span in self._near(chunk * CHUNK_MIN))

    def mean_lift(self, minute: int, minutes: int) -> float:
        """The mean lift of the last `minutes` up to a local minute."""
        if not self.lifts(minute - minutes + 1, minute + 1):
            return 1.0
        return sum(self.lift(minute - back) for back in range(minutes)) / minutes

    def current(self, minute: int) -> Planned | None:
        """The event that says most of a local minute, ramp and aftermath included."""
        spans = [span for span in self._near(minute) if span.first <= minute + 0.5 < span.last]
        if not spans:
            return None
        span = max(spans, key=lambda span: (span.lift_at(minute + 0.5), -span.start))
        return Planned(span.name, round((span.end - self._zone_min) * MINUTE_MS), span.lift)

    def _near(self, minute: int) -> list[Span]:
        chunk = minute // CHUNK_MIN
        found = self._chunks.get(chunk)
        if found is None:
            if len(self._chunks) >= MOST_CHUNKS:
                self._chunks.clear()
            found = self._chunks[chunk] = self._spans(chunk * CHUNK_MIN, (chunk + 1) * CHUNK_MIN)
        return found

    def _spans(self, begin: int, end: int) -> list[Span]:
        spans = []
        for each in self._events:
            ramp, aftermath = (part.total_seconds() / 60 for part in (each.event.ramp, each.event.aftermath))
            bounds = (begin - aftermath - self._zone_min, end + ramp - self._zone_min)
            for start_ms, end_ms in each.between(*(round(bound * MINUTE_MS) for bound in bounds)):
                start, over = (ms / MINUTE_MS + self._zone_min for ms in (start_ms, end_ms))
                spans.append(Span(start - ramp, start, over, over + aftermath, each.event.lift, each.event.name))
        return spans


def plans_of(config: Config) -> Plans:
    """What is planned for each brand. Those that share events and zone share the plan."""
    events = planned(config.events)
    listed = {} if config.brands == "auto" else {brand.id: brand for brand in config.brands}
    made: dict[tuple[str, int, tuple[int, ...]], BrandPlan] = {}

    def plan(brand: str, zone_min: int) -> BrandPlan | None:
        own = listed.get(brand)
        about = tuple(i for i, event in enumerate(events) if is_about(event, brand, own.group if own else None))
        if not about:
            return None
        zone = (own.timezone if own else None) or config.timezone
        key = zone, zone_min, about
        if key not in made:
            made[key] = BrandPlan([Occurrences(events[i], zone) for i in about], zone_min)
        return made[key]

    return plan if events else nothing_planned


def nothing_planned(_: str, __: int) -> None:
    """Of a config without events."""


def is_about(event: AboutBrands, brand: str, group: str | None) -> bool:
    """Whether the event is about the brand.

    >>> is_about(AboutBrands(group="food"), "telar", "food"), is_about(AboutBrands(brands=["ikea"]), "telar", "food")
    (True, False)
    """
    if event.brands:
        return brand in event.brands
    return event.group is None or event.group == group
