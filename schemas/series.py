"""What crosses the topic `series`: where each brand stands, at most once a minute of log time, for tables and pages."""

import msgspec

from schemas.wire import RecordDecoder


class Point(msgspec.Struct, frozen=True, array_like=True):
    """One brand at one moment; counts are over the last 15 minutes."""

    brand: str
    group: str
    at_ms: int
    mentions: int
    mentions_expected: float
    negative: int
    negative_expected: float
    negative_last_min: int
    false_alarms_per_month: float
    learning: bool


class SeriesBatch(msgspec.Struct, frozen=True):
    """Points that one digests record brought."""

    v: int
    at_ms: int  # log time of the digests partition
    points: list[Point]
    late: int = 0  # mentions that came too late to count, since the last batch


_decode = RecordDecoder[SeriesBatch](SeriesBatch)


def decode_series(raw: bytes) -> SeriesBatch:
    """The record. Raises `RecordError`."""
    return _decode(raw)
