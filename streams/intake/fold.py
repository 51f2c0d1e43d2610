"""Texts made comparable: lower case without accents, words parted by one space, `@` and `#` kept where a word starts.

A whole batch is folded at once, by looking every character up in a table. Names of brands go through the same fold, so
that a name stands in a text as " name ", with its borders, and needs no further check.

Rules: letters, digits and `_` make words, in any script; `@` or `#` stays if no word stands right before it (so an
address such as info@acme.com has no handle in it); accents and other marks, joiners and soft hyphens vanish; all else
parts words.
"""

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

BORDER: Final = 0
"""What parts two texts in the folded bytes: it stands in no name."""

_SPACE: Final = ord(" ")
_DROPPED: Final = 1  # code of what vanishes
_ASSIGNED: Final = 0x32000  # no letter lies above, only private use and tags (Unicode 15)
# Letters that Unicode doesn't take apart, as people write them who haven't got them on their keyboard.
_LOOKALIKES: Final = dict(zip("øłđħıŧðæœßþ", "oldhitdaost", strict=True))


def _code(point: int) -> int:
    char = chr(point)
    if char == "\0":
        return BORDER
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return _DROPPED
    if not (char.isalnum() or char in "_@#"):
        return _SPACE
    plain = _without_marks(char.lower())
    return ord(_LOOKALIKES.get(plain, plain))


def _without_marks(char: str) -> str:
    """The base letter of a letter with accents; others (a Hangul syllable is no letter with accents) as they are."""
    parts = unicodedata.normalize("NFKD", char)
    return parts[0] if all(unicodedata.category(mark) == "Mn" for mark in parts[1:]) else char[0]


@cache
def _table() -> NDArray[np.uint32]:
    table = np.full(0x110000, _SPACE, np.uint32)
    table[:_ASSIGNED] = [_code(point) for point in range(_ASSIGNED)]
    return table


def fold(texts: Sequence[str]) -> bytes:
    """The folded texts in UTF-8, each with a space on both sides, with a zero byte between two of them.

    >>> fold(["¡Viva  IKEA's sofás!", "@La_Cocinera: a@b"])
    b' viva ikea s sofas \\x00 @la_cocinera a b '
    """
    joined = " " + " \0 ".join(texts) + " "
    codes = _table()[np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)]
    dropped = codes == _DROPPED
    if dropped.any():
        codes = codes[~dropped]
    sign = np.flatnonzero((codes == ord("@")) | (codes == ord("#")))
    inside = sign[codes[sign - 1] > _SPACE]
    codes[inside] = _SPACE
    space = codes == _SPACE
    space[1:] &= space[:-1]
    space[0] = False
    folded: str = codes[~space].astype("<u4").tobytes().decode("utf-32-le")
    return folded.encode()


def fold_one(text: str) -> str:
    """One name folded, without the spaces around it.

    >>> fold_one("La  Cociñera®")
    'la cocinera'
    """
    return fold([text.replace("\0", " ")]).decode().strip()
