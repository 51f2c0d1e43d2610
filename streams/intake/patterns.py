"""How a brand may stand in a text: the patterns of its names, hashtags and handles, and of what it must not be part of."""

import re
from collections.abc import Iterator, Sequence

from schemas.config.model import Brand
from streams.intake.fold import fold_one

# Scripts that don't part words by spaces: Thai, Lao, Khmer, Kana, Han.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_APOSTROPHES = re.compile("['’‘`]")


def patterns_of(brand: Brand) -> set[str]:
    """What counts as the brand, in the form of `fold`, with the borders on both sides.

    A name counts as words, as `#name` and as `@name`, in one word too; a handle counts with its `@` only, as it may
    be a common word.

    >>> sorted(patterns_of(Brand(id="lc", names=["La Cocinera"], handles={"x": "@LCes"})))
    [' @lces ', ' la cocinera ', '#la cocinera ', '#lacocinera ', '@la cocinera ', '@lacocinera ']
    """
    found = set()
    for name in _spellings(brand.names):
        squeezed = name.replace(" ", "")
        found |= {_bordered(name), *(f"{sign}{form} " for sign in "@#" for form in (name, squeezed))}
    for handle in brand.handles.values():
        if folded := fold_one(handle).lstrip("@ "):
            found.add(f" @{folded} ")
    return found


def exclusions_of(brand: Brand) -> set[str]:
    """Phrases in which a name of the brand doesn't mean the brand.

    >>> exclusions_of(Brand(id="ikea", names=["IKEA"], not_when=["IKEA effect"]))
    {' ikea effect '}
    """
    return {_bordered(phrase) for phrase in _spellings(brand.not_when)}


def _spellings(names: Sequence[str]) -> Iterator[str]:
    """Each name folded, and without its apostrophes: people write McDonald's and McDonalds."""
    for name in names:
        yield from {fold_one(name), fold_one(_APOSTROPHES.sub("", name)), fold_one(name.replace("ß", "ss"))} - {""}


def _bordered(name: str) -> str:
    return name if _UNSPACED.search(name) else f" {name} "
