"""The outbox: order, what is not sent any more, and what survives a crash at any point."""

from alerts.outbox import FORGET_RESOLVED_MS, Outbox
from alerts.outbox_lane import UNDER_WAY_MS
from alerts.outbox_steps import Send, Settle
from schemas.alert import Attempt, Receipt
from schemas.enums import Outcome, Transition
from tests.alerts.outbox_world import HOUR_MS, LIVES_MS, MINUTE_MS, START_MS, Killed, World, make_alert, outcomes

OPENED, ESCALATED, ACKNOWLEDGED, REMINDER, UPDATED, RESOLVED = Transition


def _world(*transitions: Transition) -> World:
    world = World()
    for revision, transition in enumerate(transitions, 1):
        world.write(make_alert(revision, transition))
    return world


def _received(world: World) -> list[Transition]:
    return [alert.transition for alert in world.received]


def test_alerts_of_an_incident_arrive_in_the_order_of_their_log() -> None:
    """A rise before its opening would read like two crises."""
    world = _world(OPENED, ESCALATED, ACKNOWLEDGED, RESOLVED)
    world.run(1)
    assert _received(world) == [OPENED, ESCALATED, RESOLVED]


def test_only_the_newest_of_several_updates_is_sent() -> None:
    """It tells everything that the older ones would; they get a receipt that says so."""
    world = _world(OPENED, UPDATED, REMINDER, UPDATED)
    world.run(1)
    assert _received(world) == [OPENED, UPDATED]
    assert list(outcomes(world).values()).count(Outcome.SUPERSEDED) == 2
    assert world.received[-1].incident.revision == 4


def test_a_resolve_waits_until_its_trigger_is_sent() -> None:
    """A pager drops a resolve without an open alert, and then the late trigger stays open for ever."""
    world = _world(OPENED, RESOLVED)
    world.answer = lambda _: None
    (step,) = world.due()
    world.perform(step)
    assert world.due() == []
    world.answer = lambda _: Outcome.SENT
    world.run(1)
    assert _received(world) == [OPENED, RESOLVED]


def test_a_resolve_is_dropped_when_its_trigger_never_arrived() -> None:
    """Who wasn't told that it burns needs no all-clear."""
    world = _world(OPENED, RESOLVED)
    world.answer = lambda _: Outcome.FAILED
    world.run(1)
    assert world.received == []
    assert list(outcomes(world).values()) == [Outcome.FAILED, Outcome.EXPIRED]


def test_a_second_wave_is_judged_by_its_own_trigger() -> None:
    """The failure of the first wave's alert says nothing about the second's."""
    world = _world(OPENED, RESOLVED)
    world.answer = lambda _: Outcome.FAILED
    world.run(1)
    world.answer = lambda _: Outcome.SENT
    world.write(make_alert(3, ESCALATED))
    world.write(make_alert(4, RESOLVED))
    world.run(1)
    assert _received(world) == [ESCALATED, RESOLVED]


def test_what_is_too_old_expires_with_a_receipt() -> None:
    """An alert of yesterday in the middle of the night helps nobody."""
    world = _world(OPENED)
    world.now_ms += HOUR_MS + 1
    (step,) = world.due()
    assert isinstance(step, Settle)
    assert step.outcome is Outcome.EXPIRED


def test_a_resolve_of_a_told_incident_outlives_its_alerts() -> None:
    """An open page that nobody closes is worse than a late all-clear."""
    world = _world(OPENED)
    world.run(1)
    world.write(make_alert(2, RESOLVED))
    world.now_ms += 5 * HOUR_MS
    (step,) = world.due()
    assert isinstance(step, Send)


def test_retry_after_leaves_the_whole_destination_alone() -> None:
    """Other incidents to the same receiver wait too; other receivers don't."""
    world = _world(OPENED)
    world.write(make_alert(1, OPENED, incident="other"))
    world.write(make_alert(1, OPENED, destination="email"))
    first = world.due()[0]
    until_ms = world.now_ms + MINUTE_MS
    world.write(Attempt(1, first.alert.id, "ikea-1", "slack", 1, world.now_ms))
    world.write(Receipt(1, first.alert.id, "ikea-1", "slack", Outcome.FAILED, world.now_ms, 1, "", until_ms, until_ms))
    assert [step.alert.destination for step in world.due()] == ["email"]
    world.now_ms = until_ms
    assert {step.alert.incident.id for step in world.due() if step.alert.destination == "slack"} == {"ikea-1", "other"}


