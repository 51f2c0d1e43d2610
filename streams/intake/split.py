"""A batch cut up for the topic `digests`: one record (or, where one would be too large, several) a partition of brands."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, pairwise

import msgspec
import numpy as np

from schemas.digest import DTYPES, TERMS, DigestBatch, Watermark, empty_batch
from schemas.topics import partition_of
from schemas.wire import MAX_RECORD_BYTES, VERSION
from streams.intake.distinct import distinct
from streams.intake.stage import IntakeBatch

MAX_WORD_CHARS = 64
_ROW_BYTES = sum(dtype.itemsize * (TERMS if name == "terms" else 1) for name, dtype in DTYPES.items())
_WORD_HEAD_BYTES = 9 + 5  # key and length in msgpack, at worst
_MOST_BYTES_A_CHAR = 4
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
    cut = _Cut(batch, epoch, source_partitions, learn_until_ms)
    out: dict[int, list[DigestBatch]] = {}
    for partition, (first, after) in enumerate(pairwise(cut.sort(partitions))):
        pieces = list(cut.pieces(first, after))
        last = len(pieces) - 1
        records = [cut.record(*piece, watermarks if number == last else []) for number, piece in enumerate(pieces)]
        if not records and watermarks:
            records = [clock_record(epoch, source_partitions, watermarks, learn_until_ms)]
        if records:
            out[partition] = records
    return out


def clock_record(epoch: int, source_partitions: int, watermarks: list[Watermark], learn_until_ms: int = 0) -> DigestBatch:
    """A record that only moves the clock."""
    record = empty_batch(epoch, source_partitions, watermarks)
    return msgspec.structs.replace(record, learn_until_ms=learn_until_ms) if learn_until_ms else record


class _Cut:
    """A batch whose rows lie in the order of their partitions, so that a partition's are a slice."""

    def __init__(self, batch: IntakeBatch, epoch: int, source_partitions: int, learn_until_ms: int) -> None:
        self._batch = batch
        self._epoch = epoch
        self._source_partitions = source_partitions
        self._learn_until_ms = learn_until_ms
        self._word_chars = max(map(len, batch.term_words.values()), default=0)
        names = chain(batch.brands, batch.groups, batch.networks)
        self._head_bytes = _HEAD_BYTES + sum(len(name) * _MOST_BYTES_A_CHAR + 5 for name in names)

    def sort(self, partitions: int) -> list[int]:
        """Sorts the rows; partition p has those from `[p]` to `[p + 1]`, in the order in which they were."""
        targets = np.array([partition_of(brand, partitions) for brand in self._batch.brands], np.intp)
        target = targets[self._batch.columns.brand] if targets.size else np.zeros(0, np.intp)
        order = np.argsort(target, kind="stable")
        self._columns = self._batch.columns.take(order)
        bounds: list[int] = np.searchsorted(target[order], np.arange(partitions + 1)).tolist()
        return bounds

    def pieces(self, first: int, after: int) -> Iterator[tuple[int, int, dict[int, str]]]:
        """The rows in order, cut so that each piece fits into one record, with the words of their terms."""
        if first == after:
            return
        words = self._words(first, after)
        if after - first == 1 or self._bytes_at_most(after - first, words) <= MAX_RECORD_BYTES:
            yield first, after, words
            return
        middle = (first + after) // 2
        yield from self.pieces(first, middle)
        yield from self.pieces(middle, after)

    def _bytes_at_most(self, rows: int, words: dict[int, str]) -> int:
        """An upper bound of the encoded size."""
        longest = min(self._word_chars, MAX_WORD_CHARS) * len(words)
        others = self._head_bytes + rows * _ROW_BYTES + _WORD_HEAD_BYTES * len(words)
        if others + _MOST_BYTES_A_CHAR * longest <= MAX_RECORD_BYTES:  # mostly: no need to count
            return others + _MOST_BYTES_A_CHAR * longest
        return others + _MOST_BYTES_A_CHAR * sum(map(len, words.values()))

    def _words(self, first: int, after: int) -> dict[int, str]:
        found = distinct(self._columns.terms[first:after])
        terms = found[found.searchsorted(1) :].tolist()
        words = dict(zip(terms, map(self._batch.term_words.__getitem__, terms), strict=True))
        if self._word_chars > MAX_WORD_CHARS:
            return {term: word[:MAX_WORD_CHARS] for term, word in words.items()}
        return words

    def record(self, first: int, after: int, words: dict[int, str], watermarks: list[Watermark]) -> DigestBatch:
        """The record of some rows of one partition."""
        batch, columns = self._batch, self._columns.take(slice(first, after))
        used = distinct(columns.brand)
        columns = replace(columns, brand=used.searchsorted(columns.brand).astype(np.uint32))
        authors = set(columns.author.tolist()) if batch.handles else set()
        return DigestBatch(
            v=VERSION,
            epoch=self._epoch,
            source_partitions=self._source_partitions,
            watermarks=watermarks,
            rows=after - first,
            brands=[batch.brands[index] for index in used.tolist()],
            groups=[batch.groups[index] for index in used.tolist()],
            networks=batch.networks,
            columns=columns.to_bytes(),
            term_words=words,
            handles={author: handle for author, handle in batch.handles.items() if author in authors},
            learn_until_ms=self._learn_until_ms,
        )
