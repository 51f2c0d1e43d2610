"""A mention whose type states its limits, so that decoding checks them, and what is left to check of a batch at once.

Whatever isn't sound may still be a mention: `explain` looks at it closely and has the rules one by one.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec
import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from schemas.mention import MAX_ID_CHARS, MAX_TEXT_CHARS, Author, Mention
from streams.intake.explain import FIRST_YEAR, LAST_YEAR, MAX_FOLLOWERS, MAX_SOURCE_CHARS

# A day from the first and the last year, wherever the zone: what lies between has an allowed year in its own zone.
_SURELY_FROM_MS: Final = int(datetime(FIRST_YEAR, 1, 2, tzinfo=UTC).timestamp() * 1000)
_SURELY_BEFORE_MS: Final = int(datetime(LAST_YEAR, 12, 31, tzinfo=UTC).timestamp() * 1000)
_CALENDAR: Final = range(2, 9999)  # years that no time zone can move out of the calendar

Aware = Annotated[datetime, Meta(tz=True)]


class _SoundAuthor(Author, frozen=True, gc=False):
    """Who wrote it; followers within the limits."""

    followers: Annotated[int, Meta(ge=0, le=MAX_FOLLOWERS)] | None = None


class SoundMention(Mention, frozen=True, gc=False):
    """A mention within all limits but those of `strange`."""

    id: Annotated[str, Meta(min_length=1, max_length=MAX_ID_CHARS)]
    source: Annotated[str, Meta(min_length=1, max_length=MAX_SOURCE_CHARS)]
    observed_at: Aware
    text: str
    created_at: Aware | None = None
    author: _SoundAuthor | None = None
    rating: Annotated[float, Meta(ge=0, le=1)] | None = None


decode_sound: Final = msgspec.json.Decoder(SoundMention).decode
"""The mention in JSON bytes. Raises what msgspec raises where it isn't within the limits of its type.

One call for each value: a call for all of them together is slower, as joining them costs more than the calls.
"""


def strange(mentions: Sequence[Mention], observed_ms: NDArray[np.int64]) -> list[int]:
    """Places of the mentions that need a closer look: text empty or too long, blank names, years far away."""
    lengths = np.fromiter(map(len, [mention.text for mention in mentions]), np.int64, len(mentions))
    odd = (lengths == 0) | (lengths > MAX_TEXT_CHARS)
    odd |= (observed_ms < _SURELY_FROM_MS) | (observed_ms >= _SURELY_BEFORE_MS)
    places = set(np.flatnonzero(odd).tolist())
    blank = {source for source in {mention.source for mention in mentions} if source.isspace()}
    if blank or any(map(str.isspace, [mention.id for mention in mentions])):
        places |= {n for n, mention in enumerate(mentions) if mention.id.isspace() or mention.source in blank}
    created = [mention.created_at for mention in mentions]
    years = {moment.year for moment in created if moment is not None} if any(created) else ()
    if any(year not in _CALENDAR for year in years):
        places |= {n for n, m in enumerate(mentions) if m.created_at is not None and m.created_at.year not in _CALENDAR}
    return sorted(places)
