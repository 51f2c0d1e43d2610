"""What each brand promises, and its promised time: where a promise has hours, time rests outside them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from detectors.promise import STEPS
from schemas.config.base import merged
from schemas.config.hours import WEEK_MIN, open_spans
from schemas.config.model import Config
from schemas.config.promise import Promise

_WEEK_S: Final = WEEK_MIN * 60
_MONDAY_S: Final = 4 * 86_400  # the first Monday since the epoch


@dataclass(frozen=True, slots=True)
class BrandPromise:
    """One brand's promise. Times are seconds since the epoch, in UTC."""

    within_s: int
    at_most_s: int
    hours: str = ""
    zone: str = "UTC"

    @property
    def step_min(self) -> int:
        """How often it is looked at."""
        return max(1, self.within_s // 60 // STEPS)

    def counted(self, at_s: NDArray[np.float64], now_s: int) -> NDArray[np.float64]:
        """Promised time, seconds, of moments about `now_s`: differences of it are ages.

        Summer time is that of now, so about a change of the clocks ages of the days before are an hour off.
        """
        if not self.hours:
            return at_s
        offset = datetime.fromtimestamp(now_s, UTC).astimezone(ZoneInfo(self.zone)).utcoffset()
        local = at_s + (offset.total_seconds() if offset else 0.0) - _MONDAY_S
        edges, open_s = _week(self.hours)
        weeks, rest = np.divmod(local, _WEEK_S)
        known = np.interp(rest, edges, open_s)
        counted: NDArray[np.float64] = weeks * open_s[-1] + known
        return counted

    def runs(self, at_s: int) -> bool:
        """Whether its time runs then."""
        return not self.hours or self.counted_at(at_s) > self.counted_at(at_s - 1)

    def counted_at(self, at_s: int) -> float:
        """Promised time, seconds, at a moment that is now."""
        return float(self.counted(np.array([float(at_s)]), at_s)[0]) if self.hours else float(at_s)


@cache
def _week(hours: str) -> tuple[list[float], list[float]]:
    """Edges of the spans, in seconds since Monday 0:00, and how long it has been open at each."""
    edges, open_s = [0.0], [0.0]
    for start, end in open_spans(hours):
        edges += [60.0 * start, 60.0 * end]
        open_s += [open_s[-1], open_s[-1] + 60.0 * (end - start)]
    return [*edges, float(_WEEK_S)], [*open_s, open_s[-1]]


def promises_of(config: Config) -> Callable[[str], BrandPromise]:
    """Of each brand; the installation's for one that the config doesn't have."""
    brands = [] if config.brands == "auto" else config.brands
    own = {
        brand.id: _promise(merged(config.promise, brand.promise), brand.timezone or config.timezone)
        for brand in brands
        if brand.promise or brand.timezone
    }
    general = _promise(config.promise, config.timezone)
    return lambda brand: own.get(brand, general)


def _promise(promise: Promise, zone: str) -> BrandPromise:
    within, at_most = (int(value.total_seconds()) for value in (promise.answer_within, promise.at_most))
    return BrandPromise(max(within, 1), max(at_most, 1), promise.hours or "", zone)
