"""Points in time as people type them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def parse_time(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """The time: `14:10` is the last one that has been, `2026-11-28 14:10` is in `zone`, and RFC 3339 says its own zone.

    Raises ValueError with an example.

    >>> madrid = ZoneInfo("Europe/Madrid")
    >>> now = datetime(2026, 11, 28, 9, 0, tzinfo=madrid)
    >>> parse_time("14:10", madrid, now).isoformat(), parse_time("2026-11-28T08:00:00Z", madrid, now).isoformat()
    ('2026-11-27T14:10:00+01:00', '2026-11-28T08:00:00+00:00')
    """
    text = text.strip()
    try:
        if len(text) <= len("14:10:00") and ":" in text:
            today = now.astimezone(zone).date()
            at = datetime.fromisoformat(f"{today}T{text.zfill(5)}").replace(tzinfo=zone)
            return at if at <= now else at - timedelta(days=1)
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError("must be a time. Try `14:10` or `2026-11-28 14:10`.") from error
    return at if at.tzinfo else at.replace(tzinfo=zone)
