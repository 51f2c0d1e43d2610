"""Everything that is found in a chunk of texts before it is judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from detectors.text.categories import Masks, cue_categories
from detectors.text.evidence import Evidence, evidence
from detectors.text.hashing import I32, Index
from detectors.text.languages import FALLBACK_LANG, UNKNOWN_LANG
from detectors.text.phrases import PhraseHits
from detectors.text.tokens import Tokens, tokenise
from detectors.text.vocabulary import Vocabulary
from detectors.text.vote import vote

_MOST_EXPLAINING_WORDS: Final = 8


@dataclass(frozen=True, slots=True)
class Reading:
    """The texts' tokens, and what the vocabulary says about them."""

    tokens: Tokens
    rows: I32
    cells: Index
    phrases: PhraseHits
    told_lang: npt.NDArray[np.uint8]
    lang: Index  # whose words count
    evidence: Evidence
    cues: Masks


def read(vocabulary: Vocabulary, texts: Sequence[str], given: npt.NDArray[np.uint8]) -> Reading:
    """The reading of one chunk; `given` are the languages, `UNKNOWN_LANG` where the text must tell."""
    meanings = vocabulary.meanings
    tokens = tokenise(texts)
    rows = vocabulary.rows(tokens)
    told = given
    if (given == UNKNOWN_LANG).any():
        told = np.where(given == UNKNOWN_LANG, vote(tokens, rows, vocabulary), given)
    lang = np.where(told == UNKNOWN_LANG, FALLBACK_LANG, told).astype(np.intp)
    cells = meanings.cells(lang.take(tokens.text), rows)
    phrases = vocabulary.phrases.find(tokens, np.flatnonzero(meanings.begins_phrase.take(cells)))
    return Reading(
        tokens=tokens,
        rows=rows,
        cells=cells,
        phrases=phrases,
        told_lang=told,
        lang=lang,
        evidence=evidence(tokens, cells, phrases, lang, meanings),
        cues=cue_categories(tokens, cells, phrases, lang, meanings),
    )


def explain(vocabulary: Vocabulary, reading: Reading) -> list[str]:
    """The words of a reading of one text that count, weightiest first, then its category cues; at most 8."""
    found, phrases, categories = reading.evidence, reading.phrases, vocabulary.meanings.categories
    order = np.argsort(-np.abs(found.weight), kind="stable")
    order = order[found.weight[order] != 0]
    cued = np.flatnonzero(categories[reading.lang[0], phrases.row])
    pieces = [
        *zip(found.token[order].tolist(), found.length[order].tolist(), strict=True),
        *zip(phrases.first[cued].tolist(), phrases.length[cued].tolist(), strict=True),
        *((token, 1) for token in np.flatnonzero(categories.take(reading.cells)).tolist()),
    ]
    words = [reading.tokens.written(first, first + size - 1) for first, size in pieces]
    return list(dict.fromkeys(words))[:_MOST_EXPLAINING_WORDS]
