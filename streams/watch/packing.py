"""Arrays of records as bytes that compress well: each column's first bytes, then its second ones, and so on."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def shuffled(rows: NDArray[np.void]) -> bytes:
    """The rows, byte by byte in columns: what is alike lies together.

    >>> shuffled(np.array([(258,), (259,)], [("x", "<u2")]))
    b'\\x02\\x03\\x01\\x01'
    """
    size = rows.dtype.itemsize
    return np.frombuffer(rows.tobytes(), np.uint8).reshape(len(rows), size).T.tobytes()


def unshuffled(raw: bytes, dtype: np.dtype) -> NDArray[np.void]:
    """The rows that `shuffled` wrote."""
    columns = np.frombuffer(raw, np.uint8).reshape(dtype.itemsize, -1)
    return np.frombuffer(columns.T.tobytes(), dtype).copy()


def whole(parts: Sequence[NDArray[np.void]], dtype: np.dtype[np.void]) -> NDArray[np.void]:
    """One array of all parts, by their bytes: numpy compares the fields of structured arrays one by one."""
    return parts[0] if len(parts) == 1 else np.frombuffer(b"".join([part.tobytes() for part in parts]), dtype)
