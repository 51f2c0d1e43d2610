"""Which brands' names stand in texts: the forms of all brands are looked for in folded texts at once."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from detectors.text.arrays import Flags, Index, places
from schemas.config.model import Brand
from streams.intake.fold import BORDER, chunks, fold
from streams.intake.patterns import Fold, Form, excluded_forms_of, forms_of
from streams.intake.unspaced import UnspacedForms
from streams.intake.words import IN_WORDS, WordForms


class NameFinder:
    """The names of all brands. A name inside a phrase of the brand's `not_when` doesn't count."""

    def __init__(self, brands: Sequence[Brand], folded: Fold) -> None:
        """`folded`: what `fold_one` gives."""
        forms: list[tuple[Form, int, bool]] = []  # with the brand, and whether it is one of `not_when`
        for index, brand in enumerate(brands):
            forms += ((form, index, False) for form in forms_of(brand, folded))
            if brand.not_when:
                forms += ((form, index, True) for form in excluded_forms_of(brand, folded))
        forms.sort(key=lambda each: IN_WORDS.fullmatch(each[0][0]) is None)
        in_words = [form for form, _, _ in forms if IN_WORDS.fullmatch(form[0])]
        self._words = WordForms(in_words)
        self._unspaced = UnspacedForms([form for form, _, _ in forms[len(in_words) :]])
        self._brand = np.array([brand for _, brand, _ in forms], np.intp)
        self._excludes = np.array([excludes for _, _, excludes in forms], bool)
        self._first_unspaced = len(in_words)

    def find(self, texts: Sequence[str]) -> tuple[Index, Index]:
        """Pairs of the place of a text and the brand that it names; a pair may come several times."""
        if not len(self._brand):
            return _NONE, _NONE
        found = [self._find(texts[start:stop], start) for start, stop in chunks(texts)]
        at, brand = zip(*found, strict=True)
        return np.concatenate(at), np.concatenate(brand)

    def _find(self, texts: Sequence[str], start: int) -> tuple[Index, Index]:
        """The pairs of one chunk, whose first text has the place `start`."""
        folded = fold(texts)
        form, begin, end = self._words.find(folded)
        if len(self._brand) > self._first_unspaced:
            more, *where = self._unspaced.find(folded)
            form = np.concatenate((form, more + self._first_unspaced))
            begin, end = (np.concatenate(both) for both in zip((begin, end), where, strict=True))
        brand, excludes = self._brand.take(form), self._excludes.take(form)
        if excludes.any():
            counted = places(~(excludes | _covered(brand, begin, end, excludes, len(folded))))
            brand, begin = brand.take(counted), begin.take(counted)
        borders = places(np.frombuffer(folded, np.uint8) == BORDER)
        return borders.searchsorted(begin) + start, brand


_NONE: Final = np.zeros(0, np.intp)


def _covered(brand: Index, begin: Index, end: Index, excludes: Flags, size: int) -> Flags:
    """Which matches lie in an excluded phrase of their brand; no place is beyond `size`.

    With the brand in front, places of different brands don't meet: then the furthest end of all phrases that begin before a
    match tells whether one of them covers it.
    """
    begin, end = begin + brand * (size + 1), end + brand * (size + 1)
    phrases = places(excludes)
    phrases = phrases.take(begin.take(phrases).argsort())
    reach = np.maximum.accumulate(end.take(phrases))
    before = begin.take(phrases).searchsorted(begin, "right") - 1
    covered: Flags = (before >= 0) & (reach.take(before, mode="clip") >= end)
    return covered
