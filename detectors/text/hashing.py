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

MAX_CHUNK_CHARS: Final = 3 << 17
"""Characters that are scored in one go, those of 3,000 posts: more share the fixed cost, and memory has a bound."""

_MULTIPLIER: Final = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio, odd (Knuth, TAOCP 6.4)
# Odd constants of xxHash64 and splitmix64: any odd number with well-mixed bits would do.
_FIRST: Final = np.uint64(0xC2B2AE3D27D4EB4F)
_SECOND: Final = np.uint64(0xD6E8FEB86659FD93)
_CHAIN_LEFT: Final = np.uint64(0x9FB21C651E98DF25)
_CHAIN_RIGHT: Final = np.uint64(0x632BE59BD9B4E019)
_MIX: Final = np.uint64(0xFF51AFD7ED558CCD)
_HALF: Final = np.uint64(32)


class Powers:
    """The powers of a number modulo 2^64, as many as were asked for so far: a table of all that may be needed is large."""

    def __init__(self, base: int) -> None:
        self._base = base
        self._known = np.ones(1, np.uint64)

    def first(self, count: int) -> U64:
        """The base to the power of 0 … count - 1.

        >>> Powers(3).first(4).tolist()
        [1, 3, 9, 27]
        """
        known = self._known
        while len(known) < count:
            known = np.concatenate((known, known * np.uint64(pow(self._base, len(known), 1 << 64))))
        self._known = known  # in one step, as threads may ask at once
        return known[:count]


POWERS: Final = Powers(_MULTIPLIER)
INVERSES: Final = Powers(pow(_MULTIPLIER, -1, 1 << 64))


def running_sums(codes: npt.NDArray[np.uint32]) -> U64:
    """Sums of code·M^position before each position: one longer than `codes`."""
    sums = np.empty(len(codes) + 1, np.uint64)
    sums[0] = 0
    np.multiply(codes, POWERS.first(len(codes)), out=sums[1:])
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
    """Numbers above 0 by 64-bit hash: one place for each, so that one comparison tells whether it is there.

    Hash and displace (Pagh, 1999): a first hash names a group, a second one a place, and each group has a number to be
    xor-ed to its places, so chosen that no two keys meet. `take` is used all over instead of brackets: it does the same in
    a third of the time.
    """

    def __init__(self, items: Mapping[int, int]) -> None:
        self._bits = max(6, (len(items) * 5 // 4).bit_length())
        keys = np.fromiter(items, np.uint64, len(items))
        values = np.fromiter(items.values(), np.int32, len(items))
        while not self._filled(keys, values):
            self._bits += 1

    def _filled(self, keys: U64, values: I32) -> bool:
        """Puts every key in its place; False if two are in one and a larger table is needed."""
        size = 1 << self._bits
        place = slots(keys, self._bits, _SECOND)
        groups: dict[int, list[int]] = {}
        for group, at in zip(slots(keys, self._bits).tolist(), place.tolist(), strict=True):
            groups.setdefault(group, []).append(at)
        if any(len(set(members)) < len(members) for members in groups.values()):
            return False
        self._displaced = np.zeros(size, np.min_scalar_type(size))
        used = bytearray(size)
        for group in sorted(groups, key=lambda group: -len(groups[group])):
            shift = next((n for n in range(size) if not any(used[at ^ n] for at in groups[group])), None)
            if shift is None:
                return False
            self._displaced[group] = shift
            for at in groups[group]:
                used[at ^ shift] = True
        place ^= self._displaced.take(slots(keys, self._bits))
        self._keys, self._values = np.zeros(size, np.uint64), np.zeros(size, np.int32)
        self._keys[place], self._values[place] = keys, values
        return True

    def find(self, hashes: U64) -> I32:
        """The number of each hash, 0 where it isn't in the table.

        >>> HashTable({7: 1, 9: 2}).find(np.array([9, 8, 7], np.uint64)).tolist()
        [2, 0, 1]
        """
        place = slots(hashes, self._bits, _SECOND)
        place ^= self._displaced.take(slots(hashes, self._bits))
        found: I32 = self._values.take(place) * (self._keys.take(place) == hashes)
        return found
