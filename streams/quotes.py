"""What a sample mention says, out of its record. Pure."""

from datetime import datetime
from typing import Annotated

import msgspec

from alerts.render.quote import Quote
from schemas.signal import Sample

_RAW_CHARS = 2_000  # cleaning may remove most of it
_OBSERVED_SLACK_MS = 1_000
"""Questions that wait are known by the second."""


class _Said(msgspec.Struct):
    """The part of a mention that is shown."""

    text: str
    source: str
    observed_at: Annotated[datetime, msgspec.Meta(tz=True)]
    url: str | None = None


_decode = msgspec.json.Decoder(_Said)


def quote_of(raw: bytes | None, sample: Sample) -> Quote | None:
    """What the mention says, or None if it isn't the one that the sample means."""
    try:
        said = _decode.decode(raw or b"")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    try:
        observed_ms = round(said.observed_at.timestamp() * 1000)
    except (OverflowError, ValueError):
        return None
    if not said.text.strip() or abs(observed_ms - sample.at_ms) >= _OBSERVED_SLACK_MS:
        return None
    return Quote(said.text[:_RAW_CHARS], observed_ms, said.source, said.url or "", max(1, sample.copies))
