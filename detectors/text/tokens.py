"""A batch of texts cut into hashed tokens, without a Python loop over them.

Rules: texts are joined by a separator, composed (NFC) and looked up character by character (`characters`);
a token is a run of word characters or one picture. The pieces of a web address are dropped.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from detectors.text.characters import SIGN_FLAG, Codes, code_table
from detectors.text.emoticons import replace_emoticons
from detectors.text.hashing import INVERSES, MAX_CHUNK_CHARS, U64, Index, running_sums

_SEPARATOR: Final = "\x1e"  # ASCII "record separator"
_OTHER: Final = 127  # stands for every character past ASCII where only ASCII ones matter


@dataclass(frozen=True, slots=True)
class Tokens:
    """All tokens of a batch in order. Positions count characters of `joined`."""

    joined: str
    chars: npt.NDArray[np.uint8]  # ASCII characters, others as 127
    codes: Codes
    sums: U64  # running sums of the hash, see `hashing`
    separators: Index  # where each text begins, and where the last one ends
    start: Index
    end: Index
    hashes: U64
    text: Index  # which text each token is of
    first: Index  # the first token of each text, and the number of all tokens

    @property
    def texts(self) -> int:
        """How many texts there are."""
        return len(self.first) - 1

    def piece(self, start: Index, end: Index) -> U64:
        """Hashes of the characters from each start up to each end."""
        return (self.sums.take(end) - self.sums.take(start)) * INVERSES.take(start)

    def count_of(self, char: str) -> npt.NDArray[np.int64]:
        """How often an ASCII character occurs in each text."""
        return np.bincount(self.text_at(np.flatnonzero(self.chars == ord(char))), minlength=self.texts)

    def written(self, first: int, last: int) -> str:
        """The tokens from first to last as they were written, in lower case; an emoticon as its picture."""
        code = int(self.codes[self.start[first]])
        if code & SIGN_FLAG:
            return chr(code ^ SIGN_FLAG)
        return self.joined[self.start[first] : self.end[last]].lower()

    def text_at(self, positions: Index) -> Index:
        """Which text each character position lies in."""
        return np.searchsorted(self.separators, positions) - 1


def sum_per_text(text: Index, amounts: npt.NDArray[np.floating], texts: int) -> npt.NDArray[np.float64]:
    """The sum of the amounts that belong to each text."""
    return np.bincount(text, weights=amounts, minlength=texts).astype(np.float64, copy=False)


def chunks(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """The texts in order, cut so that `tokenise` can take each part."""
    begin = size = 0
    for index, text in enumerate(texts):
        size += len(text) + 1
        if size > MAX_CHUNK_CHARS and index > begin:
            yield texts[begin:index]
            begin, size = index, len(text) + 1
    if begin < len(texts):
        yield texts[begin:]


def tokenise(texts: Sequence[str]) -> Tokens:
    """The tokens of all texts; together at most `hashing.MAX_CHUNK_CHARS` characters."""
    joined = _joined(texts)
    points = _points(joined)
    if _has_combining(points):
        joined = unicodedata.normalize("NFC", joined)
        points = _points(joined)
    codes = code_table().take(points)
    chars = np.minimum(points, _OTHER).astype(np.uint8)
    replace_emoticons(chars, codes)
    separators = np.flatnonzero(chars == ord(_SEPARATOR))[: len(texts) + 1]
    start, end = _borders(codes)
    kept = _outside_addresses(chars, start, end)
    if kept is not None:
        start, end = start[kept], end[kept]
    sums = running_sums(codes)
    first = np.searchsorted(start, separators)
    text = np.repeat(np.arange(len(texts)), np.diff(first))
    hashes = (sums.take(end) - sums.take(start)) * INVERSES.take(start)
    return Tokens(joined, chars, codes, sums, separators, start, end, hashes, text, first)


def _joined(texts: Sequence[str]) -> str:
    """All texts with a separator before each and three after the last, so that looking ahead needs no check."""
    body = _SEPARATOR.join(texts)
    if body.count(_SEPARATOR) != max(len(texts) - 1, 0):
        body = _SEPARATOR.join(text.replace(_SEPARATOR, " ") for text in texts)
    return f"{_SEPARATOR}{body}{_SEPARATOR * 4}"


def _points(text: str) -> npt.NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _has_combining(points: npt.NDArray[np.uint32]) -> bool:
    """Whether an accent stands as a character of its own (U+0300 … U+036F): only then is there a need to compose."""
    return bool(((points - np.uint32(0x300)) < 0x70).any())


def _borders(codes: Codes) -> tuple[Index, Index]:
    """Where tokens start and end: a picture is always alone, letters run together."""
    word = codes != 0
    change = word[1:] != word[:-1]
    sign = codes >= SIGN_FLAG
    if sign.any():
        change |= sign[1:] | sign[:-1]
        return np.flatnonzero(word[1:] & change) + 1, np.flatnonzero(word[:-1] & change) + 1
    at = np.flatnonzero(change) + 1
    return at[0::2], at[1::2]


def _outside_addresses(chars: npt.NDArray[np.uint8], start: Index, end: Index) -> npt.NDArray[np.bool_] | None:
    """Which tokens aren't part of an address (`scheme://` up to the next space); None if there is none."""
    slash = ord("/")
    colons = np.flatnonzero(chars[:-3] == ord(":"))
    colons = colons[(chars[colons + 1] == slash) & (chars[colons + 2] == slash)]
    if not len(colons):
        return None
    spaces = np.flatnonzero(chars <= ord(" "))
    stops = spaces[np.searchsorted(spaces, colons)]
    begin = np.searchsorted(end, colons)  # the scheme, which ends at the colon
    finish = np.searchsorted(start, stops)
    count = len(start) + 1
    depth = np.bincount(begin, minlength=count) - np.bincount(finish, minlength=count)
    outside: npt.NDArray[np.bool_] = np.cumsum(depth[:-1]) == 0
    return outside
