"""A channel that is away for half an hour: the others don't notice, and when it is back each incident is told once."""

import pytest

from schemas.alert import Alert, Receipt
from schemas.enums import Outcome, Transition
from tests.alerts.outbox_world import MINUTE_MS, START_MS, Killed, World, make_alert, outcomes

OPENED, ESCALATED, ACKNOWLEDGED, REMINDER, UPDATED, RESOLVED = Transition

LIFE = [(0, OPENED), (5, ESCALATED), (20, REMINDER)]
"""Minutes, and what happens."""


def _away(until_min: int) -> World:
    """Slack is away until then."""
    world = World()
    away_until_ms = START_MS + until_min * MINUTE_MS

    def answer(alert: Alert) -> Outcome | None:
        return None if alert.destination == "slack" and world.now_ms < away_until_ms else Outcome.SENT

    world.answer = answer
    return world


def _play(world: World, lives: dict[str, list[tuple[int, Transition]]], minutes: int) -> None:
    """Writes each life to both channels at its time, and lets time pass."""
    for minute in range(minutes):
        for incident, life in lives.items():
            for revision, (at_min, transition) in enumerate(life, 1):
                if at_min == minute:
                    for destination in ("slack", "email"):
                        world.write(make_alert(revision, transition, destination, incident))
        world.run(1)


def _told(world: World, incident: str, destination: str) -> list[Transition]:
    return [a.transition for a in world.received if (a.incident.id, a.destination) == (incident, destination)]


def test_after_half_an_hour_each_incident_is_told_once_and_the_other_channel_had_all() -> None:
    """The newest alert of an incident is the incident; the older ones have a receipt that says what became of them."""
    world = _away(30)
    lives = {f"incident-{number}": LIFE for number in range(20)} | {"over": [*LIFE, (28, RESOLVED)]}
    _play(world, lives, 45)
    for incident, life in lives.items():
        assert _told(world, incident, "slack") == [life[-1][1]]
        assert _told(world, incident, "email") == [transition for _, transition in life]
    dropped = [r for _, r in world.log if isinstance(r, Receipt) and r.outcome is Outcome.SUPERSEDED]
    assert len(dropped) == 2 * 20 + 3
    assert {(r.destination, r.detail) for r in dropped} == {("slack", "a newer alert of the same incident went instead")}
    assert world.outbox.idle


def test_what_follows_at_once_is_still_told_step_by_step() -> None:
    """A receiver that is there sees an opening before its rise."""
    world = _away(0)
    for revision, transition in enumerate((OPENED, ESCALATED, RESOLVED), 1):
        world.write(make_alert(revision, transition))
    world.run(1)
    assert [alert.transition for alert in world.received] == [OPENED, ESCALATED, RESOLVED]


@pytest.mark.parametrize(
    ("life", "away", "told"),
    [
        ([(0, OPENED), (10, RESOLVED)], 30, [RESOLVED]),  # it tells of the whole incident
        ([(0, OPENED), (10, RESOLVED), (20, ESCALATED)], 30, [ESCALATED]),  # nobody was told of the first wave
        ([(0, OPENED), (10, ACKNOWLEDGED)], 30, [ACKNOWLEDGED]),
        ([(0, OPENED), (10, ESCALATED), (29, RESOLVED)], 30, [RESOLVED]),
    ],
)
def test_what_is_told_after_an_outage(life: list[tuple[int, Transition]], away: int, told: list[Transition]) -> None:
    """Whatever the life was."""
    world = _away(away)
    _play(world, {"one": life}, 60)
    assert _told(world, "one", "slack") == told


def test_the_end_of_what_was_told_is_sent_though_it_burns_again() -> None:
    """A pager pages for the second wave only once the first is closed."""
    world = _away(0)
    _play(world, {"one": [(0, OPENED)]}, 2)
    world.answer = lambda _: None
    world.write(make_alert(2, RESOLVED, incident="one"))
    world.run(10)
    world.write(make_alert(3, ESCALATED, incident="one"))
    world.run(10)
    world.answer = lambda _: Outcome.SENT
    world.run(10)
    assert _told(world, "one", "slack") == [OPENED, RESOLVED, ESCALATED]


def test_an_attempt_under_way_is_waited_for_before_something_newer_goes() -> None:
    """Else a trigger that arrives after its resolve stays open for ever."""
    world = _away(0)
    world.write(make_alert(1, OPENED))
    world.answer = lambda _: None
    world.run(1)  # tried, and to be tried again
    world.now_ms += 2 * MINUTE_MS
    (step,) = world.due()
    try:
        world.perform(step, die_at=3)
    except Killed:
        world.restart()
    world.write(make_alert(2, RESOLVED))
    assert world.due() == []
    world.answer = lambda _: Outcome.SENT
    world.run(1)
    assert outcomes(world)[make_alert(1, OPENED).id] is Outcome.SUPERSEDED
    assert [alert.transition for alert in world.received] == [RESOLVED]


def test_a_destination_that_takes_nothing_is_known_until_it_takes_something() -> None:
    """Since when, and why the last time: long before anything expires."""
    world = _away(30)
    _play(world, {"one": LIFE}, 29)
    ((name, (since_ms, _)),) = world.outbox.failing().items()
    assert (name, since_ms) == ("slack", START_MS)
    _play(world, {}, 10)
    assert world.outbox.failing() == {}


def test_what_failed_before_an_alert_expired_says_nothing_of_the_next_one() -> None:
    """Hours later it may be taken at once."""
    world = _away(70)
    _play(world, {"one": [(0, OPENED)]}, 69)
    assert outcomes(world)[make_alert(1, OPENED, incident="one").id] is Outcome.EXPIRED
    world.write(make_alert(2, ESCALATED, incident="one"))
    world.catch_up()
    assert world.outbox.failing() == {}
