"""The rows of a digests record by minute and brand: a parcel for each, made for all of them at once. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.rows import BUCKET_MS, BUCKETS, MINUTE_MS, ROW, as_rows
from schemas.digest import DigestBatch, DigestColumns
from schemas.signal import Loud

_Where = tuple[int, int]  # minute, index of the brand
_CELLS = 2 * BUCKETS


class Parcel(NamedTuple):
    """What was said about one brand in one minute."""

    brand: int
    """Index into the record's brands."""
    minute: int
    counts: list[int]
    """Mentions in each of the six buckets of 10 s, then negative mentions in each."""
    rows: bytes
    """An array of `detectors.rows.ROW`, as they came."""
    loud: list[Loud]
    """Authors with reach whose handle is known."""


def parcels(
    batch: DigestBatch, columns: DigestColumns, negative_from: float, networks: NDArray[np.uint32]
) -> Iterator[Parcel]:
    """The parcels of these rows of the record, by minute, then by brand; `networks` as for `as_rows`."""
    if not len(columns):
        return
    negative = columns.negativity >= negative_from
    minute = columns.observed_ms // MINUTE_MS
    first, brands = int(minute.min()), len(batch.brands)
    key = (minute - first) * brands + columns.brand
    order = np.argsort(key, kind="stable")
    key = key[order]
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    rows = as_rows(columns, order, negative, batch.epoch, networks).tobytes()
    loud = _loud(batch, columns)
    ends = [*starts[1:].tolist(), len(order)]
    counts = _counts(columns, negative, order, starts)
    for value, start, end, count in zip(key[starts].tolist(), starts.tolist(), ends, counts, strict=True):
        passed, brand = divmod(value, brands)
        where = first + passed, brand
        yield Parcel(brand, where[0], count, rows[start * ROW.itemsize : end * ROW.itemsize], loud.get(where, []))


def _counts(
    columns: DigestColumns, negative: NDArray[np.bool_], order: NDArray[np.intp], starts: NDArray[np.intp]
) -> list[list[int]]:
    begins = np.zeros(len(order), np.intp)
    begins[starts[1:]] = _CELLS
    cell = np.cumsum(begins) + (columns.observed_ms[order] % MINUTE_MS) // BUCKET_MS
    cells = np.concatenate((cell, cell[negative[order]] + BUCKETS))
    counts: list[list[int]] = np.bincount(cells, minlength=_CELLS * len(starts)).reshape(-1, _CELLS).tolist()
    return counts


def _loud(batch: DigestBatch, columns: DigestColumns) -> dict[_Where, list[Loud]]:
    found: dict[_Where, list[Loud]] = {}
    if batch.handles:
        known = np.fromiter(batch.handles, np.uint64, len(batch.handles))
        for row in np.flatnonzero(np.isin(columns.author, known) & (columns.reach > 0)).tolist():
            where = int(columns.observed_ms[row]) // MINUTE_MS, int(columns.brand[row])
            author = Loud(batch.handles[int(columns.author[row])], int(columns.reach[row]))
            found.setdefault(where, []).append(author)
    return found
