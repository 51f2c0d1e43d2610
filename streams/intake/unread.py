"""A scorer that reads no text, for whoever only counts: copies are told from each other, and nothing else is said."""

import zlib
from collections.abc import Sequence

import numpy as np

from schemas.digest import TERMS
from streams.intake.fold import chunks, fold
from streams.intake.hashing import U64, mixed
from streams.intake.scores import ScoreColumns

_SHIFT = np.uint64(32)


class Unread:
    """Nothing is negative, of any category or about anything."""

    def score(self, texts: Sequence[str], langs: Sequence[str | None]) -> ScoreColumns:
        """`text` and `near` are equal for texts that differ in case, accents and punctuation only; all else is 0.

        >>> scores = Unread().score(["¡Qué asco!", "que asco", "ok", "!"], [None] * 4)
        >>> [int(text == scores.text[0]) for text in scores.text], scores.text[3]
        ([1, 1, 0, 0], np.uint64(0))
        """
        count = len(texts)
        hashes = text_hashes(texts)
        return ScoreColumns(
            negativity=np.zeros(count, np.float32),
            categories=np.zeros(count, np.uint16),
            text=hashes,
            near=hashes,
            terms=np.zeros((count, TERMS), np.uint64),
            term_words={},
        )


def text_hashes(texts: Sequence[str]) -> U64:
    """A hash of each folded text, out of two check sums; 0 for a text without words."""
    folded = [text for start, stop in chunks(texts) for text in fold(texts[start:stop]).split(b"\0")] if texts else []
    first = np.fromiter(map(zlib.crc32, folded), np.uint64, len(folded))
    second = np.fromiter(map(zlib.adler32, folded), np.uint64, len(folded))
    hashes = np.maximum(mixed((first << _SHIFT) | second), np.uint64(1))
    hashes[np.fromiter(map(len, folded), np.int64, len(folded)) <= 1] = 0
    return hashes
