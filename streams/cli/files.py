"""Files of lines that a command reads and writes: `-` is stdin or stdout, `.gz` is unpacked and packed."""

import gzip
import os
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO, cast

from schemas.errors import UsageError
from streams.files import STANDARD


@contextmanager
def open_input(path: Path) -> Iterator[BinaryIO]:
    """The file's bytes, unpacked. Raises UsageError when it can't be read."""
    if path == STANDARD:
        yield sys.stdin.buffer
        return
    with _open(path, "rb", "read") as file:
        if path.suffix != ".gz":
            yield file
            return
        try:
            yield cast(BinaryIO, gzip.GzipFile(fileobj=file))
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise UsageError(f"can't unpack {path}: it isn't gzip, or is cut off. Pack it anew, or drop the .gz.") from error


@contextmanager
def open_output(path: Path, others: Iterable[Path] = ()) -> Iterator[IO[bytes]]:
    """A file to write to, which takes its name only when it is complete.

    Raises UsageError when it can't be written, or is one of ``others``: what the command reads, and writes beside it.
    """
    if path == STANDARD:
        yield sys.stdout.buffer
        return
    if any(other != STANDARD and other.resolve() == path.resolve() for other in others):
        raise UsageError(f"can't write {path}: the same command reads or writes it already. Give another path.")
    if path.is_dir():
        raise UsageError(f"can't write {path}: it is a folder. Give the path of a file in it.")
    part = path.with_name(f"{path.name}.part")
    with _open(part, "wb", "write") as file:
        try:
            if path.suffix == ".gz":
                with gzip.GzipFile(fileobj=file, mode="wb") as packed:
                    yield cast(IO[bytes], packed)
            else:
                yield file
            os.replace(part, path)
        finally:
            with suppress(FileNotFoundError):
                part.unlink()


def _open(path: Path, mode: str, verb: str) -> BinaryIO:
    try:
        return cast(BinaryIO, path.open(mode))
    except OSError as error:
        reason = (error.strerror or "it can't be opened").lower()
        name = str(path).removesuffix(".part")
        raise UsageError(f"can't {verb} {name}: {reason}. Give the path of a file that this user may {verb}.") from error
