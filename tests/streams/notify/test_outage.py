"""A channel that is away, with the real receivers: the others go on, and on its return each incident is told once."""

import pytest

from schemas.enums import Channel, Outcome, Transition
from schemas.signal import Signal, decode_signal
from streams.receivers import Fault, Receivers
from tests.alerts.outbox_world import make_alert
from tests.streams.notify.bench import Bench

INCIDENTS = [f"incident-{number}" for number in range(6)]
LIFE = ((Transition.OPENED, 1800), (Transition.ESCALATED, 1500), (Transition.REMINDER, 600))
"""What happened, and how many seconds ago."""


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.DROP])
async def test_after_an_outage_each_incident_is_told_once(bench: Bench, receivers: Receivers, fault: Fault) -> None:
    """Twelve requests fail before it is back; meanwhile mail has every step. Where answers got lost a repeat says so."""
    receivers.fail(Channel.SLACK, fault, times=2 * len(INCIDENTS))
    bench.load()
    for incident in INCIDENTS:
        for revision, (transition, ago_s) in enumerate(LIFE, 1):
            bench.write(make_alert(revision, transition, "slack", incident), ago_s)
            bench.write(make_alert(revision, transition, "email", incident))
    await bench.until(lambda: len(bench.receipts) >= 6 * len(INCIDENTS) and bench.stage.outbox.idle)
    mails = [Outcome.SENT] * len(INCIDENTS) * 2 + [Outcome.SENT] * len(INCIDENTS)
    ends = [receipt for receipt in bench.receipts if not receipt.retry_at_ms]
    assert [receipt.outcome for receipt in ends if receipt.destination == "email"] == mails
    slack = [receipt for receipt in ends if receipt.destination == "slack"]
    assert [receipt.outcome for receipt in slack].count(Outcome.SUPERSEDED) == 2 * len(INCIDENTS)
    assert {r.detail for r in slack if r.outcome is Outcome.SUPERSEDED} == {
        "a newer alert of the same incident went instead"
    }
    taken = len(receivers.of(Channel.SLACK))
    assert taken == len(INCIDENTS) if fault is Fault.ERROR else taken > len(INCIDENTS)
    assert bench.stage.outbox.failing() == {}


async def test_what_expires_is_told_on_another_channel(bench: Bench, receivers: Receivers) -> None:
    """As a trouble about this destination, which the desk keeps from it."""
    bench.load()
    bench.write(make_alert(1, Transition.OPENED, "slack"), 3601)
    await bench.until(lambda: any(receipt.outcome is Outcome.EXPIRED for receipt in bench.receipts))
    signals = [decode_signal(output.value) for output in bench.outputs]
    (trouble,) = [signal.trouble for signal in signals if isinstance(signal, Signal)]
    assert trouble is not None
    assert (trouble.fault, trouble.about) == ("destination", "slack")
    assert receivers.taken == []
