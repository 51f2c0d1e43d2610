"""How rare a volume is for this brand: a return period from its own bursts, for any series of counts.

1. **Normal**: level × hour profile (``baseline``), learned from clipped counts.
2. **Size**: x_w = ln((S_w + 2)/(M_w + 2)) for windows of one bucket, 15 min, 2 h and 12 h; S observed, M expected.
3. **Past**: time is cut into blocks of 4 h, of which only the largest x_w is kept (``exceedance``). A block joins
   one block late: a slow take-off must not hide itself.
4. **Rarity**: z = −mean ln λ_w(x_w), the logarithm of a geometric mean of return periods in days, told in two ways of
   which the rarer counts: an *episode* in the windows of one bucket, 2 h and 12 h, which found more together than any
   alone; and a *burst* in those of one bucket and 15 min, less 1.5, so that what is short and huge isn't outvoted by
   half a day that it doesn't fill.
5. **Record**: z counts only if it beats the last z that counted, which fades by 1 every 12 h, by ln 2: a second
   alarm must be twice as rare. Without this rule a third of the score is lost.
6. **Score** = exp(−R), R = 1.3 exp(−0.48 z) alarms a brand-week: the chance that an ordinary week of this brand
   holds nothing so rare.

One configuration for every brand. What it does badly: a night that it has seen on few days still counts as half a day.
"""

from collections import deque
from math import exp, inf, log
from typing import NamedTuple

from river.base import AnomalyDetector

from detectors.baseline import MIN_EXPECTED, SeasonalBaseline
from detectors.exceedance import ExceedanceTable

DAY_S = 86_400.0
UNIT_S = 300.0
"""The priors of ``exceedance`` were measured on buckets of 5 min; longer windows are counted in them."""
WINDOWS_S = (0.0, 900.0, 2 * 3600.0, 12 * 3600.0)
"""0 stands for one bucket."""
EPISODE, BURST = (0, 2, 3), (0, 1)
"""Positions in it of the windows whose rarities are averaged."""
BURST_HANDICAP = 1.5
"""A second way to ring must not double the alarms: e^(0.48 · 1.5) = twice as rare. Flat from 1.25 to 1.75."""
BLOCK_S = 4 * 3600.0
SMALL_COUNT = 2.0
"""Added above and below: 2 mentions where 1 was expected are nothing."""
PROFILE_PRIOR_H = 1.0
"""σ²/v of ``baseline``: hours of companies on Twitter scatter about their usual by 0.16, and the usual ones differ by 0.08
(a weak profile, 2 h) to 0.3 (people who sleep, half an hour). Flat from 1 to 2 h; with 8 h an event at night hid."""
CLIP_FROM_H = 6.0
CLIP_RATIO, CLIP_SIGMAS = 1.8, 2.0
"""From 6 h on a bucket teaches at most 1.8 times its expectation, two Poisson deviations and one mention."""
MAX_COUNT = 1e12
"""Larger counts are cut, so that no sum overflows."""
RECORD_MARGIN = log(2.0)
RECORD_FADE_S = 12 * 3600.0
LOWEST_Z = -1.5
"""Below, everyday: the score is 0."""
ALARMS_PER_WEEK, ALARM_SLOPE = 1.3, 0.48
"""Measured on 120 simulated brands of 0.2–30 mentions a minute in a week without crises, after one to learn: 1.33 alarms a
week from z = 0, 0.63 from 1, 0.28 from 3, 0.11 from 5."""
ALARM_Z = 0.6


def alarms_per_week(z: float) -> float:
    """Alarms of any kind, true or false, in a brand's ordinary week when alarms start at rarity ``z``.

    >>> round(alarms_per_week(0.6), 2)
    0.97
    """
    return ALARMS_PER_WEEK * exp(-ALARM_SLOPE * z)


def score_of(z: float) -> float:
    """0–1: the chance that an ordinary week holds nothing as rare as ``z``.

    >>> round(score_of(0.6), 3), round(score_of(5.0), 3)
    (0.377, 0.889)
    """
    return exp(-alarms_per_week(z))


ALARM_SCORE = score_of(ALARM_Z)
"""0.377: the fixed alarm threshold, 0.97 alarms of any kind a brand-week."""


class _Reading(NamedTuple):
    ts_s: float
    value: float
    factor: float
    expected: float
    observed_sums: list[float]
    expected_sums: list[float]
    sizes: list[float]
    z: float
    is_record: bool


