"""Ways to spoil bytes: blindly, and within a value that can still be read."""

import random
from collections.abc import Callable
from typing import Any

import msgspec

_DEEP = 20_000
_HEADS = (
    b"\xdd\xff\xff\xff\xff",
    b"\xc6\xff\xff\xff\xff",
    b"\xdf\xff\xff\xff\xff",
    b"\xdb\xff\xff\xff\xff",
    b"\xc9\x7f\xff\xff\xff\x05",
)
_ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1, 255, 65_536, 2**31, 2**53, 2**63 - 1, 2**64 - 1, -(2**63), 0.5, -0.0, 1e308, float("nan"),
    float("inf"), "", "x", "no such word", "x" * 5_000, "\0", "\U0010ffff", b"", b"\xff" * 9, [], [None], {}, {"x": 1},
    {1: 2}, [[[[[]]]]],
)  # fmt: skip
VERSIONS: tuple[Any, ...] = (0, 2, 3, 99, -1, 2**40, "1", None, 1.5)


def damaged(rng: random.Random, raw: bytes) -> bytes:
    """The bytes with something wrong anywhere."""
    at, end = sorted((rng.randrange(len(raw) + 1), rng.randrange(len(raw) + 1)))
    ways: tuple[Callable[[], bytes], ...] = (
        lambda: raw[:at],
        lambda: raw[at:],
        lambda: raw[:at] + raw[end:],
        lambda: raw[:at] + rng.randbytes(rng.randint(1, 8)) + raw[at:],
        lambda: raw[:at] + rng.randbytes(1) + raw[at + 1 :],
        lambda: raw[:end] + raw[at:],
        lambda: raw[:at] + rng.choice(_HEADS) + raw[at:],
        lambda: rng.randbytes(rng.randint(1, 300)),
        lambda: rng.choice((b"\x91", b"\x81\x01", b"[", b'{"a":')) * rng.randint(1, _DEEP),
        lambda: bytes(rng.randint(0, 64)),
    )
    return rng.choice(ways)()


def bent(rng: random.Random, raw: bytes) -> bytes:
    """A msgpack value with one part exchanged, taken out or repeated; mostly the right form and the wrong content."""
    value = msgspec.msgpack.decode(raw, strict=False)
    if isinstance(value, dict) and "v" in value and rng.random() < 0.15:
        return msgspec.msgpack.encode({**value, "v": rng.choice(VERSIONS)})
    return msgspec.msgpack.encode(_bent(rng, value))


def _bent(rng: random.Random, value: Any) -> Any:
    deeper = rng.random() < 0.75
    if isinstance(value, dict) and value:
        key = rng.choice(list(value))
        if deeper:
            return {**value, key: _bent(rng, value[key])}
        if rng.random() < 0.5:
            return {name: inner for name, inner in value.items() if name != key}
    if isinstance(value, list) and value:
        at = rng.randrange(len(value))
        if deeper:
            return [*value[:at], _bent(rng, value[at]), *value[at + 1 :]]
        if rng.random() < 0.5:
            return rng.choice((value[:at], [*value, value[at]], value[::-1]))
    if isinstance(value, bytes) and value and rng.random() < 0.7:
        return damaged(rng, value)[:100_000]
    if isinstance(value, int) and rng.random() < 0.4:
        return max(-(2**63), min(2**63 - 1, value + rng.choice((-1, 1, -(10**9), 10**9, 10**13, -value * 2))))
    return rng.choice(_ODD)
