"""The check finds what is lost, doubled or said wrongly: a check that can't fail is none."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.chaos.checker import Verdict, check_channel, check_counts
from benchmarks.chaos.truth import Tally
from schemas.alert import Receipt
from schemas.enums import Channel, Outcome, Transition
from schemas.wire import VERSION
from streams.receivers import Received, Receivers
from streams.watch.brand import BrandWatch
from streams.watch.names import Names
from streams.watch.parcels import Parcel
from tests.alerts.outbox_world import make_alert
from tests.e2e.readback import Outbox


def _tally() -> Tally:
    tally = Tally(mentions=3, negative=1)
    tally.by_minute.update({100: 3})
    tally.negative_by_minute.update({100: 1})
    return tally


def _brand() -> BrandWatch:
    brand = BrandWatch("ikea", "ikea", 0, judged=False)
    brand.count(Parcel(0, 100, 3, 1, [3, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0], b"", []))
    return brand


def test_equal_counts_are_no_problem() -> None:
    """Nothing is found where nothing is wrong."""
    verdict = Verdict()
    check_counts(verdict, {"ikea": _tally()}, {"ikea": _brand()})
    assert (verdict.mentions, verdict.lost, verdict.doubled, verdict.problems) == (3, 0, 0, [])


@pytest.mark.parametrize(
    ("change", "lost", "doubled"),
    [
        (lambda tally: setattr(tally, "mentions", 4), 1, 0),
        (lambda tally: setattr(tally, "mentions", 2), 0, 1),
        (lambda tally: setattr(tally, "negative", 2), 0, 0),
        (lambda tally: tally.by_minute.update({100: 1}), 0, 0),
        (lambda tally: tally.by_minute.update({99: 1}), 0, 0),
    ],
)
def test_a_difference_in_any_count_is_found(change: Callable[[Tally], Any], lost: int, doubled: int) -> None:
    """In all, among the negative ones, by minute."""
    tally, verdict = copy.deepcopy(_tally()), Verdict()
    change(tally)
    check_counts(verdict, {"ikea": tally}, {"ikea": _brand()})
    assert (verdict.lost, verdict.doubled) == (lost, doubled)
    assert verdict.problems


def test_minutes_that_a_later_look_has_put_away_are_not_asked_for() -> None:
    """A brand may be looked at after its last mention: its quarter of an hour ends then."""
    tally, brand, verdict = _tally(), _brand(), Verdict()
    brand.count(Parcel(0, 86, 1, 0, [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], b"", []))
    tally.mentions, tally.by_minute[86] = 4, 1
    brand.advance(103 * 60_000, Names())
    check_counts(verdict, {"ikea": tally}, {"ikea": brand})
    assert verdict.problems == []


def test_a_brand_that_nobody_counted_is_lost() -> None:
    """All of it."""
    verdict = Verdict()
    check_counts(verdict, {"ikea": _tally()}, {})
    assert verdict.lost == 3


def _outbox(*outcomes: Outcome) -> Outbox:
    """One alert to the webhook; each outcome but the last is an attempt's."""
    outbox, alert = Outbox(), make_alert(1, Transition.OPENED, "webhook")
    outbox.alerts[alert.id] = alert
    for number, outcome in enumerate(outcomes, 1):
        outbox.attempts[alert.id] += 1
        retry_at_ms = 0 if number == len(outcomes) else 1
        receipt = Receipt(VERSION, alert.id, alert.incident.id, "webhook", outcome, 0, number, retry_at_ms=retry_at_ms)
        outbox.receipts[alert.id].append(receipt)
    return outbox


def _judged(outbox: Outbox, arrivals: int) -> Verdict:
    (alert,) = outbox.alerts
    receivers = Receivers()
    received = Received(Channel.WEBHOOK, 0.0, {}, {"webhook-id": alert}, b"{}")
    receivers.taken.extend([received] * arrivals)
    verdict = Verdict()
    check_channel(verdict, Channel.WEBHOOK, outbox, receivers)
    return verdict


@pytest.mark.parametrize(
    ("outcomes", "arrivals", "lost", "doubled"),
    [
        ([Outcome.SENT], 1, 0, 0),
        ([Outcome.SENT], 0, 1, 0),
        ([Outcome.SENT], 2, 0, 1),
        ([Outcome.IN_DOUBT, Outcome.SENT], 2, 0, 0),
        ([Outcome.IN_DOUBT, Outcome.SENT], 3, 0, 1),
        ([Outcome.EXPIRED], 0, 1, 0),
        ([], 0, 1, 0),
    ],
)
def test_an_alert_arrives_once_or_twice_after_a_doubt(
    outcomes: list[Outcome], arrivals: int, lost: int, doubled: int
) -> None:
    """And one that nobody settled, or that expired, is lost."""
    verdict = _judged(_outbox(*outcomes), arrivals)
    assert (verdict.alerts_lost, verdict.alerts_doubled) == (lost, doubled)
    assert bool(verdict.problems) == bool(lost + doubled)


def test_a_kill_between_a_request_and_its_record_is_a_doubt() -> None:
    """An attempt without a receipt explains a second arrival."""
    outbox = _outbox(Outcome.SENT)
    (alert,) = outbox.alerts
    outbox.attempts[alert] += 1
    assert _judged(outbox, 2).holds
