"""Texts made comparable: lower case without accents, words parted by one space, `@` and `#` kept where a word starts.

A whole batch is folded at once, by looking every character up in a table. Names of brands go through the same fold, so
that a name stands in a text as " name ", with its borders, and needs no further check.

Rules: letters, digits and `_` make words, in any script; `@` or `#` stays if no word stands right before it (so an
address such as info@acme.com has no handle in it); accents and other marks, joiners and soft hyphens vanish; all else
parts words.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

BORDER: Final = 0
"""What parts two texts in the folded bytes: it stands in no name."""

_SPACE: Final = ord(" ")
_DROPPED: Final = 1  # code of what vanishes
_WIDE: Final = 0xFF  # of a letter that needs more than a byte; no byte of UTF-8
_FEW: Final = 16  # one wide letter in so many is so rare that the rest needn't be taken apart
_CHUNK_CHARS: Final = 1 << 19  # so that a batch of very long texts needs little memory
_ASSIGNED: Final = 0x32000  # no letter lies above, only private use and tags (Unicode 15)
_END: Final = 0x110000
# Letters that Unicode doesn't take apart, as people write them who haven't got them on their keyboard.
_LOOKALIKES: Final = dict(zip("øłđħıŧðæœßþ", "oldhitdaost", strict=True))


def _code(point: int) -> int:
    char = chr(point)
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return _DROPPED
    if not (char.isalnum() or char in "_@#"):
        return _SPACE if point else BORDER
    lower = char.lower()
    if lower == char and not unicodedata.decomposition(char):  # most: ideographs, syllables, letters without case
        return ord(_LOOKALIKES.get(char, char))
    plain = _without_marks(lower)
    return ord(_LOOKALIKES.get(plain, plain))


def _without_marks(char: str) -> str:
    """The base letter of a letter with accents; others (a Hangul syllable is no letter with accents) as they are."""
    parts = unicodedata.normalize("NFKD", char)
    return parts[0] if all(unicodedata.category(mark) == "Mn" for mark in parts[1:]) else char[0]


@cache
def _tables() -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """What each character becomes: in one byte, or `_WIDE`; and the letter that is meant by that."""
    letters = np.full(_END, _SPACE, np.uint32)
    letters[:_ASSIGNED] = [_code(point) for point in range(_ASSIGNED)]
    return np.where(letters < 0x80, letters, _WIDE).astype(np.uint8), letters


def fold(texts: Sequence[str]) -> bytes:
    """The folded texts in UTF-8, each with a space on both sides, with a zero byte between two of them.

    >>> fold(["¡Viva  IKEA's sofás!", "@La_Cocinera: a@b"])
    b' viva ikea s sofas \\x00 @la_cocinera a b '
    """
    narrow, _ = _tables()
    joined = " " + " \0 ".join(texts) + " "
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    codes = narrow.take(points)
    wide = points[codes == _WIDE] if codes.max() == _WIDE else points[:0]
    if (codes == _DROPPED).any():
        codes = np.frombuffer(bytearray(codes.tobytes().replace(bytes([_DROPPED]), b"")), np.uint8)
    sign = np.flatnonzero((codes == ord("@")) | (codes == ord("#")))
    codes[sign[codes[sign - 1] > _SPACE]] = _SPACE
    space = codes == _SPACE
    space[1:] &= space[:-1]
    space[0] = False
    codes = codes[~space]
    return _widened(codes, wide) if len(wide) else codes.tobytes()


def _widened(codes: NDArray[np.uint8], points: NDArray[np.uint32]) -> bytes:
    """The codes with the letters that `points` fold to, in UTF-8, in the places that were kept for them."""
    letters = _tables()[1].take(points)
    if len(letters) * _FEW < len(codes):
        narrow = codes.tobytes().split(bytes([_WIDE]))
        wide = map(str.encode, _decoded(letters))
        return b"".join(chain.from_iterable(zip(narrow, chain(wide, [b""]), strict=True)))
    whole = codes.astype("<u4")
    whole[codes == _WIDE] = letters
    return _decoded(whole).encode()


def _decoded(points: NDArray[np.uint32]) -> str:
    return points.astype("<u4").tobytes().decode("utf-32-le")


def fold_one(text: str) -> str:
    """One name folded, without the spaces around it.

    >>> fold_one("La  Cociñera®")
    'la cocinera'
    """
    return fold_each([text])[0]


def fold_each(texts: Sequence[str]) -> list[str]:
    """Each text folded, without the spaces around it: many at once cost little more than one.

    >>> fold_each(["¡Viva!", ""])
    ['viva', '']
    """
    folded = fold([text.replace("\0", " ") for text in texts])
    return [text.strip(" ") for text in folded.decode().split("\0")]


def chunks(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Ranges of texts of about equal length together, to be folded one after the other.

    >>> list(chunks(["a", "b" * 600_000, "c"]))
    [(0, 1), (1, 3)]
    """
    ends = np.fromiter(map(len, texts), np.intp, len(texts)).cumsum() // _CHUNK_CHARS
    cuts = [0, *(np.flatnonzero(np.diff(ends)) + 1).tolist(), len(texts)]
    return pairwise(cuts)
