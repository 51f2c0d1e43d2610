"""The way in: texts and their languages in, one column a measure out.

Texts are scored in batches, because the cost of a call (about 0.5 ms) is shared: 500 mentions cost a few µs each. One
text alone is a batch of one and scores the same.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from detectors.text.categories import categories
from detectors.text.compile import compile_vocabulary
from detectors.text.fingerprints import near_hashes, text_hashes
from detectors.text.languages import language_index
from detectors.text.lexicon import packaged_entries, packaged_language_cues, packaged_stop_words
from detectors.text.negativity import counts, features, probability
from detectors.text.reading import Reading, explain, read
from detectors.text.scores import TextScores, joined
from detectors.text.terms import significant_tokens, terms
from detectors.text.tokens import chunks
from detectors.text.vocabulary import Trait, Vocabulary

__all__ = ["MAX_SCORED_CHARS", "TextScorer", "TextScores"]

MAX_SCORED_CHARS: Final = 2_000
"""What is read of a text: no post is longer, and an article says in its first lines what it is about."""


class TextScorer:
    """Scores texts with a vocabulary. Its state never changes: it may be shared by threads.

    >>> scorer = TextScorer.packaged()
    >>> scores = scorer.score(["¡Qué vergüenza de servicio!", "I love it"], [None, "en-GB"])
    >>> (scores.negativity > 0.5).tolist(), scores.lang.tolist()
    ([True, False], [0, 1])
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    @classmethod
    def packaged(cls) -> "TextScorer":
        """A scorer with the word lists of the package; takes about half a second."""
        return cls(compile_vocabulary(packaged_entries(), packaged_language_cues(), packaged_stop_words()))

    def score(self, texts: Sequence[str], langs: Sequence[str | None]) -> TextScores:
        """The scores of texts in their order.

        `langs` are BCP 47 tags; where one is missing or none of `LANGS`, the language is told from the text. Any string is
        accepted. The first `MAX_SCORED_CHARS` characters are read.
        """
        if len(langs) != len(texts):
            raise ValueError(f"{len(texts)} texts with {len(langs)} languages: give one for each, or None")
        if max(map(len, texts), default=0) > MAX_SCORED_CHARS:
            texts = [text[:MAX_SCORED_CHARS] for text in texts]
        index = {lang: language_index(lang) for lang in set(langs)}
        given = np.fromiter(map(index.__getitem__, langs), np.uint8, len(langs))
        if len(set(texts)) == len(texts):
            return self._score_all(texts, given)
        pairs = list(zip(texts, given.tolist(), strict=True))
        if len(set(pairs)) == len(pairs):
            return self._score_all(texts, given)
        row = {pair: place for place, pair in enumerate(dict.fromkeys(pairs))}
        first = [text for text, _ in row], np.array([lang for _, lang in row], np.uint8)
        return self._score_all(*first).rows(np.array([row[pair] for pair in pairs]))

    def explain(self, text: str, lang: str | None) -> list[str]:
        """The words and phrases that decided a text's negativity and categories, weightiest first, at most 8."""
        return self.explain_all([text], [lang])[0]

    def explain_all(self, texts: Sequence[str], langs: Sequence[str | None]) -> list[list[str]]:
        """What `explain` gives for each text, for many at once.

        >>> TextScorer.packaged().explain_all(["¡Qué vergüenza!", "hola"], ["es", "es"])
        [['vergüenza'], []]
        """
        given = np.array([language_index(lang) for lang in langs], np.uint8)
        explained: list[list[str]] = []
        for chunk in chunks([text[:MAX_SCORED_CHARS] for text in texts]) if texts else ():
            begin = len(explained)
            explained += explain(self.vocabulary, read(self.vocabulary, chunk, given[begin : begin + len(chunk)]))
        return explained

    def _score_all(self, texts: Sequence[str], given: npt.NDArray[np.uint8]) -> TextScores:
        """The scores of texts and language indices, chunk by chunk."""
        parts, begin = [], 0
        for chunk in chunks(texts) if texts else ([],):
            parts.append(self._scores(read(self.vocabulary, chunk, given[begin : begin + len(chunk)])))
            begin += len(chunk)
        return parts[0] if len(parts) == 1 else joined(parts)

    def _scores(self, reading: Reading) -> TextScores:
        tokens = reading.tokens
        counted = counts(tokens, reading.evidence)
        negativity = probability(features(counted, reading.cues))
        is_stop_word = (reading.words.traits & Trait.IS_STOP_WORD) > 0
        significant = significant_tokens(tokens, is_stop_word)
        found = terms(tokens, significant, is_stop_word)
        return TextScores(
            negativity=negativity,
            lang=reading.told_lang,
            categories=categories(reading.cues, counted, negativity),
            near=near_hashes(tokens, significant),
            text=text_hashes(tokens),
            terms=found.hashes,
            spellings=found.spellings,
        )
