"""A brand that has fallen silent though many people are expected to speak of it.

In a window that holds S people where M are usual, with σ² the relative variance of the brand's own volume there:

    L = S ln(S/M) − (S + r) ln((S + r)/(M + r)),    r = 1/σ²

half the deviance of a negative binomial: −L bounds the logarithm of the chance of so few (Chernoff); with S = 0 it is
r ln(1 + M/r), and M itself where r is large (Poisson). What is usual, and how much it scatters, is what
`detectors.evidence` has learned of the brand; L is put on the scale of the brand's own daily maxima by `detectors.extremes`.

Windows of 15 to 360 min count, if at least 14 people are usual in them and fewer than 12 % came (`detectors.volume.outage`).
An hour in which nobody speaks on most days is in none of them (`detectors.lulls`).
"""

from collections.abc import Sequence
from math import log
from typing import Any

from detectors.clock import DAY_MIN
from detectors.evidence import CrisisEvidence
from detectors.extremes import OwnExtremes
from detectors.minute import NOTHING, Finding
from detectors.rings import WINDOWS_MIN, WindowSum
from detectors.surprise import MIN_VOLUME_VARIANCE
from detectors.volume import OUTAGE_EXPECTED, outage
from schemas.signal import Unusual

FIRST_WINDOW = 1
"""Position of 15 min in `WINDOWS_MIN`: five are too soon to call anybody."""
LOCATION, SCALE = 2.0, 1.5
"""Nats: brands that scatter like a Poisson process show nothing of this kind on most days."""
LONGEST_MIN = DAY_MIN
"""A brand of whom nobody has spoken for a day has ended; whoever watches it knows by then."""
KNOWN_FROM_MIN = 3 * DAY_MIN
"""In its first three days nobody knows a brand's nights. Weekends that it hasn't had yet are in the evidence's doubt."""
ASK_AGAIN_MIN = 120
"""A brand that is quiet at this hour, but not all day, is asked for again so much later."""


def _usual(size: float) -> float:
    return LOCATION


def lull(total: WindowSum, variance: float) -> float:
    """L of a window of which fewer than usual are there; `variance` is the relative variance of its volume.

    >>> round(lull((0, 0, 20.0), variance=0.0), 1), round(lull((0, 0, 20.0), variance=0.5), 1)
    (16.5, 4.8)
    """
    _, people, usual = total
    size = 1 / max(variance, MIN_VOLUME_VARIANCE)
    nats = -(people + size) * log((people + size) / (usual + size))
    return nats + people * log(people / usual) if people else nats


class Silence:
    """Evidence that a brand is silent; `hear` it whenever the evidence of its anger has been brought up to now.

    >>> evidence, silence = CrisisEvidence(), Silence()
    >>> for minute in range(4320):
    ...     evidence.close(minute, negative_authors=1, authors=5)
    ...     silence.hear(evidence, heard_min=minute)
    >>> evidence.skip(40)
    >>> silence.hear(evidence, heard_min=4319)
    >>> finding = silence.look()
    >>> finding.false_alarms_per_month < 0.05, finding.window_min, finding.unusual.observed
    (True, 15, 0.0)
    """

    __slots__ = ("_extremes", "_found")

    def __init__(self) -> None:
        self._found: list[float] = []  # nats, window, people, usual people; empty: not silent
        self._extremes = OwnExtremes(_usual, SCALE)

    def hear(self, evidence: CrisisEvidence, heard_min: int) -> None:
        """Takes in what the last minutes held; `heard_min` is the last local minute with something in it."""
        best = 0.0
        self._found = []
        sums, variances = evidence.windows
        unfit = evidence.seen <= KNOWN_FROM_MIN or evidence.next_minute - heard_min > LONGEST_MIN
        for j in range(len(sums) if unfit else FIRST_WINDOW, len(sums)):
            if outage(sums[j]) and WINDOWS_MIN[j] <= evidence.awake_min:
                nats = lull(sums[j], variances[j] + evidence.doubt)
                if nats > best:
                    best = nats
                    self._found = [nats, WINDOWS_MIN[j], sums[j][1], sums[j][2]]
        hot = best > 0 and self._extremes.false_alarms_per_month(best) < 1
        self._extremes.notice(best, evidence.next_minute, 1.0, hot)

    def look(self) -> Finding:
        """What is to be said as of the last `hear`."""
        if not self._found:
            return NOTHING
        nats, window, people, usual = self._found
        return Finding(self._extremes.false_alarms_per_month(nats), int(window), Unusual(float(people), round(usual, 1)))

    def wait_min(self, evidence: CrisisEvidence, rate: float) -> int | None:
        """How long nobody must speak before a silence is rarer than `rate` a month; None: not within six hours.

        It is measured by what was usual in the windows that end now.
        """
        sums, variances = evidence.windows
        for j in range(FIRST_WINDOW, len(sums)):
            usual = sums[j][2]
            if usual > OUTAGE_EXPECTED:
                nats = lull((0, 0, usual), variances[j] + evidence.doubt)
                if self._extremes.false_alarms_per_month(nats) < rate:
                    return WINDOWS_MIN[j]
        return None

    def to_state(self) -> list[Any]:
        """Plain values for msgpack."""
        return [self._found, self._extremes.to_state()]

    @classmethod
    def from_state(cls, state: Sequence[Any]) -> "Silence":
        """A detector that goes on exactly where the one that gave `state` was."""
        silence = cls()
        silence._found = list(state[0])
        silence._extremes.restore(state[1])
        return silence
