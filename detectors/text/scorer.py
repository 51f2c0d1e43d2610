"""The way in: texts and their languages in, one column a measure out.

Texts are scored in batches, because the cost of a call (about 0.5 ms) is shared: 500 mentions cost a few µs each. One
text alone is a batch of one and scores the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from detectors.text.categories import Masks, categories, cue_categories
from detectors.text.compile import compile_vocabulary
from detectors.text.evidence import Evidence, evidence
from detectors.text.fingerprints import near_hashes, text_hashes
from detectors.text.hashing import I32, U64, Index
from detectors.text.languages import FALLBACK_LANG, UNKNOWN_LANG, language_index
from detectors.text.lexicon import packaged_entries, packaged_language_cues, packaged_stop_words
from detectors.text.negativity import Floats, features, masses, probability
from detectors.text.phrases import PhraseHits
from detectors.text.terms import significant_tokens, spellings, terms
from detectors.text.tokens import Tokens, chunks, tokenise
from detectors.text.vocabulary import Vocabulary
from detectors.text.vote import vote

MAX_SCORED_CHARS: Final = 2_000
"""What is read of a text: no post is longer, and an article says in its first lines what it is about."""

_MOST_EXPLAINING_WORDS: Final = 8


@dataclass(frozen=True, slots=True)
class TextScores:
    """One row for each text."""

    negativity: npt.NDArray[np.float32]  # probability of negative, 0–1
    lang: npt.NDArray[np.uint8]  # index into LANGS, or UNKNOWN_LANG
    categories: Masks  # mask of Category.bit
    near: U64  # simhash of the words: near-copies differ in few of its 64 bits; 0 = no words
    text: U64  # equal for copies and reposts; 0 = no words
    terms: U64  # (texts, 8): hashes of significant words, hashtags and pairs; 0 = none
    term_words: dict[int, str]  # what the hashes in `terms` stand for, in lower case

    def __len__(self) -> int:
        return len(self.negativity)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Everything that was found in a chunk of texts."""

    tokens: Tokens
    rows: I32
    phrases: PhraseHits
    told_lang: npt.NDArray[np.uint8]
    lang: Index  # whose words count
    evidence: Evidence
    cues: Masks


class TextScorer:
    """Scores texts with a vocabulary. Its state never changes: it may be shared by threads.

    >>> scorer = TextScorer.packaged()
    >>> scores = scorer.score(["¡Qué vergüenza de servicio!", "I love it"], [None, "en-GB"])
    >>> (scores.negativity > 0.5).tolist(), scores.lang.tolist()
    ([True, False], [0, 1])
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    @classmethod
    def packaged(cls) -> "TextScorer":
        """A scorer with the word lists of the package; takes about half a second."""
        return cls(compile_vocabulary(packaged_entries(), packaged_language_cues(), packaged_stop_words()))

    def score(self, texts: Sequence[str], langs: Sequence[str | None]) -> TextScores:
        """The scores of texts in their order.

        `langs` are BCP 47 tags; where one is missing or none of `LANGS`, the language is told from the text. Any string is
        accepted. The first `MAX_SCORED_CHARS` characters are read.
        """
        given = np.array([language_index(tag) for tag in langs], np.uint8)
        if len(given) != len(texts):
            raise ValueError(f"{len(texts)} texts with {len(given)} languages: give one for each, or None")
        parts, begin = [], 0
        for chunk in chunks([text[:MAX_SCORED_CHARS] for text in texts]) if texts else ([],):
            parts.append(self._scores(self._read(chunk, given[begin : begin + len(chunk)])))
            begin += len(chunk)
        return parts[0] if len(parts) == 1 else _joined(parts)

    def explain(self, text: str, lang: str | None) -> list[str]:
        """The words and phrases that decided a text's negativity and categories, weightiest first, at most 8."""
        reading = self._read([text[:MAX_SCORED_CHARS]], np.array([language_index(lang)], np.uint8))
        found, tokens = reading.evidence, reading.tokens
        order = np.argsort(-np.abs(found.weight), kind="stable")
        order = order[found.weight[order] != 0]
        pieces = list(zip(found.token[order].tolist(), found.length[order].tolist(), strict=True))
        cued = self._vocabulary.meanings.categories[reading.lang[0]]
        whole = np.flatnonzero(cued[reading.phrases.row])
        pieces += zip(reading.phrases.first[whole].tolist(), reading.phrases.length[whole].tolist(), strict=True)
        pieces += [(token, 1) for token in np.flatnonzero(cued[reading.rows]).tolist()]
        words = [tokens.written(at, at + size - 1) for at, size in pieces]
        return list(dict.fromkeys(words))[:_MOST_EXPLAINING_WORDS]

    def prior_features(self, texts: Sequence[str], langs: Sequence[str | None]) -> Floats:
        """The rows that `negativity.probability` takes, for fitting its constants."""
        given = np.array([language_index(tag) for tag in langs], np.uint8)
        rows, begin = [], 0
        for chunk in chunks([text[:MAX_SCORED_CHARS] for text in texts]):
            reading = self._read(chunk, given[begin : begin + len(chunk)])
            rows.append(features(reading.tokens, reading.evidence, reading.cues))
            begin += len(chunk)
        return np.concatenate(rows)

    def _read(self, texts: Sequence[str], given: npt.NDArray[np.uint8]) -> _Reading:
        meanings = self._vocabulary.meanings
        tokens = tokenise(texts)
        rows = self._vocabulary.rows(tokens)
        told = given
        if (given == UNKNOWN_LANG).any():
            told = np.where(given == UNKNOWN_LANG, vote(tokens, rows, self._vocabulary), given)
        lang = np.where(told == UNKNOWN_LANG, FALLBACK_LANG, told).astype(np.intp)
        cells = meanings.cells(lang.take(tokens.text), rows)
        phrases = self._vocabulary.phrases.find(tokens, np.flatnonzero(meanings.begins_phrase.take(cells)))
        found = evidence(tokens, cells, phrases, lang, meanings)
        return _Reading(tokens, rows, phrases, told, lang, found, cue_categories(tokens, cells, phrases, lang, meanings))

    def _scores(self, reading: _Reading) -> TextScores:
        tokens = reading.tokens
        negativity = probability(features(tokens, reading.evidence, reading.cues))
        negative, positive = masses(reading.evidence, tokens.texts)
        significant = significant_tokens(tokens, reading.rows, self._vocabulary.meanings.is_stop_word)
        found = terms(tokens, significant)
        return TextScores(
            negativity=negativity,
            lang=reading.told_lang,
            categories=categories(reading.cues, tokens.count_of("?"), negativity, positive - negative),
            near=near_hashes(tokens, significant),
            text=text_hashes(tokens),
            terms=found.hashes,
            term_words=spellings(tokens, found),
        )


def _joined(parts: Sequence[TextScores]) -> TextScores:
    return TextScores(
        negativity=np.concatenate([part.negativity for part in parts]),
        lang=np.concatenate([part.lang for part in parts]),
        categories=np.concatenate([part.categories for part in parts]),
        near=np.concatenate([part.near for part in parts]),
        text=np.concatenate([part.text for part in parts]),
        terms=np.concatenate([part.terms for part in parts]),
        term_words={term: word for part in parts for term, word in part.term_words.items()},
    )
