"""Rows of digests as one array of records: what counting reads of them."""

import struct
from collections.abc import Sequence
from itertools import compress
from typing import Any, NamedTuple

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
_RECORD = struct.Struct(f"<qqQQ{TERMS}QIfIIHH?")
_TOLD = struct.Struct(f"<16xQQ{8 * TERMS}xI8xI2xH?")  # what `told` says of each
OFFSET, OBSERVED_MS, _, NEAR, FIRST_TERM = range(5)
AFTER_TERMS = REACH = FIRST_TERM + TERMS
NEGATIVITY, EPOCH, _, PARTITION = range(REACH + 1, REACH + 5)
"""Places in a flat row: a plain tuple of a row's fields in their order, its terms one by one."""
_COLUMNS = ("writer", "near", "network", "categories", "reach", "negative")
FEW = 16
"""Rows that are read one by one: a column of an array costs as much as two of them."""


class Told(NamedTuple):
    """Rows as plain values, by column."""

    writers: Sequence[int]
    texts: Sequence[int]
    networks: Sequence[int]
    categories: Sequence[int]
    """Masks."""
    reaches: Sequence[int]
    negative: Sequence[bool]
    angry: list[tuple[Any, ...]]
    """The negative ones, flat."""


def told(rows: bytes) -> Told:
    """What these rows (`ROW`) say."""
    if len(rows) <= FEW * ROW.itemsize:
        if not rows:
            return Told((), (), (), (), (), (), [])
        writers, texts, reaches, networks, masks, negative = zip(*_TOLD.iter_unpack(rows), strict=True)
        unpack, width = _RECORD.unpack_from, _RECORD.size
        angry = [unpack(rows, place * width) for place in compress(range(len(negative)), negative)]
        return Told(writers, texts, networks, masks, reaches, negative, angry)
    array = np.frombuffer(rows, ROW)
    negative_ones = array[array["negative"]].tobytes()
    writers, texts, networks, masks, reaches, negative = (array[name].tolist() for name in _COLUMNS)
    return Told(writers, texts, networks, masks, reaches, negative, list(_RECORD.iter_unpack(negative_ones)))


def writers(columns: DigestColumns) -> NDArray[np.uint64]:
    """A hash of who wrote each row; a mention without an author counts as one of its own."""
    return np.where(columns.author == 0, columns.identity, columns.author)


def as_rows(columns: DigestColumns, negative: NDArray[np.bool_], epoch: int, network: NDArray[np.uint32]) -> Rows:
    """The columns as an array of `ROW`; `network` has the caller's index for each index of the column."""
    rows = np.empty(len(columns), ROW)
    rows["writer"] = writers(columns)
    rows["negative"] = negative
    rows["epoch"] = epoch
    rows["network"] = network[columns.network]
    for name in ("offset", "observed_ms", "near", "terms", "reach", "negativity", "partition", "categories"):
        rows[name] = getattr(columns, name)
    return rows
