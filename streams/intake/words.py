"""Which of many forms made of words stand in folded texts: a tree of words, walked by the words of all texts at once.

The place of a word comes from its last letters and its length, that of a word behind others from these too. Most words of a
text have an empty place and are looked at no further; of the others all letters are compared.
"""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.text.arrays import U64, Index, expanded, places
from streams.intake.patterns import First, Form

IN_WORDS: Final = re.compile("( [@#]?)([^ @#]+(?: [^ @#]+)*) ")
"""What a form may look like: words with borders, the first one perhaps with a sign."""

_PAD: Final = b" " * 8  # stands before the letters, so that eight of them can be read up to any word's end
_BELOW_LETTERS: Final = 47  # of what `fold` makes only letters, digits, `_` and `@` lie above
_AT: Final = ord("@")
_SIGNS: Final = {" ": First(0), " @": First.AT, " #": First.HASH}
_PLACES_A_NODE: Final = 16
_MOST_BITS: Final = 20
_BEFORE_ALL: Final = np.zeros(1, np.intp)
_SURPLUS_BITS: Final = np.array([63, *range(56, -1, -8)], np.uint64)  # of eight letters, by those that the word has
# Odd numbers with well-mixed bits, of xxHash64 and splitmix64.
_PLACE_FACTOR: Final = np.uint64(0xC2B2AE3D27D4EB4F)
_LENGTH_FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)
_NODE_FACTOR: Final = np.uint64(0xBF58476D1CE4E5B9)


def _first_of_bytes() -> NDArray[np.uint8]:
    firsts = np.full(256, First.OTHER, np.uint8)
    firsts[[ord(" "), ord("@"), ord("#")]] = First.SPACE, First.AT, First.HASH
    return firsts


FIRST_OF: Final = _first_of_bytes()
"""What each byte of a folded text is to a form that begins there."""


class _Words:
    """The words of folded texts, and of each a key made of its last letters and its length."""

    def __init__(self, folded: bytes) -> None:
        padded = _PAD + folded
        self.letters = np.frombuffer(padded, np.uint8)
        is_letter = self.letters > _BELOW_LETTERS
        is_letter &= self.letters != _AT
        borders = places(is_letter[1:] != is_letter[:-1]) + 1
        self.start, self.end = borders[0::2].copy(), borders[1::2].copy()
        self.length = self.end - self.start
        eights: U64 = np.ndarray(len(folded) + 1, "<u8", padded, strides=(1,))  # the eight letters from each one on
        tails = eights.take(self.end - len(_PAD)) >> _SURPLUS_BITS.take(self.length, mode="clip")
        self.keys = tails + self.length.view(np.uint64) * _LENGTH_FACTOR


class WordForms:
    """Forms that match `IN_WORDS`. A form is named by its number."""

    def __init__(self, forms: Sequence[Form]) -> None:
        nodes: dict[tuple[int, str], int] = {}  # the node before and the word → number, from 1; 0 is before the first word
        ends, leads, firsts = [], [], []
        for text, first in forms:
            lead, phrase = IN_WORDS.fullmatch(text).groups()  # type: ignore[union-attr]  # whoever calls has looked
            node = 0
            for word in phrase.split(" "):
                node = nodes.setdefault((node, word), len(nodes) + 1)
            ends.append(node)
            leads.append(len(lead))
            firsts.append(_SIGNS[lead] or first)
        self._lead, self._allowed = np.array(leads, np.intp), np.array(firsts, np.uint8)
        end = np.array(ends, np.intp)
        self._forms = end.argsort(kind="stable")
        self._form_count = np.bincount(end, minlength=len(nodes) + 1)
        self._first_form = self._form_count.cumsum() - self._form_count
        self._make_places(list(nodes))

    def _make_places(self, nodes: Sequence[tuple[int, str]]) -> None:
        """The place of each node; several may share one."""
        words = _Words(" ".join(["", *(word for _, word in nodes), ""]).encode())
        before = np.array([node for node, _ in nodes], np.intp)
        self._letters = words.letters
        self._begin, self._length, self._before = (np.append(0, part) for part in (words.start, words.length, before))
        self._goes_on = np.zeros(len(nodes) + 1, bool)
        self._goes_on[before] = True
        self._bits = min((_PLACES_A_NODE * len(nodes) + 1).bit_length(), _MOST_BITS)
        place = self._places(words.keys, before)
        self._nodes = np.argsort(place, kind="stable") + 1
        count = np.bincount(place, minlength=1 << self._bits)
        self._node_count = count.astype(np.min_scalar_type(count.max()))
        self._first_node = (count.cumsum() - count).astype(np.int32)

    def _places(self, keys: U64, before: Index) -> Index:
        keys = keys + before.view(np.uint64) * _NODE_FACTOR
        return (keys * _PLACE_FACTOR >> np.uint64(64 - self._bits)).view(np.intp)

    def find(self, folded: bytes) -> tuple[Index, Index, Index]:
        """The forms that stand in the texts, and where each begins and ends, with its borders."""
        words = _Words(folded)
        place = self._places(words.keys, _BEFORE_ALL)
        first = places(self._node_count.take(place) > 0)
        of, node = self._same(words, first, place.take(first), np.zeros(len(first), np.intp))
        first = last = first.take(of)
        found = [(node, first, last)]
        while len(further := self._going_on(words, node, last)):
            before, first, last = node.take(further), first.take(further), last.take(further) + 1
            of, node = self._same(words, last, self._places(words.keys.take(last), before), before)
            first, last = first.take(of), last.take(of)
            found.append((node, first, last))
        return self._forms_at(words, *map(np.concatenate, zip(*found, strict=True)))

    def _same(self, words: _Words, at: Index, place: Index, before: Index) -> tuple[Index, Index]:
        """The nodes in the places of words that are these words and follow the right node, and which item each is of."""
        at_place = (column.take(place).astype(np.intp) for column in (self._first_node, self._node_count))
        found, of = expanded(*at_place)
        node, word = self._nodes.take(found), at.take(of)
        same = places((self._length.take(node) == words.length.take(word)) & (self._before.take(node) == before.take(of)))
        node, word, of = node.take(same), word.take(same), of.take(same)
        start = words.start.take(word)
        letters, pair = expanded(start, self._length.take(node))
        to_node = self._begin.take(node) - start
        differs = places(words.letters.take(letters) != self._letters.take(letters + to_node.take(pair)))
        if len(differs):
            is_same = np.ones(len(node), bool)
            is_same[pair.take(differs)] = False
            node, of = node.compress(is_same), of.compress(is_same)
        return of, node

    def _going_on(self, words: _Words, node: Index, last: Index) -> Index:
        """Which of the nodes some form goes on after, where only a space stands before the text's next word."""
        some = places(self._goes_on.take(node))
        last = last.take(some)
        return some.compress(words.start.take(last + 1, mode="clip") == words.end.take(last) + 1)

    def _forms_at(self, words: _Words, node: Index, first: Index, last: Index) -> tuple[Index, Index, Index]:
        """The forms that end in the nodes, where what stands before their first word is allowed."""
        found, of = expanded(self._first_form.take(node), self._form_count.take(node))
        form, begin = self._forms.take(found), words.start.take(first.take(of))
        allowed = places((FIRST_OF.take(words.letters.take(begin - 1)) & self._allowed.take(form)) > 0)
        form, begin, of = form.take(allowed), begin.take(allowed), of.take(allowed)
        end = words.end.take(last.take(of)) + 1
        return form, begin - self._lead.take(form) - len(_PAD), end - len(_PAD)
