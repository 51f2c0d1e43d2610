"""Signatures of Standard Webhooks 1.0.0 (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md)."""

import base64
import binascii
import hashlib
import hmac

_PREFIX = "whsec_"
_LEAST_BYTES = 24
_MOST_BYTES = 64


def signing_key(secret: str) -> bytes:
    """The key of a secret written as `whsec_` + base64, 24–64 bytes. Raises ValueError that says so, without the secret."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("a webhook secret must be `whsec_` and base64") from None
    if not _LEAST_BYTES <= len(key) <= _MOST_BYTES:
        raise ValueError(f"a webhook secret must have {_LEAST_BYTES} to {_MOST_BYTES} bytes")
    return key


def signed_headers(key: bytes, message_id: str, timestamp_s: int, body: bytes) -> dict[str, str]:
    """The headers to send with exactly these bytes: v1 = HMAC-SHA256 of `id.timestamp.body`.

    >>> signed_headers(signing_key("whsec_" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"), "a", 1, b"{}")["webhook-id"]
    'a'
    """
    digest = hmac.new(key, f"{message_id}.{timestamp_s}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp_s),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
