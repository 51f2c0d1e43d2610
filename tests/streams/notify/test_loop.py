"""The sending loop: order, silence while it can't know, and what each failure of a receiver leads to."""

import pytest

from schemas.alert import Alert, Attempt, Receipt
from schemas.enums import Channel, Outcome, Transition
from streams.receivers import Fault, Receivers
from tests.alerts.outbox_world import make_alert
from tests.streams.notify.bench import SESSION_S, Bench

OPENED, ESCALATED, RESOLVED = Transition.OPENED, Transition.ESCALATED, Transition.RESOLVED
ALL = list(Channel)


def _outcomes(bench: Bench) -> list[Outcome]:
    return [outcome for _, outcome in bench.settled]


async def test_an_alert_reaches_every_channel_and_its_receipt_the_log(bench: Bench, receivers: Receivers) -> None:
    """Attempt, send, receipt; then incidents is told."""
    bench.load()
    for channel in ALL:
        bench.write(make_alert(1, OPENED, channel))
    await receivers.wait_for(4)
    await bench.until(lambda: len(bench.settled) == 4)
    assert {each.channel for each in receivers.taken} == set(ALL)
    assert len(bench.attempts) == 4
    assert {delivery.destination for delivery in bench.deliveries} == set(ALL)
    assert {delivery.outcome for delivery in bench.deliveries} == {Outcome.SENT}


async def test_a_resolve_follows_its_trigger(bench: Bench, receivers: Receivers) -> None:
    """Even when both wait at the start."""
    bench.write(make_alert(1, OPENED, "pagerduty"))
    bench.write(make_alert(2, RESOLVED, "pagerduty"))
    bench.load()
    taken = await receivers.wait_for(4)
    assert [each.body["event_action"] for each in taken] == ["trigger", "resolve", "resolve", "resolve"]


async def test_nothing_is_sent_before_the_log_is_read_to_its_end(bench: Bench, receivers: Receivers) -> None:
    """A receipt may lie there: without it an alert would go out twice."""
    alert = make_alert(1, OPENED)
    bench.held = True
    bench.write(alert)
    bench.write(make_alert(1, OPENED, "webhook"))
    bench.write(Attempt(1, alert.id, alert.incident.id, "slack", 1, 0))
    bench.write(Receipt(1, alert.id, alert.incident.id, "slack", Outcome.SENT, 0, 1))
    bench.load()
    bench.stage.outbox.apply(alert, 0, bench.log[0][0])
    bench.loop.applied(0)
    await bench.ticks()
    assert receivers.taken == []
    bench.held = False
    bench.read = 0
    bench.catch_up()
    await receivers.wait_for(1)
    assert [each.channel for each in receivers.taken] == [Channel.WEBHOOK]


async def test_an_alert_is_not_sent_twice_before_its_own_receipt_is_read(bench: Bench, receivers: Receivers) -> None:
    """The stage may lag behind what the senders write."""
    bench.load()
    bench.write(make_alert(1, OPENED))
    await receivers.wait_for(1)
    bench.held = True
    bench.write(make_alert(1, OPENED, "webhook"))
    await bench.until(lambda: len(bench.receipts) == 1)
    bench.loop.applied(0)
    await bench.ticks()
    assert len(receivers.of(Channel.SLACK)) == 1


async def test_a_restart_sends_nothing_again(bench: Bench, receivers: Receivers) -> None:
    """The log knows what was sent."""
    bench.load()
    bench.write(make_alert(1, OPENED))
    await bench.until(lambda: bench.settled != [])
    await bench.close()
    bench.restart()
    bench.load()
    bench.catch_up()
    bench.write(make_alert(1, OPENED, "webhook"))
    await bench.until(lambda: len(bench.settled) == 2)
    assert len(receivers.of(Channel.SLACK)) == 1


async def test_an_attempt_that_a_dead_process_left_is_made_again(bench: Bench, receivers: Receivers) -> None:
    """At least once; the receipt says that it may have arrived twice."""
    alert = make_alert(1, OPENED)
    bench.write(alert)
    bench.write(Attempt(1, alert.id, alert.incident.id, "slack", 1, 0), age_s=10)
    bench.load()
    await receivers.wait_for(1)
    await bench.until(lambda: bench.settled != [])
    assert bench.receipts[-1].attempt == 2
    assert "may have arrived twice" in bench.receipts[-1].detail


