"""Digests as columns: what a batch of mentions leaves behind for counting, one record per digest partition and batch.

Texts aren't in it: a digest names its mention by (epoch, source partition, offset), and samples are read back from there.
Every record also carries watermarks, so that time is a message: a record may have watermarks and no rows.
"""

from dataclasses import dataclass
from typing import Annotated

import msgspec
import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from schemas.beat import Beat
from schemas.enums import Category, Flag
from schemas.errors import UndecodableError
from schemas.wire import LAST_MS, MOST_PARTITIONS, VERSION, Ms, Partitions, RecordDecoder, encode

END_MS = 1 << 60  # watermark of a source partition of a replay that has ended, until another begins
TERMS = 8  # significant words kept of each mention
_ASKS = Category.QUESTION.bit | Category.COMPLAINT.bit

# Column name → dtype on the wire (little-endian) and in memory.
DTYPES: dict[str, np.dtype] = {
    "brand": np.dtype("<u4"),  # index into `brands`
    "network": np.dtype("<u2"),  # index into `networks` (the mention's source)
    "partition": np.dtype("<u2"),  # source partition
    "offset": np.dtype("<i8"),  # source offset
    "observed_ms": np.dtype("<i8"),
    "negativity": np.dtype("<f4"),  # probability, 0–1
    "categories": np.dtype("<u2"),  # mask of schemas.enums.Category
    "flags": np.dtype("u1"),  # mask of schemas.enums.Flag
    "reach": np.dtype("<u4"),  # followers, capped
    "author": np.dtype("<u8"),  # hashes; 0 = unknown
    "text": np.dtype("<u8"),
    "near": np.dtype("<u8"),  # 64-bit simhash of the text
    "identity": np.dtype("<u8"),  # of (source, id)
    "reply_to": np.dtype("<u8"),  # identity of the mention that this one answers; 0 = none
    "terms": np.dtype("<u8"),  # (rows, TERMS) hashes, 0 = none; words in `term_words`
    "thread": np.dtype("<u8"),  # identity that a mention with the thread's id would have; 0 = none
    "handle": np.dtype(
        "<u8"
    ),  # of a question or complaint its author's; outbound: whom it addresses, a row for each; 0 = none
}
OPTIONAL = frozenset({"thread", "handle"})  # left out of a record where all are 0; older records have none


Epoch = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class Watermark(msgspec.Struct, frozen=True, array_like=True):
    """Nothing of `partition` before `ms` is still to come (more than the grace). In a replay `END_MS` says it is over."""

    partition: int
    ms: int


class DigestBatch(msgspec.Struct, frozen=True):
    """The record on the topic `digests`. Columns are raw little-endian bytes, each `rows` items long (`terms`: 8 × rows)."""

    v: int
    epoch: Epoch  # of the source topic, raised when it is created anew
    source_partitions: Partitions
    watermarks: list[Watermark]
    learn_until_ms: Ms = 0  # of a replay that only teaches: no signal before this log time
    rows: int = 0
    brands: list[str] = []
    groups: list[str] = []  # of each brand, same index
    networks: list[str] = []
    columns: dict[str, bytes] = {}
    term_words: dict[int, str] = {}
    handles: dict[int, str] = {}  # author hash → handle, of the widest reach in the batch
    beats: list[Beat] = []  # heartbeats read in source partitions


