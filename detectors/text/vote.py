"""Which language a text is in, told by its words, their endings and its letters.

Every known word, the ending of every other one and every telling letter vote; the language with the most votes
has it. A text without a vote is of an unknown language.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from detectors.text.arrays import I32, Flags, places
from detectors.text.characters import TELLING_LETTERS
from detectors.text.languages import FALLBACK_LANG, LANGS, UNKNOWN_LANG
from detectors.text.tokens import Tokens, token_sums
from detectors.text.vocabulary import Vocabulary

Votes = npt.NDArray[np.float64]  # (texts, languages)

_LETTER_VOTE: Final = 1.5
_SETTLES_TIES: Final = 1e-6
_LETTERS_END: Final = 0x180  # Latin Extended-A ends here


def _letter_langs() -> npt.NDArray[np.uint8]:
    """Language by letter, `UNKNOWN_LANG` for letters that tell nothing."""
    langs = np.full(_LETTERS_END + 1, UNKNOWN_LANG, np.uint8)
    for lang, letters in TELLING_LETTERS.items():
        langs[[ord(letter) for letter in letters]] = LANGS.index(lang)
    return langs


_LETTER_LANG: Final = _letter_langs()


def vote(tokens: Tokens, rows: I32, vocabulary: Vocabulary, asked: Flags) -> npt.NDArray[np.uint8]:
    """Index into `LANGS` of each text, or `UNKNOWN_LANG`; of texts that aren't asked for it says nothing of value."""
    votes = _word_votes(tokens, rows, vocabulary, asked) + _letter_votes(tokens)
    votes[:, FALLBACK_LANG] += _SETTLES_TIES
    told = votes.argmax(axis=1)
    most = votes.take(np.arange(len(told)) * len(LANGS) + told)
    return np.where(most > _SETTLES_TIES, told, UNKNOWN_LANG).astype(np.uint8)


def _word_votes(tokens: Tokens, rows: I32, vocabulary: Vocabulary, asked: Flags) -> Votes:
    meanings, at = vocabulary.meanings, places(asked.take(tokens.text))
    rows = vocabulary.voting_rows(tokens, rows, at)
    voters = places(meanings.has_vote.take(rows))
    first = at.take(voters).searchsorted(tokens.first)
    return token_sums(first, meanings.votes.take(rows.take(voters), axis=0))


def _letter_votes(tokens: Tokens) -> Votes:
    lang = _LETTER_LANG.take(tokens.codes.take(tokens.marks.at), mode="clip")
    telling = places(lang != UNKNOWN_LANG)
    cells = tokens.text_at(tokens.marks.at.take(telling)) * len(LANGS) + lang.take(telling)
    votes = np.bincount(cells, minlength=tokens.texts * len(LANGS)).reshape(-1, len(LANGS))
    return votes * np.float64(_LETTER_VOTE)
