"""Whether two brands' surges are about the same thing: by the words that are new in both. Pure.

Every surge brings angry words, so what is merely said by both proves nothing. Each word comes with its *bits*: log2 of how
many times more often than usual this brand's angry mentions say it (`detectors.terms`). Two surges are alike when the words
that both have said within the last hour hold

- a phrase or a #hashtag with at least 3 bits in both (8 times the usual): nobody hits on `carne de caballo` by chance; or
- at least two words with 2 bits each (4 times), and 6 bits together, of each word the lesser of both, 5 at most: one word
  that is new to both (`cancelled`) is what two busy airlines share, two (`router`, `outage`) are a story.

The brands' own names don't count, for whoever writes of one crisis names the other brand too. What it does badly: a mention
that names both brands counts for both and makes them alike; mostly that is right.
"""

from collections.abc import Collection, Mapping

import msgspec

HOUR_MS = 3_600_000
TELLING_BITS = 3.0
LEAST_BITS = 2.0
MOST_BITS = 5.0
ENOUGH_BITS = 6.0
ENOUGH_WORDS = 2
MOST_WORDS = 32


class Heard(msgspec.Struct, frozen=True, array_like=True):
    """When a word was last among the new ones of a brand, and how new it was."""

    at_ms: int
    bits: float


Words = dict[str, Heard]


def with_words(before: Mapping[str, Heard], novelty: Mapping[str, float], at_ms: int) -> Words:
    """The words of the last hour with those of a level, the newest `MOST_WORDS`."""
    words = {word: heard for word, heard in before.items() if at_ms - heard.at_ms < HOUR_MS}
    words |= {word: Heard(at_ms, bits) for word, bits in novelty.items()}
    newest = sorted(words, key=lambda word: (-words[word].at_ms, -words[word].bits, word))[:MOST_WORDS]
    return {word: words[word] for word in sorted(newest)}


def shared(one: Mapping[str, Heard], other: Mapping[str, Heard], names: Collection[str], now_ms: int) -> list[str]:
    """The new words of both, the most telling first; none when the surges aren't alike. `names`: words of brands' names.

    >>> meat = {"carne de caballo": Heard(0, 4.0), "caballo": Heard(0, 5.0), "asco": Heard(0, 1.2)}
    >>> shared(meat, meat, [], 60_000)
    ['carne de caballo']
    >>> shared({"flight": Heard(0, 1.1), "cancelled": Heard(0, 4.0)}, {"cancelled": Heard(0, 3.0)}, [], 60_000)
    []
    """
    bits = {
        word: min(one[word].bits, other[word].bits)
        for word in one.keys() & other.keys()
        if now_ms - min(one[word].at_ms, other[word].at_ms) < HOUR_MS and not set(_ends(word)) <= set(names)
    }
    bits = {word: found for word, found in bits.items() if found >= LEAST_BITS}
    order = sorted(bits, key=lambda word: (not _is_phrase(word), -bits[word], word))
    told: set[str] = set()
    distinct = [word for word in order if _tells_more(word, told)]
    if any(_is_phrase(word) and bits[word] >= TELLING_BITS for word in distinct):
        return distinct
    enough = sum(min(bits[word], MOST_BITS) for word in distinct) >= ENOUGH_BITS
    return distinct if enough and len(told) >= ENOUGH_WORDS else []


def _is_phrase(word: str) -> bool:
    return " " in word or word.startswith("#")


def _ends(word: str) -> tuple[str, str]:
    """The words at both ends of a phrase; the one between three is a stop word."""
    parts = word.removeprefix("#").split(" ")
    return parts[0], parts[-1]


def _tells_more(word: str, told: set[str]) -> bool:
    new = set(_ends(word)) - told
    told |= new
    return bool(new)
