"""A brand that falls silent: when it is said, and what is no silence."""

from typing import Any

import msgspec
import pytest

from detectors.evidence import CrisisEvidence
from detectors.silence import Silence

DAY_MIN = 1440
DAYS = 5


def _brand() -> tuple[CrisisEvidence, Silence]:
    """Five people a minute, for some days."""
    evidence, silence = CrisisEvidence(), Silence()
    for minute in range(DAYS * DAY_MIN):
        evidence.close(minute, 1, 5)
        silence.hear(evidence, minute)
    return evidence, silence


def _rate_after(minutes: int, evidence: CrisisEvidence, silence: Silence) -> float:
    heard = evidence.next_minute - 1
    evidence.skip(minutes)
    silence.hear(evidence, heard)
    return silence.look().false_alarms_per_month


@pytest.mark.parametrize(("minutes", "silent"), [(5, False), (40, True)])
def test_a_silence_is_told_when_it_can_be_no_chance(minutes: int, silent: bool) -> None:
    """Five minutes are too soon to call anybody."""
    assert (_rate_after(minutes, *_brand()) < 1) is silent


def test_nights_in_which_nobody_ever_speaks_are_none() -> None:
    """Hours that are silent on most days are told from the third day on, whenever the silence begins."""
    evidence, silence, heard = CrisisEvidence(), Silence(), 0
    for minute in range(DAY_MIN // 2, 12 * DAY_MIN):
        people = 0 if minute % DAY_MIN < 6 * 60 + minute // DAY_MIN % 3 * 7 else 5
        evidence.close(minute, people // 5, people)
        heard = minute if people else heard
        silence.hear(evidence, heard)
        assert silence.look().false_alarms_per_month > 0.5, divmod(minute, DAY_MIN)


def test_it_ends_with_the_first_who_speak() -> None:
    """And a brand of whom nobody has spoken for a day has ended."""
    evidence, silence = _brand()
    assert _rate_after(40, evidence, silence) < 1
    for minute in range(evidence.next_minute, evidence.next_minute + 15):
        evidence.close(minute, 1, 5)
        silence.hear(evidence, minute)
    assert silence.look().false_alarms_per_month > 30
    evidence, silence = _brand()
    assert _rate_after(DAY_MIN + 60, evidence, silence) > 30


def test_it_goes_on_where_it_was_and_says_how_long_to_wait() -> None:
    """Its state is plain values."""
    evidence, silence = _brand()
    state: list[Any] = msgspec.msgpack.decode(msgspec.msgpack.encode(silence.to_state()))
    assert Silence.from_state(state).to_state() == silence.to_state()
    wait = silence.wait_min(evidence, rate=1)
    assert wait is not None
    assert _rate_after(wait, evidence, silence) < 1
