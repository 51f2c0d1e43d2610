"""Rows of digests as one array of records: what counting reads of them."""

import numpy as np
from numpy.typing import NDArray

from schemas.digest import TERMS, DigestColumns

BUCKET_MS = 10_000
MINUTE_MS = 60_000
BUCKETS = MINUTE_MS // BUCKET_MS
ROW = np.dtype(
    [
        ("offset", "<i8"),
        ("observed_ms", "<i8"),
        ("writer", "<u8"),
        ("near", "<u8"),
        ("terms", "<u8", (TERMS,)),
        ("reach", "<u4"),
        ("negativity", "<f4"),
        ("epoch", "<u4"),
        ("network", "<u4"),
        ("partition", "<u2"),
        ("categories", "<u2"),
        ("negative", "?"),
    ]
)
"""`writer` is a hash of who wrote it, `network` an index whose names the caller keeps, the rest as in a digest."""
Rows = NDArray[np.void]
"""An array of `ROW`."""


def writers(columns: DigestColumns) -> NDArray[np.uint64]:
    """A hash of who wrote each row; a mention without an author counts as one of its own."""
    return np.where(columns.author == 0, columns.identity, columns.author)


def as_rows(
    columns: DigestColumns, order: NDArray[np.intp], negative: NDArray[np.bool_], epoch: int, network: NDArray[np.uint32]
) -> Rows:
    """The columns as an array of `ROW`, in that order; `network` has the caller's index for each index of the column."""
    rows = np.empty(len(order), ROW)
    rows["writer"] = writers(columns)[order]
    rows["negative"] = negative[order]
    rows["epoch"] = epoch
    rows["network"] = network[columns.network[order]]
    for name in ("offset", "observed_ms", "near", "terms", "reach", "negativity", "partition", "categories"):
        rows[name] = getattr(columns, name)[order]
    return rows