# river's types aren't followed by mypy (see pyproject.toml), so its classes are Any.
class ReturnPeriod(AnomalyDetector):  # type: ignore[misc]
    """Score in 0–1 of each count of a series; ``bucket_s`` is the time between counts.

    >>> detector = ReturnPeriod(bucket_s=300)
    >>> scores = [detector.update(300.0 * i, 10) for i in range(2000)]
    >>> detector.update(600_000.0, 10), detector.update(600_300.0, 300) > ALARM_SCORE
    (0.0, True)
    """

    def __init__(self, bucket_s: float = 300.0) -> None:
        self.bucket_s = bucket_s
        self._baseline = SeasonalBaseline(DAY_S / bucket_s, PROFILE_PRIOR_H)
        self._windows = [max(round(length_s / bucket_s), 1) for length_s in WINDOWS_S]
        self._past: deque[tuple[float, float]] = deque([(0.0, 0.0)] * max(self._windows))
        self._observed_sums = [0.0] * len(WINDOWS_S)
        self._expected_sums = [0.0] * len(WINDOWS_S)
        self._block_s = max(BLOCK_S, bucket_s)
        self._tables = [ExceedanceTable(buckets * bucket_s / UNIT_S, self._block_s / DAY_S) for buckets in self._windows]
        self._seen = 0
        self._block: int | None = None
        self._largest = [-inf] * len(WINDOWS_S)
        self._waiting: list[float] | None = None
        self._record_z, self._record_ts_s = -inf, 0.0

    def update(self, ts_s: float, value: float) -> float:
        """Scores a count, then learns it. ``ts_s`` is local time in seconds, for the hour of the day."""
        reading = self._read(ts_s, value)
        self._learn(reading)
        return score_of(reading.z) if reading.is_record else 0.0

    def score_one(self, x: dict[str, float]) -> float:
        """Score of ``x``, which has the keys ts_s and value."""
        reading = self._read(x["ts_s"], x["value"])
        return score_of(reading.z) if reading.is_record else 0.0

    def learn_one(self, x: dict[str, float]) -> None:
        """Learns ``x``, which has the keys ts_s and value."""
        self._learn(self._read(x["ts_s"], x["value"]))

    def _read(self, ts_s: float, value: float) -> _Reading:
        count = min(max(value, 0.0), MAX_COUNT)
        factor = self._baseline.factor(*_hour_and_weekend(ts_s))
        level = self._baseline.level if self._baseline.started else count + 0.5
        expected = max(level * factor, MIN_EXPECTED)
        observed_sums, expected_sums, sizes = [], [], []
        for j, buckets in enumerate(self._windows):
            old_count, old_expected = self._past[-buckets]
            observed = max(0.0, self._observed_sums[j] + count - old_count)
            usual = max(MIN_EXPECTED, self._expected_sums[j] + expected - old_expected)
            size = log((observed + SMALL_COUNT) / (usual + SMALL_COUNT))
            observed_sums.append(observed)
            expected_sums.append(usual)
            sizes.append(size)
        z = self._rarity(sizes)
        faded = self._record_z - (ts_s - self._record_ts_s) / RECORD_FADE_S
        is_record = z > LOWEST_Z and z > faded + RECORD_MARGIN
        return _Reading(ts_s, count, factor, expected, observed_sums, expected_sums, sizes, z, is_record)

    def _rarity(self, sizes: list[float]) -> float:
        rare = [-table.log_rate(size) for table, size in zip(self._tables, sizes, strict=True)]
        episode = sum(rare[j] for j in EPISODE) / len(EPISODE)
        return max(episode, sum(rare[j] for j in BURST) / len(BURST) - BURST_HANDICAP)

    def _learn(self, reading: _Reading) -> None:
        self._turn_block(int(reading.ts_s // self._block_s))
        self._largest = [max(pair) for pair in zip(self._largest, reading.sizes, strict=True)]
        self._past.append((reading.value, reading.expected))
        self._past.popleft()
        self._observed_sums, self._expected_sums = reading.observed_sums, reading.expected_sums
        self._learn_normal(reading)
        if reading.is_record:
            self._record_z, self._record_ts_s = reading.z, reading.ts_s

    def _turn_block(self, block: int) -> None:
        """At a block's end the block before it joins the past."""
        if block == self._block:
            return
        if self._waiting is not None:
            for table, largest in zip(self._tables, self._waiting, strict=True):
                table.add(largest)
        self._waiting = self._largest if self._block is not None else None
        self._largest = [-inf] * len(self._windows)
        self._block = block

    def _learn_normal(self, reading: _Reading) -> None:
        if not self._baseline.started:
            self._baseline.start(reading.value)
        count, expected = reading.value, reading.expected
        if self._seen * self.bucket_s > CLIP_FROM_H * 3600:
            count = min(count, CLIP_RATIO * expected + CLIP_SIGMAS * expected**0.5 + 1)
        self._baseline.learn(count, self._seen, *_hour_and_weekend(reading.ts_s), reading.factor)
        self._seen += 1


def _hour_and_weekend(ts_s: float) -> tuple[float, int]:
    return ts_s % DAY_S / 3600, 1 if (ts_s // DAY_S + 3) % 7 >= 5 else 0
