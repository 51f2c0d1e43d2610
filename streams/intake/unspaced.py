"""Forms that aren't made of words, as in scripts without spaces: an automaton that reads every letter finds them.

It doesn't tell `@` and `#` from a space; what stood there is looked up afterwards, for what was found.
"""

from collections.abc import Sequence
from itertools import chain
from typing import Final

import numpy as np
from ahocorasick_rs import BytesAhoCorasick

from detectors.text.arrays import Index, expanded, places
from streams.intake.patterns import Form
from streams.intake.words import FIRST_OF

_SIGNS_AS_SPACES: Final = bytes.maketrans(b"@#", b"  ")


class UnspacedForms:
    """Forms of any kind. A form is named by its number."""

    def __init__(self, forms: Sequence[Form]) -> None:
        numbers: dict[bytes, list[int]] = {}
        for number, (text, _) in enumerate(forms):
            numbers.setdefault(text.encode().translate(_SIGNS_AS_SPACES), []).append(number)
        self._automaton = BytesAhoCorasick(list(numbers)) if numbers else None
        self._numbers = np.fromiter(chain.from_iterable(numbers.values()), np.intp, len(forms))
        self._count = np.fromiter(map(len, numbers.values()), np.intp, len(numbers))
        self._first_number = self._count.cumsum() - self._count
        self._allowed = np.fromiter((first for _, first in forms), np.uint8, len(forms))
        self._signed = {n: text.encode() for n, (text, _) in enumerate(forms) if "@" in text or "#" in text}
        self._is_signed = np.zeros(len(forms), bool)
        self._is_signed[list(self._signed)] = True

    def find(self, folded: bytes) -> tuple[Index, Index, Index]:
        """The forms that stand in the texts, and where each begins and ends."""
        found = []
        if self._automaton is not None:
            found = self._automaton.find_matches_as_indexes(folded.translate(_SIGNS_AS_SPACES), overlapping=True)
        pattern, begin, end = np.array(found, np.intp).reshape(-1, 3).T
        at, of = expanded(self._first_number.take(pattern), self._count.take(pattern))
        form, begin, end = self._numbers.take(at), begin.take(of), end.take(of)
        holds = (FIRST_OF.take(np.frombuffer(folded, np.uint8).take(begin)) & self._allowed.take(form)) > 0
        for place in places(holds & self._is_signed.take(form)).tolist():
            holds[place] = folded[begin[place] : end[place]] == self._signed[int(form[place])]
        return form.compress(holds), begin.compress(holds), end.compress(holds)
