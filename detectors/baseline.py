"""What is normal: a level times a profile of the day, both forgotten exponentially.

    expected = level * factor(hour of day, weekday or weekend)

The profile has 24 hours for weekdays and 24 for weekends and is interpolated between the centres of hours. An
hour's factor is a ratio of forgotten sums, shrunk towards a prior: weekday hours to 1, weekend hours to the weekday's
hour. So a new brand has a flat profile that bends as it is seen, and until it has bent ``doubt`` says how wrong it may be.

What the prior is worth follows from empirical Bayes (Robbins, 1956; Morris, JASA 1983): hours vary about the mean of a
day by the variance v = 0.3; an hour's volume with E mentions expected scatters about its usual one by 1/E + σ². The mean
of both that errs least gives the prior the weight of (1/E + σ²)/v such hours: σ²/v hours and 1/v mentions.
"""

from array import array

from detectors.part import Part

LEVEL_HALF_LIFE_D = 8.0
"""A week and a day: long enough for a whole week's shape, short enough to follow a brand that grows."""
PROFILE_HALF_LIFE_D = 14.0
"""Two weeks of calendar time, so 10 days of weekday hours or 4 days of weekend hours."""
MIN_EXPECTED = 1e-3
"""Counts a bucket. Keeps logarithms and ratios finite for a brand of which nobody speaks."""
MIN_FACTOR = 0.1
"""A count is divided by its factor to learn the level; at a brand's dead hours that would multiply noise."""
HOUR_VARIANCE = 0.3
"""v, the relative variance of the hours of a day about its mean: nights have a third of the volume of the evening, as a
log-normal with sd 0.5 would."""
PRIOR_COUNTS = 1 / HOUR_VARIANCE
STEADY = 0.1
MIN_LEVEL = 0.02
"""Counts a bucket; the same guard where a count is divided by the level."""


