"""What the numbers and hashes in the rows of one digests partition stand for. Pure."""

import numpy as np
from numpy.typing import NDArray

from schemas.digest import DigestBatch

MOST_NETWORKS = 4_096
OTHER = "other"
"""Name of every network beyond."""
MOST_WORDS = 50_000
"""Words of one generation; two are remembered, so a word outlives its record by 50,000 others at least."""


class Names:
    """Networks for good, words for a while: longer than rows wait to be read."""

    def __init__(self) -> None:
        self.networks: list[str] = [OTHER]
        self._index = {OTHER: 0}
        self._words: dict[int, str] = {}
        self._older: dict[int, str] = {}

    def take(self, batch: DigestBatch) -> NDArray[np.uint32]:
        """Remembers the batch's names; returns for each of its networks the index in `networks`."""
        self._words.update(batch.term_words)
        if len(self._words) > MOST_WORDS:
            self._words, self._older = {}, self._words
        return np.array([self._network(name) for name in batch.networks], np.uint32)

    def word(self, term: int) -> str | None:
        """The word of a term's hash, if it is still known."""
        return self._words.get(term) or self._older.get(term)

    def _network(self, name: str) -> int:
        index = self._index.get(name)
        if index is None:
            index = len(self.networks) if len(self.networks) < MOST_NETWORKS else 0
            if index:
                self._index[name] = index
                self.networks.append(name)
        return index
