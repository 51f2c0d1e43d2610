"""Digest batches: columns that fit together, or a RecordError."""

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.digest import (
    DTYPES,
    NO_ROWS,
    TERMS,
    DigestBatch,
    DigestColumns,
    Watermark,
    decode_batch,
    empty_batch,
    encode_batch,
)
from schemas.errors import UndecodableError
from schemas.wire import LAST_MS
from tests.digests import DigestRows


def _batch(rows: int = 3) -> DigestBatch:
    made = DigestRows()
    for i in range(rows):
        made.add(f"brand {i % 2}", 1_000 + i, 0.5)
    return made.take(2_000)[0]


@given(seed=st.integers(0, 2**32 - 1), rows=st.integers(0, 20))
@settings(max_examples=50, deadline=None)
def test_columns_of_any_values_survive_the_wire(seed: int, rows: int) -> None:
    """Byte for byte."""
    chance = np.random.default_rng(seed)
    columns = {}
    for name, dtype in DTYPES.items():
        shape = (rows, TERMS) if name == "terms" else (rows,)
        raw = chance.bytes(rows * (TERMS if name == "terms" else 1) * dtype.itemsize)
        columns[name] = np.frombuffer(raw, dtype).reshape(shape)
    columns["brand"] = columns["brand"] % 3
    columns["network"] = columns["network"] % 2
    columns["observed_ms"] = columns["observed_ms"] % LAST_MS
    columns["negativity"] = chance.random(rows, np.float32)
    made = DigestColumns(**columns)
    batch = msgspec.structs.replace(
        _batch(0), rows=rows, brands=["a", "b", "c"], groups=["", "", ""], networks=["x", "y"], columns=made.to_bytes()
    )
    again, read = decode_batch(encode_batch(batch))
    assert again == batch
    assert read.to_bytes() == made.to_bytes()
    assert len(read) == rows


@pytest.mark.parametrize("name", DTYPES)
@pytest.mark.parametrize("change", [lambda raw: raw[:-1], lambda raw: raw + b"\0", lambda raw: b""])
def test_a_column_of_another_length_is_refused(name: str, change) -> None:
    """And says which."""
    batch = _batch()
    columns = {**batch.columns, name: change(batch.columns[name])}
    with pytest.raises(UndecodableError, match=rf"column `{name}` has \d+ bytes, \d+ expected"):
        decode_batch(encode_batch(msgspec.structs.replace(batch, columns=columns)))


@pytest.mark.parametrize("rows", [-1, 0, 2, 4, 2**60])
def test_another_number_of_rows_is_refused(rows: int) -> None:
    """No array is made for what isn't there."""
    with pytest.raises(UndecodableError, match="expected"):
        decode_batch(encode_batch(msgspec.structs.replace(_batch(), rows=rows)))


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("observed_ms", -1, "before 1970 or after 2100"),
        ("observed_ms", LAST_MS + 1, "before 1970 or after 2100"),
        ("negativity", 1.5, "no probability"),
        ("negativity", -0.1, "no probability"),
        ("negativity", float("nan"), "no probability"),
    ],
)
def test_values_that_would_spoil_a_state_for_good_are_refused(name: str, value: float, told: str) -> None:
    """One NaN in a sum stays there."""
    batch = _batch()
    column = np.frombuffer(batch.columns[name], DTYPES[name]).copy()
    column[1] = value
    columns = {**batch.columns, name: column.tobytes()}
    with pytest.raises(UndecodableError, match=told):
        decode_batch(encode_batch(msgspec.structs.replace(batch, columns=columns)))


@pytest.mark.parametrize("mark", [Watermark(0, -1), Watermark(0, LAST_MS + 1), Watermark(65_536, 5), Watermark(-1, 5)])
def test_a_watermark_that_is_no_time_of_a_partition_is_refused(mark: Watermark) -> None:
    """The clock never goes back, so it must not go wrong."""
    with pytest.raises(UndecodableError, match="watermark"):
        decode_batch(encode_batch(empty_batch(1, 1, [mark])))


@pytest.mark.parametrize("partitions", [0, -1, 10**13])
def test_a_number_of_partitions_that_is_none_is_refused(partitions: int) -> None:
    """A clock waits for each of them."""
    with pytest.raises(UndecodableError, match="source_partitions"):
        decode_batch(encode_batch(empty_batch(1, partitions, [])))


@pytest.mark.parametrize(("field", "column"), [("brands", "brand"), ("networks", "network")])
def test_an_index_beyond_its_names_is_refused(field: str, column: str) -> None:
    """A row of no brand or no network."""
    batch = _batch()
    fewer = {field: getattr(batch, field)[:-1]}
    if field == "brands":
        fewer["groups"] = batch.groups[:-1]
    with pytest.raises(UndecodableError, match=rf"column `{column}` points beyond its \d names"):
        decode_batch(encode_batch(msgspec.structs.replace(batch, **fewer)))


def test_each_brand_has_a_group() -> None:
    """One list without the other is refused."""
    with pytest.raises(UndecodableError, match="2 brands but 1 groups"):
        decode_batch(encode_batch(msgspec.structs.replace(_batch(), groups=["one"])))


def test_a_batch_may_only_move_the_clock() -> None:
    """Watermarks and no rows."""
    _, columns = decode_batch(encode_batch(empty_batch(7, 4, [])))
    assert len(columns) == 0
    assert columns.terms.shape == (0, TERMS)
    assert len(NO_ROWS) == 0


def test_rows_are_taken_by_position_mask_or_slice() -> None:
    """All columns alike."""
    columns = decode_batch(encode_batch(_batch(4)))[1]
    for index in (np.array([1, 3]), np.array([False, True, False, True]), slice(1, 4, 2)):
        taken = columns.take(index)
        assert taken.offset.tolist() == [1, 3]
        assert taken.terms.shape == (2, TERMS)
