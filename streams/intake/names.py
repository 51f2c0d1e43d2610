"""Which brands' names stand in texts: one automaton holds the forms of all brands and reads folded texts once.

The automaton doesn't tell `@` and `#` from a space, so that a name needs one form instead of three; what stood there is
looked up afterwards, for what was found.
"""

from collections.abc import Sequence
from itertools import chain
from typing import Final

import numpy as np
from ahocorasick_rs import BytesAhoCorasick
from numpy.typing import NDArray

from schemas.config.model import Brand
from streams.intake.fold import BORDER, chunks, fold
from streams.intake.patterns import First, Fold, Form, excluded_forms_of, forms_of

_SIGNS_AS_SPACES: Final = bytes.maketrans(b"@#", b"  ")

Index = NDArray[np.intp]


def _first_of_bytes() -> NDArray[np.uint8]:
    firsts = np.full(256, First.OTHER, np.uint8)
    firsts[[ord(" "), ord("@"), ord("#")]] = First.SPACE, First.AT, First.HASH
    return firsts


_FIRST_OF: Final = _first_of_bytes()


class NameFinder:
    """The names of all brands. A name inside a phrase of the brand's `not_when` doesn't count."""

    def __init__(self, brands: Sequence[Brand], folded: Fold) -> None:
        """`folded`: what `fold_one` gives."""
        owners: dict[str, list[tuple[Form, int, bool]]] = {}
        for index, brand in enumerate(brands):
            for form in forms_of(brand, folded):
                owners.setdefault(_signless(form[0]), []).append((form, index, True))
            if brand.not_when:
                for form in excluded_forms_of(brand, folded):
                    owners.setdefault(_signless(form[0]), []).append((form, index, False))
        self._automaton = BytesAhoCorasick([form.encode() for form in owners]) if owners else None
        entries = list(chain.from_iterable(owners.values()))
        self._entries_of = np.cumsum([0, *map(len, owners.values())])
        """Pattern p has the entries from `[p]` to `[p + 1]`."""
        self._first = np.fromiter((form[1] for form, _, _ in entries), np.uint8, len(entries))
        self._brand = np.fromiter((brand for _, brand, _ in entries), np.intp, len(entries))
        self._excludes = np.fromiter((not counts for _, _, counts in entries), bool, len(entries))
        self._signed = {n: form[0].encode() for n, (form, _, _) in enumerate(entries) if "@" in form[0] or "#" in form[0]}
        self._is_signed = np.zeros(len(entries), bool)
        self._is_signed[list(self._signed)] = True

    def find(self, texts: Sequence[str]) -> tuple[Index, Index]:
        """Pairs of the place of a text and the brand that it names; a pair may come several times."""
        if self._automaton is None:
            return _NONE, _NONE
        found = [self._find(self._automaton, texts[start:stop], start) for start, stop in chunks(texts)]
        at, brand = zip(*found, strict=True)
        return np.concatenate(at), np.concatenate(brand)

    def _find(self, automaton: BytesAhoCorasick, texts: Sequence[str], start: int) -> tuple[Index, Index]:
        """The pairs of one chunk, whose first text has the place `start`."""
        folded = fold(texts)
        matches = automaton.find_matches_as_indexes(folded.translate(_SIGNS_AS_SPACES), overlapping=True)
        if not matches:
            return _NONE, _NONE
        codes = np.frombuffer(folded, np.uint8)
        flat = np.fromiter(chain.from_iterable(matches), np.intp, 3 * len(matches)).reshape(-1, 3)
        entry, begin, end = self._entries(*flat.T)
        holds = (self._first[entry] & _FIRST_OF[codes[begin]]) != 0
        for place in np.flatnonzero(holds & self._is_signed[entry]).tolist():
            holds[place] = folded[begin[place] : end[place]] == self._signed[int(entry[place])]
        entry, begin, end = entry[holds], begin[holds], end[holds]
        at = np.searchsorted(np.flatnonzero(codes == BORDER), begin) + start
        brand, excludes = self._brand[entry], self._excludes[entry]
        if excludes.any():
            counted = np.flatnonzero(~excludes)
            within = _within(at, brand, begin, end, excludes)
            counted = np.array([place for place in counted.tolist() if place not in within], np.intp)
            at, brand = at[counted], brand[counted]
        return at, brand

    def _entries(self, pattern: Index, begin: Index, end: Index) -> tuple[Index, Index, Index]:
        """Matches with the entry in place of the pattern: one for each that the pattern has."""
        first = self._entries_of[pattern]
        counts = self._entries_of[pattern + 1] - first
        if counts.max() == 1:
            return first, begin, end
        before = np.cumsum(counts) - counts
        entry = np.repeat(first - before, counts) + np.arange(counts.sum())
        return entry, np.repeat(begin, counts), np.repeat(end, counts)


_NONE: Final = np.zeros(0, np.intp)


def _within(at: Index, brand: Index, begin: Index, end: Index, excludes: NDArray[np.bool_]) -> set[int]:
    """Places of the matches that lie in an excluded phrase of their brand."""
    phrases: dict[tuple[int, int], list[tuple[int, int]]] = {}
    spans = list(zip(at.tolist(), brand.tolist(), begin.tolist(), end.tolist(), strict=True))
    for place in np.flatnonzero(excludes).tolist():
        text, of, first, last = spans[place]
        phrases.setdefault((text, of), []).append((first, last))
    return {
        place
        for place, (text, of, first, last) in enumerate(spans)
        if any(start <= first and last <= stop for start, stop in phrases.get((text, of), ()))
    }


def _signless(form: str) -> str:
    return form.replace("@", " ").replace("#", " ") if "@" in form or "#" in form else form
