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
    mentions: int
    negative: int
    counts: list[int]
    """Mentions in each of the six buckets of 10 s, then negative mentions in each."""
    rows: bytes
    """An array of `detectors.rows.ROW`, as they came; empty where mentions are only counted."""
    loud: list[Loud]
    """Authors with reach whose handle is known."""


def parcels(
    batch: DigestBatch, columns: DigestColumns, negative_from: float, networks: NDArray[np.uint32] | None
) -> Iterator[Parcel]:
    """The parcels of these rows of the record, by minute, then by brand.

    `networks` as for `as_rows`; without, mentions are only counted.
    """
    if not len(columns):
        return
    negative = columns.negativity >= negative_from
    minute = columns.observed_ms // MINUTE_MS
    first, brands = int(minute.min()), len(batch.brands)
    key = (minute - first) * brands + columns.brand
    order = np.argsort(key, kind="stable")
    key = key[order]
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    places, passed = [*starts.tolist(), len(order)], (key[starts] // brands + first).tolist()
    counts = _counts(columns, negative, order, starts)
    angry = counts[:, BUCKETS:].sum(1).tolist()
    rows = b"" if networks is None else as_rows(columns, order, negative, batch.epoch, networks).tobytes()
    loud = {} if networks is None else _loud(batch, columns)
    for place, (brand, minute_of, count) in enumerate(
        zip((key[starts] % brands).tolist(), passed, counts.tolist(), strict=True)
    ):
        start, end = places[place], places[place + 1]
        said = rows[start * ROW.itemsize : end * ROW.itemsize]
        yield Parcel(brand, minute_of, end - start, angry[place], count, said, loud.get((minute_of, brand), []))


def _counts(
    columns: DigestColumns, negative: NDArray[np.bool_], order: NDArray[np.intp], starts: NDArray[np.intp]
) -> NDArray[np.intp]:
    begins = np.zeros(len(order), np.intp)
    begins[starts[1:]] = _CELLS
    cell = np.cumsum(begins) + (columns.observed_ms[order] % MINUTE_MS) // BUCKET_MS
    cells = np.concatenate((cell, cell[negative[order]] + BUCKETS))
    return np.bincount(cells, minlength=_CELLS * len(starts)).reshape(-1, _CELLS)


def _loud(batch: DigestBatch, columns: DigestColumns) -> dict[_Where, list[Loud]]:
    found: dict[_Where, list[Loud]] = {}
    if batch.handles:
        known = np.fromiter(batch.handles, np.uint64, len(batch.handles))
        for row in np.flatnonzero(np.isin(columns.author, known) & (columns.reach > 0)).tolist():
            where = int(columns.observed_ms[row]) // MINUTE_MS, int(columns.brand[row])
            author = Loud(batch.handles[int(columns.author[row])], int(columns.reach[row]))
            found.setdefault(where, []).append(author)
    return found
