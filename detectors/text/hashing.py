"""64-bit hashes of pieces of one long array, and the table that looks them up.

The hash of the characters c0 c1 … cn is Σ ci·M^i modulo 2^64. With the running sum of ci·M^position over the
whole batch, the hash of any piece is one difference times a power of 1/M: prefixes and endings of every token
cost as little as the tokens themselves (Rabin and Karp, 1987, with the powers turned round).

It is no defence against somebody who wants two words to collide; the worst they win is a wrong word.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from detectors.text.arrays import I32, U64

MAX_CHUNK_CHARS: Final = 1 << 17
"""Characters that are scored in one go; more make the arrays fall out of the processor's cache."""

_MASK: Final = (1 << 64) - 1
_MULTIPLIER: Final = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio, odd (Knuth, TAOCP 6.4)
# Odd constants of xxHash64 and splitmix64: any odd number with well-mixed bits would do.
_FIRST: Final = np.uint64(0xC2B2AE3D27D4EB4F)
_SECOND: Final = np.uint64(0xD6E8FEB86659FD93)
_CHAIN_LEFT: Final = np.uint64(0x9FB21C651E98DF25)
_CHAIN_RIGHT: Final = np.uint64(0x632BE59BD9B4E019)
_MIX: Final = np.uint64(0xFF51AFD7ED558CCD)
_HALF: Final = np.uint64(32)


def _powers(base: int, count: int) -> U64:
    """`base` to the power of 0 … count - 1, modulo 2^64."""
    powers = np.ones(count, np.uint64)
    done = 1
    while done < count:
        more = min(done, count - done)
        powers[done : done + more] = powers[:more] * np.uint64(pow(base, done, 1 << 64))
        done += more
    return powers


# NFC can make a text three times as long (Unicode Standard Annex 15, table 3).
_SPAN: Final = 3 * MAX_CHUNK_CHARS + 8
POWERS: Final = _powers(_MULTIPLIER, _SPAN)
INVERSES: Final = _powers(pow(_MULTIPLIER, -1, 1 << 64), _SPAN)


def running_sums(codes: npt.NDArray[np.uint32]) -> U64:
    """Sums of code·M^position before each position: one longer than `codes`."""
    sums = np.empty(len(codes) + 1, np.uint64)
    sums[0] = 0
    np.multiply(codes, POWERS[: len(codes)], out=sums[1:])
    sums[1:].cumsum(out=sums[1:])
    return sums


def chain(left: U64, right: U64) -> U64:
    """Hash of a sequence of tokens: `left` is the hash of those before, `right` of the next one."""
    return (left * _CHAIN_LEFT) ^ (right + _CHAIN_RIGHT)


def mix(hashes: U64) -> U64:
    """The same hashes with every bit depending on all others (the finaliser of MurmurHash3, shortened)."""
    mixed = (hashes ^ (hashes >> _HALF)) * _MIX
    return mixed ^ (mixed >> _HALF)


def slots(hashes: U64, bits: int, factor: np.uint64 = _FIRST) -> npt.NDArray[np.int64]:
    """Places in a table of 2^bits: the highest bits of a product (Knuth's multiplicative hashing)."""
    return ((hashes * factor) >> np.uint64(64 - bits)).view(np.int64)


class Filter:
    """Says of a hash "surely not" or "perhaps": a bit map with one probe, so that few go on to a table."""

    def __init__(self, hashes: U64, bits: int = 18) -> None:
        self._bits = bits
        self._seen = np.zeros(1 << bits, bool)
        self._seen[slots(hashes, bits)] = True

    def may_hold(self, hashes: U64) -> npt.NDArray[np.bool_]:
        """Whether each hash may have been among those given."""
        return self._seen.take(slots(hashes, self._bits))


class HashTable:
    """Numbers above 0 by 64-bit hash: a cuckoo table (Pagh and Rodler, 2001), two gathers a look-up.

    `take` is used all over instead of brackets: it does the same in a third of the time.
    """

    def __init__(self, items: Mapping[int, int]) -> None:
        self._bits = max(6, (len(items) * 5 // 4).bit_length())
        while not self._filled(items):
            self._bits += 1

    def _filled(self, items: Mapping[int, int]) -> bool:
        """Puts every item in its place; False if one found none and a larger table is needed."""
        size = 1 << self._bits
        keys = [[0] * size, [0] * size]
        values = [[0] * size, [0] * size]
        filled = all(self._placed(key, value, keys, values) for key, value in items.items())
        self._keys = [np.array(side, np.uint64) for side in keys]
        self._values = [np.array(side, np.int32) for side in values]
        return filled

    def _placed(self, key: int, value: int, keys: list[list[int]], values: list[list[int]]) -> bool:
        shift = 64 - self._bits
        for turn in range(500):
            side = turn & 1
            slot = ((key * int((_FIRST, _SECOND)[side])) & _MASK) >> shift
            key, keys[side][slot] = keys[side][slot], key
            value, values[side][slot] = values[side][slot], value
            if value == 0:
                return True
        return False

    def find(self, hashes: U64) -> I32:
        """The number of each hash, 0 where it isn't in the table.

        >>> HashTable({7: 1, 9: 2}).find(np.array([9, 8, 7], np.uint64)).tolist()
        [2, 0, 1]
        """
        slot = slots(hashes, self._bits)
        found: I32 = self._values[0].take(slot) * (self._keys[0].take(slot) == hashes)
        slot = slots(hashes, self._bits, _SECOND)
        found += self._values[1].take(slot) * (self._keys[1].take(slot) == hashes)
        return found
