"""An angry voice whose reach is large against what this brand is used to.

Followers are spread like a Pareto law, so those of the accounts beyond a threshold t are too, and the accounts come as a
Poisson process (peaks over threshold; Embrechts, Klüppelberg and Mikosch, *Modelling Extremal Events*, 1997, ch. 6):

    false alarms a month = 30.4 λ (t/r)^(1/ξ),    t = 10,000 followers
    λ = (N + 3)/(D + 3)              angry voices of t and more a day, N of them in D days …
    ξ = (Σ ln(rᵢ/t) + 10)/(N + 10)   … and how much louder than t they are (Hill's estimator)

each drawn to what is believed of a brand that nobody knows: one such voice a day, worth three days, and ξ = 1, worth ten
voices. So a brand of which accounts with a million followers complain every day doesn't ring for them, and a shop of which
nobody loud ever spoke rings, after a month, for one with 400,000.

It lasts for an hour after the mention, within which a storm has begun or has not, and then ends. What is said in a crisis
teaches nothing.
"""

from math import inf, log
from typing import Any, Self

from river.base import AnomalyDetector

from detectors.clock import DAY_MIN
from detectors.extremes import DAYS_A_MONTH
from detectors.minute import NOTHING, Finding, Minute
from schemas.signal import Unusual

LEAST_FOLLOWERS = 10_000
"""t. Below it nobody is called an influencer, however small the brand: about one account in a hundred has as many."""
HOLDS_MIN = 60
PRIOR_DAYS = 3.0
PRIOR_VOICES_A_DAY = 1.0
"""A hundred angry mentions a day, one in a hundred of them by such an account."""
TAIL, PRIOR_VOICES = 1.0, 10.0
"""ξ is 0.8–1.2 on social networks."""
MOST_TAILS = 4.0
"""A voice teaches ξ up to ln(r/t) = 4, half a million followers: a single star isn't how a brand usually is."""
HALF_LIFE_MIN = 60.0 * DAY_MIN
LIFE_D = HALF_LIFE_MIN / DAY_MIN / log(2)


class Influencer(AnomalyDetector):  # type: ignore[misc]  # river's types aren't followed by mypy, so its classes are Any
    """Evidence that somebody with a wide reach is angry.

    >>> influencer = Influencer()
    >>> for day in range(30):
    ...     influencer.close(Minute(1440 * day, 2, 1, 2, 1, (0,) * 10, 900, frozen=False))
    >>> influencer.look(1440 * 29).false_alarms_per_month
    inf
    >>> influencer.close(Minute(1440 * 30, 2, 1, 2, 1, (0,) * 10, 400_000, frozen=False))
    >>> finding = influencer.look(1440 * 30 + 59)
    >>> finding.false_alarms_per_month < 0.1, finding.unusual.observed, influencer.look(1440 * 30 + 60).unusual
    (True, 400000, None)
    """

    def __init__(self) -> None:
        self._next_minute = 0
        self._counted_min = -1  # up to when `_days` goes; −1 = nothing was seen
        self._days = 0.0
        self._voices = 0.0
        self._tails = 0.0  # Σ ln(r/t) of them
        self._heard_min = -HOLDS_MIN
        self._reach = 0
        self._rate = inf
        self._usual = 0

    def close(self, minute: Minute) -> None:
        """Learns a minute."""
        if minute.minute < self._next_minute:
            return
        self._next_minute = minute.minute + 1
        if self._counted_min < 0:
            self._counted_min = minute.minute
        if minute.negative_reach >= LEAST_FOLLOWERS:
            self._count_days(minute.minute)
            self._hear(minute.minute, minute.negative_reach, minute.frozen)

    def _count_days(self, minute: int) -> None:
        kept = 0.5 ** ((minute - self._counted_min) / HALF_LIFE_MIN)
        self._days = self._days * kept + (1 - kept) * LIFE_D
        self._voices *= kept
        self._tails *= kept
        self._counted_min = minute

    def _hear(self, minute: int, reach: int, frozen: bool) -> None:
        """The widest voice of the last hour counts; as many followers within the hour are the same person, heard again."""
        new, same = minute - self._heard_min >= HOLDS_MIN, reach == self._reach
        rate = self.rate(reach)
        if not frozen and (new or not same):
            self._voices += 1
            self._tails += min(log(reach / LEAST_FOLLOWERS), MOST_TAILS)
        if new or reach > self._reach:
            self._reach, self._heard_min, self._rate, self._usual = reach, minute, rate, self._loudest_of_a_month()
        elif same:
            self._heard_min = minute

    def rate(self, reach: int) -> float:
        """False alarms a month when this brand rings for `reach` ≥ 10,000 followers, as of the last loud voice; > 0."""
        return self._a_month() * float((LEAST_FOLLOWERS / reach) ** (1 / self._tail()))

    def _a_month(self) -> float:
        return DAYS_A_MONTH * (self._voices + PRIOR_DAYS * PRIOR_VOICES_A_DAY) / (self._days + PRIOR_DAYS)

    def _tail(self) -> float:
        return (self._tails + PRIOR_VOICES * TAIL) / (self._voices + PRIOR_VOICES)

    def _loudest_of_a_month(self) -> int:
        """So many followers come once a month, in all digits that are worth it."""
        return int(float(f"{LEAST_FOLLOWERS * max(self._a_month(), 1.0) ** self._tail():.2g}"))

    def look(self, minute: int) -> Finding:
        """What is to be said as of that local minute."""
        if minute - self._heard_min >= HOLDS_MIN:
            return NOTHING
        return Finding(self._rate, HOLDS_MIN, Unusual(self._reach, self._usual))

    def score_one(self, x: dict[str, Any]) -> float:
        """−ln of the false alarms a month of the minute `x`, which has the keys minute and negative_reach."""
        ahead = self.from_state(self.to_state())
        ahead._count_days(max(x["minute"], ahead._counted_min, 0))
        return -log(ahead.rate(max(x["negative_reach"], LEAST_FOLLOWERS)))

    def learn_one(self, x: dict[str, Any]) -> None:
        """Learns the minute `x`."""
        self.close(Minute(x["minute"], 1, 1, 1, 1, (), x["negative_reach"], frozen=False))

    def to_state(self) -> list[Any]:
        """Plain values for msgpack."""
        return [
            self._next_minute, self._counted_min, self._days, self._voices, self._tails, self._heard_min, self._reach,
            self._rate, self._usual,
        ]  # fmt: skip

    @classmethod
    def from_state(cls, state: list[Any]) -> Self:
        """A detector that goes on exactly where the one that gave `state` was."""
        new = cls()
        (
            new._next_minute, new._counted_min, new._days, new._voices, new._tails, new._heard_min, new._reach, new._rate,
            new._usual,
        ) = state  # fmt: skip
        return new
