"""What a piece of work costs in calls: no clock, so it can't be flaky."""

import sys
from collections.abc import Callable, Container
from types import FrameType


def calls(work: Callable[[], object], events: Container[str] = ("call", "c_call")) -> int:
    """How many functions are called: Python's and C's, or those of some `events` of `sys.setprofile`."""
    count = 0

    def seen(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in events

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count