@dataclass(frozen=True, slots=True)
class DigestColumns:
    """Rows of digests in memory, in the order of `DTYPES`; arrays of one length, `terms` is (rows, TERMS)."""

    brand: NDArray[np.uint32]
    network: NDArray[np.uint16]
    partition: NDArray[np.uint16]
    offset: NDArray[np.int64]
    observed_ms: NDArray[np.int64]
    negativity: NDArray[np.float32]
    categories: NDArray[np.uint16]
    flags: NDArray[np.uint8]
    reach: NDArray[np.uint32]
    author: NDArray[np.uint64]
    text: NDArray[np.uint64]
    near: NDArray[np.uint64]
    identity: NDArray[np.uint64]
    reply_to: NDArray[np.uint64]
    terms: NDArray[np.uint64]
    thread: NDArray[np.uint64]
    handle: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.brand)

    @property
    def asks(self) -> NDArray[np.bool_]:
        """Which rows wait for an answer."""
        return asking(self.categories, self.flags)

    def take(self, index: NDArray[np.intp] | NDArray[np.bool_] | slice) -> "DigestColumns":
        """These rows only, in the order of `index` (positions, mask or slice)."""
        return DigestColumns(*[getattr(self, name)[index] for name in DTYPES])

    def to_bytes(self) -> dict[str, bytes]:
        """Each column as its raw bytes, without optional ones that say nothing."""
        columns = ((name, dtype, getattr(self, name)) for name, dtype in DTYPES.items())
        return {
            name: np.ascontiguousarray(column, dtype).tobytes()
            for name, dtype, column in columns
            if name not in OPTIONAL or column.any()
        }


def asking(categories: NDArray[np.uint16], flags: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which rows wait for an answer: a question or a complaint, no repost, not the brand's own."""
    foreign = (flags & np.uint8(Flag.OUTBOUND | Flag.REPOST)) == 0
    waits: NDArray[np.bool_] = foreign & ((categories & np.uint16(_ASKS)) != 0)
    return waits


_decode = RecordDecoder[DigestBatch](DigestBatch)


def encode_batch(batch: DigestBatch) -> bytes:
    """The record's bytes."""
    return encode(batch)


def decode_batch(raw: bytes) -> tuple[DigestBatch, DigestColumns]:
    """The record and its columns, checked. Raises `RecordError` for bytes that are no such record."""
    batch = _decode(raw)
    columns = _columns(batch)
    if len(batch.groups) != len(batch.brands):
        raise UndecodableError(f"{len(batch.brands)} brands but {len(batch.groups)} groups")
    for name, index, names in (
        ("brand", columns.brand, batch.brands),
        ("network", columns.network, batch.networks),
    ):
        if len(index) and int(index.max()) >= len(names):
            raise UndecodableError(f"column `{name}` points beyond its {len(names)} names")
    _check_ranges(batch, columns)
    return batch, columns


def _check_ranges(batch: DigestBatch, columns: DigestColumns) -> None:
    """What would be read without complaint and then spoil a brand's state, or the clock, for good."""
    for mark in batch.watermarks:
        if not (0 <= mark.ms <= LAST_MS or mark.ms == END_MS) or not 0 <= mark.partition < MOST_PARTITIONS:
            raise UndecodableError(f"watermark {mark.ms} of partition {mark.partition} is no time of one")
    if not len(columns):
        return
    if not (columns.observed_ms.min() >= 0 and columns.observed_ms.max() <= LAST_MS):
        raise UndecodableError("column `observed_ms` holds a time before 1970 or after 2100")
    if not (columns.negativity.min() >= 0 and columns.negativity.max() <= 1):  # false for NaN too
        raise UndecodableError("column `negativity` holds what is no probability")


def _columns(batch: DigestBatch) -> DigestColumns:
    out = {}
    for name, dtype in DTYPES.items():
        if name in OPTIONAL and name not in batch.columns:
            out[name] = np.zeros(batch.rows, dtype)
            continue
        width = TERMS if name == "terms" else 1
        raw = batch.columns.get(name, b"")
        if len(raw) != batch.rows * width * dtype.itemsize:
            raise UndecodableError(f"column `{name}` has {len(raw)} bytes, {batch.rows * width * dtype.itemsize} expected")
        array = np.frombuffer(raw, dtype)
        out[name] = array.reshape(batch.rows, TERMS) if name == "terms" else array
    return DigestColumns(**out)


def empty_batch(epoch: int, source_partitions: int, watermarks: list[Watermark]) -> DigestBatch:
    """A record that only moves the clock."""
    return DigestBatch(VERSION, epoch, source_partitions, watermarks, columns={})


NO_ROWS = _columns(empty_batch(0, 0, []))
