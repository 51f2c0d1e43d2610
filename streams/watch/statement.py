"""When a level of one brand is told: it is new, it has changed, a minute has passed; and once more when it is over. Pure."""

from typing import Any

from streams.watch.looks import STATED_BELOW

RESTATE_MS = 60_000  # at least once a minute of log time
CHANGE = 2.0  # a level whose rate has changed by this factor is stated at once


class Statement:
    """What was last said of one thing that is watched of a brand."""

    __slots__ = ("rate", "since_ms", "stated_ms")

    def __init__(self, since_ms: int = 0, stated_ms: int = 0, rate: float = 0.0) -> None:
        self.since_ms = since_ms  # since when there has been evidence; 0 = there is none
        self.stated_ms = stated_ms  # when it was last stated …
        self.rate = rate  # … and how often a month peace alone would show as much

    def due(self, rate: float, now_ms: int) -> bool:
        """Takes in the rate of now (false alarms a month); whether it is to be stated."""
        above = rate < STATED_BELOW
        if above and not self.since_ms:
            self.since_ms = now_ms
        if not above and not self.stated_ms:
            self.since_ms = 0
            return False
        changed = not above or not self.rate or not 1 / CHANGE < rate / self.rate < CHANGE
        return changed or now_ms >= self.stated_ms + RESTATE_MS

    def done(self, rate: float, now_ms: int) -> bool:
        """Notes that it was stated; whether it lasts, so that it is stated again `RESTATE_MS` later."""
        if rate < STATED_BELOW:
            self.rate, self.stated_ms = rate, now_ms
            return True
        self.rate, self.stated_ms, self.since_ms = 0.0, 0, 0
        return False

    def to_state(self) -> list[Any]:
        """Plain values, in the order of the arguments."""
        return [self.since_ms, self.stated_ms, self.rate]