class SeasonalBaseline(Part):
    """Expected count of a bucket by its hour, learned online.

    ``buckets_per_day`` fixes the time scale (1440 for minutes, 288 for 5 minutes). ``prior_h`` = σ²/v says how many
    hours of data the prior profile is worth at a large brand; a small one's is worth 1/v mentions more.

    >>> baseline = SeasonalBaseline(buckets_per_day=24, prior_h=4)
    >>> baseline.start(9)
    >>> baseline.level, baseline.factor(hour=12.0, weekend=0)
    (9.5, 1.0)
    >>> baseline.learn(20, seen=0, hour=12.0, weekend=0, factor=1.0)  # the first count counts fully
    >>> baseline.level, round(baseline.profile[12], 2)
    (20.0, 1.0)
    """

    __slots__ = (
        "_buckets_per_day",
        "_decay",
        "_level_rate",
        "_prior_buckets",
        "expected_sums",
        "level",
        "observed_sums",
        "profile",
    )
    STATE = ("level", "profile", "observed_sums", "expected_sums")

    def __init__(self, buckets_per_day: float, prior_h: float) -> None:
        self._buckets_per_day = buckets_per_day
        self._prior_buckets = prior_h * buckets_per_day / 24
        self._level_rate = 1 - 0.5 ** (1 / (LEVEL_HALF_LIFE_D * buckets_per_day))
        hours = PROFILE_HALF_LIFE_D * buckets_per_day / 24
        self._decay = (0.5 ** (1 / (hours * 5 / 7)), 0.5 ** (1 / (hours * 2 / 7)))
        self.level = -1.0  # counts a bucket where the factor is 1; negative until `start`
        self.profile = array("f", [1.0] * 48)
        self.observed_sums = array("f", bytes(4 * 48))
        self.expected_sums = array("f", bytes(4 * 48))

    @property
    def started(self) -> bool:
        return self.level >= 0

    def start(self, first_count: float) -> None:
        """Sets the level to what the first count of all says."""
        self.level = first_level(first_count)

    def factor(self, hour: float, weekend: int) -> float:
        """Factor at ``hour`` (local, 0 ≤ hour < 24), linear between hour centres; ``weekend`` is 0 or 1."""
        left, right, fraction = self._slots(hour, weekend)
        return (1 - fraction) * self.profile[left] + fraction * self.profile[right]

    def learn(self, count: float, seen: int, hour: float, weekend: int, factor: float) -> None:
        """Learns a finished bucket; ``seen`` buckets came before it, ``factor`` is what ``factor()`` said of it.

        The first buckets are averaged; the profile is divided out from the second day on. Bursts are the
        caller's to clip, for only the caller knows how much these counts scatter.
        """
        level, rate = self.level, self._level_rate
        target = count / (factor if factor > MIN_FACTOR else MIN_FACTOR) if seen > self._buckets_per_day else count
        averaging = 1 / (seen + 1)
        self.level = level = level + (rate if rate > averaging else averaging) * (target - level)
        slot = 24 * weekend + int(hour)
        decay = self._decay[weekend]
        observed = self.observed_sums[slot] * decay
        self.observed_sums[slot] = observed + count / (level if level > MIN_LEVEL else MIN_LEVEL) if count else observed
        self.expected_sums[slot] = self.expected_sums[slot] * decay + 1
        self._bend(slot)

    def idle(self, buckets: int, seen: int, hour: float, weekend: int) -> None:
        """Learns that many zeros within one hour in closed form; ``seen`` buckets, a day at least, came before."""
        averaged, forgotten = seen / (seen + buckets), (1 - self._level_rate) ** buckets
        self.level *= min(averaged, forgotten)
        slot = 24 * weekend + int(hour)
        left = self._decay[weekend] ** buckets
        self.observed_sums[slot] *= left
        self.expected_sums[slot] = self.expected_sums[slot] * left + (1 - left) / (1 - self._decay[weekend])
        self._bend(slot)

    def steady_buckets(self, hour: float, weekend: int) -> int:
        """In how many empty buckets this hour's factor falls by a tenth."""
        return int((self._prior() + self.expected_sums[24 * weekend + int(hour)]) * STEADY)

    def doubt(self, hour: float, weekend: int, seen: int) -> float:
        """Relative variance of what is expected at ``hour``, because level and hour have been seen too little, > 0.

            (1 + 1/level) / (n + 1)  +  v prior / (prior + buckets of this hour)

        The level is a mean of n buckets (``seen``), each with Poisson's relative variance 1/level and 1 more: what was
        first seen may be a burst, or the half of a minute. An hour never seen has the whole variance v of hours about
        the mean of a day, which falls as the hour's buckets outweigh its prior (a posterior's variance).
        """
        left, right, fraction = self._slots(hour, weekend)
        prior = self._prior()
        sums = self.expected_sums
        unseen = (1 - fraction) * prior / (prior + sums[left]) + fraction * prior / (prior + sums[right])
        return (1 + 1 / max(self.level, MIN_LEVEL)) / (seen + 1) + HOUR_VARIANCE * unseen

    def _slots(self, hour: float, weekend: int) -> tuple[int, int, float]:
        """The two hours between whose centres ``hour`` lies, and how far it is on its way to the second."""
        position = hour + 23.5  # one hour centre back, kept positive
        index = int(position)
        first = 24 * weekend
        return first + index % 24, first + (index + 1) % 24, position - index

    def _prior(self) -> float:
        """How many buckets the prior of an hour is worth."""
        level = self.level
        return self._prior_buckets + PRIOR_COUNTS / (level if level > MIN_LEVEL else MIN_LEVEL)

    def _bend(self, slot: int) -> None:
        prior = self._prior()
        centre = self.profile[slot - 24] if slot >= 24 else 1.0
        self.profile[slot] = (prior * centre + self.observed_sums[slot]) / (prior + self.expected_sums[slot])


def first_level(first_count: float) -> float:
    """Level of a brand of which one bucket is known: half a mention more, so that it isn't zero."""
    return first_count + 0.5
