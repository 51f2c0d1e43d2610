"""Heartbeats on their way: the proof that every process of the pipeline works, partition by partition.

1. Once a round each source partition gets a mention of ours. Each stage passes a round on when it has heard it on *every*
   partition of its input, so one that hangs, anywhere, stops the heartbeat of the whole installation.
2. A round is named by its time. One that comes again, or late, changes nothing.
3. It travels beside digests, ticks and alerts, never as one: no figure has it and nobody is called by it.
"""

from typing import Self

import msgspec

from schemas.wire import Ms


class Beat(msgspec.Struct, frozen=True, array_like=True):
    """A round that has come through one partition."""

    partition: int
    ms: Ms  # the round: wall clock of its beginning


class Beats(msgspec.Struct, frozen=True, array_like=True):
    """Which rounds have come through which partitions; a value, so that it can be part of a state.

    >>> beats = Beats().heard(0, 60_000, partitions=2)
    >>> beats.passed_ms
    0
    >>> beats.heard(1, 60_000, partitions=2).passed_ms
    60000
    """

    newest: dict[int, int] = {}
    passed_ms: int = 0  # newest round that has come through all partitions

    def heard(self, partition: int, ms: int, partitions: int) -> Self:
        """The beats after one more, of one of `partitions` partitions; of another one they stay as they are."""
        if not 0 <= partition < partitions:
            return self
        newest = self.newest | {partition: max(ms, self.newest.get(partition, 0))}
        return type(self)(newest, max(self.passed_ms, min(newest.get(number, 0) for number in range(partitions))))
