"""How long to wait before the next attempt: exponential, with a jitter that is the same in every process.

    wait = min(cap, base · 2^(n − 1)) · (½ + ½ · u),   u = crc32(alert id, n) / 2³²

Doubling backs off from a receiver that is down; the jitter keeps the alerts of one storm from coming back together
("Exponential Backoff And Jitter", AWS Architecture Blog, 2015: "equal jitter"). A drawn u would make a replay differ.
"""

from zlib import crc32

BASE_MS = 5_000
CAP_MS = 300_000
MOST_RETRY_AFTER_S = 3_600.0
"""A receiver that asks for more is asked again after an hour."""


def retry_at_ms(alert_id: str, attempt: int, now_ms: int, after_s: float = 0.0) -> int:
    """When to try again after attempt `attempt` (from 1) failed; not before the receiver's own `after_s`.

    >>> retry_at_ms("a", 1, 0) <= 5_000 < retry_at_ms("a", 3, 0) <= 20_000
    True
    """
    wait_ms = min(CAP_MS, BASE_MS << min(max(attempt - 1, 0), 30))
    share = 0.5 + crc32(f"{alert_id}:{attempt}".encode()) / 2**33
    return now_ms + max(int(wait_ms * share), asked_ms(after_s))


def asked_ms(after_s: float) -> int:
    """A `Retry-After` in ms, within 0 to one hour; what isn't a number counts as none.

    >>> asked_ms(2.5), asked_ms(1e9), asked_ms(float("nan"))
    (2500, 3600000, 0)
    """
    return round(min(after_s, MOST_RETRY_AFTER_S) * 1000) if after_s > 0 else 0
