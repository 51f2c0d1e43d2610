"""Signs of life, and what happens without them."""

import threading

from streams.engine.vitals import PartitionVitals, Vitals
from streams.engine.watchdog import EXIT_CODE, Watchdog


class _Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_a_process_is_ready_when_all_its_partitions_are_loaded() -> None:
    """Each answer says what is missing."""
    vitals = Vitals()
    assert vitals.ready() == "waiting for Kafka to assign partitions"
    vitals.join()
    assert vitals.ready() is None  # more processes than partitions: nothing to do is fine
    vitals.show({3: PartitionVitals(False, percent=62), 1: PartitionVitals(False), 2: PartitionVitals(True)})
    assert vitals.ready() == "loading the state of partitions 1: 0 %, 3: 62 %"
    vitals.show({3: PartitionVitals(True, applied=6, durable=4, end=10)})
    assert vitals.ready() is None
    assert vitals.partitions[3].lag == 3


def test_an_event_loop_that_stands_still_is_not_healthy() -> None:
    """A tick makes it well again."""
    clock = _Clock()
    vitals = Vitals(clock)
    clock.now_s += 31
    assert vitals.healthy() == vitals.ready() == "the event loop hasn't moved for 31 s"
    vitals.tick()
    assert vitals.healthy() is None


def test_the_watchdog_ends_a_process_that_hangs() -> None:
    """With a code of its own, so that the log of the supervisor tells why."""
    clock, ended, codes = _Clock(), threading.Event(), []

    def end_process(code: int) -> None:
        codes.append(code)
        ended.set()

    watchdog = Watchdog(Vitals(clock), 30.0, end_process)
    clock.now_s += 31
    watchdog.start()
    assert ended.wait(10)
    watchdog.stop()
    assert codes == [EXIT_CODE]


def test_the_watchdog_ends_a_process_that_does_not_end() -> None:
    """Its event loop may tick while a thread of Faust waits for ever."""
    clock = _Clock()
    vitals = Vitals(clock)
    watchdog = Watchdog(vitals, 30.0)
    assert watchdog.problem() is None
    vitals.stop()
    clock.now_s += 21
    vitals.tick()
    assert watchdog.problem() == "it has not ended for 21 s"
