"""How likely a text is negative: a logistic prior over what the lexicon, the cues and the form of a text say.

p = 1 / (1 + exp(-(b + Σ wi·xi))) with, for the mass of negative evidence n and of positive p,

    n/(n+3), p/(p+3), x/√(x²+15) of x = p - n, !, ?, negators, no evidence at all, one per category cue, length

The saturating forms keep one ranting text from counting for ten (√(x²+15) is VADER's normalisation, Hutto and
Gilbert, 2014). Length helps because complaints tell what happened and praise doesn't.

The constants are a logistic regression on the training part of UMSAB (Barbieri et al., 2022; tweets in six
languages) and, at double weight, on `tests/fixtures/labelled`; `benchmarks/language.py --fit` prints them. There are so
few of them that leaving a language out of the fit changes its AUC by less than 0.01. Irony and complaints told as plain
facts, without one bad word, are what it misses.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from detectors.text.evidence import Evidence
from detectors.text.lexicon import Role
from detectors.text.tokens import Tokens, sum_per_text
from schemas.enums import Category

Floats = npt.NDArray[np.float64]

_MOST_EXCLAMATIONS: Final = 3
_MOST_QUESTIONS: Final = 2
_MOST_NEGATORS: Final = 2
_LONG_TOKENS: Final = 40
_CUE_BITS: Final = np.arange(len(Category))[:, None]

WEIGHTS: Final = np.array(
    [
        *(2.26, -1.18, -1.18),  # masses and their balance
        *(-0.31, 0.43, -0.04, -0.20),  # !, ?, negators, no evidence
        *(0.26, -0.37, -0.69, 0.16, -0.26, 0.21, 0.19, -0.88, 0.04, 0.30),  # cues in the order of Category
        0.50,  # length
    ]
)
BIAS: Final = -1.33


def features(tokens: Tokens, evidence: Evidence, cues: npt.NDArray[np.uint16]) -> Floats:
    """One row of 18 numbers a text, in the order above; `cues` are the category masks of the cue phrases alone."""
    negative, positive = masses(evidence, tokens.texts)
    balance = positive - negative
    negators = np.bincount(evidence.text.compress(evidence.role == Role.NEGATOR), minlength=tokens.texts)
    rows = np.empty((len(WEIGHTS), tokens.texts))
    rows[0] = negative / (negative + 3)
    rows[1] = positive / (positive + 3)
    rows[2] = balance / np.sqrt(balance * balance + 15)
    rows[3] = _share(tokens.count_of("!"), _MOST_EXCLAMATIONS)
    rows[4] = _share(tokens.count_of("?"), _MOST_QUESTIONS)
    rows[5] = _share(negators, _MOST_NEGATORS)
    rows[6] = (negative == 0) & (positive == 0)
    rows[7:-1] = (cues >> _CUE_BITS) & 1
    rows[-1] = _share(tokens.first[1:] - tokens.first[:-1], _LONG_TOKENS)
    return rows.T


def masses(evidence: Evidence, texts: int) -> tuple[Floats, Floats]:
    """The sums of negative and of positive weights of each text, both at least 0."""
    negative = sum_per_text(evidence.text, np.maximum(-evidence.weight, 0), texts)
    positive = sum_per_text(evidence.text, np.maximum(evidence.weight, 0), texts)
    return negative, positive


def probability(rows: Floats) -> npt.NDArray[np.float32]:
    """The probability of negative, 0–1, for each row of `features`."""
    odds: Floats = np.exp(BIAS + rows @ WEIGHTS)
    return (odds / (1 + odds)).astype(np.float32)


def _share(count: npt.NDArray[np.int64], most: int) -> Floats:
    return np.minimum(count, most) / most
