"""Everything that is found in a chunk of texts before it is judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from detectors.text.arrays import places
from detectors.text.categories import Masks, countable, cue_categories
from detectors.text.evidence import Evidence, evidence
from detectors.text.languages import FALLBACK_LANG, UNKNOWN_LANG
from detectors.text.phrases import PhraseHits
from detectors.text.tokens import Tokens, tokenise
from detectors.text.vocabulary import Trait, Vocabulary, WordsInLang
from detectors.text.vote import vote

_MOST_EXPLAINING_WORDS: Final = 8


@dataclass(frozen=True, slots=True)
class Reading:
    """The texts' tokens, and what the vocabulary says about them."""

    tokens: Tokens
    words: WordsInLang
    phrases: PhraseHits
    told_lang: npt.NDArray[np.uint8]
    evidence: Evidence
    cues: Masks


def read(vocabulary: Vocabulary, texts: Sequence[str], given: npt.NDArray[np.uint8]) -> Reading:
    """The reading of one chunk; `given` are the languages, `UNKNOWN_LANG` where the text must tell."""
    meanings = vocabulary.meanings
    tokens = tokenise(texts)
    rows = vocabulary.rows(tokens)
    told = given
    asked = given == UNKNOWN_LANG
    if asked.any():
        told = np.where(asked, vote(tokens, rows, vocabulary, asked), given)
    lang = np.where(told == UNKNOWN_LANG, FALLBACK_LANG, told).astype(np.intp)
    cells = meanings.cells(lang.take(tokens.text), rows)
    traits = meanings.traits.take(cells)
    phrases = vocabulary.phrases.find(tokens, places((traits & Trait.BEGINS_PHRASE) > 0))
    words = WordsInLang(cells, traits, meanings.cells(lang.take(tokens.text.take(phrases.first)), phrases.row))
    found = evidence(tokens, words, phrases, meanings)
    return Reading(
        tokens=tokens,
        words=words,
        phrases=phrases,
        told_lang=told,
        evidence=found,
        cues=cue_categories(tokens, words, phrases, meanings) & countable(tokens.texts, found.ironic_texts),
    )


def explain(vocabulary: Vocabulary, reading: Reading) -> list[list[str]]:
    """The words of each text that count, weightiest first, then its category cues; at most 8."""
    tokens, found, phrases, categories = reading.tokens, reading.evidence, reading.phrases, vocabulary.meanings.categories
    counts = countable(tokens.texts, found.ironic_texts).take(tokens.text)  # of each token
    order = np.argsort(-np.abs(found.weight), kind="stable")
    order = order[found.weight[order] != 0]
    cued = places(categories.take(reading.words.phrase_cells) & counts.take(phrases.first) > 0)
    cues = places(categories.take(reading.words.cells) & counts > 0)
    first = np.concatenate([found.token[order], phrases.first[cued], cues])
    size = np.concatenate([found.length[order], phrases.length[cued], np.ones(len(cues), np.intp)])
    words: list[dict[str, None]] = [{} for _ in range(tokens.texts)]
    for text, begin, length in zip(tokens.text[first].tolist(), first.tolist(), size.tolist(), strict=True):
        if len(words[text]) < _MOST_EXPLAINING_WORDS:
            words[text].setdefault(tokens.written(begin, begin + length - 1))
    return [list(each) for each in words]
