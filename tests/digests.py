"""Digests made by hand for tests: one call a row, columns and batches out."""

from dataclasses import dataclass, field

import numpy as np

from schemas.digest import DTYPES, TERMS, DigestBatch, DigestColumns, Watermark
from schemas.wire import VERSION
from streams.watch.arrivals import Arrivals, loud_of
from streams.watch.brand import BrandWatch
from streams.watch.names import Names
from streams.watch.parcels import parcels


def unlike(text: str) -> int:
    """A 64-bit hash that is uniform enough for sketches."""
    value = 1469598103934665603
    for byte in text.encode():
        value = (value ^ byte) * 1099511628211 % 2**64
    return value ^ (value >> 29)


def give(brand: BrandWatch, names: Names, batch: DigestBatch, columns: DigestColumns) -> list[int]:
    """Gives a brand its rows of a record, from .5 on negative; returns the minutes that are new."""
    new = []
    slots = np.arange(len(batch.brands))
    arrived = Arrivals.of(batch, columns, slots, 0.5, names.take(batch, 0, 0))
    for parcel in parcels(arrived, loud_of(batch, columns, slots)):
        if brand.count(parcel):
            new.append(parcel.minute)
        brand.add(parcel, names)
    return new


@dataclass
class DigestRows:
    """Rows of one source partition; offsets count up by themselves."""

    group: str = "food"
    brands: list[str] = field(default_factory=list)
    rows: list[dict[str, object]] = field(default_factory=list)
    offset: int = 0

    def add(self, brand: str, at_ms: int, negativity: float = 0.1, author: str = "", text: str = "", **more: object) -> None:
        """One mention of `brand` at `at_ms`; author and text are unique unless given."""
        if brand not in self.brands:
            self.brands.append(brand)
        mark = f"{self.offset}"
        self.rows.append(
            {
                "brand": self.brands.index(brand),
                "offset": self.offset,
                "observed_ms": at_ms,
                "negativity": negativity,
                "author": unlike("a" + (author or mark)),
                "near": unlike("t" + (text or mark)),
                "identity": unlike("i" + mark),
                **more,
            }
        )
        self.offset += 1

    def take(self, watermark_ms: int, partition: int = 0, partitions: int = 1) -> tuple[DigestBatch, DigestColumns]:
        """The batch of all rows added since the last call, with its watermark."""
        rows, self.rows = self.rows, []
        columns = {}
        for name, dtype in DTYPES.items():
            shape = (len(rows), TERMS) if name == "terms" else (len(rows),)
            array = np.zeros(shape, dtype)
            for i, row in enumerate(rows):
                array[i] = row.get(name, partition if name == "partition" else 0)
            columns[name] = array
        batch = DigestBatch(
            VERSION, 1, partitions, [Watermark(partition, watermark_ms)], rows=len(rows), brands=list(self.brands),
            groups=[self.group] * len(self.brands), networks=["x"],
            columns={name: array.tobytes() for name, array in columns.items()},
        )  # fmt: skip
        return batch, DigestColumns(**columns)
