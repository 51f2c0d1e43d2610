"""The words of each text that weigh, after phrases, negation and boosters.

Rules: a phrase replaces all its tokens, a negator among them too; a negator within the three tokens before a
clear word (beyond ±1) turns it round at 0.6 of its weight; a booster right before a word counts 1.3.
The distance and both factors are those of the experiments behind `negativity`; VADER (Hutto and Gilbert, 2014) uses
three tokens, 0.74 and about 1.3.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from detectors.text.hashing import Index
from detectors.text.lexicon import Role
from detectors.text.phrases import PhraseHits
from detectors.text.tokens import Tokens
from detectors.text.vocabulary import Meanings

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


def evidence(tokens: Tokens, cells: Index, phrases: PhraseHits, lang: Index, meanings: Meanings) -> Evidence:
    """The evidence of a batch; `cells` are the tokens' and `lang` is the index into `LANGS` for each text."""
    weight = meanings.weight.take(cells)
    role = meanings.role.take(cells)
    length = np.ones(len(cells), np.intp)
    _replace_by_phrases(phrases, lang[tokens.text[phrases.first]], meanings, weight, role, length)
    at = np.flatnonzero((weight != 0) | (role != 0))
    text = tokens.text[at]
    turned = _turned(at, text, weight[at].astype(np.float64), role[at])
    return Evidence(at, length[at], turned, role[at], text)


def _replace_by_phrases(
    hits: PhraseHits,
    lang: Index,
    meanings: Meanings,
    weight: npt.NDArray[np.float32],
    role: npt.NDArray[np.uint8],
    length: Index,
) -> None:
    """Puts each phrase's weight at its first token and takes the other tokens out, in place."""
    weighs = meanings.weighs[lang, hits.row]
    row, first, size = hits.row[weighs], hits.first[weighs], hits.length[weighs]
    weights = meanings.weight[lang[weighs], row]
    for tokens in np.unique(size).tolist():  # longer ones last: they replace what is nested in them
        same = size == tokens
        begin = first[same]
        for offset in range(tokens):
            weight[begin + offset] = 0
            role[begin + offset] = Role.NONE
        weight[begin] = weights[same]
        length[begin] = tokens


def _turned(at: Index, text: Index, weight: npt.NDArray[np.float64], role: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Weights after negation and boosters."""
    if not len(at):
        return weight
    order = np.arange(len(at))
    last_negator = np.maximum.accumulate(np.where(role == Role.NEGATOR, order, -1))
    before = np.concatenate(([-1], last_negator[:-1]))
    negated = (before >= 0) & (text[before] == text) & (at - at[before] <= _NEGATION_REACH_TOKENS)
    negated &= (role != Role.NEGATOR) & (np.abs(weight) > _CLEAR)
    boosted = np.zeros(len(at), bool)
    boosted[1:] = (role[:-1] == Role.BOOSTER) & (np.diff(at) == 1) & (text[1:] == text[:-1])
    return weight * np.where(negated, _NEGATED, 1.0) * np.where(boosted, _BOOSTED, 1.0)
