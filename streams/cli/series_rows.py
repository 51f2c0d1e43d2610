"""The rows of a CSV file with the columns `timestamp` and `value`."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from schemas.errors import UsageError
from streams.cli.broken import BrokenLines

COLUMNS = ("timestamp", "value")


@dataclass(frozen=True, slots=True)
class Row:
    """A usable row, with its fields as they were written too."""

    timestamp: str
    value: str
    time: datetime
    number: float


def read_rows(lines: Iterable[str], broken: BrokenLines, file: str) -> Iterator[Row]:
    """The usable rows; blank ones are passed over. Raises UsageError for a missing column."""
    reader = csv.reader(lines)
    places = _places(next(reader, []), file)
    while True:
        try:
            fields = next(reader)
            if fields:
                yield _row(fields, places)
        except StopIteration:
            return
        except (csv.Error, ValueError) as error:
            broken.add(reader.line_num, str(error))


def _places(header: list[str], file: str) -> tuple[int, int]:
    names = [name.strip().lower() for name in header]
    if missing := [column for column in COLUMNS if column not in names]:
        remedy = (
            "Separate them by commas."
            if any(";" in name or "\t" in name for name in names)
            else "Name it in the first line."
        )
        name = "stdin" if file == "-" else file
        raise UsageError(f"{name} has no column `{missing[0]}`; its columns are: {', '.join(header) or 'none'}. {remedy}")
    return names.index(COLUMNS[0]), names.index(COLUMNS[1])


def _row(fields: list[str], places: tuple[int, int]) -> Row:
    """Raises ValueError with what is wrong."""
    if len(fields) <= max(places):
        raise ValueError(f"{len(fields)} field(s) where {max(places) + 1} are needed.")
    timestamp, value = (fields[place].strip() for place in places)
    try:
        time = datetime.fromisoformat(timestamp)
    except ValueError as error:
        raise ValueError(f"timestamp `{timestamp[:40]}` isn't ISO 8601. Write 2024-02-26T21:42:53Z.") from error
    try:
        return Row(timestamp, value, time, float(value))
    except ValueError as error:
        raise ValueError(f"value `{value[:40]}` isn't a number. Write 104 or 10.4.") from error
