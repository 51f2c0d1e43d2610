"""The most frequent of many."""

import numpy as np


def most_frequent(counts: dict[int, int], most: int) -> dict[int, int]:
    """The `most` largest counts by 64-bit hash, the largest first; of equal counts the least hash.

    >>> most_frequent({5: 1, 7: 3, 2: 1}, 2)
    {7: 3, 2: 1}
    """
    hashes = np.fromiter(counts.keys(), np.uint64, len(counts))
    values = np.fromiter(counts.values(), np.int64, len(counts))
    best = np.lexsort((hashes, -values))[:most]
    return dict(zip(hashes[best].tolist(), values[best].tolist(), strict=True))
