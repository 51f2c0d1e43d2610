"""Which language a text is in, told by its words, their endings and its letters.

Every known word, the ending of every other one and every telling letter vote; the language with the most votes
has it. A text without a vote is of an unknown language.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from detectors.text.hashing import I32
from detectors.text.languages import FALLBACK_LANG, LANGS, UNKNOWN_LANG
from detectors.text.tokens import Tokens, sum_per_text
from detectors.text.vocabulary import Vocabulary

Votes = npt.NDArray[np.float64]  # (languages, texts)

_LETTERS: Final = {"es": "ñ", "de": "ßäöü", "pt": "ãõ", "fr": "œèùû", "it": "ìò"}
_LETTER_VOTE: Final = 1.5
_SETTLES_TIES: Final = 1e-6
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
    votes = _word_votes(tokens, vocabulary.voting_rows(tokens, rows), vocabulary) + _letter_votes(tokens)
    most = votes.max(axis=0)
    votes[FALLBACK_LANG] += _SETTLES_TIES
    return np.where(most > 0, votes.argmax(axis=0), UNKNOWN_LANG).astype(np.uint8)


def _word_votes(tokens: Tokens, rows: I32, vocabulary: Vocabulary) -> Votes:
    at = np.flatnonzero(vocabulary.meanings.has_vote.take(rows))
    row, text = rows.take(at), tokens.text.take(at)
    return np.stack([sum_per_text(text, votes.take(row), tokens.texts) for votes in vocabulary.meanings.votes])


def _letter_votes(tokens: Tokens) -> Votes:
    at = np.flatnonzero((tokens.codes > ord("z")) & (tokens.codes < _LETTERS_END))
    lang = _LETTER_LANG[tokens.codes[at]]
    at, lang = at[lang != UNKNOWN_LANG], lang[lang != UNKNOWN_LANG].astype(np.intp)
    cells = lang * tokens.texts + tokens.text_at(at)
    votes = np.bincount(cells, minlength=tokens.texts * len(LANGS)).reshape(len(LANGS), -1)
    return votes * np.float64(_LETTER_VOTE)
