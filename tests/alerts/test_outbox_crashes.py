"""The outbox under any interleaving of reading, sending, waiting and dying."""

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.outbox import Outbox
from schemas.enums import Outcome, Transition
from tests.alerts.outbox_world import Killed, World, make_alert, outcomes

OPENED, ESCALATED, RESOLVED = Transition.OPENED, Transition.ESCALATED, Transition.RESOLVED

_ENDS = (Outcome.SENT, Outcome.SUPERSEDED, Outcome.EXPIRED, Outcome.IN_DOUBT)

operations = st.lists(
    st.one_of(
        st.tuples(st.just("alert"), st.sampled_from(["a", "b"]), st.sampled_from(["slack", "email"])),
        st.tuples(st.just("step"), st.integers(0, 3), st.integers(0, 3)),
        st.tuples(st.just("checkpoint"), st.just(0), st.just(0)),
        st.tuples(st.just("crash"), st.just(0), st.just(0)),
        st.tuples(st.just("wait"), st.integers(0, 600), st.just(0)),
    ),
    max_size=60,
)


class _Story:
    """Plays operations; alerts of an incident cycle through a life."""

    def __init__(self, crashes: bool) -> None:
        self.world = World()
        self.crashes = crashes
        self.revisions: dict[str, int] = {}
        self.written: dict[tuple[str, str], list[str]] = {}

    def play(self, operation: tuple[str, str | int, str | int]) -> None:
        kind, first, second = operation
        if kind == "alert":
            self._alert(str(first), str(second))
        elif kind == "step":
            self._step(int(first), int(second))
        elif kind == "checkpoint":
            self.world.catch_up()
            self.world.checkpoint()
        elif kind == "crash" and self.crashes:
            self.world.restart()
        elif kind == "wait":
            self.world.now_ms += int(first) * 1000

    def _alert(self, incident: str, destination: str) -> None:
        revision = self.revisions[incident] = self.revisions.get(incident, 0) + 1
        alert = make_alert(revision, (RESOLVED, OPENED, ESCALATED)[revision % 3], destination, incident)
        self.written.setdefault((incident, destination), []).append(alert.id)
        self.world.write(alert)

    def _step(self, index: int, die_at: int) -> None:
        steps = self.world.due()
        if index < len(steps):
            try:
                self.world.perform(steps[index], die_at if self.crashes else 0)
            except Killed:
                self.world.restart()


@given(operations)
@settings(max_examples=200)
def test_whatever_dies_and_when_each_alert_is_sent_and_in_order(script: list[tuple[str, str | int, str | int]]) -> None:
    """First arrivals keep the order of the log; nothing is missing but what a newer one told; a repeat was announced."""
    story = _Story(crashes=True)
    for operation in script:
        story.play(operation)
    story.world.run()
    for lane, ids in story.written.items():
        arrivals = [alert.id for alert in story.world.received if (alert.incident.id, alert.destination) == lane]
        ended = outcomes(story.world)
        expected = [alert for alert in ids if ended[alert] is Outcome.SENT]
        # sent, killed before the receipt, and old by then
        unknown = {alert for alert in ids if ended[alert] is Outcome.SUPERSEDED}
        assert [alert for alert in dict.fromkeys(arrivals) if alert not in unknown] == expected
        assert all(ended[alert] in _ENDS for alert in ids)
        assert ended[ids[-1]] is not Outcome.SUPERSEDED
    repeats = len(story.world.received) - len({alert.id for alert in story.world.received})
    assert repeats <= story.world.repeats_in_doubt


@given(operations)
@settings(max_examples=100)
def test_without_a_crash_each_alert_is_sent_exactly_once(script: list[tuple[str, str | int, str | int]]) -> None:
    """Whatever the interleaving of reading, sending and waiting."""
    story = _Story(crashes=False)
    for operation in script:
        story.play(operation)
    story.world.run()
    ids = [alert.id for alert in story.world.received]
    assert len(ids) == len(set(ids))
    ended = outcomes(story.world)
    assert sorted(ids) == sorted(alert for lane in story.written.values() for alert in lane if ended[alert] is Outcome.SENT)


@given(operations)
@settings(max_examples=50)
def test_the_state_is_a_function_of_the_log(script: list[tuple[str, str | int, str | int]]) -> None:
    """Loaded from any checkpoint or read from the beginning: the same."""
    story = _Story(crashes=True)
    for operation in script:
        story.play(operation)
    world = story.world
    world.catch_up()
    fresh = Outbox()
    for offset, (at_ms, record) in enumerate(world.log):
        fresh.apply(record, offset, at_ms)
    incidents = set(story.revisions)
    assert {name: fresh.state(name) for name in incidents} == {name: world.outbox.state(name) for name in incidents}
    assert fresh.position() == world.outbox.position()
