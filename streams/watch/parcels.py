"""Rows by minute and brand: a parcel for each, made for all of them at once. Pure."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.rows import BUCKET_MS, BUCKETS, MINUTE_MS, ROW
from schemas.signal import Loud
from streams.watch.arrivals import Arrivals

_CELLS = 2 * BUCKETS
LoudOnes = Mapping[tuple[int, int], list[Loud]]
"""By minute and slot: authors with reach whose handle is known."""
NOBODY: LoudOnes = {}


class Parcel(NamedTuple):
    """What was said about one brand in one minute."""

    brand: int
    """Its slot."""
    minute: int
    mentions: int
    negative: int
    counts: list[int]
    """Mentions in each of the six buckets of 10 s, then negative mentions in each."""
    rows: bytes
    """An array of `detectors.rows.ROW`, as they came; empty where mentions are only counted."""
    loud: list[Loud]
    """Authors with reach whose handle is known."""


def parcels(arrived: Arrivals, loud: LoudOnes = NOBODY) -> Iterator[Parcel]:
    """The parcels of these rows, by minute, then by brand."""
    if not len(arrived):
        return
    minute = arrived.observed_ms // MINUTE_MS
    first, brands = int(minute.min()), int(arrived.brand.max()) + 1
    key = (minute - first) * brands + arrived.brand
    order = np.argsort(key, kind="stable")
    key = key[order]
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    places, passed = [*starts.tolist(), len(order)], (key[starts] // brands + first).tolist()
    counts = _counts(arrived, order, starts)
    angry = counts[:, BUCKETS:].sum(1).tolist()
    rows = b"" if arrived.rows is None else arrived.rows[order].tobytes()
    for place, (brand, minute_of, count) in enumerate(
        zip((key[starts] % brands).tolist(), passed, counts.tolist(), strict=True)
    ):
        start, end = places[place], places[place + 1]
        said = rows[start * ROW.itemsize : end * ROW.itemsize]
        yield Parcel(brand, minute_of, end - start, angry[place], count, said, loud.get((minute_of, brand), []))


def _counts(arrived: Arrivals, order: NDArray[np.intp], starts: NDArray[np.intp]) -> NDArray[np.intp]:
    begins = np.zeros(len(order), np.intp)
    begins[starts[1:]] = _CELLS
    cell = np.cumsum(begins) + (arrived.observed_ms[order] % MINUTE_MS) // BUCKET_MS
    cells = np.concatenate((cell, cell[arrived.negative[order]] + BUCKETS))
    return np.bincount(cells, minlength=_CELLS * len(starts)).reshape(-1, _CELLS)
