"""One of river's detectors in the place of ours, on how many people are angry in each 5 min.

River's detectors give a score and set no threshold, and each has a scale of its own. So that the budget of false alarms
means the same whichever judges:

1. **Rows**: angry people in 5 min; minutes of which nothing is said hold none. `HalfSpaceTrees` gets them scaled to 0–1, as
   river advises.
2. **Score** s of a row, before it is learned. Of those that end at 1 (`BOUNDED`) it is taken as −ln(1 − s). A row with
   fewer angry people than the mean of all rows scores 0: nobody is called because it is quiet.
3. **Calibration**: the largest score of a day is a maximum, so days follow a Gumbel distribution (a, b), and what exceeds x
   comes 30.4 exp(−(x − a)/b) times a month (`detectors.extremes`). a and b come from the last 28 days by moments, b = √6/π
   times their standard deviation; before there are enough days, from what days of an exponential score show: of 288 rows
   with mean m the largest is m ln 288 + 0.577 m in the mean, so b = mean/6.24. Two whole days are needed to say anything.

**State.** River's objects can't be written as plain values, and a pickle out of a topic would be code from a stranger. So
the rows are kept, and a restart learns them again. To end that, a second detector begins after `GENERATION_ROWS` rows and
takes over after as many more: a detector knows 5 to 10 days.
"""

from array import array
from collections.abc import Callable
from math import exp, log, pi, sqrt
from typing import Any

from river.base import SupervisedAnomalyDetector

from detectors.calibration import GUMBEL_MEAN, MONTH_MIN
from detectors.clock import DAY_MIN
from detectors.extremes import DAYS_A_MONTH, MOST_U
from detectors.minute import NOTHING, Finding, Minute
from detectors.part import Part

ROW_MIN = 5
DAY_ROWS = DAY_MIN // ROW_MIN
GENERATION_ROWS = 5 * DAY_ROWS
DAYS_KEPT = 28
LEAST_DAYS = 2
PRIOR_DAYS = 4.0
"""What the scale of exponential scores is worth."""
PRIOR_SCALE: float = 1 / (log(DAY_ROWS) + GUMBEL_MEAN)
LARGEST_ROW = 65_535
BOUNDED = frozenset({"HalfSpaceTrees", "GaussianScorer"})
SCALED = frozenset({"HalfSpaceTrees"})
_SMALLEST = 1e-15  # 1 − s is no smaller in floating point

Build = Callable[[], Any]


class Scorer:
    """A detector of river's behind one interface: a row's score, and learning it."""

    def __init__(self, build: Build) -> None:
        model = build()
        kind = type(model).__name__
        self._bounded = kind in BOUNDED
        self._supervised = isinstance(model, SupervisedAnomalyDetector)
        self._model = _scaled(model) if kind in SCALED else model
        self._rows = 0
        self._sum = 0

    def score(self, value: int) -> float:
        """Of a row with so many angry people; learns nothing, ≥ 0."""
        if value * self._rows <= self._sum:
            return 0.0
        found = float(self._model.score_one(*self._asked(value)))
        return -log(max(1 - found, _SMALLEST)) if self._bounded else max(found, 0.0)

    def learn(self, value: int) -> None:
        """Rows come in order."""
        self._model.learn_one(*self._asked(value))
        self._rows += 1
        self._sum += value

    def _asked(self, value: int) -> tuple[Any, ...]:
        return (None, float(value)) if self._supervised else ({"value": float(value)},)


def _scaled(model: Any) -> Any:
    from river import compose, preprocessing  # half a second that only those pay who want one

    return compose.Pipeline(preprocessing.MinMaxScaler(), model)


