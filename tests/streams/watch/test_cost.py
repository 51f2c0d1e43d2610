"""What counting costs, in calls: it grows with brands and minutes, not with mentions. No clock, so it can't be flaky."""

import pytest

from schemas.config.model import Config
from schemas.signal import Source
from streams.watch.core import WatchCore
from tests.calls import calls
from tests.digests import DigestRows

MINUTE = 60_000
T0 = 28_000_000 * MINUTE
BRANDS = 10


def calls_of(detector: str, mentions: int) -> int:
    """Python functions called for one record of so many mentions of 10 brands that have been watched for a while."""
    watch = WatchCore(Config(brands="auto", detector=detector), zones=lambda brand: 0)
    made, record = DigestRows(), 0
    for minute in range(6):
        for _ in range(5):
            for brand in range(BRANDS):
                made.add(f"brand{brand}", T0 + minute * MINUTE)
        watch.apply(*made.take(T0 + minute * MINUTE + 1), Source(0, record, 0))
        record += 1
    for number in range(mentions):
        made.add(f"brand{number % BRANDS}", T0 + 5 * MINUTE + number)
    batch, columns = made.take(T0 + 5 * MINUTE + 2)
    return calls(lambda: watch.apply(batch, columns, Source(0, record, 0)), ["call"])


@pytest.mark.parametrize(("detector", "a_brand"), [("none", 14), ("crisis", 42)])
def test_calls_grow_with_brands_not_with_mentions(detector: str, a_brand: int) -> None:
    """So many calls a brand and record at most; ten times the mentions add nothing, as long as they may wait to be read."""
    few, many = calls_of(detector, 100), calls_of(detector, 1_000)
    assert few < 180 + a_brand * BRANDS
    assert many == few
