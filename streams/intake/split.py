"""A batch cut up for the topic `digests`: one record (or, where one would be too large, several) a partition of brands."""

from collections.abc import Iterator
from dataclasses import replace

import msgspec
import numpy as np
from numpy.typing import NDArray

from schemas.digest import DTYPES, TERMS, DigestBatch, Watermark, empty_batch
from schemas.topics import partition_of
from schemas.wire import MAX_RECORD_BYTES, VERSION
from streams.intake.stage import IntakeBatch

MAX_WORD_CHARS = 64
_ROW_BYTES = sum(dtype.itemsize * (TERMS if name == "terms" else 1) for name, dtype in DTYPES.items())
_WORD_BYTES = 9 + 5 + 4 * MAX_WORD_CHARS  # key and word in msgpack, at worst
_HEAD_BYTES = 64_000  # handles, watermarks and the names of columns; names of brands and networks come on top


def split(
    batch: IntakeBatch,
    partitions: int,
    epoch: int,
    source_partitions: int,
    watermarks: list[Watermark],
    learn_until_ms: int = 0,
) -> dict[int, list[DigestBatch]]:
    """The records for each partition of `digests`, in the order in which they must be sent.

    Every partition gets the watermarks, in its last record: they say that what lies before them has come. Without
    watermarks a partition without rows gets nothing.
    """
    targets = np.array([partition_of(brand, partitions) for brand in batch.brands], np.intp)
    target = targets[batch.columns.brand] if len(batch.columns) else np.zeros(0, np.intp)
    out: dict[int, list[DigestBatch]] = {}
    for partition in range(partitions):
        rows = np.flatnonzero(target == partition)
        pieces = list(_pieces(batch, rows))
        last = len(pieces) - 1
        records = [
            _record(batch, piece, epoch, source_partitions, watermarks if number == last else [], learn_until_ms)
            for number, piece in enumerate(pieces)
        ]
        if not records and watermarks:
            records = [clock_record(epoch, source_partitions, watermarks, learn_until_ms)]
        if records:
            out[partition] = records
    return out


def clock_record(epoch: int, source_partitions: int, watermarks: list[Watermark], learn_until_ms: int = 0) -> DigestBatch:
    """A record that only moves the clock."""
    record = empty_batch(epoch, source_partitions, watermarks)
    return msgspec.structs.replace(record, learn_until_ms=learn_until_ms) if learn_until_ms else record


def _pieces(batch: IntakeBatch, rows: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    """The rows in order, cut so that each piece fits into one record."""
    if not len(rows):
        return
    if len(rows) == 1 or _bytes_at_most(batch, rows) <= MAX_RECORD_BYTES:
        yield rows
        return
    middle = len(rows) // 2
    yield from _pieces(batch, rows[:middle])
    yield from _pieces(batch, rows[middle:])


def _bytes_at_most(batch: IntakeBatch, rows: NDArray[np.intp]) -> int:
    """An upper bound of the encoded size, cheap where a batch is small and closer where it isn't."""
    names = sum(len(name.encode()) + 5 for name in (*batch.brands, *batch.groups, *batch.networks))
    bound = _HEAD_BYTES + names + len(rows) * _ROW_BYTES
    worst = bound + len(rows) * TERMS * _WORD_BYTES
    if worst <= MAX_RECORD_BYTES:
        return worst
    return bound + sum(len(word.encode()) + 14 for word in _words(batch, batch.columns.terms[rows]).values())


def _words(batch: IntakeBatch, terms: NDArray[np.uint64]) -> dict[int, str]:
    return {term: batch.term_words[term][:MAX_WORD_CHARS] for term in set(terms.ravel().tolist()) if term}


def _record(
    batch: IntakeBatch,
    rows: NDArray[np.intp],
    epoch: int,
    source_partitions: int,
    watermarks: list[Watermark],
    learn_until_ms: int,
) -> DigestBatch:
    columns = batch.columns.take(rows)
    used, brand = np.unique(columns.brand, return_inverse=True)
    columns = replace(columns, brand=brand.astype(np.uint32))
    authors = set(columns.author.tolist()) if batch.handles else set()
    return DigestBatch(
        v=VERSION,
        epoch=epoch,
        source_partitions=source_partitions,
        watermarks=watermarks,
        rows=len(rows),
        brands=[batch.brands[index] for index in used.tolist()],
        groups=[batch.groups[index] for index in used.tolist()],
        networks=batch.networks,
        columns=columns.to_bytes(),
        term_words=_words(batch, columns.terms),
        handles={author: handle for author, handle in batch.handles.items() if author in authors},
        learn_until_ms=learn_until_ms,
    )
