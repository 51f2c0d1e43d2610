"""What a text is about: the cue phrases of its language and what its form and negativity say.

Rules: a cue sets its category, except for praise where thanks are ironic; a question mark makes a question; a text that
is probably negative complains; one with clearly positive evidence and no sign of anger praises. The ten flags are
independent: most questions to a company are complaints too.
Cues find what people call by its name, which is a minority: they are precise (0.6–0.9) and not complete (0.3–0.6).
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from detectors.text.arrays import Index, places
from detectors.text.negativity import Counts
from detectors.text.phrases import PhraseHits
from detectors.text.tokens import Tokens
from detectors.text.vocabulary import Meanings, Trait, WordsInLang
from schemas.enums import Category

Masks = npt.NDArray[np.uint16]

_COMPLAINT: Final = np.uint16(Category.COMPLAINT.bit)
_QUESTION: Final = np.uint16(Category.QUESTION.bit)
_PRAISE: Final = np.uint16(Category.PRAISE.bit)

# Best F1 on tests/fixtures/labelled, flat around them.
_COMPLAINT_FROM: Final = 0.4
_PRAISE_UP_TO: Final = 0.3
_PRAISE_FROM_BALANCE: Final = 1.0


def cue_categories(tokens: Tokens, words: WordsInLang, phrases: PhraseHits, meanings: Meanings) -> Masks:
    """The masks of the cues alone, one for each text."""
    masks = np.zeros(tokens.texts, np.uint16)
    at = places((words.traits & Trait.HAS_CATEGORY) > 0)
    cells = np.concatenate((words.cells.take(at), words.phrase_cells))
    text = tokens.text.take(np.concatenate((at, phrases.first)))
    np.bitwise_or.at(masks, text, meanings.categories.take(cells))
    return masks


def countable(texts: int, ironic_texts: Index) -> Masks:
    """The categories that cues may set, one mask for each text: no praise where thanks are ironic."""
    masks = np.full(texts, np.iinfo(np.uint16).max, np.uint16)
    masks[ironic_texts] ^= _PRAISE
    return masks


def categories(cues: Masks, counts: Counts, negativity: npt.NDArray[np.float32]) -> Masks:
    """The final masks."""
    complains = negativity >= _COMPLAINT_FROM
    praises = (counts.positive - counts.negative >= _PRAISE_FROM_BALANCE) & (negativity <= _PRAISE_UP_TO)
    asks = counts.questions > 0
    found: Masks = cues | complains * _COMPLAINT | praises * _PRAISE | asks * _QUESTION
    return found
