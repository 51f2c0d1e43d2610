"""Saving and loading the parts of a detector as plain values."""

import sys
from array import array
from operator import attrgetter
from typing import Any, ClassVar


class Part:
    """A piece of a detector whose whole memory is in the attributes that ``STATE`` names.

    Numbers, lists of numbers and arrays of numbers are all that they may hold, so that a state is plain and
    small. Arrays become little-endian bytes, whatever the machine.
    """

    __slots__ = ()
    STATE: ClassVar[tuple[str, ...]] = ()
    _values: ClassVar["attrgetter[Any]"]

    def __init_subclass__(cls) -> None:
        """Looks all names up at once: states of thousands of brands are written every few seconds."""
        super().__init_subclass__()
        if cls.STATE:
            cls._values = attrgetter(*cls.STATE)

    def to_state(self) -> list[Any]:
        """Plain values in the order of ``STATE``; nothing in them is shared with the part."""
        values = self._values(self) if len(self.STATE) > 1 else (getattr(self, self.STATE[0]),)
        return [value if type(value) in _NUMBERS else _plain(value) for value in values]

    def restore(self, state: list[Any]) -> None:
        """Takes over values that ``to_state`` of the same class gave."""
        for name, value in zip(self.STATE, state, strict=True):
            current = getattr(self, name)
            if isinstance(current, array):
                value = little_endian(array(current.typecode, value))
            setattr(self, name, list(value) if isinstance(current, list) else value)


_NUMBERS = frozenset((int, float, bool))


def _plain(value: Any) -> Any:
    if isinstance(value, array):
        return little_endian(value).tobytes()
    return list(value) if isinstance(value, list) else value


def little_endian(values: "array[Any]") -> "array[Any]":
    """The values for `tobytes`; a copy where the machine is another."""
    if sys.byteorder == "little":
        return values
    swapped = values[:]
    swapped.byteswap()
    return swapped