def test_a_repeated_alert_is_known_by_its_id() -> None:
    """The stage before writes its last seconds again after a crash."""
    world = _world(OPENED, OPENED)
    world.write(make_alert(1, OPENED))
    world.run(1)
    world.write(make_alert(1, OPENED))
    world.run(1)
    assert len(world.received) == 2


def test_a_step_under_way_holds_its_lane_and_no_other() -> None:
    """One slow webhook doesn't delay the others."""
    world = _world(OPENED, ESCALATED)
    world.write(make_alert(1, OPENED, destination="email"))
    world.catch_up()
    busy = {make_alert(1, OPENED).id}
    assert [step.alert.destination for step in world.outbox.due(world.now_ms, LIVES_MS, busy)] == ["email"]


def test_a_send_without_receipt_is_made_again_and_says_so() -> None:
    """At least once: a repeat is a nuisance, a loss is a crisis that nobody hears of.

    Not at once: after an orderly hand-over the former owner may be finishing it.
    """
    world = _world(OPENED)
    (step,) = world.due()
    try:
        world.perform(step, die_at=3)
    except Killed:
        world.restart()
    assert world.due() == []
    world.now_ms += UNDER_WAY_MS
    (again,) = world.due()
    assert isinstance(again, Send)
    assert (again.number, again.in_doubt, again.root) == (2, True, step.alert.id)


def test_an_alert_in_doubt_that_expires_is_told_as_in_doubt() -> None:
    """It may have arrived: "expired" would be a lie."""
    world = _world(OPENED)
    (step,) = world.due()
    try:
        world.perform(step, die_at=2)
    except Killed:
        world.restart()
    world.now_ms += 2 * HOUR_MS
    (end,) = world.due()
    assert isinstance(end, Settle)
    assert end.outcome is Outcome.IN_DOUBT


def test_records_about_alerts_that_are_unknown_change_nothing() -> None:
    """A late attempt or receipt of a process that no longer owns the partition."""
    world = _world(OPENED)
    world.run(1)
    before = world.outbox.state("ikea-1")
    for incident in ("ikea-1", "unknown"):
        world.write(Attempt(1, "gone", incident, "slack", 2, world.now_ms))
        world.write(Receipt(1, "gone", incident, "slack", Outcome.SENT, world.now_ms, 2))
    assert world.catch_up() == []
    assert world.due() == []
    assert before is not None
    assert world.outbox.state("unknown") is None


def test_a_receipt_is_noted_once_it_has_been_read() -> None:
    """Until then the sender must hold the alert as busy."""
    world = _world(OPENED)
    (step,) = world.due()
    assert not world.outbox.noted(step.alert, 1)
    world.perform(step)
    assert not world.outbox.noted(step.alert, 1)
    world.catch_up()
    assert world.outbox.noted(step.alert, 1)


def test_a_resolved_incident_is_forgotten_after_an_hour() -> None:
    """Memory doesn't grow with the number of past crises."""
    world = _world(OPENED, RESOLVED)
    world.run(1)
    world.now_ms += FORGET_RESOLVED_MS + 2 * MINUTE_MS
    world.write(make_alert(1, OPENED, incident="other"))
    world.catch_up()
    assert world.outbox.state("ikea-1") is None
    assert "ikea-1" in world.outbox.changed
    assert world.outbox.state("other") is not None


def test_an_open_incident_and_a_waiting_alert_are_not_forgotten() -> None:
    """Whatever still can change anything stays."""
    world = _world(OPENED)
    world.run(1)
    world.now_ms += FORGET_RESOLVED_MS * 3
    world.write(make_alert(1, OPENED, incident="other"))
    world.catch_up()
    assert world.outbox.state("ikea-1") is not None


def test_time_of_a_replayed_story_doesnt_expire_its_alerts() -> None:
    """What counts is when the broker took the alert, not the story's time."""
    outbox = Outbox()
    outbox.apply(make_alert(1, OPENED), 0, START_MS + 10 * 365 * 24 * HOUR_MS)
    (step,) = outbox.due(START_MS + 10 * 365 * 24 * HOUR_MS, LIVES_MS)
    assert isinstance(step, Send)
