"""What one digests record brings out: signals and ticks in the order of log time, numbered. Pure."""

from schemas.series import SeriesBatch
from schemas.signal import SignalRecord, Source, Tick
from schemas.wire import VERSION

TICK_MS = 5_000  # of log time; reminders and closings are decided on ticks, and 5 s is as fine as they need
STEP_MS = 60_000  # when the clock leaps (a backlog, a replay) it is told by the minute …
AFTERMATH_MS = 6 * 3_600_000  # … while an incident may still be open or come back; beyond, one tick for the whole leap


class Emitted:
    """Collects the outputs of the record at `at`; `ticked_ms` is the last tick before it."""

    def __init__(self, at: Source, partitions: int, ticked_ms: int) -> None:
        self.records: list[SignalRecord] = []
        self.series: list[SeriesBatch] = []
        self.ticked_ms = ticked_ms
        self._at = at
        self._partitions = partitions

    def next_source(self) -> Source:
        """The place of the next output: readers skip what isn't newer than the highest they have seen."""
        return Source(self._at.partition, self._at.offset, len(self.records))

    def tick(self, now_ms: int) -> None:
        """Tells the time if enough of it has gone by."""
        if now_ms >= self.ticked_ms + TICK_MS:
            self.ticked_ms = now_ms
            self.records.append(Tick(VERSION, self.next_source(), now_ms, self._partitions))

    def beat(self, now_ms: int, beat_ms: int) -> None:
        """Passes a round of the heartbeat on; time goes with it."""
        self.ticked_ms = max(self.ticked_ms, now_ms)
        self.records.append(Tick(VERSION, self.next_source(), now_ms, self._partitions, beat_ms))

    def tick_until(self, now_ms: int, stated_ms: int) -> None:
        """Tells each minute on the way to `now_ms` that lies within six hours of the last stated level."""
        last = min(now_ms, stated_ms + AFTERMATH_MS)
        while self.ticked_ms + STEP_MS < last and self.ticked_ms:
            self.tick(self.ticked_ms + STEP_MS)
        self.tick(now_ms)
