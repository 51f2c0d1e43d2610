"""Quix Streams 3.28.1 with state: RocksDB and a changelog topic, one event at a time.

Settings: at-least-once (or exactly-once, where the task says so) and a commit every 5 s, its defaults; a session timeout of
10 s; values as bytes, decoded by msgspec. Counts are kept in the
state of the source partition, so no second topic is needed to sort mentions by brand.
"""

from collections import Counter
from pathlib import Path

from quixstreams import Application, State
from rocksdict import AccessType, Options, Rdict

from benchmarks.peers.task import OneByOne, Task


def application(task: Task) -> Application:
    """The application, with the settings that both variants have."""
    return Application(
        broker_address=task.broker,
        consumer_group=task.name,
        auto_offset_reset="earliest",
        state_dir=task.folder,
        loglevel="WARNING",
        processing_guarantee="exactly-once" if task.exactly_once else "at-least-once",
        consumer_extra_config={"session.timeout.ms": 10_000},
    )


def kept_in(folder: Path) -> Counter[str]:
    """The counts as they lie in RocksDB, a store a source partition; keys are `<message key>|"<our key>"`."""
    whole: Counter[str] = Counter()
    for marker in folder.rglob("CURRENT"):
        store = Rdict(str(marker.parent), options=Options(raw_mode=True), access_type=AccessType.read_only())
        for key, count in store.items():
            if key.endswith(b'"'):
                whole[key.decode().split('"')[1]] += int(count)
    return whole


def run(task: Task) -> None:
    """Until all mentions are counted; the last checkpoint is written when the application stops."""
    app, work = application(task), OneByOne(task)
    begun = False

    def count(value: bytes, state: State) -> None:
        nonlocal begun
        if not begun:
            begun = True
            task.begin()
        for key in work.keys(value):
            state.set(key, state.get(key, 0) + 1)

    frame = app.dataframe(app.topic(task.topic, value_deserializer="bytes", key_deserializer="bytes"))
    frame.update(count, stateful=True)
    app.run(count=task.mentions, collect=False)
    task.end(lambda: kept_in(Path(task.folder)))


if __name__ == "__main__":
    run(Task.told())