@pytest.mark.parametrize("channel", ALL)
@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.LIMIT])
async def test_a_failure_that_passes_is_tried_again(
    fault: Fault, channel: Channel, bench: Bench, receivers: Receivers
) -> None:
    """500 or 429, 421 or 451: arrives once."""
    receivers.fail(channel, fault, times=2, seconds=0.1)
    bench.load()
    bench.write(make_alert(1, OPENED, channel))
    await bench.until(lambda: bench.settled != [])
    assert _outcomes(bench) == [Outcome.SENT]
    assert len(receivers.taken) == 1
    assert [receipt.outcome for receipt in bench.receipts] == [Outcome.FAILED, Outcome.FAILED, Outcome.SENT]


@pytest.mark.parametrize("channel", ALL)
async def test_a_refusal_is_final(channel: Channel, bench: Bench, receivers: Receivers) -> None:
    """404 or 550; incidents hears of it."""
    receivers.fail(channel, Fault.REFUSE)
    bench.load()
    bench.write(make_alert(1, OPENED, channel))
    await bench.until(lambda: bench.settled != [])
    assert _outcomes(bench) == [Outcome.FAILED]
    assert bench.deliveries[0].detail in ("http_404", "smtp_550")


@pytest.mark.parametrize("fault", [Fault.CLOSE, Fault.TRICKLE])
@pytest.mark.parametrize("channel", ALL)
async def test_a_receiver_that_closes_or_answers_slowly_gets_it_once(
    fault: Fault, channel: Channel, bench: Bench, receivers: Receivers
) -> None:
    """What closes without taking is tried again; what answers byte by byte has answered."""
    receivers.fail(channel, fault)
    bench.load()
    bench.write(make_alert(1, OPENED, channel))
    await bench.until(lambda: bench.settled != [])
    assert _outcomes(bench) == [Outcome.SENT]
    assert len(receivers.taken) == 1


@pytest.mark.parametrize("fault", [Fault.DROP, Fault.HALF])
@pytest.mark.parametrize("channel", ALL)
async def test_a_lost_answer_is_in_doubt_and_sent_again(
    fault: Fault, channel: Channel, bench: Bench, receivers: Receivers
) -> None:
    """The receiver's key makes the second one harmless where it has one."""
    receivers.fail(channel, fault)
    bench.load()
    bench.write(make_alert(1, OPENED, channel))
    first, second = await receivers.wait_for(2)
    await bench.until(lambda: bench.settled != [])
    assert [receipt.outcome for receipt in bench.receipts] == [Outcome.IN_DOUBT, Outcome.SENT]
    match channel:
        case Channel.WEBHOOK:
            assert first.headers["webhook-id"] == second.headers["webhook-id"]
        case Channel.PAGERDUTY:
            assert first.body["dedup_key"] == second.body["dedup_key"]
        case Channel.EMAIL:
            assert first.headers["Message-ID"] == second.headers["Message-ID"]
        case Channel.SLACK:
            assert "may be a repeat" in str(second.body)


async def test_a_slow_webhook_delays_nobody_else(bench: Bench, receivers: Receivers) -> None:
    """Other destinations, and other incidents to the same one."""
    receivers.fail(Channel.WEBHOOK, Fault.SLOW, seconds=5)
    bench.load()
    bench.write(make_alert(1, OPENED, "webhook"))
    await bench.until(lambda: len(bench.attempts) == 1)
    bench.write(make_alert(1, OPENED, "slack"))
    bench.write(make_alert(1, OPENED, "webhook", "other"))
    taken = await receivers.wait_for(2, within_s=4.5)
    assert {each.channel for each in taken} == {Channel.SLACK, Channel.WEBHOOK}
    assert all("other" in each.raw.decode() for each in taken if each.channel is Channel.WEBHOOK)


