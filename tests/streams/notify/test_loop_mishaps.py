"""The sending loop when something on our own side goes wrong."""

import pytest

from schemas.enums import Outcome, Transition
from schemas.errors import StateError
from streams.receivers import Receivers
from streams.stages.notify import NotifyStage
from tests.alerts.outbox_world import make_alert
from tests.streams.notify.bench import Bench

OPENED, ESCALATED = Transition.OPENED, Transition.ESCALATED


async def test_what_is_too_old_gets_its_receipt_without_a_send(bench: Bench, receivers: Receivers) -> None:
    """Incidents hears that nobody was told."""
    bench.load()
    bench.write(make_alert(1, OPENED), age_s=2 * 3600)
    await bench.until(lambda: bench.settled != [])
    assert [outcome for _, outcome in bench.settled] == [Outcome.EXPIRED]
    assert receivers.taken == []
    assert bench.deliveries[0].outcome is Outcome.EXPIRED


async def test_a_stage_that_is_rebuilt_takes_over(bench: Bench, receivers: Receivers) -> None:
    """The engine throws a stage away when a record made it raise."""
    bench.load()
    bench.write(make_alert(1, OPENED))
    await bench.until(lambda: bench.settled != [])
    bench.stage = NotifyStage(bench.config, {}, None)
    bench.read = 0
    bench.catch_up()
    bench.loop.ready(0, bench.stage, bench.deliver)
    bench.write(make_alert(2, ESCALATED))
    await bench.until(lambda: len(bench.settled) == 2)
    assert len(receivers.taken) == 2


async def test_a_kafka_that_takes_no_attempt_ends_the_process(bench: Bench, receivers: Receivers) -> None:
    """Sending without a record of it would send again after the restart."""

    def away(_: object) -> None:
        raise StateError("no answer from Kafka within 30 s")

    bench.on_deliver = away
    bench.load()
    bench.write(make_alert(1, OPENED))
    await bench.until(lambda: bench.failures != [])
    assert receivers.taken == []
    await bench.loop.close()
    bench.failures.clear()


async def test_a_mistake_of_ours_in_one_alert_stops_no_other(
    bench: Bench, receivers: Receivers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is in doubt, tried again, and arrives when the mistake is mended."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr("alerts.notify.notifier.facts", broken)
        bench.load()
        bench.write(make_alert(1, OPENED))
        await bench.until(lambda: len(bench.receipts) >= 1)
    await receivers.wait_for(1)
    assert bench.receipts[0].outcome is Outcome.IN_DOUBT
    assert bench.receipts[0].detail == "our_mistake: ZeroDivisionError"
