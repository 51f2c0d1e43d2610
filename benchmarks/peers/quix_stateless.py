"""Quix Streams 3.28.1 without state, for information: what its counts are worth is lost with the process.

Settings as in `quix`, no state directory, no changelog.
"""

from collections import Counter

from benchmarks.peers.quix import application
from benchmarks.peers.task import OneByOne, Task


def run(task: Task) -> None:
    """Until all mentions are counted."""
    app, work = application(task), OneByOne(task)
    counts: Counter[str] = Counter()
    begun = False

    def count(value: bytes) -> None:
        nonlocal begun
        if not begun:
            begun = True
            task.begin()
        for key in work.keys(value):
            counts[key] += 1

    app.dataframe(app.topic(task.topic, value_deserializer="bytes", key_deserializer="bytes")).update(count)
    app.run(count=task.mentions, collect=False)
    task.end(lambda: counts)


if __name__ == "__main__":
    run(Task.told())