async def test_retry_after_leaves_the_destination_alone_and_no_other(bench: Bench, receivers: Receivers) -> None:
    """The second incident to Slack isn't even attempted meanwhile."""
    receivers.fail(Channel.SLACK, Fault.LIMIT, seconds=1)
    bench.load()
    bench.write(make_alert(1, OPENED))
    await bench.until(lambda: len(bench.receipts) == 1)
    bench.write(make_alert(1, OPENED, incident="other"))
    bench.write(make_alert(1, OPENED, "email"))
    await receivers.wait_for(1, Channel.EMAIL)
    assert receivers.of(Channel.SLACK) == []
    assert len([each for each in bench.attempts if each.destination == "slack"]) == 1
    await receivers.wait_for(2, Channel.SLACK)


async def test_a_process_that_was_frozen_stays_silent(bench: Bench, receivers: Receivers) -> None:
    """Its partitions may be somebody else's: it waits until the group has confirmed it or taken them."""
    bench.load()
    bench.clock_s += SESSION_S + 1
    bench.write(make_alert(1, OPENED))
    await bench.ticks()
    assert receivers.taken == []
    bench.clock_s += SESSION_S / 2
    await bench.ticks()
    bench.clock_s += SESSION_S / 2
    await receivers.wait_for(1)


async def test_a_freeze_between_attempt_and_send_prevents_the_send(bench: Bench, receivers: Receivers) -> None:
    """The last look at the clock is right before the request."""

    def freeze(record: object) -> None:
        if isinstance(record, Attempt) and record.number == 1:
            bench.clock_s += SESSION_S + 1

    bench.on_deliver = freeze
    bench.load()
    bench.write(make_alert(1, OPENED))
    await bench.until(lambda: len(bench.attempts) == 1)
    await bench.ticks()
    assert receivers.taken == []


async def test_a_dropped_partition_begins_nothing(bench: Bench, receivers: Receivers) -> None:
    """It is somebody else's."""
    bench.load()
    bench.loop.dropped(0)
    bench.write(make_alert(1, OPENED))
    await bench.loop.close()
    assert receivers.taken == []
    assert bench.attempts == []


async def test_a_send_under_way_survives_a_rebalance_that_gives_the_partition_back(
    bench: Bench, receivers: Receivers
) -> None:
    """It is finished, its receipt is written, and nothing goes out twice."""
    receivers.fail(Channel.WEBHOOK, Fault.SLOW, seconds=1)
    bench.load()
    bench.write(make_alert(1, OPENED, "webhook"))
    await bench.until(lambda: len(bench.attempts) == 1)
    bench.loop.dropped(0)
    bench.load()
    await bench.until(lambda: bench.settled != [])
    await bench.ticks()
    assert len(receivers.taken) == 1


async def test_a_destination_that_left_the_config_fails(bench: Bench, receivers: Receivers) -> None:
    """The next config may have it again: its alerts say what happened."""
    bench.config = bench.config.model_copy(update={"alerts": bench.config.alerts.model_copy(update={"slack": None})})
    bench.load()
    bench.write(make_alert(1, OPENED))
    await bench.until(lambda: bench.settled != [])
    assert _outcomes(bench) == [Outcome.FAILED]
    assert bench.receipts[0].detail == "not_configured"


async def test_mails_of_an_incident_refer_to_its_first(bench: Bench, receivers: Receivers) -> None:
    """Across alerts and restarts: the outbox remembers."""
    bench.load()
    bench.write(make_alert(1, OPENED, "email"))
    await receivers.wait_for(1)
    await bench.until(lambda: len(bench.settled) == 1)
    bench.write(make_alert(2, ESCALATED, "email"))
    first, second = await receivers.wait_for(2)
    assert second.headers["References"] == first.headers["Message-ID"]


async def test_a_burst_of_incidents_arrives_whole(bench: Bench, receivers: Receivers) -> None:
    """Forty incidents to four channels."""
    bench.load()
    wanted: list[Alert] = [make_alert(1, OPENED, channel, f"incident-{n}") for n in range(40) for channel in ALL]
    for alert in wanted:
        bench.write(alert)
    await receivers.wait_for(160)
    await bench.until(lambda: len(bench.settled) == 160)
    assert {alert.id for alert, _ in bench.settled} == {alert.id for alert in wanted}
