"""A batch as records of the topic `digests`."""

import numpy as np

from schemas.digest import Watermark, decode_batch, encode_batch
from schemas.topics import partition_of
from schemas.wire import MAX_RECORD_BYTES
from streams.intake.split import clock_record, split
from streams.intake.stage import IntakeStage
from tests.streams.intake.making import config, mention, records, scorer

MARKS = [Watermark(0, 5), Watermark(3, 7)]


def test_each_brand_goes_to_its_own_partition_with_everything_that_belongs_to_it() -> None:
    """Rows keep their order; names, words and handles are those of the rows."""
    author = {"id": "7", "handle": "ana", "followers": 10}
    texts = ["IKEA meatballs", "la cocinera lasagne", "IKEA and La Cocinera"]
    values = [mention(id=str(n), text=text, author=author if n == 1 else None) for n, text in enumerate(texts)]
    batch = IntakeStage(config(), scorer()).process(records(values))
    out = split(batch, 5, 9, 16, [])
    assert set(out) == {partition_of("ikea", 5), partition_of("la-cocinera", 5)}
    (raw,) = out[partition_of("la-cocinera", 5)]
    record, columns = decode_batch(encode_batch(raw))
    assert (record.epoch, record.source_partitions) == (9, 16)
    assert record.brands == ["la-cocinera"]
    assert columns.offset.tolist() == [1, 2]
    assert list(record.handles.values()) == ["ana"]
    assert "lasagne" in record.term_words.values()
    assert "meatballs" not in record.term_words.values()
    (other,) = out[partition_of("ikea", 5)]
    assert other.handles == {}


def test_every_partition_gets_the_watermarks() -> None:
    """Those without rows in a record of their own, and what a replay says of learning too."""
    batch = IntakeStage(config(), scorer()).process(records([mention()]))
    out = split(batch, 4, 1, 1, MARKS, learn_until_ms=99)
    assert set(out) == {0, 1, 2, 3}
    assert all(pieces[-1].watermarks == MARKS and pieces[-1].learn_until_ms == 99 for pieces in out.values())
    assert sum(piece.rows for pieces in out.values() for piece in pieces) == 1


def test_a_record_that_would_be_too_large_is_split_and_only_its_last_part_moves_time() -> None:
    """In order, nothing twice; until the last part has come, mentions before the watermark are still to come."""
    rng = np.random.default_rng(5)
    words = [
        f"{chr(0x4E00 + int(a))}word{int(b)}"
        for a, b in zip(rng.integers(0, 5000, 9000), rng.integers(0, 10**9, 9000), strict=True)
    ]
    values = [mention(id=str(n), text="IKEA " + " ".join(words[n : n + 8])) for n in range(8_000)]
    batch = IntakeStage(config(), scorer()).process(records(values))
    pieces = split(batch, 4, 1, 1, MARKS)[partition_of("ikea", 4)]
    assert len(pieces) > 1
    assert all(len(encode_batch(piece)) <= MAX_RECORD_BYTES for piece in pieces)
    assert [piece.watermarks for piece in pieces] == [[]] * (len(pieces) - 1) + [MARKS]
    offsets = np.concatenate([decode_batch(encode_batch(piece))[1].offset for piece in pieces])
    assert offsets.tolist() == list(range(8_000))


def test_a_record_of_time_alone_has_no_rows() -> None:
    """It can be read like any other."""
    record, columns = decode_batch(encode_batch(clock_record(1, 4, MARKS, learn_until_ms=3)))
    assert record.watermarks == MARKS
    assert record.learn_until_ms == 3
    assert len(columns) == 0
