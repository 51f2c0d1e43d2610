"""What the numbers and hashes in the rows of one digests partition stand for. Pure."""

import numpy as np
from numpy.typing import NDArray

from schemas.digest import DigestBatch

MOST_NETWORKS = 4_096
OTHER = "other"
"""Name of every network beyond."""
KEPT_MS = 300_000
"""Words are forgotten so long after log time has passed the minutes in which they were said; rows wait for three at most."""
MOST_WORDS = 100_000
"""Where partitions run far apart the oldest are forgotten sooner: all that is lost are phrases in alerts."""


class Names:
    """Networks for good, words while there may be rows that wait to be read."""

    def __init__(self) -> None:
        self.networks: list[str] = [OTHER]
        self._index = {OTHER: 0}
        self._words: dict[int, dict[int, str]] = {}  # by when they were said, in steps of `KEPT_MS`, the newest last

    def take(self, batch: DigestBatch, said_ms: int, now_ms: int) -> NDArray[np.uint32]:
        """Remembers the batch's names; returns for each of its networks the index in `networks`.

        `said_ms`: its newest mention; `now_ms`: log time.
        """
        step = max(said_ms, now_ms) // KEPT_MS
        if step not in self._words:
            past = now_ms // KEPT_MS - 1
            kept = {known: words for known, words in self._words.items() if known >= past}
            self._words = dict(sorted({**kept, step: {}}.items()))
        self._words[step].update(batch.term_words)
        while len(self._words) > 1 and sum(map(len, self._words.values())) > MOST_WORDS:
            del self._words[next(iter(self._words))]
        return np.array([self._network(name) for name in batch.networks], np.uint32)

    def words_of(self, terms: set[int]) -> dict[int, str]:
        """The words of these hashes of terms, as far as they are still known."""
        found: dict[int, str] = {}
        for words in reversed(self._words.values()):
            if not terms:
                break
            known = terms & words.keys()
            found.update(zip(known, map(words.__getitem__, known), strict=True))
            terms = terms - known
        return found

    def _network(self, name: str) -> int:
        index = self._index.get(name)
        if index is None:
            index = len(self.networks) if len(self.networks) < MOST_NETWORKS else 0
            if index:
                self._index[name] = index
                self.networks.append(name)
        return index
