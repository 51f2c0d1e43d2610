"""A batch of texts cut into hashed tokens, without a Python loop over them.

Rules: texts are joined by a separator and looked up character by character (`characters`); a text with accents
that are characters of their own is composed first (NFC); a token is a run of word characters or one picture. The pieces
of a web address are dropped.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from detectors.text.arrays import U64, Index, expanded, places
from detectors.text.characters import COMBINING, MARK_FLAG, SEPARATOR, SIGN_FLAG, Codes, code_table
from detectors.text.emoticons import eyes_among, replace_emoticons
from detectors.text.hashing import INVERSES, MAX_CHUNK_CHARS, mix, running_sums

Amount = TypeVar("Amount", np.float64, np.uint64)

_AHEAD: Final = 4  # separators at the end, so that looking ahead needs no check


@dataclass(frozen=True, slots=True)
class Marks:
    """Where the characters with `characters.MARK_FLAG` stand, and which they are."""

    at: Index
    points: Codes

    def where(self, mark: str) -> Index:
        """Where one of them stands."""
        return self.at.compress(self.points == ord(mark))


@dataclass(frozen=True, slots=True)
class Tokens:
    """All tokens of a batch in order. Positions count the characters of the joined texts."""

    points: Codes  # the characters as they were written
    codes: Codes  # and what they count as, see `characters`
    marks: Marks  # the characters that some stage looks for
    sums: U64  # running sums of the hash, see `hashing`
    separators: Index  # where each text begins, and where the last one ends
    start: Index
    end: Index
    hashes: U64
    mixed: U64  # the hashes with every bit depending on all others
    text: Index  # which text each token is of
    first: Index  # the first token of each text, and the number of all tokens

    @property
    def texts(self) -> int:
        """How many texts there are."""
        return len(self.first) - 1

    def piece(self, start: Index, end: Index) -> U64:
        """Hashes of the characters from each start up to each end."""
        return _piece(self.sums, start, end)

    def count_of(self, mark: str) -> npt.NDArray[np.int64]:
        """How often a character occurs in each text; it must be one of the marks."""
        return np.bincount(self.text_at(self.marks.where(mark)), minlength=self.texts)

    def text_at(self, positions: Index) -> Index:
        """Which text each position lies in."""
        return self.separators.searchsorted(positions) - 1

    def token_at(self, positions: Index) -> tuple[Index, Index]:
        """The positions that lie inside a token, and which token each lies in."""
        before = self.start.searchsorted(positions, "right")
        some = places(before > 0)
        positions, token = positions.take(some), before.take(some) - 1
        inside = places(self.end.take(token) > positions)
        return positions.take(inside), token.take(inside)

    def written(self, first: int, last: int) -> str:
        """The tokens from first to last as they were written, in lower case; an emoticon as its picture."""
        begin = self.start[first]
        code = int(self.codes[begin])
        if code & SIGN_FLAG:
            return chr(code ^ SIGN_FLAG)
        return as_text(self.points[begin : self.end[last]]).lower()


def _piece(sums: U64, start: Index, end: Index) -> U64:
    return (sums.take(end) - sums.take(start)) * INVERSES.first(len(sums)).take(start)


def as_text(points: Codes) -> str:
    """The string of some code points."""
    return points.tobytes().decode("utf-32-le", "surrogatepass")


def token_sums(first: Index, amounts: npt.NDArray[Amount]) -> npt.NDArray[Amount]:
    """The sums of the tokens' amounts over each text: `first` is the first token of each, and the number of all."""
    sums = np.zeros((len(first) - 1, *amounts.shape[1:]), amounts.dtype)
    spoken = places(first[1:] > first[:-1])  # `reduceat` takes an empty part for one of length 1
    if len(spoken):
        sums[spoken] = np.add.reduceat(amounts, first.take(spoken), axis=0)
    return sums


def chunks(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """The texts in order, cut so that `tokenise` can take each part."""
    ends = (np.fromiter(map(len, texts), np.intp, len(texts)) + 1).cumsum()
    begin = size = 0
    while begin < len(texts):
        after = max(int(ends.searchsorted(size + MAX_CHUNK_CHARS, "right")), begin + 1)
        yield texts[begin:after]
        begin, size = after, int(ends[after - 1])


def tokenise(texts: Sequence[str]) -> Tokens:
    """The tokens of all texts; together at most `hashing.MAX_CHUNK_CHARS` characters."""
    points, codes, marks = _characters(texts)
    replace_emoticons(points, codes, marks.at.compress(eyes_among(marks.points)))
    separators = marks.where(SEPARATOR)[: len(texts) + 1]
    start, end = _borders(codes)
    kept = _outside_addresses(points, marks.where(":"), start, end)
    if kept is not None:
        start, end = start.take(kept), end.take(kept)
    sums = running_sums(codes)
    first = start.searchsorted(separators)
    text = np.arange(len(texts)).repeat(first[1:] - first[:-1])
    hashes = _piece(sums, start, end)
    return Tokens(points, codes, marks, sums, separators, start, end, hashes, mix(hashes), text, first)


def _characters(texts: Sequence[str]) -> tuple[Codes, Codes, Marks]:
    """The characters of the joined texts, their codes, and where the marks are."""
    points, codes, marks = _looked_up(texts)
    separators = marks.where(SEPARATOR)
    if len(separators) > len(texts) + _AHEAD:
        return _characters([text.replace(SEPARATOR, " ") for text in texts])
    accents = marks.at.compress(marks.points - np.uint32(COMBINING.start) < len(COMBINING))
    if len(accents):
        composed = list(texts)
        for index in set((separators.searchsorted(accents) - 1).tolist()):
            composed[index] = unicodedata.normalize("NFC", texts[index])
        return _looked_up(composed)
    return points, codes, marks


def _looked_up(texts: Sequence[str]) -> tuple[Codes, Codes, Marks]:
    joined = SEPARATOR.join(("", *texts, *[""] * _AHEAD))
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    codes = code_table().take(points)
    at = places(codes >= MARK_FLAG)
    codes[at] -= np.uint32(MARK_FLAG)
    return points, codes, Marks(at, points.take(at))


def _borders(codes: Codes) -> tuple[Index, Index]:
    """Where tokens start and end: a picture is always alone, letters run together."""
    word = codes != 0
    change = word[1:] != word[:-1]
    sign = codes >= SIGN_FLAG
    if sign.any():
        change |= sign[1:] | sign[:-1]
        return places(word[1:] & change) + 1, places(word[:-1] & change) + 1
    at = places(change) + 1
    return at[0::2], at[1::2]


def _outside_addresses(points: Codes, colons: Index, start: Index, end: Index) -> Index | None:
    """Which tokens aren't part of an address (`scheme://` up to the next space); None if there is none."""
    colons = colons.compress((points.take(colons + 1) == ord("/")) & (points.take(colons + 2) == ord("/")))
    if not len(colons):
        return None
    spaces = places(points <= ord(" "))
    begin = end.searchsorted(colons)  # the scheme, which ends at the colon
    after = start.searchsorted(spaces.take(spaces.searchsorted(colons)))
    after[:-1] = np.minimum(after[:-1], begin[1:])  # of an address in an address the second one goes on
    outside = np.ones(len(start), bool)
    dropped, _ = expanded(begin, after - begin)
    outside[dropped] = False
    return places(outside)
