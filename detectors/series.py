"""Any series of counts, scored row by row and causally: a row's score depends on it and on earlier rows only."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from math import isfinite
from statistics import median
from typing import Any, Protocol

from detectors.return_period import ALARM_SCORE, ReturnPeriod

DEFAULT_BUCKET_S = 300.0
MIN_BUCKET_S, MAX_BUCKET_S = 1.0, 86_400.0
FIRST_ROWS = 6
"""The bucket width is the median of the first 5 gaps between rows, which one odd gap doesn't move."""


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """What a row of a series gets."""

    score: float
    """0–1, higher is stranger."""
    alarm: bool


class SeriesDetector(Protocol):
    """What scores a series."""

    def update(self, ts_s: float, value: float) -> float:
        """Scores a finite value in 0–1, then learns it; ``ts_s`` never goes back."""


class RiverSeries:
    """Any river anomaly detector as a detector of series.

    It sees ``{"value": value}``, and its score s ≥ 0, whatever its range, becomes s / (1 + s).

    >>> from river import anomaly
    >>> detector = RiverSeries(anomaly.HalfSpaceTrees(seed=1))
    >>> detector.update(0.0, 5.0)
    0.0
    """

    def __init__(self, detector: Any) -> None:
        self._detector = detector

    def update(self, ts_s: float, value: float) -> float:
        x = {"value": value}
        score = max(0.0, float(self._detector.score_one(x)))
        self._detector.learn_one(x)
        return score / (1 + score) if isfinite(score) else 1.0


def score_series(
    rows: Iterable[tuple[datetime, float]],
    build: Callable[[float], SeriesDetector] = ReturnPeriod,
    threshold: float = ALARM_SCORE,
) -> Iterator[SeriesPoint]:
    """One point a row, in order; ``alarm`` is score ≥ ``threshold``.

    Times without a zone are UTC. Rows needn't be regular; a time that goes back counts as the latest time so
    far. NaN and infinity score 0 and teach nothing; negative numbers are taken by ``ReturnPeriod`` as 0.
    ``build`` makes a detector for a bucket width in seconds. The width is only known after some rows, so for the
    first ones the detector is built anew and shown them again.

    >>> rows = [(datetime(2024, 1, 1 + i // 24, i % 24), 20.0) for i in range(500)]
    >>> points = list(score_series([*rows[:400], (rows[400][0], 400.0), *rows[401:]]))
    >>> [i for i, point in enumerate(points) if point.alarm]
    [400]
    """
    first: list[tuple[float, float]] = []
    latest_s = float("-inf")
    detector = build(DEFAULT_BUCKET_S)
    for time, value in rows:
        if not isfinite(value):
            yield SeriesPoint(0.0, alarm=False)
            continue
        latest_s = max(latest_s, _seconds(time))
        if len(first) < FIRST_ROWS:
            first.append((latest_s, value))
            detector = build(_bucket_s([ts_s for ts_s, _ in first]))
            for row in first[:-1]:
                detector.update(*row)
        score = detector.update(latest_s, value)
        yield SeriesPoint(score, alarm=score >= threshold)


def _seconds(time: datetime) -> float:
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()


def _bucket_s(times_s: list[float]) -> float:
    """Median of the gaps between times, 1 s to 1 day; 300 s without a gap.

    >>> _bucket_s([0.0, 60.0, 120.0, 7200.0]), _bucket_s([0.0])
    (60.0, 300.0)
    """
    gaps = [later - earlier for earlier, later in pairwise(times_s) if later > earlier]
    return min(max(median(gaps), MIN_BUCKET_S), MAX_BUCKET_S) if gaps else DEFAULT_BUCKET_S
