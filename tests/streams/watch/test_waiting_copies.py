"""Questions that stay unanswered: what copies of one text, and one person, are worth."""

import random
from typing import Any

import pytest

from tests.streams.watch.desk import MINUTE, PEACE_MIN, T0, Desk

RAFFLE = ("how do I take part in the raffle?",)
FORM = ("I have a problem with my order",)
OUTAGE = tuple(f"is the app down? {way}" for way in range(20) for _ in range(20 // (way + 1)))
"""Of 66 reports 20 are worded the same, and 10 like nobody else's."""


@pytest.mark.parametrize("once", [{"texts": RAFFLE}, {"asker": "somebody who is never content"}])
def test_one_text_of_hundreds_and_one_person_who_asks_hundreds_of_times_are_no_flood(once: dict[str, Any]) -> None:
    """Neither when it is new, nor when the promise to them all would break; a few of them are still shown."""
    desk = Desk().pass_minutes(PEACE_MIN)
    for _ in range(60):
        desk.texts, desk.asker = once.get("texts", ()), once.get("asker", "")
        desk.ask(10, None, random.Random(desk.minute))
        desk.texts, desk.asker = (), ""
        desk.pass_minutes(1)
    assert desk.rung == []
    assert 1 <= desk.waiting <= 40


def test_a_team_that_works_off_a_raffle_in_order_has_not_gone() -> None:
    """Those whom it answers don't count among those who wait, but they are answered."""
    desk = Desk().pass_minutes(PEACE_MIN)
    for _ in range(60):
        desk.texts = RAFFLE
        desk.ask(6, 25, random.Random(desk.minute))
        desk.texts = ()
        desk.pass_minutes(1, answered_after=25)
    assert desk.rung == []


def test_a_real_flood_beside_a_raffle_rings() -> None:
    """Copies hide nobody else."""
    desk = Desk().pass_minutes(PEACE_MIN)
    for _ in range(20):
        desk.texts = RAFFLE
        desk.ask(10, None, random.Random(desk.minute))
        desk.texts = ()
        desk.pass_minutes(1, ask=10, answered_after=None)
    assert desk.rung


def test_an_outage_that_all_report_in_much_the_same_words_rings() -> None:
    """Those who find words of their own bear the others out."""
    desk = Desk().pass_minutes(PEACE_MIN)
    begun_ms = T0 + desk.minute * MINUTE
    desk.texts = tuple(random.Random(1).sample(OUTAGE, len(OUTAGE)))
    desk.pass_minutes(30, ask=15, answered_after=None)
    assert desk.rung[0].at_ms - begun_ms <= 15 * MINUTE


@pytest.mark.parametrize(("ask", "answered_after"), [(0, None), (15, None), (15, 45)])
def test_a_desk_that_is_asked_by_a_form_rings_when_it_stops_or_is_flooded(ask: int, answered_after: int | None) -> None:
    """All say the same there, every day."""
    desk = Desk(texts=FORM).pass_minutes(PEACE_MIN)
    assert desk.rung == []
    begun_ms = T0 + desk.minute * MINUTE
    desk.pass_minutes(60, ask=ask, answered_after=answered_after)
    assert desk.rung[0].at_ms - begun_ms <= 45 * MINUTE


def test_a_restart_in_each_minute_changes_nothing() -> None:
    """Who asked what is part of the state."""

    def run(restarts: bool) -> tuple[list[Any], int]:
        desk = Desk().pass_minutes(PEACE_MIN)
        desk.restarts, desk.texts = restarts, OUTAGE
        desk.pass_minutes(20, ask=12, answered_after=None)
        return desk.signals, desk.waiting

    assert run(restarts=True) == run(restarts=False)
