"""What tells an answer: the handle of who asks, and whom a brand's own account addresses. A whole batch at once."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from schemas.digest import DigestColumns
from schemas.mention import Mention
from streams.intake.hashing import hash_strings, joined

U64 = NDArray[np.uint64]

MOST_ADDRESSED: Final = 5
_MAX_CHARS: Final = 500  # a reply names whom it answers first
_LEADING: Final = re.compile(r"\s*@(\S+)")
_AROUND: Final = "@.,:;!?()"


def addressed(text: str) -> list[str]:
    """The handles with which a text begins, in lower case and without signs; at most five.

    >>> addressed("@Laura_P @juan: lo miramos, gracias @otra")
    ['laura_p', 'juan']
    """
    found: list[str] = []
    place, text = 0, text[:_MAX_CHARS]
    while len(found) < MOST_ADDRESSED and (match := _LEADING.match(text, place)):
        if key := match[1].strip(_AROUND).lower():
            found.append(key)
        place = match.end()
    return list(dict.fromkeys(found))


def asking_handles(mentions: Sequence[Mention], asks: NDArray[np.bool_], scope: U64) -> U64:
    """The handles of those who ask, within their source; 0 where nobody asks, or their handle isn't known."""
    handles = np.zeros(len(mentions), np.uint64)
    at = np.flatnonzero(asks)
    authors = [mentions[place].author for place in at.tolist()]
    keys = [author.handle.lower().lstrip("@") if author and author.handle else "" for author in authors]
    handles[at] = joined(scope[at], hash_strings(keys))
    return handles


def with_addressed(
    rows: DigestColumns, outbound: NDArray[np.bool_], mentions: Sequence[Mention], row: NDArray[np.intp]
) -> DigestColumns:
    """The rows with whom each outbound one addresses: one more row for each further handle; row i is mention `row[i]`."""
    counts = np.ones(len(rows), np.intp)
    keys: list[str] = []
    places = np.flatnonzero(outbound)
    for place in places.tolist():
        found = addressed(mentions[int(row[place])].text) or [""]
        keys += found
        counts[place] = len(found)
    index = np.repeat(np.arange(len(rows)), counts)
    scopes = hash_strings([mentions[int(row[place])].source for place in places.tolist()])
    handle = rows.handle[index]
    handle[outbound[index]] = joined(np.repeat(scopes, counts[places]), hash_strings(keys))
    return replace(rows.take(index), handle=handle)
