"""One way to ask for all HTTP channels: guarded, bounded in time and size, every ending classified, no address in any text.

| answer | means |
|---|---|
| 2xx | taken |
| 408, 425, 429, 5xx | retry; `Retry-After` with 429 or 503 holds for the whole destination (RFC 9110, 10.2.3) |
| 3xx | dead: a redirect could lead anywhere |
| other 4xx | dead |
| no connection | retry |
| connection lost or silent after it stood | in doubt: the request may have been read |
"""

import asyncio
import logging
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx

from alerts.notify.guard import GuardedTransport, RefusedAddressError
from alerts.notify.result import Dead, Failure, InDoubt, Retry

TIMEOUT_S = 20.0
"""Standard Webhooks advises 15–30 s."""
_CONNECT_S = 5.0
_MOST_BODY_BYTES = 2048
_RETRIED = {408, 425, 429}
_FREEZING = {429, 503}

for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)  # at INFO it logs whole addresses, secrets in them included


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of 2xx."""

    status: int
    body: str  # at most 2 KB


def make_client(private_networks: bool) -> httpx.AsyncClient:
    """The client for all HTTP channels; close it with `aclose`."""
    return httpx.AsyncClient(
        transport=GuardedTransport(private_networks),
        timeout=httpx.Timeout(TIMEOUT_S, connect=_CONNECT_S),
        follow_redirects=False,
        trust_env=False,
        headers={"User-Agent": "rebato", "Accept-Encoding": "identity"},  # no bomb to unpack
    )


async def post(client: httpx.AsyncClient, url: str, body: bytes, headers: dict[str, str] | None = None) -> Reply | Failure:
    """The reply to JSON, or how it failed; never raises what the network or the receiver caused."""
    return await ask(client, "POST", url, body, {"Content-Type": "application/json; charset=utf-8", **(headers or {})})


async def ask(
    client: httpx.AsyncClient, method: str, url: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> Reply | Failure:
    """The reply, or how it failed; never raises what the network or the receiver caused."""
    try:
        async with (
            asyncio.timeout(TIMEOUT_S),
            client.stream(method, url, content=body or None, headers=headers) as response,
        ):
            text = await _read(response)
    except RefusedAddressError:
        return Dead("private_address: set `alerts.private_networks` if that is wanted")
    except (httpx.InvalidURL, httpx.UnsupportedProtocol):
        return Dead("bad_address")
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
        return Retry("unreachable")
    except (httpx.TransportError, TimeoutError) as error:
        return InDoubt(f"no_answer: {type(error).__name__}")
    return _judge(response, text)


async def _read(response: httpx.Response) -> str:
    """The beginning of the body; a receiver that breaks off there has taken the request all the same."""
    raw = b""
    try:
        async for chunk in response.aiter_raw():
            raw += chunk
            if len(raw) >= _MOST_BODY_BYTES:
                break
    except httpx.TransportError:
        pass  # the status is known, and that is what counts
    return raw[:_MOST_BODY_BYTES].decode("utf-8", "replace")


def _judge(response: httpx.Response, text: str) -> Reply | Failure:
    status = response.status_code
    if 200 <= status < 300:
        return Reply(status, text)
    reason = f"http_{status}"
    if status in _RETRIED or status >= 500:
        after_s = retry_after_s(response.headers.get("Retry-After", ""), time.time())
        return Retry(reason, after_s, whole_destination=status in _FREEZING and after_s > 0)
    return Dead(reason if status not in range(300, 400) else f"{reason}: redirects are not followed")


def retry_after_s(value: str, now_s: float) -> float:
    """Seconds that a `Retry-After` header asks for, as a number or as a date; 0 if it asks for nothing we understand.

    >>> retry_after_s("7", 0), retry_after_s("Thu, 01 Jan 1970 00:01:00 GMT", 20), retry_after_s("soon", 0)
    (7.0, 40.0, 0.0)
    """
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now_s)
    except (ValueError, TypeError, OverflowError):
        return 0.0
