"""What the scorer says of a batch, as columns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detectors.text.arrays import U64
from detectors.text.spellings import Spellings


@dataclass(frozen=True, slots=True)
class TextScores:
    """One row for each text."""

    negativity: npt.NDArray[np.float32]  # probability of negative, 0–1
    lang: npt.NDArray[np.uint8]  # index into LANGS, or UNKNOWN_LANG
    categories: npt.NDArray[np.uint16]  # mask of Category.bit
    near: U64  # simhash of the words: near-copies differ in few of its 64 bits; 0 = no words
    text: U64  # equal for copies and reposts; 0 = no words
    terms: U64  # (texts, 8): hashes of significant words, hashtags and pairs; 0 = none
    spellings: Spellings

    @property
    def term_words(self) -> dict[int, str]:
        """What the hashes in `terms` stand for, in lower case; made at the first access."""
        return self.spellings.words

    def __len__(self) -> int:
        return len(self.negativity)

    def rows(self, places: npt.NDArray[np.intp]) -> "TextScores":
        """The rows at the given places, in that order; one may come several times."""
        return TextScores(
            negativity=self.negativity[places],
            lang=self.lang[places],
            categories=self.categories[places],
            near=self.near[places],
            text=self.text[places],
            terms=self.terms[places],
            spellings=self.spellings,
        )


def joined(parts: Sequence[TextScores]) -> TextScores:
    """The rows of all parts in their order."""
    return TextScores(
        negativity=np.concatenate([part.negativity for part in parts]),
        lang=np.concatenate([part.lang for part in parts]),
        categories=np.concatenate([part.categories for part in parts]),
        near=np.concatenate([part.near for part in parts]),
        text=np.concatenate([part.text for part in parts]),
        terms=np.concatenate([part.terms for part in parts]),
        spellings=Spellings.joined(part.spellings for part in parts),
    )
