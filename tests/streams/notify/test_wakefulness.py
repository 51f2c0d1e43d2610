"""When a process may trust that its partitions are its own."""

from streams.notify.wakefulness import Wakefulness


class _Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def _made() -> tuple[Wakefulness, _Clock]:
    clock = _Clock()
    return Wakefulness(session_timeout_s=10, heartbeat_s=3, clock_s=clock), clock


def test_whoever_looks_often_is_awake() -> None:
    """Gaps below the session timeout less a heartbeat prove that the session can't have ended unseen."""
    wakefulness, clock = _made()
    for _ in range(10):
        clock.now_s += 6.9
        assert wakefulness.awake()


def test_after_a_long_gap_it_is_silent_for_a_session() -> None:
    """By then a heartbeat has been refused, or the membership stands."""
    wakefulness, clock = _made()
    clock.now_s += 7.1
    assert not wakefulness.awake()
    clock.now_s += 6
    assert not wakefulness.awake()
    clock.now_s += 4
    assert wakefulness.awake()


def test_a_partition_given_by_the_group_proves_the_membership() -> None:
    """Nobody looks at the clock while no partition is owned."""
    wakefulness, clock = _made()
    clock.now_s += 60
    wakefulness.renew()
    assert wakefulness.awake()


def test_the_systems_clock_moves() -> None:
    """The default is a real clock."""
    assert Wakefulness(10, 3).awake()
