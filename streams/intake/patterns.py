"""How a brand may stand in a text: the forms of its names, hashtags and handles, and of what it must not be part of."""

import re
from collections.abc import Callable
from enum import IntFlag
from typing import Final

from schemas.config.model import Brand
from streams.intake.fold import fold_one

# Scripts that don't part words by spaces: Thai, Lao, Khmer, Kana, Han.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_APOSTROPHES = re.compile("['’‘`]")
_SIGN_INSIDE = re.compile("[@#]")

Fold = Callable[[str], str]


class First(IntFlag):
    """What may stand in a text where a form begins with a space; `OTHER` where it begins with a letter."""

    SPACE = 1
    AT = 2
    HASH = 4
    OTHER = 8


SIGN: Final = First.AT | First.HASH
_NAMED: Final = First.SPACE | SIGN
_ITSELF: Final = First.SPACE | First.OTHER
Form = tuple[str, First]
"""A text as `fold` gives it, with its borders, and what its first character stands for."""


def forms_of(brand: Brand, folded: Fold = fold_one) -> set[Form]:
    """What counts as the brand.

    A name counts as words, as `#name` and as `@name`, in one word too; a handle counts with its `@` only, as it may
    be a common word. `folded` is `fold_one`, or knows its results beforehand.
    """
    found: set[Form] = set()
    for name in _spellings(brand.names, folded):
        if _SIGN_INSIDE.search(name):
            found.add((_bordered(name), _ITSELF))
            continue
        squeezed = name.replace(" ", "")
        if _UNSPACED.search(name):
            found |= {(name, First.OTHER), (f" {name} ", SIGN), (f" {squeezed} ", SIGN)}
        elif squeezed == name:
            found.add((f" {name} ", _NAMED))
        else:
            found |= {(f" {name} ", _NAMED), (f" {squeezed} ", SIGN)}
    for handle in brand.handles.values():
        if (name := folded(handle).lstrip("@ ")) and not {(f" {name} ", SIGN), (f" {name} ", _NAMED)} & found:
            found.add((f" @{name} ", First.SPACE))
    return found


def excluded_forms_of(brand: Brand, folded: Fold = fold_one) -> set[Form]:
    """Phrases in which a name of the brand doesn't mean the brand.

    >>> excluded_forms_of(Brand(id="ikea", names=["IKEA"], not_when=["IKEA effect"]))
    {(' ikea effect ', <First.SPACE|OTHER: 9>)}
    """
    return {(_bordered(phrase), _ITSELF) for phrase in _spellings(brand.not_when, folded)}


def raw_spellings(name: str) -> set[str]:
    """A name and what else it is written as: people write McDonald's and McDonalds, and Strasse."""
    return {name, _APOSTROPHES.sub("", name), name.replace("ß", "ss")}


def _spellings(names: list[str], folded: Fold) -> set[str]:
    """Each spelling of each name, folded."""
    return {folded(raw) for name in names for raw in raw_spellings(name)} - {""}


def _bordered(name: str) -> str:
    return name if _UNSPACED.search(name) else f" {name} "
