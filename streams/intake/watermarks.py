"""How far time has come in each source partition, as intake tells watch.

Live: the append time of the last record read. Where nothing waits to be read it follows the clock, so that silence is
seen as silence. The clock that counts is the broker's: ours is set back by the smallest delay that was seen between a
record's append and its arrival here, which is at most our clock's lead. Replay: what its control records say, no clock.

A watermark never goes back, but from the end of a replay: a second file may follow. An end is passed on behind the time
before it and never in its place, as both are often read at once and the end moves no clock.
"""

from typing import Literal

from schemas.digest import END_MS, Watermark
from streams.intake.records import Control

MAX_LEAD_MS = 5_000
"""Longest delay that is taken for a lead of our clock; more is a backlog."""


class Watermarks:
    """The watermarks of the source partitions that this process reads."""

    def __init__(self, time: Literal["live", "replay"]) -> None:
        self._live = time == "live"
        self._ms: dict[int, int] = {}
        self._ended: set[int] = set()
        self._lead_ms: int | None = None
        self.learn_until_ms = 0
        """Before this log time nothing rings, says the replay; 0 = no such wish."""

    def only(self, partitions: set[int]) -> None:
        """Takes on the partitions that are new here and gives up the others: their new owners state their time."""
        self._ms = {partition: self._ms.get(partition, 0) for partition in partitions}
        self._ended &= partitions

    def appended(self, partition: int, append_ms: int, now_ms: int) -> None:
        """The last record of a batch was appended at `append_ms` and arrived at `now_ms` of our clock."""
        if self._live:
            delay_ms = max(0, now_ms - append_ms)
            self._lead_ms = delay_ms if self._lead_ms is None else min(self._lead_ms, delay_ms)
            self._raise(partition, min(append_ms, now_ms))

    def controlled(self, partition: int, controls: list[Control]) -> None:
        """Control records of a replay; a live topic has none, and if there are they say nothing."""
        for control in controls if not self._live else ():
            self._raise(partition, control.ms)
            self.learn_until_ms = max(self.learn_until_ms, control.learn_until_ms)

    def caught_up(self, partition: int, now_ms: int) -> None:
        """Everything that lies in the partition at `now_ms` of our clock has been read."""
        if self._live:
            self._raise(partition, now_ms - min(self._lead_ms or 0, MAX_LEAD_MS))

    def current(self) -> list[Watermark]:
        """One for each partition of which the time is known, and one for each that has ended."""
        known = [Watermark(partition, ms) for partition, ms in self._ms.items() if ms > 0]
        known += [Watermark(partition, END_MS) for partition in self._ended]
        return sorted(known, key=lambda mark: (mark.partition, mark.ms))

    def _raise(self, partition: int, ms: int) -> None:
        if partition not in self._ms:
            return
        if ms >= END_MS:
            self._ended.add(partition)
        else:
            self._ms[partition] = ms if partition in self._ended else max(self._ms[partition], ms)
            self._ended.discard(partition)
