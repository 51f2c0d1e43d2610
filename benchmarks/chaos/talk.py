"""What people say while things break: everyday talk about brands of very unequal size, three crises, repeats, broken lines.

Mentions are sent at the second in which they are seen, and written to a file as they were sent: the truth for the check.
"""

import json
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from heapq import merge
from pathlib import Path
from typing import Any

import numpy as np
from confluent_kafka import KafkaError, Message, Producer

from benchmarks.load import Shape, mentions
from benchmarks.phrases import Tone, clauses
from streams.sources.place import place_of

CRISES = 3
ANGRY_A_SECOND = 4.0
_CHUNK_S = 5.0
_REPEATS = 0.01  # of all mentions, sent again some seconds later
_REPEAT_AFTER_S = (0.5, 20.0)
_BROKEN = 0.002
_SLICE_S = 0.01
_FLUSH_WITHIN_S = 300.0

Timed = tuple[float, bytes]
"""Seconds after the beginning, and a line."""


class Talk(threading.Thread):
    """Sends for so many seconds; `ended` then says how many lines were sent."""

    def __init__(
        self, brokers: str, topic: str, partitions: int, named: Sequence[dict[str, Any]], rate: float, seconds: float,
        seed: int, file: Path,
    ) -> None:  # fmt: skip
        """`named`: the brands; the last three have the crises. `file` takes what was sent, a line each."""
        super().__init__(name="talk", daemon=True)
        self.sent = 0
        self.broken = 0
        self.failures: list[str] = []
        """What the broker didn't take: then there is no truth."""
        self.begun = datetime.now(UTC)
        self.late_s = 0.0
        """By how much the sender was behind at worst."""
        self._topic, self._partitions = topic, partitions
        self._named, self._rate, self._seconds, self._seed = list(named), rate, seconds, seed
        self._file = file
        self._stopping = threading.Event()
        self._producer = Producer(
            {
                "bootstrap.servers": brokers,
                "log_level": 0,
                "acks": "all",  # a send that is made again is a repeat like any other: intake knows it by its id
                "linger.ms": 5,
                "queue.buffering.max.messages": 2_000_000,
                "queue.buffering.max.kbytes": 1_500_000,
                "message.timeout.ms": 600_000,
                "on_delivery": self._delivered,
            }
        )

    def cut_short(self) -> None:
        """Ends it early."""
        self._stopping.set()

    def run(self) -> None:
        """The thread's work."""
        self.begun = datetime.now(UTC)
        started_s = time.monotonic()
        with self._file.open("wb") as file:
            for at_s, line in self._lines():
                while (wait_s := started_s + at_s - time.monotonic()) > 0 and not self._stopping.is_set():
                    self._producer.poll(min(wait_s, _SLICE_S))
                if self._stopping.is_set():
                    break
                self.late_s = max(self.late_s, -wait_s)
                key, partition = place_of(line, self._partitions)
                self._producer.produce(self._topic, line, key, partition)
                file.write(line + b"\n")
                self.sent += 1
        if left := self._producer.flush(_FLUSH_WITHIN_S):
            self.failures.append(f"{left} mentions were never taken")

    def _delivered(self, error: KafkaError | None, _: Message) -> None:
        if error is not None:
            self.failures.append(error.str())

    def _lines(self) -> Iterator[Timed]:
        return merge(self._everyday(), crises(self._named[-CRISES:], self._seconds, self.begun), key=lambda each: each[0])

    def _everyday(self) -> Iterator[Timed]:
        """The talk with some of it repeated and some broken lines, in order of time."""
        chance = np.random.default_rng(self._seed)
        named, waiting = self._named[:-CRISES], list[Timed]()
        for chunk in range(int(np.ceil(self._seconds / _CHUNK_S))):
            start_s, number = chunk * _CHUNK_S, int(self._rate * _CHUNK_S)
            at = self.begun + timedelta(seconds=start_s)
            shape = Shape(start=f"{at:%Y-%m-%dT%H:%M:%S.%f}"[:-3], span_s=_CHUNK_S, first_id=chunk * number)
            made = mentions(number, named, seed=self._seed + chunk, shape=shape)
            timed = [(start_s + index / self._rate, line) for index, line in enumerate(made)]
            dice = chance.random((2, number))
            again = [
                (timed[i][0] + chance.uniform(*_REPEAT_AFTER_S), timed[i][1]) for i in np.flatnonzero(dice[0] < _REPEATS)
            ]
            broken = [(timed[i][0], timed[i][1][:-9]) for i in np.flatnonzero(dice[1] < _BROKEN)]
            self.broken += len(broken)
            waiting = sorted([*waiting, *timed, *again, *broken], key=lambda each: each[0])
            end_s = start_s + _CHUNK_S
            yield from (each for each in waiting if each[0] < end_s)
            waiting = [each for each in waiting if each[0] >= end_s]


def crises(named: Sequence[dict[str, Any]], seconds: float, start: datetime) -> Iterator[Timed]:
    """Anger about one of these brands after another, each for an eighth of the time, at least 20 s."""
    chance = np.random.default_rng(7)
    pool = clauses(1, Tone.NEGATIVE)
    lasts_s = max(20.0, seconds / 8)
    for number, brand in enumerate(named):
        first_s = seconds * (0.1 + 0.25 * number)
        for index, at_s in enumerate(np.sort(chance.uniform(first_s, first_s + lasts_s, int(lasts_s * ANGRY_A_SECOND)))):
            said = ". ".join(pool[pick] for pick in chance.integers(0, len(pool), 3))
            record = {
                "id": f"angry-{number}-{index}",
                "source": "bluesky",
                "observed_at": (start + timedelta(seconds=float(at_s))).isoformat(),
                "text": f"{brand['names'][0]}: {said}!",
                "author": {"id": f"angry{number}-{index}", "handle": f"angry{index}", "followers": index},
                "lang": "en",
            }
            yield float(at_s), json.dumps(record).encode()
