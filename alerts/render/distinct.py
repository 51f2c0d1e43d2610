"""Samples that differ: five copies of one joke tell less than one of them and four other voices."""

import re
from dataclasses import replace

from alerts.render.clean import clean
from alerts.render.quote import Quote

NEAR = 0.7
"""Share of common words (Jaccard) from which on two texts count as copies: a copy with a name or a link added."""
_WORD = re.compile(r"https?://\S+|@\w+|(\w+)")
_LOOKED_AT_CHARS = 2_000


def distinct(quotes: list[Quote], most: int) -> list[Quote]:
    """The first of each kind, at most `most`; a kept one counts its near copies.

    >>> [q.copies for q in distinct([Quote("Qué asco de lasaña", 1), Quote("qué asco de lasaña!!", 2)], 5)]
    [2]
    """
    kept: list[tuple[Quote, frozenset[str]]] = []
    for quote in quotes:
        words = _words(quote.text)
        twin = next((index for index, (_, other) in enumerate(kept) if _near(words, other)), None)
        if twin is None:
            kept.append((quote, words))
        else:
            first, others = kept[twin]
            kept[twin] = (replace(first, copies=first.copies + quote.copies), others)
    return [quote for quote, _ in kept[:most]]


def _words(text: str) -> frozenset[str]:
    found = _WORD.findall(clean(text[:_LOOKED_AT_CHARS], _LOOKED_AT_CHARS).casefold())
    return frozenset(word for word in found if word)


def _near(one: frozenset[str], other: frozenset[str]) -> bool:
    together = len(one | other)
    return not together or len(one & other) / together >= NEAR
