"""States of parts."""

import sys
from array import array

import pytest

from detectors.part import Part


class Counter(Part):
    STATE = ("count", "recent", "ring")

    def __init__(self) -> None:
        self.count = 3
        self.recent = [1.5, 2.5]
        self.ring = array("H", [1, 256])


def test_a_state_is_plain_and_little_endian() -> None:
    """Numbers, lists and bytes, the same on every machine."""
    assert Counter().to_state() == [3, [1.5, 2.5], b"\x01\x00\x00\x01"]


def test_a_state_shares_nothing_with_its_part() -> None:
    """Neither the one that gave it nor the one that took it."""
    giver, taker = Counter(), Counter()
    state = giver.to_state()
    giver.recent[0] = 9.0
    taker.restore(state)
    taker.recent[1] = 9.0
    assert state == [3, [1.5, 2.5], b"\x01\x00\x00\x01"]


def test_a_big_endian_machine_turns_the_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both when it gives a state and when it takes one."""
    monkeypatch.setattr(sys, "byteorder", "big")
    swapped = Counter().to_state()
    assert swapped[2] == b"\x00\x01\x01\x00"
    counter = Counter()
    counter.restore(swapped)
    assert list(counter.ring) == [1, 256]


def test_a_state_with_a_value_too_few_is_refused() -> None:
    """Rather than leaving a part half restored."""
    with pytest.raises(ValueError, match="shorter"):
        Counter().restore([3, [1.5, 2.5]])
