"""Entries of the word lists as hashes of their tokens, cut by the same tokeniser as texts so that spellings agree."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from detectors.text.affixes import ENDING_STEM, PREFIX_STEM, Affix
from detectors.text.hashing import chain
from detectors.text.tokens import Tokens, as_text, chunks, tokenise


@dataclass(frozen=True, slots=True)
class Shape:
    """An entry's tokens as hashes."""

    count: int = 0
    first: int = 0
    first_text: str = ""
    whole: int = 0  # all tokens, chained
    stem: int = 0  # the same with only the first letters of the last token
    tail: int = 0  # the last letters of the last token
    last_length: int = 0
    beginnings: tuple[int, ...] = ()  # of two tokens and more, without the whole

    def prefix(self, row: int) -> Affix:
        """The entry as one that any ending may follow."""
        return Affix(self.whole, self.stem, self.last_length, row)

    def ending(self, row: int) -> Affix:
        """The entry as one that any beginning may precede."""
        return Affix(self.whole, self.tail, self.last_length, row)


def shapes(texts: Sequence[str]) -> Iterator[Shape]:
    """The shape of each text, an empty one for a text without tokens."""
    for chunk in chunks(texts):
        tokens = tokenise(chunk)
        for first, after in zip(tokens.first[:-1].tolist(), tokens.first[1:].tolist(), strict=True):
            yield _shape(tokens, first, after) if after > first else Shape()


def _shape(tokens: Tokens, first: int, after: int) -> Shape:
    last = slice(after - 1, after)
    start, end = tokens.start[last], tokens.end[last]
    stem = tokens.piece(start, np.minimum(end, start + PREFIX_STEM))
    chained = [tokens.hashes[first : first + 1]]
    for at in range(first + 1, after):
        if at == after - 1:
            stem = chain(chained[-1], stem)
        chained.append(chain(chained[-1], tokens.hashes[at : at + 1]))
    hashes = [int(value[0]) for value in chained]
    return Shape(
        count=after - first,
        first=hashes[0],
        first_text=as_text(tokens.points[tokens.start[first] : tokens.end[first]]),
        whole=hashes[-1],
        stem=int(stem[0]),
        tail=int(tokens.piece(np.maximum(start, end - ENDING_STEM), end)[0]),
        last_length=int(end[0] - start[0]),
        beginnings=tuple(hashes[1:-1]),
    )
