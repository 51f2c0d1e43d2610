"""Ids of incidents: derived from what opened them, never drawn, so that every replay finds the same ones again."""

from datetime import UTC, datetime

from schemas.enums import Kind

BUCKET_MS = 60_000


def bucket_of(at_ms: int) -> int:
    """The minute, counted from the epoch, that a time lies in. Two incidents of a brand and kind never share one.

    >>> bucket_of(119_999)
    1
    """
    return at_ms // BUCKET_MS


def incident_id(brand: str, kind: Kind, opened_ms: int) -> str:
    """The id, readable by people: brand, kind and the minute (UTC) of the opening.

    >>> incident_id("lacocinera", Kind.SURGE, 1_361_880_480_000)
    'lacocinera-surge-201302261208'
    """
    opened = datetime.fromtimestamp(bucket_of(opened_ms) * BUCKET_MS / 1000, UTC)
    return f"{brand}-{kind}-{opened:%Y%m%d%H%M}"