class RiverSeries(Part):
    """Evidence of a surge as one of river's detectors sees it; a `detectors.minute.MinuteDetector`.

    >>> from river import anomaly
    >>> series = RiverSeries(lambda: anomaly.GaussianScorer(window_size=288))
    >>> for minute in range(4 * 1440):
    ...     series.close(Minute(minute, 9, 3, 9, 2 + minute * 7 % 11 % 3, (), 0, frozen=False))
    >>> for minute in range(4 * 1440, 4 * 1440 + 10):
    ...     series.close(Minute(minute, 90, 60, 90, 60, (), 0, frozen=False))
    >>> series.look(4 * 1440 + 10).false_alarms_per_month < 0.1
    True
    """

    STATE = ("row", "open", "last", "rows", "maxima", "day", "today")

    def __init__(self, build: Build) -> None:
        self._build = build
        self.row = -1  # the open one, since the epoch; it has `open` angry people so far
        self.open = 0
        self.last = 0.0  # score of the row before it
        self.rows = array("H")  # all before it that the older detector has learned
        self.maxima = array("d")  # of days, oldest first
        self.day = -1
        self.today = 0.0
        self._scorers = [Scorer(build)]

    def close(self, minute: Minute) -> None:
        """Learns a minute; those come in order."""
        row = minute.minute // ROW_MIN
        if self.row < 0:
            self.row = row
        self._end_until(row)
        if row == self.row:
            self.open = min(self.open + minute.negative_authors, LARGEST_ROW)

    def look(self, minute: int) -> Finding:
        """What the newest row says, or the last whole one where that says more; nothing of rows of which nobody spoke."""
        if len(self.maxima) < LEAST_DAYS or minute // ROW_MIN > self.row + 1:
            return NOTHING
        score = self._scorers[0].score(self.open)
        if minute // ROW_MIN == self.row:
            score = max(score, self.last)
        return Finding(self._rate(score), ROW_MIN) if score > 0 else NOTHING

    def _rate(self, score: float) -> float:
        days = len(self.maxima)
        mean = sum(self.maxima) / days
        variance = sum((each - mean) ** 2 for each in self.maxima) / max(days - 1, 1)
        scale = (days * sqrt(6 * variance) / pi + PRIOR_DAYS * mean * PRIOR_SCALE) / (days + PRIOR_DAYS)
        u = (score - (mean - GUMBEL_MEAN * scale)) / max(scale, _SMALLEST)
        return min(DAYS_A_MONTH * exp(-max(min(u, MOST_U), -10.0)), MONTH_MIN)

    def _end_until(self, row: int) -> None:
        if row - self.row > 2 * GENERATION_ROWS:  # nothing of what was known would be left
            self.row, self.open, self.last = row, 0, 0.0
            self.rows, self._scorers = array("H"), [Scorer(self._build)]
        while self.row < row:
            self._end()

    def _end(self) -> None:
        """The open row is over."""
        score = self._scorers[0].score(self.open)
        day = self.row // DAY_ROWS
        if day != self.day:
            if self.day >= 0 and len(self.rows) >= DAY_ROWS:  # the first day's rows were scored by one that knew nothing
                self.maxima = array("d", [*self.maxima, self.today][-DAYS_KEPT:])
            self.day, self.today = day, 0.0
        self.today = max(self.today, score)
        self._learn(self.open)
        self.row, self.open, self.last = self.row + 1, 0, score

    def _learn(self, value: int) -> None:
        if len(self.rows) == GENERATION_ROWS:
            self._scorers.append(Scorer(self._build))
        if len(self.rows) == 2 * GENERATION_ROWS:
            self._scorers = [self._scorers[1], Scorer(self._build)]
            self.rows = self.rows[GENERATION_ROWS:]
        self.rows.append(value)
        for scorer in self._scorers:
            scorer.learn(value)

    def restore(self, state: list[Any]) -> None:
        """Takes over a state; learns its rows again, up to 2,880 of them."""
        super().restore(state)
        rows, self.rows = self.rows, array("H")
        self._scorers = [Scorer(self._build)]
        for value in rows:
            self._learn(value)
