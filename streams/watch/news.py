"""Which of the terms that are new an alert shows: few, and none twice. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

PHRASE_SHARE = 1 / 3
"""A phrase stands for its word from this share of the word's count on: of each mention only the first two or so phrases are
terms, so a phrase that everybody writes is counted in part of the mentions."""
_LONG_CHARS = 4


@dataclass(frozen=True, slots=True)
class Said:
    """A new term: a word, a #hashtag, or a phrase of words with spaces between."""

    word: str
    count: int


def shown(said: Sequence[Said], most: int) -> list[str]:
    """The terms to show, the most surprising first, as in `said`.

    A word gives way to the commonest phrase that it begins or ends, and what has been said by then isn't said again.

    >>> shown([Said("caballo", 9), Said("carne", 8), Said("carne de caballo", 6), Said("caballos", 3), Said("asco", 3)], 3)
    ['carne de caballo', 'asco']
    """
    told: set[str] = set()
    out: list[str] = []
    for term in said:
        best = _phrase_for(term, said)
        parts = set(_parts(best.word))
        if len(out) < most and parts - told:
            out.append(best.word)
            told |= parts
    return out


def _phrase_for(term: Said, said: Sequence[Said]) -> Said:
    if " " in term.word or term.word.startswith("#"):
        return term
    own = set(_parts(term.word))
    phrases = [each for each in said if " " in each.word and own <= set(_parts(each.word))]
    best = max(phrases, key=lambda each: each.count, default=term)
    return best if best.count >= PHRASE_SHARE * term.count else term


def _parts(word: str) -> Iterator[str]:
    """The words at both ends, without hash and plural; what stands in the middle of three is a stop word."""
    words = word.removeprefix("#").split(" ")
    for each in {words[0], words[-1]}:
        yield each[:-1] if len(each) > _LONG_CHARS and each.endswith("s") else each
