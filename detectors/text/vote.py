"""Which language a text is in, told by its words, their endings and its letters.

Every known word, the ending of every other one and every telling letter vote; the language with the most votes
has it. A text without a vote is of an unknown language.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from detectors.text.characters import AT, SIGN_FLAG
from detectors.text.hashing import I32
from detectors.text.languages import FALLBACK_LANG, LANGS, UNKNOWN_LANG
from detectors.text.tokens import Tokens, sum_per_text
from detectors.text.vocabulary import Endings, Vocabulary

Votes = npt.NDArray[np.float64]  # (texts, languages)

_LETTERS: Final = {"es": "ñ", "de": "ßäöü", "pt": "ãõ", "fr": "œèùû", "it": "ìò"}
_LETTER_VOTE: Final = 1.5
_LETTERS_END: Final = 0x180  # Latin Extended-A ends here


def _letter_langs() -> npt.NDArray[np.uint8]:
    """Language by letter, `UNKNOWN_LANG` for letters that tell nothing."""
    langs = np.full(_LETTERS_END, UNKNOWN_LANG, np.uint8)
    for lang, letters in _LETTERS.items():
        langs[[ord(letter) for letter in letters]] = LANGS.index(lang)
    return langs


_LETTER_LANG: Final = _letter_langs()


def vote(tokens: Tokens, rows: I32, vocabulary: Vocabulary) -> npt.NDArray[np.uint8]:
    """Index into `LANGS` of each text, or `UNKNOWN_LANG`."""
    votes = _word_votes(tokens, rows, vocabulary)
    votes += _ending_votes(tokens, rows, vocabulary.endings)
    votes += _letter_votes(tokens)
    votes[:, FALLBACK_LANG] += 1e-6 * (votes.max(axis=1) > 0)  # settles ties
    return np.where(votes.max(axis=1) > 0, np.argmax(votes, axis=1), UNKNOWN_LANG).astype(np.uint8)


def _summed(text: npt.NDArray[np.intp], votes: npt.NDArray[np.float32], texts: int) -> Votes:
    """Sums of the rows of `votes` by text; `text` may come in any order."""
    cells = text[:, None] * len(LANGS) + np.arange(len(LANGS))
    return sum_per_text(cells.ravel(), votes.ravel(), texts * len(LANGS)).reshape(texts, -1)


def _word_votes(tokens: Tokens, rows: I32, vocabulary: Vocabulary) -> Votes:
    at = np.flatnonzero(vocabulary.meanings.has_vote[rows])
    return _summed(tokens.text[at], vocabulary.meanings.votes[rows[at]], tokens.texts)


def _ending_votes(tokens: Tokens, rows: I32, endings: Endings) -> Votes:
    """Votes of the longest known ending of each word that isn't in the vocabulary."""
    code = tokens.codes[tokens.start]
    at = np.flatnonzero((rows == 0) & (code != AT) & (code < SIGN_FLAG))
    start, end = tokens.start[at], tokens.end[at]
    ending = np.zeros(len(at), np.int32)
    for length in endings.lengths:
        long_enough = np.flatnonzero(end - start > length)
        stop = end[long_enough]
        found = endings.table.find(tokens.piece(stop - length, stop))
        ending[long_enough[found > 0]] = found[found > 0]
    voting = np.flatnonzero(ending)
    return _summed(tokens.text[at[voting]], endings.votes[ending[voting]], tokens.texts)


def _letter_votes(tokens: Tokens) -> Votes:
    at = np.flatnonzero((tokens.codes > ord("z")) & (tokens.codes < _LETTERS_END))
    lang = _LETTER_LANG[tokens.codes[at]]
    at, lang = at[lang != UNKNOWN_LANG], lang[lang != UNKNOWN_LANG]
    cells = tokens.text_at(at) * len(LANGS) + lang
    votes = np.bincount(cells, minlength=tokens.texts * len(LANGS)).reshape(tokens.texts, -1)
    return votes * np.float64(_LETTER_VOTE)
