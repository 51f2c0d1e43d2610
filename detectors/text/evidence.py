"""The words of each text that weigh, after phrases, negation and boosters.

Rules: a phrase replaces all its tokens, a negator among them too; a negator within the three tokens before a
clear word (beyond ±1) turns it round at 0.6 of its weight; a booster right before a word counts 1.3; then come
the rules of `thanks`.
The distance and both factors are those of the experiments behind `negativity`; VADER (Hutto and Gilbert, 2014) uses
three tokens, 0.74 and about 1.3.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from detectors.text.arrays import Flags, Index, expanded, places
from detectors.text.lexicon import Role
from detectors.text.phrases import PhraseHits
from detectors.text.thanks import weigh_thanks
from detectors.text.tokens import Tokens
from detectors.text.vocabulary import Meanings, Trait, WordsInLang

_NEGATOR, _BOOSTER = int(Role.NEGATOR), int(Role.BOOSTER)  # an enum's attributes are slow
_NEGATION_REACH_TOKENS: Final = 3
_NEGATED: Final = -0.6
_BOOSTED: Final = 1.3
_CLEAR: Final = 1.0  # words of weight ±1 are too weak to be turned round


@dataclass(frozen=True, slots=True)
class Evidence:
    """What counts, in order: first token, length in tokens, final weight, role."""

    token: Index
    length: Index
    weight: npt.NDArray[np.float64]
    role: npt.NDArray[np.uint8]
    text: Index
    ironic_texts: Index  # those with thanks that aren't meant


def evidence(tokens: Tokens, words: WordsInLang, phrases: PhraseHits, meanings: Meanings) -> Evidence:
    """The evidence of a batch."""
    weighs = (words.traits & Trait.WEIGHS) > 0
    first, length, phrase_cells = _outermost(phrases, words.phrase_cells, meanings, weighs)
    at = places(weighs)
    cells, text = words.cells.take(at), tokens.text.take(at)
    weight, role = meanings.weight.take(cells).astype(np.float64), meanings.role.take(cells)
    size = np.ones(len(at), np.intp)
    place = at.searchsorted(first)
    weight[place], role[place] = meanings.weight.take(phrase_cells), meanings.role.take(phrase_cells)
    size[place] = length
    _turn(at, text, weight, role)
    ironic = weigh_thanks(tokens, words, meanings, at, size, weight, role)
    return Evidence(at, size, weight, role, text, text.take(ironic))


def _outermost(hits: PhraseHits, cells: Index, meanings: Meanings, weighs: Flags) -> tuple[Index, Index, Index]:
    """First token, length and cell of the phrases that aren't nested in longer ones.

    Of their tokens the first one is left in `weighs`, the flags of the tokens that count, and the others are taken out.
    """
    some = places(meanings.weighs.take(cells))
    cells, first, length = cells.take(some), hits.first.take(some), hits.length.take(some)
    inside, of = expanded(first, length)
    longest = np.zeros(len(weighs), np.intp)
    longest[inside] = length.take(of)  # of several for one token the last is assigned, the longest
    weighs[inside] = False
    kept = places((longest.take(first) == length) & (meanings.weight.take(cells) != 0))
    first = first.take(kept)
    weighs[first] = True
    return first, length.take(kept), cells.take(kept)


def _turn(at: Index, text: Index, weight: npt.NDArray[np.float64], role: npt.NDArray[np.uint8]) -> None:
    """Applies negation and boosters to the weights, in place."""
    turned = _after(places(role == _NEGATOR), _NEGATION_REACH_TOKENS, at, text)
    turned = turned.compress((role.take(turned) != _NEGATOR) & (np.abs(weight.take(turned)) > _CLEAR))
    weight[turned] *= _NEGATED  # once, however many negators there are
    weight[_after(places(role == _BOOSTER), 1, at, text)] *= _BOOSTED


def _after(items: Index, reach_tokens: int, at: Index, text: Index) -> Index:
    """The items of evidence that stand up to `reach_tokens` after the given ones, in the same text."""
    if not len(items):
        return items
    after = (items[:, None] + np.arange(1, reach_tokens + 1)).ravel()
    items = items.repeat(reach_tokens)
    near = (at.take(after, mode="clip") - at.take(items) <= reach_tokens) & (after < len(at))
    near &= text.take(after, mode="clip") == text.take(items)
    return after.compress(near)
