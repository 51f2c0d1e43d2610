"""What a process finds about itself, when it begins to ring and when it is over."""

from collections.abc import Iterable

import pytest

from alerts.audit import Finding
from schemas.config.model import Lag
from schemas.enums import Audit, Fault
from schemas.logclock import LogClock
from schemas.signal import Trouble
from streams.engine.vitals import PartitionVitals, Vitals
from streams.selfcheck import STALLED_S, STEADY_S, AuditCheck, LagCheck, TimeCheck, undelivered

NOW_MS = 1_700_000_000_000


class _Clock:
    def __init__(self, now_s: float = 0.0) -> None:
        self.now_s = now_s

    def __call__(self) -> float:
        return self.now_s


def test_a_role_that_is_behind_rings_until_it_is_well_again() -> None:
    """From two minutes on, down to one: what wavers about a limit would ring each time."""
    clock, vitals = _Clock(), Vitals()
    check = LagCheck("intake", Lag(), vitals, clock)

    def at(now_s: float, applied: int, end: int) -> list[Trouble]:
        clock.now_s = now_s
        vitals.show({0: PartitionVitals(True, applied=applied, end=end)})
        return check.look()

    assert at(0, 9, 100) == []
    assert at(110, 9, 200) == []
    assert at(130, 9, 300) == [Trouble(Fault.LAG, "intake", "2 min, 290")]
    assert at(140, 199, 400) == []  # what was there at 110 s has been read


def test_many_records_ring_at_once() -> None:
    """They are minutes of work, though they have only just come."""
    vitals = Vitals()
    vitals.show({0: PartitionVitals(True, applied=-1, end=700), 1: PartitionVitals(True, applied=-1, end=500)})
    check = LagCheck("watch", Lag(records=1_000), vitals, _Clock())
    assert check.look() == [Trouble(Fault.LAG, "watch", "0 s, 1200")]
    vitals.show({0: PartitionVitals(True, applied=99, end=700)})
    assert check.look() != []
    vitals.show({0: PartitionVitals(True, applied=399, end=700)})
    assert check.look() == []


def _time(**heard: int) -> LogClock:
    """A clock that has heard of partitions for the last time so many seconds ago, the latest one all the time."""
    clock = LogClock()
    *others, (latest, last_s) = sorted(heard.items(), key=lambda item: -item[1])
    for name, ago_s in others:
        clock = _marked(clock, int(name[1:]), ago_s)
    for ago_s in range(max(heard.values()), last_s - 1, -1):
        clock = _marked(clock, int(latest[1:]), ago_s)
    return clock


def _marked(clock: LogClock, partition: int, ago_s: int) -> LogClock:
    ms = NOW_MS - 1000 * ago_s
    return clock.marked(partition, ms, partitions=2, replay=False, heard_ms=ms)


def test_a_source_partition_that_tells_no_time_rings() -> None:
    """When it has held the clock for a minute, and is still away a moment later."""
    wall = _Clock(NOW_MS / 1000)
    check = TimeCheck("watch", 120, wall)
    one_is_away = [_time(p0=1, p1=200), _time(p0=0, p1=200)]
    assert check.look(one_is_away, "mentions", 2, behind=False) == []
    wall.now_s += STALLED_S
    found = check.look(one_is_away, "mentions", 2, behind=False)
    assert found == [Trouble(Fault.STALLED, "mentions/1", "3 min")]
    assert check.look([_time(p0=0, p1=59)], "mentions", 2, behind=False) == []
    assert check.look(one_is_away, "mentions", 2, behind=False) == []


def test_a_source_partition_that_was_never_heard_of_is_stalled_too() -> None:
    """Nobody has read it since the topic was made."""
    check = TimeCheck("watch", 120, wall := _Clock(NOW_MS / 1000))
    clock = LogClock()
    for ago_s in range(100, -1, -1):
        clock = _marked(clock, 0, ago_s)
    check.look([clock], "mentions", 2, behind=False)
    wall.now_s += STALLED_S
    assert [each.about for each in check.look([clock], "mentions", 2, behind=False)] == ["mentions/1"]


def test_when_nothing_at_all_is_heard_log_time_stands() -> None:
    """All intakes are gone. One who is behind himself can't know, nor one without partitions."""
    wall = _Clock(NOW_MS / 1000)
    check = TimeCheck("watch", 120, wall)
    wall.now_s += 121
    silent = [_time(p0=10, p1=10)]
    assert check.look(silent, "mentions", 2, behind=False) == [Trouble(Fault.CLOCK, "watch", "2 min")]
    assert check.look(silent, "mentions", 2, behind=True) == []
    assert check.look([], "mentions", 2, behind=False) == []
    assert check.look([LogClock()], "mentions", 2, behind=False) == [Trouble(Fault.CLOCK, "watch", "2 min")]


@pytest.mark.parametrize(
    ("failing", "configured", "found"),
    [
        ([{"slack": (NOW_MS - 301_000, "http_503")}], {"slack"}, [Trouble(Fault.DESTINATION, "slack", "http_503, 5 min")]),
        ([{"slack": (NOW_MS - 299_000, "http_503")}], {"slack"}, []),  # not long enough
        ([{"slack": (NOW_MS - 900_000, "")}], {"slack"}, [Trouble(Fault.DESTINATION, "slack", "15 min")]),
        ([{"slack": (NOW_MS - 900_000, "http_503")}], {"email"}, []),  # nobody wants it any more
        (
            [{"slack": (NOW_MS - 400_000, "b")}, {"slack": (NOW_MS - 900_000, "a")}],  # of two partitions the longer
            {"slack"},
            [Trouble(Fault.DESTINATION, "slack", "a, 15 min")],
        ),
    ],
)
def test_a_destination_that_takes_nothing_rings_before_anything_expires(
    failing: list[dict[str, tuple[int, str]]], configured: set[str], found: list[Trouble]
) -> None:
    """On the other channels."""
    assert list(undelivered(failing, configured, NOW_MS, 300_000)) == found


def test_what_the_auditor_finds_counts_when_it_lasts() -> None:
    """Once each in the metric; the alert names the first of them."""
    clock = _Clock()
    counted: list[Finding] = []
    check = AuditCheck("incidents", counted.append, clock)
    one, two = Finding(Audit.NO_END, "ikea-1"), Finding(Audit.OVERDUE, "delta-1")

    def at(now_s: float, *findings: Finding) -> Iterable[Trouble]:
        clock.now_s = now_s
        return check.look(findings)

    assert at(0, one) == []
    assert at(STEADY_S - 1) == []
    assert at(STEADY_S, one, two) == []  # it had been mended meanwhile
    assert at(2 * STEADY_S, one, two) == [Trouble(Fault.AUDIT, "incidents", "no_end ikea-1 (+1)")]
    assert at(2 * STEADY_S + 10, two) == [Trouble(Fault.AUDIT, "incidents", "overdue delta-1")]
    assert counted == [one, two]
