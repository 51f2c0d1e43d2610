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

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from detectors.text.evidence import Evidence
from detectors.text.lexicon import Role
from detectors.text.tokens import Tokens
from schemas.enums import Category

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]

_NEGATOR: Final = int(Role.NEGATOR)
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


@dataclass(frozen=True, slots=True)
class Counts:
    """What is counted in each text."""

    negative: Floats  # the mass of negative evidence, at least 0
    positive: Floats
    negators: Numbers
    exclamations: Numbers
    questions: Numbers
    tokens: Numbers


def counts(tokens: Tokens, evidence: Evidence) -> Counts:
    """The counts of a batch."""
    side = evidence.text * 2 + (evidence.weight > 0)
    masses = np.bincount(side, np.abs(evidence.weight), tokens.texts * 2).astype(np.float64, copy=False)  # if empty
    return Counts(
        negative=masses[0::2],
        positive=masses[1::2],
        negators=np.bincount(evidence.text.compress(evidence.role == _NEGATOR), minlength=tokens.texts),
        exclamations=tokens.count_of("!"),
        questions=tokens.count_of("?"),
        tokens=tokens.first[1:] - tokens.first[:-1],
    )


def features(counts: Counts, cues: npt.NDArray[np.uint16]) -> Floats:
    """One row of 18 numbers a text, in the order above; `cues` are the category masks of the cue phrases alone."""
    negative, positive = counts.negative, counts.positive
    balance = positive - negative
    rows = np.empty((len(WEIGHTS), len(cues)))
    rows[0] = negative / (negative + 3)
    rows[1] = positive / (positive + 3)
    rows[2] = balance / np.sqrt(balance * balance + 15)
    rows[3] = _share(counts.exclamations, _MOST_EXCLAMATIONS)
    rows[4] = _share(counts.questions, _MOST_QUESTIONS)
    rows[5] = _share(counts.negators, _MOST_NEGATORS)
    rows[6] = (negative == 0) & (positive == 0)
    rows[7:-1] = (cues >> _CUE_BITS) & 1
    rows[-1] = _share(counts.tokens, _LONG_TOKENS)
    return rows.T


def probability(rows: Floats) -> npt.NDArray[np.float32]:
    """The probability of negative, 0–1, for each row of `features`."""
    odds: Floats = np.exp(BIAS + rows @ WEIGHTS)
    return (odds / (1 + odds)).astype(np.float32)


def _share(count: Numbers, most: int) -> Floats:
    return np.minimum(count, most) / most
