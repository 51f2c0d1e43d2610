"""Hour and kind of day of a minute in the brand's local time."""

DAY_MIN = 1440
HOUR_MIN = 60


def hour_of(minute: int) -> float:
    """Hour of the day, 0 ≤ hour < 24, of a local minute index (minutes since 1970-01-01 00:00 local time).

    >>> hour_of(90)
    1.5
    """
    return minute % DAY_MIN / HOUR_MIN


def weekend_of(minute: int) -> int:
    """1 on Saturdays and Sundays, else 0. Day 0 was a Thursday.

    >>> [weekend_of(day * DAY_MIN) for day in range(7)]
    [0, 0, 1, 1, 0, 0, 0]
    """
    return 1 if (minute // DAY_MIN + 3) % 7 >= 5 else 0
